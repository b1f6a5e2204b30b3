"""Takes the pictures of docs/screenshots/ from a demo company that runs for their sake.

Starts the product in a folder of its own, fills a day with bookings, and photographs the main
pages on a desk and on a phone, in light and in dark, in English and in Ukrainian:
`site-desktop.png`, `site-phone-dark.png`, `site-phone-dark-uk.png`. Names given on the command
line take those pages only.
"""

import sys
import tempfile
from datetime import UTC, datetime
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import BROWSER_OPTIONS
from tests.journeys.showroom import Showroom, showroom, sign_in
from tools.system import find

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
SIZES = {"desktop": (1280, 720), "phone": (390, 844)}
WHOLE_DAY = (1280, 1180)
SCHEMES: dict[Literal["light", "dark"], str] = {"light": "", "dark": "-dark"}
LOCALES = {"en-GB": "", "uk-UA": "-uk"}
COLOURS = 256  # enough for pages, and a third of the size
SHOWN = (
    "site", "provider", "service", "class", "details", "booking", "waiting", "embedded",
    "my-bookings", "my-messages", "my-details", "my-data",
    "calendar", "calendar-week", "calendar-month", "calendar-list", "search", "staff-booking",
    "client", "pending", "sessions", "why", "report", "report-meetings", "utilisation",
    "services", "service-form", "hours", "special-days", "company", "first-steps",
    "consents", "embedding", "webhooks", "api-keys", "users", "user-form", "sign-in-security",
    "two-factor", "features", "online-meetings", "readiness", "meeting-settings",
    "zoom-logout", "waiting-as-host", "sent-messages", "sent-message", "message-settings",
    "messaging-settings", "message-template", "message-preview", "flexible",
    "flexible-manage", "whose-words",
)  # fmt: skip


def main() -> None:
    """Take every picture, or those that the command line names."""
    names = tuple(sys.argv[1:]) or SHOWN
    FOLDER.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    with (
        tempfile.TemporaryDirectory() as folder,
        showroom(Path(folder), now=now) as room,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=find("chromium"), args=BROWSER_OPTIONS.split()
        )
        for who in ("", "client", "owner"):
            _photograph(browser, room, who, names)


def _photograph(browser: Browser, room: Showroom, who: str, names: tuple[str, ...]) -> None:
    """Take one person's pages: signed in once, in every language, size and colour."""
    signed_in = sign_in(browser, room.product, who).context.storage_state()
    # Signed in, clients bring the language they had: here the window's is the one wanted.
    signed_in["cookies"] = [one for one in signed_in["cookies"] if one["name"] != "django_language"]
    wanted = [sight for sight in room.sights() if sight.who == who and sight.name in names]
    for locale, suffix in LOCALES.items():
        window = browser.new_context(
            storage_state=signed_in, timezone_id="Europe/Kyiv", locale=locale
        ).new_page()
        for sight, device, scheme in product(wanted, SIZES, SCHEMES):
            is_whole_day = (sight.name, device, scheme) == ("calendar", "desktop", "light")
            width, height = WHOLE_DAY if is_whole_day else SIZES[device]
            window.set_viewport_size({"width": width, "height": height})
            window.emulate_media(color_scheme=scheme)
            sight.open(window, room.product.url)
            _take(window, f"{sight.name}-{device}{SCHEMES[scheme]}{suffix}.png")
        window.context.close()


def _take(window: Page, name: str) -> None:
    window.mouse.move(0, 0)
    picture = Image.open(BytesIO(window.screenshot(animations="disabled")))
    picture.convert("RGB").quantize(COLOURS).save(FOLDER / name, optimize=True)
    print(name, f"{(FOLDER / name).stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
