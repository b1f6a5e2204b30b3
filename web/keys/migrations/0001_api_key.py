"""Keys of the API, and who may make them: whoever may change the company."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NEW = {"add_apikey": "add", "change_apikey": "change", "view_apikey": "view"}


def give(apps, schema_editor):
    """To the roles that change the company; a new installation has no roles yet."""
    groups = apps.get_model("auth", "Group").objects.filter(
        permissions__codename="change_company", permissions__content_type__app_label="booking"
    )
    if not groups:
        return
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="api", model="apikey"
    )
    permissions = apps.get_model("auth", "Permission").objects
    made = [
        permissions.get_or_create(
            codename=codename, content_type=kind, defaults={"name": f"Can {verb} API key"}
        )[0]
        for codename, verb in NEW.items()
    ]
    for group in groups:
        group.permissions.add(*made)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("page", "For a web page"), ("server", "For a server")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "prefix",
                    models.CharField(db_index=True, max_length=11, verbose_name="begins with"),
                ),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "origins",
                    models.JSONField(blank=True, default=list, verbose_name="allowed origins"),
                ),
                (
                    "requests_per_minute",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="changes per minute"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="made")),
                (
                    "last_used_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="last used"),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "default_permissions": ("add", "change", "view"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("requests_per_minute__isnull", True),
                            ("requests_per_minute__gte", 1),
                            _connector="OR",
                        ),
                        name="api_key_of_some_requests",
                    )
                ],
            },
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
