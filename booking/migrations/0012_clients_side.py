"""What the clients' side needs: looks and terms, questions and consents, proofs, erasing."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0011_label_and_export"),
    ]

    operations = [
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="text")),
                ("is_required", models.BooleanField(default=True, verbose_name="must be ticked")),
                ("is_active", models.BooleanField(default=True, verbose_name="shown")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
            },
        ),
        migrations.AddField(
            model_name="booking",
            name="agreed",
            field=models.JSONField(blank=True, default=list, verbose_name="agreed to"),
        ),
        migrations.AddField(
            model_name="booking",
            name="answers",
            field=models.JSONField(blank=True, default=list, verbose_name="answers"),
        ),
        migrations.AddField(
            model_name="booking",
            name="proof_token",
            field=models.CharField(
                blank=True, editable=False, max_length=22, null=True, unique=True
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="erased_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="erased"
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="booked_text",
            field=models.TextField(
                blank=True,
                help_text="How to find you, or what to bring.",
                verbose_name="shown once somebody has booked",
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="embed_origins",
            field=models.TextField(blank=True, verbose_name="pages that may show the booking site"),
        ),
        migrations.AddField(
            model_name="company",
            name="logo",
            field=models.ImageField(blank=True, upload_to="company/", verbose_name="logo"),
        ),
        migrations.AddField(
            model_name="company",
            name="policy",
            field=models.TextField(
                blank=True,
                help_text="Your rules for cancelling, and what you do with people's data.",
                verbose_name="terms",
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="proof_above",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Above that the time is held until the client follows a link in a mail. 0 asks everybody. Empty: as the installation says.",
                null=True,
                verbose_name="confirm by e-mail above … bookings an hour from one address",
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="proof_minutes",
            field=models.PositiveSmallIntegerField(
                default=15,
                validators=[
                    django.core.validators.MinValueValidator(5),
                    django.core.validators.MaxValueValidator(1440),
                ],
                verbose_name="a time held for that is free again after … minutes",
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="shows_hours",
            field=models.BooleanField(
                default=True, verbose_name="show opening hours on the booking site"
            ),
        ),
        migrations.AddField(
            model_name="company",
            name="site_colour",
            field=models.CharField(
                default="#1d6b57",
                max_length=7,
                validators=[
                    django.core.validators.RegexValidator(
                        "^#[0-9a-fA-F]{6}$",
                        "Write a colour as # and six hexadecimal digits, such as #2f6f4f.",
                    )
                ],
                verbose_name="colour of the booking site",
            ),
        ),
        migrations.AddField(
            model_name="provider",
            name="picture",
            field=models.ImageField(blank=True, upload_to="providers/", verbose_name="picture"),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("booked", "Booked"),
                    ("rescheduled", "Moved"),
                    ("cancelled", "Cancelled"),
                    ("held", "Held"),
                    ("requested", "Asked for approval"),
                    ("approved", "Approved"),
                    ("declined", "Declined"),
                    ("expired", "Expired"),
                    ("labelled", "Label changed"),
                    ("attendance_noted", "Attendance noted"),
                    ("commented", "Comment changed"),
                    ("session_scheduled", "Session scheduled"),
                    ("session_moved", "Session moved"),
                    ("session_capacity_changed", "Places changed"),
                    ("session_cancelled", "Session cancelled"),
                    ("feature_enabled", "Feature enabled"),
                    ("feature_disabled", "Feature disabled"),
                    ("zoom_connected", "Zoom connected"),
                    ("zoom_disconnected", "Zoom disconnected"),
                    ("zoom_connection_lost", "Zoom connection lost"),
                    ("meeting_failed", "Meeting could not be made"),
                    ("link_added", "Meeting link added"),
                    ("link_removed", "Meeting link removed"),
                    ("meeting_chosen", "Way of meeting chosen"),
                    ("meeting_settings_changed", "Settings of meetings changed"),
                    ("zoom_leaving", "Logout from Zoom begun"),
                    ("zoom_user_missing", "Zoom user no longer there"),
                    ("meeting_gone", "Meeting deleted at Zoom"),
                    ("meeting_started", "Meeting started"),
                    ("meeting_ended", "Meeting ended"),
                    ("fallback_used", "Fallback room used"),
                    ("fallback_ended", "Fallback room no longer needed"),
                    ("client_waits", "Client waits for the provider"),
                    ("meeting_not_ready", "Meeting not ready"),
                    ("waiting_joined", "Joined the waiting list"),
                    ("waiting_left", "Left the waiting list"),
                    ("restored", "Cancellation undone"),
                    ("clients_merged", "Clients merged"),
                    ("client_changed", "Client changed their details"),
                    ("client_erased", "Client erased their data"),
                ],
                max_length=40,
                verbose_name="what",
            ),
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=200, verbose_name="question")),
                (
                    "help_text",
                    models.CharField(blank=True, max_length=250, verbose_name="explanation"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Line of text"),
                            ("long_text", "Several lines of text"),
                            ("choice", "Choice of one"),
                            ("yes_no", "Yes or no"),
                        ],
                        default="text",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "options",
                    models.TextField(
                        blank=True,
                        help_text="Of a choice: one in each line.",
                        verbose_name="options",
                    ),
                ),
                (
                    "is_required",
                    models.BooleanField(default=False, verbose_name="must be answered"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="asked")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="position")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="booking.service",
                        verbose_name="service",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
            },
        ),
    ]
