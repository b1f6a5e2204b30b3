"""The database's own last word, tried by writes that no action made."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from booking.guards import OVERLAP_GUARD, install_guards
from booking.models import Session
from tests.factories import TOMORROW_NOON, provider, service

HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def ada():
    return provider("Ada")


@pytest.fixture
def lesson(ada):
    return service(ada)


@pytest.fixture
def noon(lesson, ada):
    """Ada's session from noon, half an hour long."""
    session = session_at(lesson, ada)
    session.save()
    return session


def session_at(of, who, minutes=0, **fields):
    starts_at = TOMORROW_NOON + timedelta(minutes=minutes)
    return Session(
        **{
            "service": of,
            "provider": who,
            "starts_at": starts_at,
            "ends_at": starts_at + HALF_HOUR,
            "occupied_from": starts_at,
            "occupied_until": starts_at + HALF_HOUR,
            **fields,
        }
    )


def refuses(write):
    with pytest.raises(IntegrityError, match=OVERLAP_GUARD), transaction.atomic():
        write()
    return True


OVERLAPS = pytest.mark.parametrize("minutes", [-29, -15, 0, 15, 29])


# --- Writes that overlap -----------------------------------------------------


@pytest.mark.django_db
@OVERLAPS
def test_overlapping_insert_is_refused(noon, lesson, ada, minutes):
    assert refuses(session_at(lesson, ada, minutes).save)
    assert Session.objects.get() == noon


@pytest.mark.django_db
def test_overlap_of_a_microsecond_is_refused(noon, lesson, ada):
    late = session_at(lesson, ada, 30)
    late.occupied_from -= timedelta(microseconds=1)

    assert refuses(late.save)


@pytest.mark.django_db
def test_overlap_of_buffers_is_refused(noon, lesson, ada):
    before = TOMORROW_NOON + timedelta(minutes=29)

    assert refuses(session_at(lesson, ada, 60, occupied_from=before).save)


@pytest.mark.django_db
def test_session_around_another_is_refused(noon, lesson, ada):
    long = session_at(lesson, ada, -60)
    long.ends_at = long.occupied_until = TOMORROW_NOON + timedelta(hours=3)

    assert refuses(long.save)


@pytest.mark.django_db
@OVERLAPS
def test_overlapping_bulk_create_is_refused(noon, lesson, ada, minutes):
    free = session_at(lesson, ada, 300)

    assert refuses(lambda: Session.objects.bulk_create([free, session_at(lesson, ada, minutes)]))
    assert Session.objects.get() == noon


@pytest.mark.django_db
def test_two_overlapping_rows_of_one_bulk_create_are_refused(lesson, ada):
    pair = [session_at(lesson, ada), session_at(lesson, ada, 10)]

    assert refuses(lambda: Session.objects.bulk_create(pair))


@pytest.mark.django_db
def test_update_onto_another_is_refused(noon, lesson, ada):
    later = session_at(lesson, ada, 60)
    later.save()
    mine = Session.objects.filter(pk=later.pk)

    assert refuses(lambda: mine.update(occupied_from=TOMORROW_NOON + timedelta(minutes=29)))
    assert mine.update(occupied_from=TOMORROW_NOON + HALF_HOUR) == 1


@pytest.mark.django_db
def test_update_to_a_busy_provider_is_refused(noon, lesson, ada):
    bens = session_at(lesson, provider("Ben"))
    bens.save()

    assert refuses(lambda: Session.objects.filter(pk=bens.pk).update(provider=ada))


@pytest.mark.django_db
def test_cancelled_session_does_not_come_back_over_another(noon, lesson, ada):
    gone = session_at(lesson, ada, status=Session.CANCELLED)
    gone.save()

    assert refuses(lambda: Session.objects.filter(pk=gone.pk).update(status=Session.ACTIVE))


@pytest.mark.django_db
def test_raw_insert_is_refused(noon):
    columns = ", ".join(
        field.column for field in Session._meta.concrete_fields if not field.primary_key
    )
    others = columns.replace("host_token", "'another host token'")
    copy = f"INSERT INTO booking_session ({columns}) SELECT {others} FROM booking_session"

    with connection.cursor() as cursor:
        assert refuses(lambda: cursor.execute(copy))


# --- Writes that do not ------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [-30, 30, -300, 300])
def test_touching_and_distant_sessions_are_allowed(noon, lesson, ada, minutes):
    session_at(lesson, ada, minutes).save()


@pytest.mark.django_db
def test_other_providers_and_cancelled_sessions_are_allowed(noon, lesson, ada):
    session_at(lesson, provider("Ben")).save()
    session_at(lesson, ada, status=Session.CANCELLED).save()
    session_at(lesson, ada, status=Session.CANCELLED).save()

    Session.objects.filter(pk=noon.pk).update(status=Session.CANCELLED)

    session_at(lesson, ada).save()


@pytest.mark.django_db
def test_session_may_be_shifted_over_its_own_time(noon):
    shift = timedelta(minutes=5)

    Session.objects.filter(pk=noon.pk).update(
        starts_at=models.F("starts_at") + shift,
        ends_at=models.F("ends_at") + shift,
        occupied_from=models.F("occupied_from") + shift,
        occupied_until=models.F("occupied_until") + shift,
    )

    noon.refresh_from_db()
    noon.save()


# --- It stays ----------------------------------------------------------------


@pytest.mark.django_db
def test_guard_is_installed_twice_without_harm(noon, lesson, ada):
    install_guards()
    install_guards()

    assert refuses(session_at(lesson, ada, 10).save)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", [1, 2])
def test_guard_is_there_after_the_flush_between_transactional_tests(lesson, ada, _round):
    session_at(lesson, ada).save()

    assert refuses(session_at(lesson, ada, 10).save)


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_guard_returns_after_a_migration_that_rebuilds_the_table(lesson, ada):
    session_at(lesson, ada).save()
    wider = models.CharField(max_length=30)
    wider.set_attributes_from_name("status")
    wider.model = Session
    status = Session._meta.get_field("status")

    try:
        with connection.schema_editor() as editor:
            editor.alter_field(Session, status, wider, strict=True)
        assert triggers() == set()  # why the guard is installed after every migration
        install_guards()

        assert refuses(session_at(lesson, ada, 10).save)
    finally:
        with connection.schema_editor() as editor:
            editor.alter_field(Session, wider, status)
        install_guards()


def triggers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall() if name.startswith(OVERLAP_GUARD)}


@pytest.mark.django_db(transaction=True)
def test_guard_that_went_missing_returns_with_the_next_migration(lesson, ada):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in triggers():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute(f"ALTER TABLE booking_session DROP CONSTRAINT {OVERLAP_GUARD}")
    pair = [session_at(lesson, ada), session_at(lesson, ada, 10)]
    Session.objects.bulk_create(pair)
    Session.objects.all().delete()

    call_command("migrate", verbosity=0)

    session_at(lesson, ada).save()
    assert refuses(session_at(lesson, ada, 10).save)
