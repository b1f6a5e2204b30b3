"""How dates are written where Django itself writes them, by language."""
