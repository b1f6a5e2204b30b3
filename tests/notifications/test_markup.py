"""HTML that people wrote: what of it is left, and that no value breaks out of it."""

import pytest

from notifications.markup import fill_html
from notifications.render import Value

pytestmark = pytest.mark.no_database
VALUES = {
    "name": Value("Ann"),
    "none": Value(""),
    "link": Value("https://x.example/b/1/", is_link=True),
    "script": Value("javascript:alert(1)"),
    "handler": Value("x onclick=alert(1) style=position:fixed"),
    "quoted": Value('"><script>alert(1)</script>[online_meeting_provider_link]'),
}
LINK = 'href="https://x.example/b/1/" target="_blank" rel="noreferrer"'


@pytest.mark.parametrize(
    ("template", "html"),
    [
        ("<p>Hi [name], [[name] [zzz]</p>", "<p>Hi Ann, [name] [zzz]</p>"),
        ("<p>Hi</p><p>Join: <b>[none]</b></p>", "<p>Hi</p>"),
        ("<p>[none] [name]</p>", "<p> Ann</p>"),
        ("<ul><li><p>[none]</p></li><li>Tea</li></ul>", "<ul><li>Tea</li></ul>"),
        ("<div><p>Hello</p>[none]</div>", "<div><p>Hello</p></div>"),
        ("<li>Note<p>[none]</p></li>", "<li>Note</li>"),
        (
            "<table><tr><td>Phone</td><td>[none]</td></tr><tr><td>[name]</td></tr></table>",
            "<table><tbody><tr><td>Ann</td></tr></tbody></table>",
        ),
        ("<p>never closed [none]", "<p>never closed </p>"),
        ('<a href="[link]">Move</a>', f"<a {LINK}>Move</a>"),
        ("<p>[link]</p>", f"<p><a {LINK}>https://x.example/b/1/</a></p>"),
        ("<a href='[link]'>[link]</a>", f"<a {LINK}>https://x.example/b/1/</a>"),
    ],
)
def test_own_html_is_filled_without_debris(template, html):
    assert fill_html(template, VALUES) == html


@pytest.mark.parametrize(
    ("template", "html"),
    [
        ('<a href="[script]">x</a>', '<a target="_blank" rel="noreferrer">x</a>'),
        ('<a href="/admin/">x</a>', '<a rel="noreferrer" target="_blank">x</a>'),
        ("<b title=[handler]>x</b>", '<b title="x" style="">x</b>'),
        (
            '<p title="[quoted]">[quoted]</p>',
            '<p title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;'
            '[online_meeting_provider_link]">'
            '"&gt;&lt;script&gt;alert(1)&lt;/script&gt;[online_meeting_provider_link]</p>',
        ),
        ("<script>alert('[name]')</script><style>p{}</style>", ""),
        ("<iframe src=https://x></iframe><form><input></form><svg onload=x>", ""),
        ('<img src="https://x/y.png" onerror="x" srcset="z">', '<img src="https://x/y.png">'),
        ('<img src="data:image/png;base64,AA">', "<img>"),
        (
            '<p class="card" style="color:red;position:fixed;background:url(//x)">x</p>',
            '<p style="color:red">x</p>',
        ),
    ],
)
def test_nothing_in_own_html_or_its_values_does_harm(template, html):
    assert fill_html(template, VALUES) == html


@pytest.mark.parametrize("piece", ["<", "<a ", "<div>", "</li><div>", "<p>[none]", "[", "<!--"])
def test_own_html_at_its_longest_is_filled_quickly(piece):
    assert "<script" not in fill_html(piece * (50_000 // len(piece)) + "<script>", VALUES)
