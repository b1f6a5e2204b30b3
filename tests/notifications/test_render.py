"""Filling in templates: one pass, nothing expanded twice, nothing left behind."""

import pytest

from notifications.defaults import shipped
from notifications.kinds import MESSAGES
from notifications.render import (
    Misplaced,
    Value,
    as_html,
    as_one_line,
    as_text,
    fill,
    misplaced,
)
from notifications.variables import names_for

pytestmark = pytest.mark.no_database

LINK = "https://example.com/m/abc/"


def text(template: str, **values: str) -> str:
    return as_text(fill(template, {name: Value(value) for name, value in values.items()}))


def test_known_names_are_replaced():
    assert text("Hello [name], code [code].", name="Ann", code="K7") == "Hello Ann, code K7."


@pytest.mark.parametrize(
    ("template", "written"),
    [
        ("[[name]", "[name]"),
        ("[[[name]", "[Ann"),
        ("[Important] [name]", "[Important] Ann"),
        ("[ name ] [Name] []", "[ name ] [Name] []"),
        ("[unknown] stays", "[unknown] stays"),
    ],
)
def test_other_brackets_are_plain_text(template, written):
    assert text(template, name="Ann") == written


def test_value_is_never_expanded_again():
    assert text("Hi [name]", name="[code][[x]", code="secret") == "Hi [code][[x]"


def test_value_is_one_line_without_control_characters():
    assert text("[name]!", name="Ann\r\nBcc: all\x00 \u202eevil") == "Ann Bcc: all evil!"


@pytest.mark.parametrize(
    ("template", "written"),
    [
        ("A\nJoin: [link]\nB", "A\nB"),
        ("A\n\nJoin: [link]\n\nB", "A\n\nB"),
        ("A\n\nJoin here:\n[link]\n\nB", "A\n\nB"),
        ("A. Join: [link]. See you!", "A. See you!"),
        ("Join: [link]. See you, [name]!", "See you, Ann!"),
        ("Join: [link]", ""),
        ("[name] [link]", "Ann"),
        ("First:\nAnn\n[link]", "First:\nAnn"),
    ],
)
def test_sentence_of_empty_values_leaves_no_debris(template, written):
    assert text(template, link="", name="Ann") == written


def test_sentence_with_a_value_stays_whole():
    assert text("Join: [link]. Bye", link=LINK) == f"Join: {LINK}. Bye"


def test_html_escapes_template_and_values():
    lines = fill("<b>[name]</b> & co", {"name": Value("<script>alert('x')</script>")})

    assert as_html(lines) == (
        "<p>&lt;b&gt;&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&lt;/b&gt; &amp; co</p>"
    )


def test_html_links_what_the_company_wrote_but_not_what_a_client_typed():
    values = {"link": Value(LINK, is_link=True), "name": Value("http://evil.example")}

    html = as_html(fill("[link]\nhttps://ours.example/a.\n\n[name]", values))

    assert html == (
        f'<p><a href="{LINK}" target="_blank" rel="noreferrer">{LINK}</a><br>\n'
        '<a href="https://ours.example/a" target="_blank" rel="noreferrer">'
        "https://ours.example/a</a>.</p>\n"
        "<p>http://evil.example</p>"
    )


def test_html_link_cannot_leave_its_attribute():
    html = as_html(fill("[link]", {"link": Value('https://x/"><script>', is_link=True)}))

    assert "<script>" not in html
    assert 'href="https://x/&quot;&gt;&lt;script&gt;"' in html


def test_one_line_joins_lines():
    assert as_one_line(fill("A [name]\n\nB", {"name": Value("Ann")})) == "A Ann B"


def test_unknown_names_are_found_with_their_place_and_the_nearest_name():
    found = misplaced("Hi\n [cliant_name] [[x] [Y]\n[zzz]", {"client_name", "code"})

    assert found == [
        Misplaced("cliant_name", line=2, column=2, suggestion="client_name"),
        Misplaced("zzz", line=3, column=1),
    ]


def test_known_names_are_not_found():
    assert misplaced("[client_name] [code]", {"client_name", "code"}) == []


@pytest.mark.parametrize("size", [10_000])
def test_long_and_hostile_text_is_filled_quickly(size):
    template = "[" * size + "[name]" + "😀 \u05d0\u05d1 " * size

    assert as_html(fill(template, {"name": Value("Ann")})).startswith("<p>[[")


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("slug", sorted(MESSAGES))
def test_every_shipped_text_uses_only_what_its_reader_may_see(slug, language):
    spec = MESSAGES[slug]

    text = shipped(spec.kind, spec.audience, spec.channel, language)

    assert misplaced(text.subject + text.body, names_for(spec.audience, spec.channel)) == []
    assert bool(text.subject) == (spec.channel == "email")
