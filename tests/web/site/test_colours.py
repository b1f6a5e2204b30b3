"""Any colour of a company can be read, on light pages and on dark ones."""

import re
from pathlib import Path

import pytest

from web.site.colours import DARK, DARK_GROUNDS, LIGHT, LIGHT_GROUNDS, READABLE, contrast, palette

SITE_CSS = Path(__file__).resolve().parents[3] / "static" / "site" / "site.css"
COLOURS = [
    "#1d6b57", "#000000", "#ffffff", "#777777", "#ffff00", "#39ff14", "#ccff00", "#000080",
    "#ff0000", "#ff69b4", "#010000", "#fefeff", "#00FFFF",
]  # fmt: skip


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#ffffff", "#000000", 21), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ffffff", 4.0)],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.no_database
@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("colour", COLOURS)
def test_every_colour_can_be_read_where_it_stands(colour, scheme):
    found = palette(colour, scheme)

    grounds = [*scheme.grounds, found["--site-soft"]]
    for name in ("--tblr-primary", "--tblr-link-color", "--site-soft-text"):
        assert min(contrast(found[name], ground) for ground in grounds) >= READABLE, name
    for name in ("--tblr-primary", "--tblr-primary-darken"):
        assert contrast(found["--tblr-primary-fg"], found[name]) >= READABLE, name


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("scheme", "colour"), [(LIGHT, "#1d6b57"), (LIGHT, "#000080"), (DARK, "#ffff00")]
)
def test_colour_that_can_be_read_is_kept(scheme, colour):
    assert palette(colour, scheme)["--tblr-primary"] == colour


@pytest.mark.no_database
def test_grounds_are_those_of_the_stylesheet():
    light, dark = SITE_CSS.read_text(encoding="utf-8").split('[data-bs-theme="dark"] {')[:2]
    names = "--tblr-body-bg|--tblr-bg-surface|--tblr-bg-surface-secondary"

    found = [set(re.findall(rf"(?:{names}): (#\w+)", part.split("}")[0])) for part in (light, dark)]

    assert found == [set(LIGHT_GROUNDS) - {"#ffffff"}, set(DARK_GROUNDS)]


@pytest.mark.django_db
def test_pages_have_the_companys_colour_by_an_address_kept_for_good(client, company, lesson):
    company.site_colour = "#FF0080"
    company.save()

    page = client.get("/").content.decode()
    sheet = client.get("/colours/ff0080.css")

    assert '<link rel="stylesheet" href="/colours/ff0080.css">' in page
    assert "--site-brand: #ff0080;" in sheet.content.decode()
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert sheet["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.django_db
@pytest.mark.parametrize("colour", ["red", "FF0080", "ff00800", "ff0080}", "ff0080%0a"])
def test_colour_is_six_digits_and_nothing_else(client, company, colour):
    assert client.get(f"/colours/{colour}.css").status_code == 404
