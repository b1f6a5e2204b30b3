"""Setting labels and exporting become permissions: whoever could change bookings keeps both."""

from django.db import migrations

NEW = {"label_booking": "Set labels of bookings", "export_bookings": "Export bookings"}


def keep(apps, schema_editor):
    """Give both to the roles that could do it; a new installation has no roles yet."""
    groups = apps.get_model("auth", "Group").objects.filter(
        permissions__codename="change_booking", permissions__content_type__app_label="booking"
    )
    if not groups:
        return
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="booking", model="booking"
    )
    permissions = apps.get_model("auth", "Permission").objects
    made = [
        permissions.get_or_create(codename=codename, content_type=kind, defaults={"name": name})[0]
        for codename, name in NEW.items()
    ]
    for group in groups:
        group.permissions.add(*made)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("booking", "0010_first_steps_and_second_thoughts"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="booking",
            options={
                "permissions": [
                    ("see_all_bookings", "See the bookings of all providers"),
                    ("override_rules", "Book outside the rules"),
                    ("label_booking", "Set labels of bookings"),
                    ("export_bookings", "Export bookings"),
                ],
                "verbose_name": "booking",
                "verbose_name_plural": "bookings",
            },
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
