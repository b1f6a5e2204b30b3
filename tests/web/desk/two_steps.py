"""An authenticator app, as RFC 6238 describes it, and somebody who has one."""

import base64
import hashlib
import hmac
import re
import struct
from datetime import datetime, timedelta

from django.test import Client as Browser
from django.utils import timezone

from booking.models import User
from web.desk.second_factor import actions

PASSWORD = "a long pass phrase"
SIGN_IN = "/admin/login/"
CODE = "/admin/login/code/"
ACCOUNT = "/admin/account/two-factor/"
PAGE = {"HTTP_ACCEPT": "text/html,application/xhtml+xml"}  # what a browser asks a page with


def code_at(secret: str, at: datetime) -> str:
    counter = struct.pack(">Q", int(at.timestamp()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


class App:
    """Somebody's phone: gives the next code nobody has seen yet, by moving on in time."""

    def __init__(self, user: User, now: datetime):
        self.user, self.secret = user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        first = code_at(self.secret, now - timedelta(seconds=30))
        self.factor, self.recovery_codes = actions.switch_on(
            user_id=user.pk, secret=self.secret, code=first, now=now
        )

    def code(self, **later: int) -> str:
        return code_at(self.secret, timezone.now() + timedelta(**later))


def give_password(browser: Browser, user: User, password: str = PASSWORD, **query: str):
    form = {"username": user.email, "password": password, **query}
    return browser.post(SIGN_IN, form, **PAGE)


def secret_on(page) -> str:
    found = re.search(r'class="z-key"[^>]*>([A-Z2-7 ]+)<', page.content.decode())
    return found[1].replace(" ", "")


def codes_on(page) -> list[str]:
    return re.findall(r"<li><code>(\d{8})</code>", page.content.decode())
