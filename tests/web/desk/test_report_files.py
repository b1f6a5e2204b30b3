"""Reports as files: at once or made by a worker; formulas harmless, links only when asked for."""

import csv
from datetime import datetime, timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from openpyxl import load_workbook

from tests import factories
from web.desk import tasks
from web.desk.models import Export
from web.desk.reports import exports

BOOKINGS = "/admin/reports/bookings/export/"
MEETINGS = "/admin/reports/online-meetings/export/"
EXPORTS = "/admin/reports/exports/"
NASTY = ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"]


@pytest.fixture
def owner(as_role):
    return as_role("owner")


def csv_rows(response) -> list[list[str]]:
    raw = b"".join(response)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(raw.decode("utf-8-sig"), newline="")))


def excel_rows(response) -> list[list[object]]:
    sheet = load_workbook(BytesIO(b"".join(response))).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_files_have_the_filters_and_the_columns_of_the_page(owner, ada, ben, book):
    book(ada)
    book(ben, client=factories.details("Dan"))
    asked = f"{BOOKINGS}?first=&last=&provider={ben.pk}&column=start&column=client&column=length"

    assert csv_rows(owner.get(asked)) == [
        ["Start (Europe/Kyiv)", "Minutes", "Client"],
        ["2026-11-24 12:00", "30", "Dan"],
    ]
    assert excel_rows(owner.get(f"{asked}&format=xlsx")) == [
        ["Start (Europe/Kyiv)", "Minutes", "Client"],
        [datetime.fromisoformat("2026-11-24T12:00"), 30, "Dan"],
    ]


def test_header_is_in_the_readers_language(owner, book, ada):
    book(ada)

    [header, _row] = csv_rows(
        owner.get(f"{BOOKINGS}?column=client", headers={"accept-language": "uk"})
    )

    assert header == ["Клієнт"]


@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_that_was_typed_becomes_a_formula(owner, ada, book, nasty):
    book(ada, note=nasty)

    for rows in (
        csv_rows(owner.get(f"{BOOKINGS}?column=note")),
        excel_rows(owner.get(f"{BOOKINGS}?column=note&format=xlsx")),
    ):
        assert rows[1][0].startswith("'")


def test_a_control_character_or_a_very_long_note_breaks_no_workbook(owner, ada, book):
    book(ada, note="bell\x07 " + "long " * 9000)

    rows = excel_rows(owner.get(f"{BOOKINGS}?column=note&format=xlsx"))

    assert rows[1][0].startswith("bell long")


@pytest.fixture
def online(ada, lesson, book):
    factories.enable("online-meetings")
    factories.meets_by_zoom(ada, factories.zoom_user(factories.zoom_connection()))
    lesson.is_online_meeting = True
    lesson.save()
    return book(ada)


@pytest.mark.parametrize("file_type", ["csv", "xlsx"])
def test_links_are_left_out_unless_asked_for(owner, online, file_type):
    read = csv_rows if file_type == "csv" else excel_rows
    link = f"/m/{online.session.host_token}/"

    without = read(owner.get(f"{BOOKINGS}?format={file_type}&column=code&column=meeting"))
    asked = read(owner.get(f"{BOOKINGS}?format={file_type}&column=code&links=1"))

    assert without == [["Code"], [online.code]]
    assert asked[0][-1] == "Meeting link"
    assert asked[1][-1].endswith(link)


def test_file_of_meetings_holds_no_link(owner, online):
    raw = b"".join(owner.get(f"{MEETINGS}?links=1")).decode()

    assert "Cleo" in raw
    assert "/m/" not in raw


@pytest.mark.parametrize(
    ("role", "status"), [("senior", 200), ("junior", 200), ("viewer", 403), ("client", 403)]
)
def test_who_only_looks_takes_nothing_away(as_role, online, role, status):
    browser = as_role(role)

    for address in (BOOKINGS, MEETINGS, EXPORTS):
        assert browser.get(address).status_code == status


def test_a_junior_takes_only_their_own_bookings(as_ada, ada, ben, book):
    book(ada)
    book(ben, client=factories.details("Dan"))

    rows = csv_rows(as_ada.get(f"{BOOKINGS}?column=client"))

    assert rows[1:] == [["Cleo"]]


def test_an_unknown_type_is_404(owner, company):
    assert owner.get(f"{BOOKINGS}?format=exe").status_code == 404


# --- Made by a worker --------------------------------------------------------


