"""Keep what the company had switched and written, where messages are now told apart further.

The one reminder, a day before, becomes a time beside others that may come. An approval had
the words and switches of a confirmation; news of a class those of its bookings.
"""

from django.db import migrations
from django.utils.timezone import now

DAY_BEFORE = 1440
# As they shipped until now, by audience and channel.
REMINDER_WAS_ON = {
    ("client", "email"): True,
    ("client", "sms"): False,
    ("provider", "email"): False,
    ("provider", "sms"): False,
    ("company", "email"): False,
}
NOW_ITS_OWN = {
    "confirmation": ("approved",),
    "changed": ("session-moved",),
    "cancelled": ("session-cancelled",),
}


def keep(apps, schema_editor):
    _keep_reminders(apps)
    _keep_switches(apps)
    _keep_words(apps)


def _keep_reminders(apps):
    model = apps.get_model("notifications", "MessageSetting")
    switched = model.objects.filter(kind="reminder")
    chosen = {(row.audience, row.channel): row.is_on for row in switched}
    timing = apps.get_model("notifications", "Timing")
    message = apps.get_model("notifications", "Message")
    for place, is_on in {**REMINDER_WAS_ON, **chosen}.items():
        if is_on:
            audience, channel = place
            of_place = {"kind": "reminder", "audience": audience, "channel": channel}
            one = timing.objects.create(**of_place, minutes=DAY_BEFORE, owed_at=now())
            message.objects.filter(**of_place).update(timing=one)
    switched.delete()


def _keep_switches(apps):
    model = apps.get_model("notifications", "MessageSetting")
    for old in model.objects.filter(kind__in=NOW_ITS_OWN):
        for kind in NOW_ITS_OWN[old.kind]:
            model.objects.get_or_create(
                kind=kind,
                audience=old.audience,
                channel=old.channel,
                defaults={"is_on": old.is_on},
            )


def _keep_words(apps):
    model = apps.get_model("notifications", "MessageTemplate")
    for old in model.objects.filter(kind="confirmation"):
        model.objects.get_or_create(
            kind="approved",
            audience=old.audience,
            channel=old.channel,
            language=old.language,
            defaults={"subject": old.subject, "body": old.body},
        )


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_timings_and_flexible_texts")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
