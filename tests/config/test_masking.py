"""What reaches a log line of ours, and what never does."""

import logging

import pytest

from booking.links import meeting_url, new_token
from config.masking import MaskSecrets, mask

pytestmark = pytest.mark.no_database

TOKEN = "q1W2e3R4t5Y6u7I8o9P0-_"


@pytest.mark.parametrize(
    "text",
    [
        f"Not Found: /m/{TOKEN}/status/",
        f"GET /b/{TOKEN}/cancel/ 200",
        f"POST /w/{TOKEN}/leave/ 302",
        f"/admin/login/?next=/m/{TOKEN}/",
        f"next=%2Fm%2F{TOKEN}%2F",
        f"GET /api/v1/bookings/{TOKEN} 200",
        f"Conflict: /api/v1/bookings/{TOKEN}/cancel",
        f"GET /zoom/callback/?code={TOKEN}&state={TOKEN}",
        f"https://zoom.us/s/123?zak={TOKEN}",
        f"https://zoom.us/j/123?pwd={TOKEN}",
        f"refresh_token={TOKEN}&grant_type=refresh_token",
        f"client_secret={TOKEN}",
        f"Authorization: Bearer {TOKEN}",
        f'{{"access_token": "{TOKEN}", "expires_in": 3599}}',
        f"{{'password': '{TOKEN}'}}",
        f'{{\\"access_token\\": \\"{TOKEN}\\"}}',
        f"{{&#x27;start_url&#x27;: &#x27;{TOKEN}&#x27;}}",
        f"{{'encrypted_password': b'{TOKEN}'}}",
        f"code_verifier={TOKEN}",
        f"redis://:{TOKEN}@cache:6379/0",
        f"token zsimAT_{TOKEN} is dead",
        f"secret whsec_{TOKEN}= is old",
        f"the key zk_{TOKEN}{TOKEN[:10]} opens nothing",
        f"token eyJ{TOKEN}.{TOKEN}.{TOKEN} is dead",
    ],
)
def test_mask_leaves_no_secret(text):
    assert TOKEN not in mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "GET /book/consultation/details/ 200",
        "POST /api/v1/bookings 201",
        "GET /admin/bookings/1234/move/ 200",
        "Meeting 12: ZoomRateLimited Zoom asks for fewer calls",
        "Task zoomlink.tasks.sweep succeeded in 0.02s",
    ],
)
def test_mask_leaves_what_is_no_secret(text):
    assert mask(text) == text


def test_links_of_ours_are_masked_whatever_token_they_have():
    token = new_token()

    assert mask(meeting_url(token)).endswith("/m/***/")


@pytest.fixture
def lines():
    """What a logger with the filter of the settings writes."""
    written = []

    class Written(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler, logger = Written(), logging.getLogger("tests.masking")
    handler.addFilter(MaskSecrets())
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, written
    logger.removeHandler(handler)


def test_values_exceptions_and_stacks_are_masked(lines):
    logger, written = lines

    try:
        raise ValueError(f"https://zoom.us/s/1?zak={TOKEN}")
    except ValueError:
        logger.exception("At %s", f"/m/{TOKEN}/", stack_info=True)

    assert "ValueError: https://zoom.us/s/1?zak=***" in written[0]
    assert "At /m/***/" in written[0]
    assert TOKEN not in written[0]


def test_line_whose_values_do_not_fit_is_written_all_the_same(lines):
    logger, written = lines

    logger.warning("%d rows", "many")

    assert written == ["%d rows ('many',)"]