@pytest.fixture(autouse=True)
def _elsewhere(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def asked(as_ada, ada, ben, book) -> Export:
    """Ada wants her bookings, one of them, as CSV."""
    book(ada)
    book(ben, client=factories.details("Dan"))
    answer = as_ada.post(f"{BOOKINGS}?column=client")
    assert answer.url == EXPORTS
    return Export.objects.get()


def made(export: Export, at=None) -> Export:
    exports.run(export_id=export.pk, now=at or timezone.now())
    export.refresh_from_db()
    return export


def files() -> list[str]:
    return sorted(path.name for path in exports.folder().iterdir())


def test_a_long_report_is_asked_for_by_post_and_by_get_changes_nothing(
    owner, ada, book, monkeypatch
):
    book(ada)
    monkeypatch.setattr("web.desk.views.exports.MOST_AT_ONCE", 0)

    page = owner.get(BOOKINGS)

    assert "Make the file" in page.content.decode()
    assert Export.objects.count() == 0


def test_a_worker_makes_the_file_and_its_maker_gets_it(asked, as_ada, owner):
    assert "Waiting, 0 %" in as_ada.get(f"{EXPORTS}?fragment=1").content.decode()

    tasks.run_export(export_id=asked.pk, something_newer=1)

    asked.refresh_from_db()
    assert (asked.state, asked.rows_done, asked.percent) == (Export.DONE, 1, 100)
    file = f"{EXPORTS}{asked.pk}/file/"
    assert file in as_ada.get(EXPORTS).content.decode()
    assert csv_rows(as_ada.get(file)) == [["Client"], ["Cleo"]]
    assert owner.get(file).status_code == 404
    assert (exports.folder() / asked.file_name).stat().st_mode & 0o077 == 0


def test_a_workbook_is_made_as_well(as_ada, ada, book):
    book(ada)
    as_ada.post(f"{BOOKINGS}?column=client&format=xlsx")

    export = made(Export.objects.get())

    assert excel_rows(as_ada.get(f"{EXPORTS}{export.pk}/file/")) == [["Client"], ["Cleo"]]


def test_what_a_killed_worker_left_is_made_by_the_next_once_its_claim_is_over(asked):
    now = timezone.now()
    assert exports.claimed(asked.pk, now) is not None  # and -9

    assert made(asked).state == Export.RUNNING  # it is still somebody's
    assert exports.due(now=now) == []
    later = now + Export.LEASE
    assert exports.due(now=later) == [asked.pk]
    assert made(asked, later).state == Export.DONE


def test_a_worker_that_lost_its_claim_leaves_no_file(asked):
    first = exports.claimed(asked.pk, timezone.now())
    second = exports.claimed(asked.pk, timezone.now() + Export.LEASE)

    with pytest.raises(exports.ClaimLost):
        exports.make(first)
    assert files() == []
    exports.make(second)

    asked.refresh_from_db()
    assert files() == [asked.file_name]


def test_what_kills_every_worker_is_given_up_in_words(asked, as_ada):
    now = timezone.now()
    for attempt in range(Export.MOST_ATTEMPTS):
        assert exports.claimed(asked.pk, now + attempt * Export.LEASE) is not None

    assert exports.due(now=now + 3 * Export.LEASE) == []

    asked.refresh_from_db()
    assert asked.state == Export.FAILED
    assert "could not be made" in as_ada.get(EXPORTS).content.decode()


def test_permission_is_asked_again_when_it_is_made(asked, ada, as_role):
    ada.user.groups.set(Group.objects.filter(name="viewer"))

    export = made(asked)

    assert (export.state, export.error) == (Export.FAILED, Export.FORBIDDEN)
    assert files() == []


def test_a_junior_who_lost_a_booking_meanwhile_does_not_get_it(asked, ada, ben, as_ada):
    ada.user, user = None, ada.user
    ada.save()

    export = made(asked)

    assert export.state == Export.DONE
    ada.user = user
    assert csv_rows(as_ada.get(f"{EXPORTS}{export.pk}/file/")) == [["Client"]]


@pytest.mark.parametrize(("links", "role"), [("", "junior"), ("&links=1", "viewer")])
def test_whoever_may_see_less_since_does_not_get_the_file(owner, online, links, role):
    owner.post(f"{BOOKINGS}?column=client{links}")
    export = made(Export.objects.get())
    file = f"{EXPORTS}{export.pk}/file/"
    assert csv_rows(owner.get(file))[1][0] == "Cleo"

    export.maker.groups.set(Group.objects.filter(name=role))
    export.maker.user_permissions.add(Permission.objects.get(codename="export_bookings"))

    assert owner.get(EXPORTS).status_code == 200
    assert owner.get(file).status_code == 403


def test_files_go_after_a_week_and_so_does_what_nobody_can_get(asked):
    made(asked)
    (exports.folder() / "left-over.csv.part").touch()
    soon = timezone.now() + Export.KEPT

    with time_machine.travel(soon + timedelta(minutes=5), tick=False):
        tasks.sweep_exports()

    assert Export.objects.count() == 0
    assert files() == []


def test_nobody_waits_for_more_than_five_files(asked, as_ada):
    for _time in range(7):
        as_ada.post(BOOKINGS)

    assert Export.objects.count() == exports.MOST_WAITING


def test_the_sweep_rings_for_what_waits(asked, monkeypatch):
    rung = []
    monkeypatch.setattr(tasks.run_export, "apply_async", lambda **how: rung.append(how["kwargs"]))

    tasks.sweep_exports()

    assert rung == [{"export_id": asked.pk}]
