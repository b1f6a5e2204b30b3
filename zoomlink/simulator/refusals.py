"""What Zoom says when it refuses, in its three forms: REST error, token error, page."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, render_template, request


class Refusal(Exception):
    """A REST answer ``{"code", "message"}`` (Zoom's documentation, "Error definitions")."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.errors, self.headers = errors, headers

    def answer(self) -> Any:
        """JSON for a program; a page for somebody who has sent a form of the controls."""
        if request.path.startswith("/simulator/") and is_form():
            return PageRefusal("This cannot be done", self.message, status=self.status).answer()
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.errors:
            body["errors"] = self.errors
        response = jsonify(body)
        response.status_code = self.status
        response.headers.update(self.headers or {})
        return response


class TokenRefusal(Exception):
    """An answer of the token endpoint ``{"reason", "error"}``; it carries no number code."""

    def __init__(self, error: str, reason: str, *, status: int = 400) -> None:
        super().__init__(reason)
        self.error, self.reason, self.status = error, reason, status

    def answer(self) -> Response:
        response = jsonify(reason=self.reason, error=self.error)
        response.status_code = self.status
        return response


class PageRefusal(Exception):
    """A page that tells a person why Zoom does not go on."""

    def __init__(self, title: str, text: str, *, status: int = 400) -> None:
        super().__init__(title)
        self.title, self.text, self.status = title, text, status

    def answer(self) -> tuple[str, int]:
        return render_template("refusal.html", title=self.title, text=self.text), self.status


def invalid(field: str, message: str) -> Refusal:
    """The answer to one bad field."""
    return invalid_fields([{"field": field, "message": message}])


def invalid_fields(errors: list[dict[str, str]]) -> Refusal:
    return Refusal(400, 300, "Validation Failed.", errors=errors)


def register(app: Flask) -> None:
    """Let views raise these instead of returning them."""
    for kind in (Refusal, TokenRefusal, PageRefusal):
        app.register_error_handler(kind, lambda refusal: refusal.answer())


def is_form() -> bool:
    """Whether the request comes from a form on a page."""
    return request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data")
