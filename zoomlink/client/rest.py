"""The calls this product makes. Zoom's Users and Meetings API references."""

from collections.abc import Callable, Collection, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

from requests import PreparedRequest, Response, Session
from requests.auth import AuthBase

from zoomlink.client.answers import MeetingSpec, ZoomMeeting, ZoomUser
from zoomlink.client.errors import ZoomMeetingGone, ZoomRefused, ZoomUnavailable
from zoomlink.client.links import is_start_link, origin_of
from zoomlink.client.refusals import api_error, json_of
from zoomlink.client.transport import (
    DEFAULT_TIMEOUT,
    Deadline,
    Timeout,
    allowed,
    translated,
)

Answer = TypeVar("Answer")
Row = TypeVar("Row", ZoomMeeting, ZoomUser)

PAGE_SIZE = 300
MAX_PAGES = 40
ALREADY_ENDED = 3007


class BearerAuth(AuthBase):
    """The access token, in the header and nowhere else.

    An auth object rather than a header: requests would let a netrc file overrule the header.
    """

    def __init__(self, access_token: str) -> None:
        self._access_token = access_token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._access_token}"
        return request


class ZoomClient:
    """Zoom's REST API with one access token. Use as a context manager to close its connections.

    ``api_url`` ends in the version, as ``https://api.zoom.us/v2``. Links are taken from Zoom's
    hosts over https, from the origin of ``api_url``, and from ``trusted_origins`` (of
    ``links.origin_of``). Nothing is repeated, redirects are not followed. Any method may raise any
    ZoomError; a call that changes something may end with ``outcome_unknown``. All calls together
    end by the ``deadline``.
    """

    def __init__(
        self,
        api_url: str,
        access_token: str,
        timeout: Timeout = DEFAULT_TIMEOUT,
        session: Session | None = None,
        trusted_origins: Collection[str] = (),
        deadline: Deadline | None = None,
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._access_token = access_token
        self._timeout = timeout
        self._deadline = deadline
        self._session = session or Session()
        self._trusted_origins = frozenset({origin_of(api_url), *trusted_origins} - {""})

    def __repr__(self) -> str:
        return f"ZoomClient({self._api_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def me(self) -> ZoomUser:
        """Return the person who authorised the app."""
        return self.user("me")

    def user(self, user_id: str) -> ZoomUser:
        """Return a user by id or e-mail. Raises ZoomUserUnknown, ZoomAccessNotShared."""
        response = self._call("GET", f"/users/{_segment(user_id)}")
        return _read(response, ZoomUser.from_json)

    def users(self) -> list[ZoomUser]:
        """Return the active users of the account, all pages. Raises ZoomAccessNotShared."""
        return self._all("/users", "users", {"status": "active"}, ZoomUser.from_json)

    def create_meeting(self, user_id: str, spec: MeetingSpec) -> ZoomMeeting:
        """Create a meeting with that host.

        Zoom knows no idempotency key: after an error with ``outcome_unknown`` look for the meeting
        before asking again.
        """
        path = f"/users/{_segment(user_id)}/meetings"
        body = {**spec.as_json(), **spec.passcode.as_json()}
        return self._meeting(self._call("POST", path, json=body), may_change=True)

    def meeting(self, meeting_id: int) -> ZoomMeeting:
        """Return a meeting. Raises ZoomMeetingGone."""
        return self._meeting(self._call("GET", f"/meetings/{meeting_id}"))

    def update_meeting(self, meeting_id: int, spec: MeetingSpec) -> None:
        """Bring a meeting in line with ``spec``. Raises ZoomMeetingGone.

        Zoom answers success even where it drops something, a start in the past above all: read the
        meeting again to be sure.
        """
        self._call("PATCH", f"/meetings/{meeting_id}", json=spec.as_json())

    def delete_meeting(self, meeting_id: int) -> None:
        """Delete a meeting without Zoom mailing anybody; one that is gone already is fine.

        Raises ZoomMeetingRunning.
        """
        try:
            query = {"schedule_for_reminder": "false"}
            self._call("DELETE", f"/meetings/{meeting_id}", query=query)
        except ZoomMeetingGone:
            return

    def end_meeting(self, meeting_id: int) -> None:
        """End a running meeting for everybody; one that has ended already is fine."""
        try:
            self._call("PUT", f"/meetings/{meeting_id}/status", json={"action": "end"})
        except ZoomRefused as error:
            if error.code != ALREADY_ENDED:
                raise

    def meetings_of(self, user_id: str) -> list[ZoomMeeting]:
        """Return the scheduled meetings of a host, all pages; instant ones are never listed."""
        path = f"/users/{_segment(user_id)}/meetings"
        return self._all(path, "meetings", {"type": "scheduled"}, self._meeting_in)

    def start_url(self, meeting_id: int) -> str:
        """Fetch a fresh start link, good for two hours. Whoever has it is the host.

        Redirect to it at once: never store, log or mail it. Raises ZoomMeetingGone.
        """
        response = self._call("GET", f"/meetings/{meeting_id}")
        link = _read(response, lambda body: str(body["start_url"]))
        if not is_start_link(link, self._trusted_origins):
            raise ZoomRefused("Zoom gave a start link that does not lead to Zoom")
        return link

    def _meeting(self, response: Response, *, may_change: bool = False) -> ZoomMeeting:
        meeting = _read(response, self._meeting_in, may_change=may_change)
        if not meeting.join_url:
            message = "Zoom gave a join link that does not lead to Zoom"
            raise ZoomRefused(message, status=response.status_code, outcome_unknown=may_change)
        return meeting

    def _meeting_in(self, body: Mapping[str, Any]) -> ZoomMeeting:
        return ZoomMeeting.from_json(body, self._trusted_origins)

    def _all(
        self, path: str, key: str, query: Mapping[str, str], read: Callable[[Any], Row]
    ) -> list[Row]:
        """Return the rows of all pages, which overlap where the list changes meanwhile, once."""
        pages = self._pages(path, query, lambda body: [read(row) for row in body[key]])
        return list({row.id: row for rows in pages for row in rows}.values())

    def _pages(
        self, path: str, query: Mapping[str, str], read: Callable[[Mapping[str, Any]], list[Row]]
    ) -> Iterator[list[Row]]:
        asked = {**query, "page_size": str(PAGE_SIZE)}
        for _ in range(MAX_PAGES):
            response = self._call("GET", path, query=asked)
            rows, token = _read(response, lambda body: (read(body), body["next_page_token"]))
            yield rows
            if not token:
                return
            asked["next_page_token"] = str(token)
        # Half a list would look like meetings that are missing.
        raise ZoomRefused(f"Zoom's list is longer than {MAX_PAGES * PAGE_SIZE} rows")

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
    ) -> Response:
        may_change = method != "GET"
        timeout = allowed(self._timeout, self._deadline)
        with translated(may_change=may_change):
            response = self._session.request(
                method,
                f"{self._api_url}{path}",
                params=query,
                json=json,
                headers={"Accept": "application/json"},
                auth=BearerAuth(self._access_token),
                timeout=timeout,
                allow_redirects=False,
            )
        error = api_error(response, may_change=may_change, secrets=(self._access_token,))
        if error:
            raise error
        return response


def _read(
    response: Response, read: Callable[[Mapping[str, Any]], Answer], *, may_change: bool = False
) -> Answer:
    try:
        return read(json_of(response))
    except (KeyError, TypeError, ValueError, AttributeError):
        message = "Zoom's answer is not what its documentation says"
        status = response.status_code
        raise ZoomUnavailable(message, status=status, outcome_unknown=may_change) from None


def _segment(user_id: str) -> str:
    return quote(user_id, safe="")
