"""Measures the whole product against a floor and against its peers (docs/performance.md)."""
