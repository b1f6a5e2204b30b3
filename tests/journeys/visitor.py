"""Somebody without a browser: uses the product's own forms, over HTTP."""

from datetime import datetime

import requests
from bs4 import BeautifulSoup

from tests.leaks.canaries import note

TIMEOUT = 20  # seconds


class Visitor:
    """One cookie jar at one address of a running product."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        # Straight to the address given: a name that a machine resolves to ::1 first
        # would cost a refused connection.
        self.http.trust_env = False
        self.http.hooks["response"].append(self._read)

    def _read(self, response: requests.Response, **_options: object) -> None:
        """Search the product's own answers, not Zoom's, for secrets of Zoom's."""
        if response.url.startswith(self.url):
            note(response.text, f"the answer to {response.url}")

    def sign_in(self, email: str, password: str) -> "Visitor":
        """Sign in to the staff side."""
        page = self.get("/admin/login/")
        form = {
            "csrfmiddlewaretoken": self.http.cookies["csrftoken"],
            "username": email,
            "password": password,
        }
        self.http.post(page.url, data=form, headers={"Referer": page.url}, timeout=TIMEOUT)
        return self

    def get(self, path: str) -> requests.Response:
        return self.http.get(f"{self.url}{path}", timeout=TIMEOUT)

    def send(self, path: str, **form: str) -> None:
        """Send a form of the staff side, which leads on to another page."""
        form["csrfmiddlewaretoken"] = self.http.cookies["csrftoken"]
        address = f"{self.url}{path}"
        answer = self.http.post(
            address,
            data=form,
            headers={"Referer": address},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        assert answer.status_code == 302, (path, answer.status_code)

    def book(
        self, slug: str, starts_at: datetime, *, name: str, email: str, phone: str = ""
    ) -> requests.Response:
        """Fill in the form for a time and send it; the answer is not followed."""
        address = f"{self.url}/book/{slug}/details/"
        page = self.http.get(address, params={"starts_at": starts_at.isoformat()}, timeout=TIMEOUT)
        page.raise_for_status()
        form = self.form(page.text) | {"name": name, "email": email, "phone": phone}
        return self.http.post(
            address,
            data=form,
            headers={"Referer": address},
            timeout=TIMEOUT,
            allow_redirects=False,
        )

    def form(self, page: str) -> dict[str, str]:
        """The values that the page's booking form would send untouched."""
        soup = BeautifulSoup(page, "html.parser")
        fields = soup.select("main form input[name]")
        return {field["name"]: field.get("value", "") for field in fields}
