"""Where webhooks may be sent, by what is typed and by whom a name leads to."""

import ipaddress

import pytest
from django.core.exceptions import ValidationError

from tests.webhooks.conftest import add
from webhooks.addresses import AddressRefused, require_allowed
from webhooks.client import post
from webhooks.models import Endpoint


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("ftp://example.com/", "not_http"),
        ("javascript:alert(1)", "not_http"),
        ("https://", "unreadable"),
        ("https://exa mple.com/", "unreadable"),
        ("https://example.com:99999/", "unreadable"),
        ("https://[::1/", "unreadable"),
        ("https://user:password@example.com/", "credentials"),
        ("http://169.254.169.254/latest/meta-data/", "forbidden"),
        ("https://[fe80::1]/", "forbidden"),
        ("https://[::ffff:169.254.169.254]/", "forbidden"),
        ("https://[fd00:ec2::254]/", "forbidden"),
        ("https://[fd20:ce::254]/", "forbidden"),
        ("https://[64:ff9b::a9fe:a9fe]/", "forbidden"),
        ("https://[2002:a9fe:a9fe::1]/", "forbidden"),
        ("http://192.0.0.192/opc/", "forbidden"),
        ("http://[64:ff9b::5db8:d822]/", "unencrypted"),
        ("https://0.0.0.0/", "forbidden"),
        ("http://93.184.216.34/", "unencrypted"),
    ],
)
@pytest.mark.django_db
def test_address_that_nothing_is_sent_to_is_refused_when_it_is_typed(url, problem):
    with pytest.raises(ValidationError) as refusal:
        add(url)

    assert [error.code for error in refusal.value.error_dict["url"]] == [problem]
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hook?x=1",
        "http://n8n:5678/webhook/1",
        "http://10.0.0.7:5678/",
        "http://[fd12:3456::1]/",
        "http://127.0.0.1:5678/",
        "https://93.184.216.34/",
    ],
)
@pytest.mark.django_db
def test_address_of_a_receiver_is_taken(url):
    assert add(url).url == url


@pytest.mark.parametrize(
    ("address", "is_encrypted", "problem"),
    [
        ("169.254.169.254", True, "forbidden"),
        ("168.63.129.16", True, "forbidden"),
        ("93.184.216.34", False, "unencrypted"),
    ],
)
def test_peer_is_refused_whatever_its_name(address, is_encrypted, problem):
    with pytest.raises(AddressRefused) as refusal:
        require_allowed(ipaddress.ip_address(address), is_encrypted=is_encrypted)

    assert refusal.value.problem == problem


def test_whom_a_name_leads_to_is_looked_at_before_anything_is_sent(receiver, monkeypatch):
    """As if this machine were a cloud's: no other address can be reached in a test."""
    loopback = {ipaddress.ip_address("127.0.0.1")}
    monkeypatch.setattr("webhooks.addresses._METADATA", loopback)

    with pytest.raises(AddressRefused):
        post(receiver.origin.replace("127.0.0.1", "localhost"), b"{}", {})

    assert receiver.asked == []
