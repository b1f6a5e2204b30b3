"""Which pages a company lets show its booking site."""

import pytest
from django.core.exceptions import ValidationError

from web.embedding import MOST_ORIGINS, origins_in

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" HTTPS://WWW.Example.com/contact?x=1#y ", "https://www.example.com"),
        ("https://example.com:443/", "https://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("https://*.example.com", "https://*.example.com"),
        ("https://приклад.укр", "https://xn--80aikifvh.xn--j1amh"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
    ],
)
def test_line_counts_by_its_origin(line, origin):
    assert origins_in(line) == [origin]


@pytest.mark.parametrize(
    "line",
    [
        "www.example.com",
        "http://example.com",
        "javascript:alert(1)",
        "https://",
        "https://*",
        "https://*.com",
        "https://a.*.example.com",
        "https://user:word@example.com",
        "https://example.com; script-src *",
        "https://example.com,https://other.example",
        "https://exa mple.com",
        "https://example.com:0x50",
        "https://example.com:99999",
        "https://-example.com",
        "https://" + "a" * 64 + ".example",
        "*",
        "null",
        "'self'",
    ],
)
def test_what_is_no_origin_is_refused(line):
    with pytest.raises(ValidationError):
        origins_in(f"https://good.example\n{line}")


def test_list_has_each_origin_once_and_an_end():
    many = "\n".join(f"https://n{number}.example" for number in range(MOST_ORIGINS + 1))

    assert origins_in("https://a.example\n\nhttps://b.example\nhttps://A.example/x") == [
        "https://a.example",
        "https://b.example",
    ]
    assert origins_in("\n \n") == []
    with pytest.raises(ValidationError):
        origins_in(many)
