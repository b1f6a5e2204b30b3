"""Feature switches: what needs what, what clashes, and one reading for a request."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from booking import actions, features
from booking.errors import FeatureRefused
from booking.features import FeatureSpec
from booking.memory import remembered
from booking.middleware import MemoryMiddleware
from booking.models import Event, Feature, User
from tests.factories import NOW, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    """Payments, tips that need them, and free lessons that clash with them."""
    specs = [
        FeatureSpec("payments", "Payments", ""),
        FeatureSpec("tips", "Tips", "", requires=("payments",)),
        FeatureSpec("free-lessons", "Free lessons", "", conflicts=("payments",)),
        FeatureSpec("reviews", "Reviews", "", default=True),
    ]
    monkeypatch.setattr(features, "_specs", {spec.key: spec for spec in specs})


def switch(key, on=True, **fields):
    actions.set_feature(key=key, on=on, now=NOW, **fields)


def test_feature_is_as_declared_until_somebody_switches_it():
    assert not features.is_on("payments")
    assert features.is_on("reviews")

    switch("payments")
    switch("reviews", on=False)

    assert features.is_on("payments")
    assert not features.is_on("reviews")


@pytest.mark.parametrize("key", ["payments", "reviews"])
def test_query_can_ask_for_a_feature(key):
    def is_found():
        return User.objects.filter(features.condition(key)).exists()

    staff()
    assert is_found() == features.is_on(key)
    for on in (True, False):
        switch(key, on=on)

        assert is_found() is on


def test_switching_is_recorded_with_who_did_it():
    boss = staff()

    switch("payments", actor=boss)
    switch("payments", on=False)

    events = Event.objects.order_by("pk").values_list("kind", "actor", "details")
    assert list(events) == [
        ("feature_enabled", boss.pk, {"feature": "payments"}),
        ("feature_disabled", None, {"feature": "payments"}),
    ]


def test_switching_to_where_it_stands_tells_nobody():
    switch("payments", on=False)
    switch("reviews")

    assert not Event.objects.exists()


def test_feature_is_refused_without_what_it_needs():
    with pytest.raises(FeatureRefused, match="Enable Payments first: Tips needs it"):
        switch("tips")
    assert not features.is_on("tips")

    switch("payments")
    switch("tips")

    assert features.is_on("tips")


def test_feature_is_refused_beside_what_it_clashes_with():
    switch("payments")

    with pytest.raises(FeatureRefused, match="Free lessons cannot be used together with Payments"):
        switch("free-lessons")

    switch("payments", on=False)
    switch("free-lessons")
    assert features.is_on("free-lessons")


def test_clash_holds_from_both_sides():
    switch("free-lessons")

    with pytest.raises(FeatureRefused, match="Payments cannot be used together with Free lessons"):
        switch("payments")


def test_feature_stays_on_while_another_needs_it():
    switch("payments")
    switch("tips")

    with pytest.raises(FeatureRefused, match="Tips needs Payments"):
        switch("payments", on=False)

    switch("tips", on=False)
    switch("payments", on=False)
    assert not features.is_on("payments")


def test_undeclared_feature_is_an_error():
    with pytest.raises(KeyError):
        switch("teleport")
    with pytest.raises(KeyError):
        features.is_on("teleport")
    assert not Feature.objects.exists()


def test_switches_are_read_once_for_a_request():
    with CaptureQueriesContext(connection) as captured, remembered():
        for key in ("payments", "tips", "reviews") * 3:
            features.is_on(key)

    assert len(captured) == 1


def test_switches_are_read_each_time_outside_a_request():
    assert not features.is_on("payments")

    Feature.objects.create(key="payments", is_enabled=True)

    assert features.is_on("payments")


def test_request_sees_the_switch_it_made():
    with remembered():
        assert not features.is_on("payments")

        switch("payments")

        assert features.is_on("payments")


def test_request_within_a_request_reads_for_itself():
    with remembered():
        assert not features.is_on("payments")
        Feature.objects.create(key="payments", is_enabled=True)
        with remembered():
            assert features.is_on("payments")
        assert not features.is_on("payments")


def test_middleware_gives_each_request_one_reading(rf):
    middleware = MemoryMiddleware(lambda request: HttpResponse(str(features.is_on("payments"))))
    first = middleware(rf.get("/"))
    Feature.objects.create(key="payments", is_enabled=True)

    second = middleware(rf.get("/"))

    assert (first.content, second.content) == (b"False", b"True")
