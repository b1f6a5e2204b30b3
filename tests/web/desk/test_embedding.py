"""Settings → Embedding: the list of pages, the line to paste, and whom neither is for."""

import html
import re

import pytest

from booking.models import Company
from tests import factories

PAGE = "/admin/embedding/"


@pytest.fixture
def owner(as_role):
    factories.enable("embedding")
    return as_role("owner")


def lines_on(page) -> list[str]:
    return [
        html.unescape(line) for line in re.findall(r"<code>(.*?)</code>", page.content.decode())
    ]


def test_list_is_kept_as_browsers_write_it(owner):
    given = "https://WWW.example.com/contact\n\nhttps://*.example.org\nhttps://www.example.com"

    answer = owner.post(PAGE, {"embed_origins": given})

    assert answer.status_code == 302
    assert Company.objects.get().embed_origins == "https://www.example.com\nhttps://*.example.org"
    assert "https://*.example.org" in owner.get(PAGE).content.decode()


def test_what_is_no_address_is_refused_and_stays_typed(owner):
    factories.company(embed_origins="https://a.example")

    answer = owner.post(PAGE, {"embed_origins": "https://b.example\nhttp://evil.example"})

    assert answer.status_code == 422
    assert "“http://evil.example” is not an address" in answer.content.decode()
    assert "https://b.example" in answer.content.decode()
    assert Company.objects.get().embed_origins == "https://a.example"


def test_lines_say_what_was_chosen(owner, settings):
    ada = factories.provider("Ada")
    factories.service(ada, name="Lesson")
    chosen = {
        "service": "lesson",
        "provider": ada.pk,
        "language": "uk",
        "theme": "dark",
        "colour": "#a3195b",
        "button": 'Book "now" <b>',
    }

    in_page, behind_button = lines_on(owner.get(PAGE, chosen))

    said = (
        f'<script src="{settings.SITE_URL}/embed.js" data-service="lesson" data-provider="{ada.pk}"'
        ' data-language="uk" data-theme="dark" data-colour="#a3195b"'
    )
    assert in_page == f"{said} async></script>"
    assert behind_button == (f'{said} data-button="Book &quot;now&quot; &lt;b&gt;" async></script>')


def test_choice_at_fault_is_said_and_left_out(owner):
    page = owner.get(PAGE, {"service": "gone", "provider": "x", "colour": 'red"onload="x'})

    assert all("data-colour" not in line and "data-service" not in line for line in lines_on(page))
    assert "Write a colour as #" in page.content.decode()


def test_page_is_missing_while_the_feature_is_off(as_role):
    assert as_role("owner").get(PAGE).status_code == 404


@pytest.mark.parametrize("role", ["senior", "junior", "viewer"])
def test_page_is_for_those_who_may_change_the_company(as_role, role):
    factories.enable("embedding")
    browser = as_role(role)

    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, {"embed_origins": "https://a.example"}).status_code == 403
    assert not Company.objects.exclude(embed_origins="").exists()
