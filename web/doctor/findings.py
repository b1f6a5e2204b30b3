"""One line of the doctor's report. Nothing secret may stand in it."""

from dataclasses import dataclass

OK, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclass(frozen=True)
class Finding:
    """How something stands, and where it stands badly the way out."""

    level: str
    text: str
    way_out: str = ""


def ok(text: str) -> Finding:
    return Finding(OK, text)


def warning(text: str, way_out: str) -> Finding:
    """It works, but less well or for less than it might."""
    return Finding(WARNING, text, way_out)


def problem(text: str, way_out: str) -> Finding:
    """Do not go live like this."""
    return Finding(PROBLEM, text, way_out)
