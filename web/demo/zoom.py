"""Walking the seven steps of online meetings through the simulator, as a person would."""

import re
from datetime import datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import requests
from django.conf import settings

from booking import actions as booking_actions
from booking.models import Provider, Service, User
from zoomlink import actions, oauth
from zoomlink.models import ProviderMeeting, ZoomConnection

TIMEOUT = 10  # seconds
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class SimulatorMissing(Exception):
    """Zoom is not the simulator here, or the simulator does not answer."""


def connect_everything(*, now: datetime) -> None:
    """Enable, authorise, map Olena and Taras, switch the services online.

    Raises SimulatorMissing. Harmless where it was done before.
    """
    if not settings.ZOOM_IS_SIMULATED:
        raise SimulatorMissing
    owner = User.objects.get(email="owner@demo.example")
    booking_actions.set_feature(key=actions.FEATURE, on=True, now=now, actor=owner)
    if ZoomConnection.objects.current() is None:
        authorise(owner, now)
    for name in ("olena", "taras"):
        _map(name, now)
    Service.objects.exclude(slug="follow-up").update(is_online_meeting=True)


def authorise(owner: User | None, now: datetime) -> None:
    """Connect the simulator's first account as ``owner``. Raises SimulatorMissing."""
    browser: dict = {}
    code = _code_for(oauth.begin(browser, now=now))
    state = browser[oauth.STATE_KEY]["state"]
    verifier = oauth.redeem(browser, state, now=now)
    actions.connect(code=code, verifier=verifier, actor=owner, now=now)


def _code_for(authorize_url: str) -> str:
    """Sign in at the simulator, tick shared access, allow; return the code it hands out."""
    try:
        with requests.Session() as person:
            base = settings.ZOOM_OAUTH_URL
            sign_in = {"email": "owner@zoom.example", "back": "/"}
            person.post(f"{base}/signin", data=sign_in, timeout=TIMEOUT)
            page = person.get(authorize_url, timeout=TIMEOUT, allow_redirects=False)
            if page.status_code == 200:
                page = _allow(person, page.text)
    except requests.RequestException as error:
        raise SimulatorMissing from error
    return parse_qs(urlsplit(page.headers["Location"]).query)["code"][0]


def _allow(person: requests.Session, page: str) -> requests.Response:
    form = {name: unescape(value) for name, value in _HIDDEN.findall(page)}
    form |= {"decision": "allow", "shared_access": "1"}
    address = f"{settings.ZOOM_OAUTH_URL}/oauth/authorize"
    return person.post(address, data=form, timeout=TIMEOUT, allow_redirects=False)


def _map(name: str, now: datetime) -> None:
    connection = ZoomConnection.objects.current()
    assert connection is not None, "connected above"
    actions.choose_meeting(
        provider_id=Provider.objects.get(email=f"{name}@demo.example").pk,
        engine=ProviderMeeting.ZOOM,
        zoom_user_id=connection.users.get(email=f"{name}@zoom.example").pk,
        now=now,
    )
