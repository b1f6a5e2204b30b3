"""The simulator as a process of its own, and a person at its pages.

Reusable by every test that needs a Zoom: ``SimulatorProcess(state).start()``.
"""

import base64
import hashlib
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from tests.leaks.files import assert_clean

ROOT = Path(__file__).resolve().parents[3]
TIMEOUT = 15


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier (RFC 7636)."""
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def form_fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


class Person:
    """A browser signed in at the simulator as one of its users."""

    def __init__(self, simulator: "SimulatorProcess", email: str = "") -> None:
        self.simulator = simulator
        self.http = requests.Session()
        if email:
            self.sign_in(email)

    def sign_in(self, email: str) -> None:
        answer = self.post("/signin", email=email, back="/")
        assert answer.status_code == 302, answer.text

    def get(self, path: str, **query: str) -> requests.Response:
        """Without following redirects."""
        return self.http.get(
            self.simulator.url + path, params=query, timeout=TIMEOUT, allow_redirects=False
        )

    def post(self, path: str, **form: str) -> requests.Response:
        """Without following redirects."""
        return self.http.post(
            self.simulator.url + path, data=form, timeout=TIMEOUT, allow_redirects=False
        )

    def open(self, address: str) -> requests.Response:
        """Follow a link to its end, as a browser does."""
        return self.http.get(address, timeout=TIMEOUT)

    def authorize(
        self, query: dict[str, str], *, shared: bool = True, decision: str = "allow"
    ) -> requests.Response:
        """Open the authorise page and answer the consent page if there is one."""
        answer = self.get("/oauth/authorize", **query)
        if answer.status_code != 200:
            return answer
        form = form_fields(answer.text) | {"decision": decision}
        return self.post("/oauth/authorize", **form, **({"shared_access": "1"} if shared else {}))


class SimulatorProcess:
    """A running simulator; ``kill`` and ``restart`` keep port and state."""

    client_id = "test-client"
    client_secret = "test-client-secret"
    redirect_uri = "http://localhost:8000/zoom/callback/"

    def __init__(
        self, state: Path, *, port: int | None = None, arguments: Sequence[str] = ()
    ) -> None:
        self.state = state
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.arguments = list(arguments)
        self.log = state.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "SimulatorProcess":
        command = [sys.executable, "-m", "zoomlink.simulator"]
        command += ["--port", str(self.port), "--state", str(self.state)]
        command += ["--client-id", self.client_id, "--client-secret", self.client_secret]
        command += ["--redirect-uri", self.redirect_uri, *self.arguments]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env={}, stdout=log, stderr=subprocess.STDOUT
            )
        self._wait_until_it_answers()
        return self

    def kill(self) -> None:
        """As ``kill -9``; what it logged until then must be free of secrets."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            assert_clean(self.log)

    def restart(self, *, arguments: Sequence[str] | None = None) -> "SimulatorProcess":
        self.kill()
        if arguments is not None:
            self.arguments = list(arguments)
        return self.start()

    # What a person does

    def authorize_query(self, **changes: str) -> dict[str, str]:
        query = {"response_type": "code", "client_id": self.client_id}
        return query | {"redirect_uri": self.redirect_uri, "state": "a state"} | changes

    def authorize(
        self,
        email: str = "owner@zoom.example",
        *,
        shared: bool = True,
        redirect_uri: str | None = None,
        state: str = "a state",
        challenge: str = "",
    ) -> str:
        """A code, by way of the sign-in and consent pages."""
        query = self.authorize_query(redirect_uri=redirect_uri or self.redirect_uri, state=state)
        if challenge:
            query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        answer = Person(self, email).authorize(query, shared=shared)
        assert answer.status_code == 302, answer.text
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def connect(self, email: str = "owner@zoom.example", *, shared: bool = True) -> dict[str, Any]:
        """The token answer after authorising."""
        verifier = secrets.token_urlsafe(48)
        code = self.authorize(email, shared=shared, challenge=challenge_of(verifier))
        answer = self.token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.redirect_uri,
            code_verifier=verifier,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    # What a program does

    def token(self, *, secret: str | None = None, **form: str) -> requests.Response:
        return self._basic("/oauth/token", form, secret)

    def refresh(self, refresh_token: str) -> requests.Response:
        return self.token(grant_type="refresh_token", refresh_token=refresh_token)

    def revoke(self, access_token: str) -> requests.Response:
        return self._basic("/oauth/revoke", {"token": access_token}, None)

    def api(
        self,
        method: str,
        path: str,
        access_token: str,
        *,
        timeout: float = TIMEOUT,
        **arguments: Any,
    ) -> requests.Response:
        """A call below ``/v2``."""
        headers = {"Authorization": f"Bearer {access_token}"}
        address = f"{self.url}/v2{path}"
        return requests.request(method, address, headers=headers, timeout=timeout, **arguments)

    # What a test does

    def control(self, method: str, path: str, **arguments: Any) -> Any:
        """A call below ``/simulator``; the JSON answer, or None."""
        address = f"{self.url}/simulator{path}"
        answer = requests.request(method, address, timeout=TIMEOUT, **arguments)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def fault(self, operation: str, kind: str, **more: Any) -> None:
        """Let something go wrong; ``more``: seconds, times, share, seed."""
        self.control("POST", "/faults", json={"operation": operation, "kind": kind} | more)

    def clear_faults(self) -> None:
        """Nothing goes wrong any more, and what is held is let go."""
        self.control("DELETE", "/faults")

    def held(self) -> int:
        return self.control("GET", "/faults")["held"]

    def meetings(self) -> list[dict[str, Any]]:
        return self.control("GET", "/meetings")["meetings"]

    # What people do at Zoom, without the product

    def kill_grants(self, email: str | None = None) -> int:
        """The tokens of a user, or all, are dead, and nobody is told. How many pairs died."""
        return self.control("POST", "/grants/kill", json={"user": email})["killed"]

    def deactivate(self, email: str) -> None:
        self._change_user(email, "deactivate")

    def activate(self, email: str) -> None:
        self._change_user(email, "activate")

    def delete_user(self, email: str) -> None:
        """The user's meetings go, too."""
        self._change_user(email, "delete")

    def set_licence(self, email: str, kind: int) -> None:
        """1 is Basic, 2 is Licensed."""
        self._change_user(email, "licence", type=kind)

    def change_user(self, email: str, /, **changes: str) -> None:
        """``first_name``, ``last_name``, ``email``."""
        self._change_user(email, "change", **changes)

    def meeting(self, meeting_id: int) -> dict[str, Any]:
        """What the simulator shows of one meeting, a deleted one too."""
        return next(row for row in self.meetings() if row["id"] == int(meeting_id))

    def delete_meeting(self, meeting_id: int) -> None:
        """It is ended first if it runs."""
        self._change_meeting(meeting_id, "delete")

    def change_meeting(self, meeting_id: int, /, **fields: Any) -> None:
        """``start_time``, ``topic``, ``settings``… as the API takes them."""
        self._change_meeting(meeting_id, "change", **fields)

    def start_meeting(self, meeting_id: int) -> None:
        """The host comes in; who waits is let in."""
        self._change_meeting(meeting_id, "start")

    def end_meeting(self, meeting_id: int) -> None:
        self._change_meeting(meeting_id, "end")

    def join(self, meeting_id: int, name: str, *, role: str = "participant") -> None:
        """Somebody comes in, or waits where the settings say so, and stays."""
        self._change_meeting(meeting_id, "join", name=name, role=role)

    def leave(self, meeting_id: int, name: str) -> None:
        self._change_meeting(meeting_id, "leave", name=name)

    def lock_settings(self, **settings: Any) -> None:
        """Meetings made or changed from now on have these values, whatever is sent."""
        self.control("POST", "/account", json={"locked": settings})

    # Webhooks

    def send_events_to(self, url: str, *, secret: str | None = None, events: Any = None) -> None:
        """Where events go from now on; ``events`` names the subscribed ones, else all are."""
        body = {"url": url, "secret": secret, "events": events}
        given = {name: value for name, value in body.items() if value is not None}
        self.control("PUT", "/webhooks", json=given)

    def validate_webhook(self) -> bool:
        """Whether the challenge is answered with the right text."""
        return self.control("POST", "/webhooks/validate")["valid"]

    def deliveries(self, event: str | None = None) -> list[dict[str, Any]]:
        """What was sent, of one kind or all, the first one first, passcodes masked."""
        rows = self.control("GET", "/deliveries")["deliveries"]
        return [row for row in rows if event in (None, row["event"])]

    def delivered(self, event: str, *, number: int = 1) -> list[dict[str, Any]]:
        """Wait until ``number`` deliveries of an event are over, answered or not."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            rows = self.deliveries(event)
            over = [row for row in rows if row["status"] or row["failure"]]
            if len(over) >= number:
                return over
            assert time.monotonic() < deadline, f"not delivered: {event}, {rows}"
            time.sleep(0.02)

    def repeat_delivery(self, number: int, *, same_stamp: bool = False) -> dict[str, Any]:
        """Send it once more, at once; the delivery as it is then."""
        body = {"same_stamp": same_stamp}
        return self.control("POST", f"/deliveries/{number}/repeat", json=body)

    def _change_user(self, email: str, what: str, /, **body: Any) -> None:
        self.control("POST", f"/users/{email}/{what}", json=body)

    def _change_meeting(self, meeting_id: int, what: str, /, **body: Any) -> None:
        self.control("POST", f"/meetings/{meeting_id}/{what}", json=body)

    def _basic(self, path: str, form: dict[str, str], secret: str | None) -> requests.Response:
        pair = (self.client_id, self.client_secret if secret is None else secret)
        return requests.post(self.url + path, data=form, auth=pair, timeout=TIMEOUT)

    def _wait_until_it_answers(self) -> None:
        for _attempt in range(200):
            if self._process is None or self._process.poll() is not None:
                break
            try:
                requests.get(f"{self.url}/simulator/faults", timeout=1)
            except requests.RequestException:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"the simulator did not start: {self.log.read_text()}")
