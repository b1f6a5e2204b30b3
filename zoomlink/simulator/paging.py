"""Lists in pages: ``page_size`` and ``next_page_token`` (Zoom's documentation, "Pagination")."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from zoomlink.simulator.refusals import Refusal, invalid

LARGEST_PAGE = 300
TOKEN_SECONDS = 15 * 60


@dataclass(frozen=True)
class Page:
    """The slice asked for; ``offset`` rows come before it."""

    size: int
    offset: int

    def answer(self, name: str, rows: list[dict[str, Any]], *, total: int) -> dict[str, Any]:
        """Zoom's envelope around the rows of this page."""
        following = self.offset + self.size
        return {
            "page_count": -(-total // self.size),
            "page_number": self.offset // self.size + 1,
            "page_size": self.size,
            "total_records": total,
            "next_page_token": _serializer().dumps(following) if following < total else "",
            name: rows,
        }


def wanted_page() -> Page:
    """Read the query; a bad size or a bad or old token is refused with code 300."""
    size = request.args.get("page_size", "30")
    if not size.isdecimal() or not 1 <= int(size) <= LARGEST_PAGE:
        raise invalid("page_size", f"The page size must be between 1 and {LARGEST_PAGE}.")
    token = request.args.get("next_page_token", "")
    return Page(int(size), _offset(token) if token else 0)


def _offset(token: str) -> int:
    try:
        return int(_serializer().loads(token, max_age=TOKEN_SECONDS))
    except BadSignature:
        message = "The next page token is either invalid or expired."
        raise Refusal(400, 300, message) from None


def _serializer() -> URLSafeTimedSerializer:
    """A token is good for one list of one address only."""
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=request.path)
