"""*Block this time* in the calendar leads to a time off that is filled in."""

import pytest
from django.urls import reverse

FORM = "admin:booking_timeoff_add"


@pytest.mark.parametrize(
    ("query", "starts", "ends"),
    [
        ({"date": "2026-11-24", "time": "12:00", "length": "45"}, "12:00", "12:45"),
        ({"date": "2026-11-24", "time": "12:00"}, "12:00", "13:00"),
        ({"date": "2026-11-24", "time": "noon"}, None, None),
        ({"date": "\0", "time": "12:00", "length": "9"}, None, None),
        ({"date": "2026-11-24", "time": "12:00", "length": "-5"}, None, None),
        ({}, None, None),
    ],
)
def test_form_begins_with_the_time_that_was_dragged(as_role, ada, query, starts, ends):
    page = as_role("owner").get(reverse(FORM), {"provider": ada.pk, **query})

    form = page.context["adminform"].form
    shown = [form[name].value() for name in ("starts_at", "ends_at")]
    assert form["provider"].value() == str(ada.pk)
    assert [moment and f"{moment:%H:%M}" for moment in shown] == [starts, ends]
