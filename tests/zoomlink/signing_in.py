"""The way to Zoom and back, as the browser of whoever presses *Authorize* goes it."""

from tests.zoomlink import scene

AUTHORIZE, CALLBACK, LOGOUT = "/zoom/authorize/", "/zoom/callback/", "/zoom/logout/"


def authorize(browser, simulator, **options):
    """Press *Authorize* and walk through Zoom's pages; the way back, not yet gone."""
    return scene.code_at_zoom(simulator, press_authorize(browser, simulator), **options)


def press_authorize(browser, simulator) -> str:
    """The address at Zoom where the browser is sent."""
    answer = browser.post(AUTHORIZE)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{simulator.url}/oauth/authorize?")
    return answer["Location"]


def asked_of(simulator) -> list[str]:
    """What Zoom's API and token endpoint were asked for since the log was cleared."""
    log = simulator.control("GET", "/requests")["requests"]
    return [entry["operation"] for entry in log if entry["path"].startswith(("/v2", "/oauth/"))]
