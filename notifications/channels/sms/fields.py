"""Fields within JSON by dotted paths: ``messages.0.message-id``."""

from collections.abc import Sequence

Fields = dict[str, object]


def value_at(path: str, body: object) -> object:
    """Return what stands at a path; None where nothing does."""
    for step in path.split("."):
        if isinstance(body, dict):
            body = body.get(step)
        elif isinstance(body, Sequence) and not isinstance(body, str) and step.isdecimal():
            body = body[int(step)] if int(step) < len(body) else None
        else:
            return None
    return body


def put_at(path: str, value: object, body: Fields) -> None:
    """Put a value where a path says, as the only one of a list where it ends in ``[]``.

    Raises ValueError where something else stands there already.
    """
    *way, last = path.split(".")
    for step in way:
        inner = body.setdefault(step, {})
        if not isinstance(inner, dict):
            raise ValueError(path)
        body = inner
    name = last.removesuffix("[]")
    if name in body:
        raise ValueError(path)
    body[name] = [value] if last.endswith("[]") else value
