"""Remember with which settings the meetings were made that stand at Zoom already."""

from django.db import migrations

SENT_UNTIL_NOW = {"waiting_room": False, "join_before_host": True}


def remember(apps, schema_editor):
    """Without this each of them would be patched once, at the cost of its host's day."""
    meetings = apps.get_model("zoomlink", "Meeting").objects.exclude(sent={})
    for meeting in meetings.only("pk", "sent").iterator():
        meeting.sent["settings"] = SENT_UNTIL_NOW
        meeting.save(update_fields=["sent"])


class Migration(migrations.Migration):
    dependencies = [("zoomlink", "0002_whole_life")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
