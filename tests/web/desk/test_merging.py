"""Making one client of several records: who is offered it, what stays, what is refused."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from booking.models import Booking, Client, User
from tests import factories

ADDRESS = "/admin/clients/merge/"


@pytest.fixture
def owner(as_role):
    return as_role("owner")


@pytest.fixture
def cleo(ada, book) -> Client:
    """Who books by e-mail."""
    return book(ada).client


@pytest.fixture
def twin(company) -> Client:
    """The same person, as somebody wrote her down on the phone."""
    return factories.client("Клео", email="", phone="+380671234567", language="uk")


def wish(kept: Client, *others: Client, **values: str) -> dict[str, object]:
    ids = [kept.pk, *(other.pk for other in others)]
    return {"client": ids, "kept": kept.pk, "name": kept.name, **values}


def alike_of(browser, client: Client) -> list[Client]:
    return browser.get(reverse("desk:client", args=[client.pk])).context["alike"]


def test_page_of_a_client_offers_its_possible_duplicates(owner, cleo, book, ben):
    assert alike_of(owner, cleo) == []
    phone = factories.client("Cleo", email="")
    same = factories.client("C. Ivanenko", email="cleo@client.example")
    factories.client("Dan")

    page = owner.get(reverse("desk:client", args=[cleo.pk]))

    assert page.context["alike"] == [phone, same]
    assert "Merge duplicates" in page.content.decode()
    assert alike_of(owner, phone)[0].bookings_made == 1


def test_page_asks_only_what_the_records_disagree_in(owner, cleo, twin):
    form = owner.get(ADDRESS, {"client": [cleo.pk, twin.pk]}).context["form"]

    assert form["kept"].value() == str(cleo.pk)  # with whom there are bookings
    assert [field.name for field in form.to_choose] == ["name"]


def test_records_become_one_with_what_was_chosen(owner, cleo, twin, ada, lesson, book):
    answer = owner.post(ADDRESS, wish(twin, cleo, name="Клео"))

    assert answer.url == reverse("desk:client", args=[twin.pk])
    one = Client.objects.get()
    said = (one.pk, one.name, one.email, str(one.phone), one.language)
    assert said == (twin.pk, "Клео", "cleo@client.example", "+380671234567", "uk")
    assert Booking.objects.get().client == one


def test_chosen_name_may_be_that_of_the_record_that_goes(owner, cleo, twin):
    owner.post(ADDRESS, wish(cleo, twin, name="Клео"))

    assert [(one.pk, one.name) for one in Client.objects.all()] == [(cleo.pk, "Клео")]


def test_records_of_two_who_sign_in_are_refused(owner, cleo, twin):
    for client in (cleo, twin):
        client.user = User.objects.create_user(f"{client.pk}@client.example")
        client.save()

    page = owner.post(ADDRESS, wish(cleo, twin)).content.decode()

    assert "sign in with different addresses" in page
    assert Client.objects.count() == 2


def test_result_like_a_third_record_is_refused(owner, cleo, twin):
    factories.client("клео", email="cleo@client.example")
    Client.objects.filter(pk=twin.pk).update(name="Cleopatra")
    factories.client("Cleopatra", email="cleo@client.example")

    page = owner.post(ADDRESS, wish(cleo, twin, name="Cleopatra")).content.decode()

    assert "Another client has that name and e-mail" in page
    assert Client.objects.filter(pk__in=[cleo.pk, twin.pk]).count() == 2


@pytest.mark.parametrize(
    "wrong", [{"kept": "0"}, {"kept": ""}, {"name": "Somebody"}, {"name": ""}, {"kept": "\0"}]
)
def test_impossible_choice_changes_nothing(owner, cleo, twin, wrong):
    answer = owner.post(ADDRESS, {**wish(cleo, twin), **wrong})

    assert answer.context["form"].errors
    assert Client.objects.count() == 2


@pytest.mark.parametrize("ids", [[], ["x", "9" * 40], ["0", "\0"]])
def test_nobody_ticked_leads_back_to_the_list(owner, company, ids):
    for ask in (owner.get, owner.post):
        answer = ask(ADDRESS, {"client": ids}, follow=True)
        assert answer.redirect_chain == [(reverse("admin:booking_client_changelist"), 302)]
        assert "Tick the clients to merge first." in answer.content.decode()


def test_no_duplicate_ticked_leads_back_to_the_client(owner, cleo):
    assert owner.get(ADDRESS, {"client": cleo.pk}).url == reverse("desk:client", args=[cleo.pk])


@pytest.mark.parametrize("role", ["viewer", "junior", "senior", "client"])
def test_merging_is_closed_to_who_may_not_delete_clients(as_role, cleo, twin, role):
    browser = as_role(role)

    assert browser.get(ADDRESS, {"client": [cleo.pk, twin.pk]}).status_code == 403
    assert browser.post(ADDRESS, wish(cleo, twin)).status_code == 403
    assert Client.objects.count() == 2
    if role == "viewer":
        assert alike_of(browser, cleo) == []


def test_merging_is_closed_to_who_sees_only_own_bookings(browser_of, ada, cleo, twin):
    ada.user.groups.add(Group.objects.get(name="administrator"))
    for group in ada.user.groups.all():
        group.permissions.remove(Permission.objects.get(codename="see_all_bookings"))
    browser = browser_of(ada.user)

    assert browser.post(ADDRESS, wish(cleo, twin)).status_code == 404
    assert Client.objects.count() == 2


def test_forged_form_merges_nobody(owner, cleo, twin):
    owner.handler.enforce_csrf_checks = True

    assert owner.post(ADDRESS, wish(cleo, twin)).status_code == 403
    assert Client.objects.count() == 2


def test_ticked_clients_lead_to_the_page(owner, cleo, twin):
    chosen = {"action": "merge", "_selected_action": [cleo.pk, twin.pk]}

    answer = owner.post(reverse("admin:booking_client_changelist"), chosen)

    assert sorted(answer.url.partition("?")[2].split("&")) == sorted(
        f"client={client.pk}" for client in (cleo, twin)
    )


def test_action_is_not_offered_to_who_may_not(as_role, cleo):
    page = as_role("senior").get(reverse("admin:booking_client_changelist")).content.decode()

    assert "Merge…" not in page


def test_wild_names_are_text_on_the_page(owner, cleo):
    wild = factories.client("<script>x", email="x@client.example")

    page = owner.get(ADDRESS, {"client": [cleo.pk, wild.pk]}).content.decode()

    assert "<script>x" not in page
    assert page.count("&lt;script&gt;x") >= 2
