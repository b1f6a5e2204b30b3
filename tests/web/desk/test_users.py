"""Settings > Users: the last owner stays, and nobody gives more than they have."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from booking.models import User
from tests import factories
from tests.web.desk.pages import provider_form
from web.desk.standing import held_by_name, is_last_owner, rows_of


@pytest.fixture
def person(company):
    """Somebody of a role, who may also do what is named."""

    def make(name: str, *roles: str, also: tuple[str, ...] = (), **fields) -> User:
        user = factories.staff(f"{name}@kyiv-yoga.example", **fields)
        user.groups.set(Group.objects.filter(name__in=roles))
        user.user_permissions.set(rows_of(also))
        return user

    return make


@pytest.fixture
def clerk(person) -> User:
    """A senior to whom managing users was entrusted."""
    return person("clerk", "senior", also=tuple(f"booking.{verb}_user" for verb in VERBS))


VERBS = ("add", "change", "delete", "view")


def page(user: User, name: str = "change") -> str:
    return reverse(f"admin:booking_user_{name}", args=[user.pk])


def form(user: User, **changes) -> dict[str, object]:
    """What the page of ``user`` sends, as it stands."""
    sent: dict[str, object] = {
        "email": user.email,
        "name": user.name,
        "is_active": "on",
        "is_staff": "on",
        "groups": [group.pk for group in user.groups.all()],
    } | changes
    return {name: value for name, value in sent.items() if value is not None}


def role(name: str) -> int:
    return Group.objects.get(name=name).pk


@pytest.mark.parametrize("changes", [{"is_active": None}, {"is_staff": None}, {"groups": []}])
def test_last_owner_stays_until_there_is_another(person, browser_of, changes):
    oksana = person("oksana", "owner")
    browser = browser_of(oksana)

    refused = browser.post(page(oksana), form(oksana, **changes))
    second = person("petro", "owner")
    done = browser.post(page(second), form(second, **changes))

    assert "This is the last owner who can sign in" in refused.content.decode()
    assert (refused.status_code, done.status_code) == (200, 302)
    assert is_last_owner(oksana)


def test_owner_who_cannot_sign_in_is_no_other_owner(person, browser_of):
    oksana = person("oksana", "owner")
    person("gone", "owner", is_active=False)

    answer = browser_of(oksana).post(page(oksana), form(oksana, groups=[]))

    assert answer.status_code == 200
    assert oksana.groups.filter(name="owner").exists()


def test_nobody_deletes_an_owner_or_themselves_alone_or_among_others(person, browser_of, clerk):
    oksana, petro = person("oksana", "owner"), person("petro", "owner")
    many = {"action": "delete_selected", "_selected_action": [petro.pk, clerk.pk], "post": "yes"}

    for acting, target in ((oksana, petro), (oksana, oksana), (clerk, clerk)):
        answer = browser_of(acting).post(page(target, "delete"), {"post": "yes"})
        assert answer.status_code == 403
    browser_of(oksana).post(reverse("admin:booking_user_changelist"), many)

    assert User.objects.filter(pk__in=[oksana.pk, petro.pk, clerk.pk]).count() == 3


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("role_name", ["owner", "administrator"])
def test_whoever_manages_users_cannot_take_over_somebody_who_may_more(
    person, browser_of, clerk, role_name, is_active
):
    above = person("above", role_name, is_active=is_active)
    browser = browser_of(clerk)
    password = reverse("admin:auth_user_password_change", args=[above.pk])

    answers = [
        browser.post(page(above), form(above, email="mine@kyiv-yoga.example")),
        browser.post(
            password, {"password1": "a new pass phrase", "password2": "a new pass phrase"}
        ),
        browser.post(page(above, "delete"), {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert browser.get(page(above)).status_code == 200  # looking is no harm
    above.refresh_from_db()
    assert above.email == "above@kyiv-yoga.example"
    assert above.check_password("a long pass phrase")


def test_whoever_manages_users_raises_nobody_above_themselves(person, browser_of, clerk):
    junior, browser = person("junior", "junior"), browser_of(clerk)
    by_role = {"groups": [role("owner")]}
    by_name = {"abilities": ["zoom"]}

    for user in (junior, clerk):
        for more in (by_role, by_name):
            assert browser.post(page(user), form(user, **more)).status_code == 200
    new = {"email": "x@kyiv-yoga.example", "is_staff": "on", "usable_password": "false", **by_role}
    browser.post(reverse("admin:booking_user_add"), new)

    assert not User.objects.filter(groups__name="owner").exists()
    assert not User.objects.filter(user_permissions__codename="manage_online_meetings").exists()


def test_whoever_manages_users_gives_what_they_have(person, browser_of, clerk):
    junior = person("junior", "junior")

    browser_of(clerk).post(
        page(junior), form(junior, groups=[role("senior")], abilities=["override"])
    )

    assert [group.name for group in junior.groups.all()] == ["senior"]
    assert User.objects.get(pk=junior.pk).has_perm("booking.override_rules")


def test_owner_gives_a_single_permission_and_takes_it_back(person, browser_of):
    senior, browser = person("senior", "senior"), browser_of(person("oksana", "owner"))

    def given(*keys: str) -> set[str]:
        browser.post(page(senior), form(senior, abilities=keys))
        return held_by_name(senior)

    zoom, links = "zoomlink.manage_online_meetings", "notifications.view_message_links"
    assert given("zoom", "links") == {zoom, links}
    assert given("links") == {links}


def test_what_a_role_gives_stands_ticked_and_cannot_be_unticked(person, browser_of):
    junior = person("junior", "junior", also=("booking.see_all_bookings",))

    answer = browser_of(person("oksana", "owner")).get(page(junior))

    options = {
        option["value"]: option
        for _title, group, _index in answer.context["adminform"]
        .form["abilities"]
        .field.widget.optgroups("abilities", answer.context["adminform"].form["abilities"].value())
        for option in group
    }
    assert options["book"]["is_by_role"]
    assert not options["see-all"]["is_by_role"]
    assert options["see-all"]["selected"]
    assert not options["zoom"]["selected"]
    assert 'value="book" checked disabled' in answer.content.decode()


def test_permissions_that_no_ability_names_are_kept(person, browser_of):
    junior = person("junior", "junior")
    other = Permission.objects.get(codename="view_accesslog")
    junior.user_permissions.add(other)

    browser_of(person("oksana", "owner")).post(page(junior), form(junior, abilities=["zoom"]))

    assert other in junior.user_permissions.all()


def test_provider_cannot_take_the_place_of_a_colleague(ada, ben, as_ada):
    ada.user.user_permissions.set(rows_of(["booking.change_provider"]))
    change = "admin:booking_provider_change"

    as_ada.post(reverse(change, args=[ada.pk]), provider_form(ada, name="Ada L.", user=""))
    answer = as_ada.post(reverse(change, args=[ben.pk]), provider_form(ben, user=ada.user_id))

    assert answer.url == "/admin/"
    ada.refresh_from_db()
    ben.refresh_from_db()
    assert (ada.name, ada.user, ben.user) == ("Ada L.", ada.user, None)
    assert ada.user is not None
