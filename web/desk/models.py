"""The staff side's own rows: another name for a service, who signs in how, and reports as files."""

from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from booking.models import Service, User


class Class(Service):
    """A service with several places, shown under *Manage > Classes*."""

    class Meta:
        proxy = True
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        default_permissions = ()  # a class is a service: the permissions are the service's


class ExportQuerySet(models.QuerySet["Export"]):
    def claimable(self, at: datetime):
        """Those that wait for a worker, or whose worker never came back."""
        return self.filter(Q(state=Export.WAITING) | Q(state=Export.RUNNING, claimed_until__lte=at))

    def of(self, user: User):
        """Those that ``user`` asked for: nobody else gets the file."""
        return self.filter(maker=user)


class Export(models.Model):
    """A report too long to wait for, made into a file by a worker.

    ``query`` is the report's address without its page. While a worker is at it, it holds
    ``claim`` until ``claimed_until``, and moves that with each batch of rows; once that is
    past, another may begin anew. ``error`` is a code, in words by ``error_text``. The file is
    private to its maker and lives for ``KEPT``; ``of_all`` says that its maker could see
    everybody's bookings when it was made.
    """

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
    STATES = [
        (WAITING, _("Waiting")),
        (RUNNING, _("Being made")),
        (DONE, pgettext_lazy("file", "Ready")),
        (FAILED, pgettext_lazy("file", "Failed")),
    ]
    FORBIDDEN, BROKEN = "forbidden", "broken"
    ERRORS = {
        FORBIDDEN: _("You may no longer export these bookings."),
        BROKEN: _("It could not be made, also not when tried again. Please try fewer rows."),
    }
    LEASE = timedelta(seconds=120)
    KEPT = timedelta(days=7)
    MOST_ATTEMPTS = 3

    maker = models.ForeignKey(User, related_name="exports", on_delete=models.CASCADE)
    report = models.CharField(max_length=20)
    file_type = models.CharField(max_length=4)
    query = models.TextField(blank=True)
    language = models.CharField(max_length=10)
    with_links = models.BooleanField(default=False)
    of_all = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=WAITING)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=20, blank=True)
    file_name = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField(_("asked for"))
    finished_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        default_permissions = ()  # whoever may read the report
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running") | Q(claimed_until__isnull=False),
                name="export_running_is_claimed",
            )
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="export_unfinished",
            )
        ]

    def __str__(self):
        return f"{self.report} {self.asked_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.WAITING, self.RUNNING)

    @property
    def percent(self) -> int:
        return 100 * self.rows_done // self.rows if self.rows else 0

    @property
    def error_text(self) -> str:
        return str(self.ERRORS.get(self.error, ""))

    @property
    def kept_until(self) -> datetime:
        return self.asked_at + self.KEPT


class RequiredSecondFactor(models.Model):
    """A role whose people have to sign in in two steps."""

    group = models.OneToOneField(
        Group, related_name="required_second_factor", on_delete=models.CASCADE
    )

    class Meta:
        default_permissions = ()  # whoever may change users says so

    def __str__(self):
        return self.group.name
