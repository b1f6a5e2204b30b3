"""The way to *booked*: few screens, nothing lost on it, and what the last page says."""

import re

import pytest

from booking import actions
from booking.models import Booking
from tests import factories
from tests.factories import NOW, TOMORROW_NOON
from tests.web.site.conftest import hidden_values
from web.site.accounts import proven_user

pytestmark = pytest.mark.django_db

CLEO = {"name": "Cleo", "email": "cleo@client.example"}
FORM = f"/book/lesson/details/?starts_at={TOMORROW_NOON:%Y-%m-%dT%H:%MZ}"


def test_front_page_leads_to_booked_in_four_screens(client, company):
    """Home, days and times, details, booked: by links and one form alone."""
    talk = factories.service(factories.provider("Ada"), factories.provider("Ben"), name="Talk")

    home = client.get("/")
    times = client.get(link_in(home, r"/book/talk/"))
    form_at = link_in(times, r"/book/talk/details/[^\"]*")
    details = client.get(form_at)
    booked = client.post(form_at, {**hidden_values(details.content.decode()), **CLEO}, follow=True)

    assert len(booked.redirect_chain) == 1
    assert "You are booked" in booked.content.decode()
    assert Booking.objects.get().session.service == talk


def link_in(page, pattern):
    return re.search(f'href="({pattern})"', page.content.decode())[1].replace("&amp;", "&")


def test_provider_and_zone_of_a_deep_link_last_until_the_booking(client, company):
    ada, ben = factories.provider("Ada"), factories.provider("Ben")
    factories.service(ada, ben, name="Talk")
    deep = f"provider={ben.pk}&zone=Europe/Paris"

    times = client.get(f"/book/talk/?{deep}&day=2026-11-24")
    form_at = link_in(times, r"/book/talk/details/[^\"]*")
    page = client.get(form_at)
    back = client.get(link_in(page, r"/book/talk/\?[^\"]*"))
    client.post(form_at, {**hidden_values(page.content.decode()), **CLEO})

    assert back.context["chosen_provider"] == ben
    assert back.context["zone"].key == "Europe/Paris"
    assert back.context["picker"].day.isoformat() == "2026-11-24"
    assert Booking.objects.get().session.provider == ben
    assert Booking.objects.get().timezone == "Europe/Paris"


def test_first_field_at_fault_has_the_focus_and_is_told_why(client, lesson):
    fields = hidden_values(client.get(FORM).content.decode())
    answer = client.post(FORM, {**fields, **CLEO, "email": "no", "phone": "12"})
    page = answer.content.decode()

    focused = re.findall(r"<input[^>]*autofocus[^>]*>", page)
    assert len(focused) == 1
    assert 'name="email"' in focused[0]
    assert 'aria-describedby="id_email_helptext id_email_error"' in focused[0]
    assert 'id="id_email_error"' in page
    assert 'value="Cleo"' in page


def test_signed_in_client_need_not_write_the_phone(client, lesson):
    user = proven_user("cleo@client.example")
    factories.client("Cleo", email=user.email, user=user, phone="+380441234567")
    client.force_login(user)

    page = client.get(FORM).content.decode()

    for known in ("cleo@client.example", "+380441234567"):
        assert f'value="{known}"' in page


def test_booked_page_says_what_the_company_adds_and_leads_on(client, company, booked):
    company.booked_text = "Ring twice.\nSecond floor."
    company.save()

    page = client.get(f"/b/{booked.manage_token}/").content.decode()

    assert "<title>You are booked: Lesson · Kyiv Yoga</title>" in page
    assert "Ring twice.\nSecond floor." in page
    for calendar in ("calendar/google/", "calendar/outlook/", "calendar/office/", "calendar.ics"):
        assert f'href="/b/{booked.manage_token}/{calendar}"' in page
    assert "Book another time" in page

    actions.cancel(booking_id=booked.pk, now=NOW)
    assert "Ring twice." not in client.get(f"/b/{booked.manage_token}/").content.decode()
