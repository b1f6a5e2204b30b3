"""Links of ours without what makes them work, for who may read about them but not follow them."""

import re

# The path of a link that works for whoever holds it, also inside a query.
_TOKEN = re.compile(r"((?:/|%2F)(?:m|b|w|c)(?:/|%2F))[A-Za-z0-9_-]+", re.IGNORECASE)


def without_tokens(text: str) -> str:
    """Blank the tokens in a text."""
    return _TOKEN.sub(r"\1…", text)
