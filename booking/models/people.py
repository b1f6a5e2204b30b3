"""Who signs in, who meets clients, and the clients themselves."""

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from booking.validators import (
    LAST_POSITION,
    MOST_A_DAY,
    above_limits,
    validate_colour,
    validate_timezone,
)


class UserManager(BaseUserManager["User"]):
    """Users are known by e-mail, whatever its capitals."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Save a user; without a password only a mailed code lets them in."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in: staff by password, a client by a mailed code."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=150, blank=True)
    is_staff = models.BooleanField(_("works here"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("added"), default=now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)


class ProviderQuerySet(models.QuerySet["Provider"]):
    def active(self):
        return self.filter(is_active=True)

    def offering(self, services: Iterable[models.Model]):
        """Those who give one of the services at least."""
        return self.filter(services__in=services).distinct()

    def in_order(self):
        return self.order_by("position", "name", "pk")


class Provider(models.Model):
    """A person who meets clients, in one place at a time."""

    name = models.CharField(pgettext_lazy("person", "name"), max_length=150)
    user = models.OneToOneField(
        User,
        verbose_name=_("signs in as"),
        related_name="provider",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    description = models.TextField(_("description"), blank=True)
    picture = models.ImageField(_("picture"), upload_to="providers/", blank=True)
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_timezone],
        help_text=_("Leave empty to use the company's."),
    )
    language = models.CharField(_("language of messages"), max_length=10, blank=True)
    colour = models.CharField(
        _("colour"), max_length=7, default="#3b6fb6", validators=[validate_colour]
    )
    daily_maximum = models.PositiveSmallIntegerField(
        _("at most … sessions a day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Of all services together. Leave empty for no limit."),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(daily_maximum__isnull=True) | models.Q(daily_maximum__gte=1),
                name="provider_daily_maximum_positive",
            )
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if errors := above_limits(self, {"daily_maximum": MOST_A_DAY, "position": LAST_POSITION}):
            raise ValidationError(errors)


class ClientQuerySet(models.QuerySet["Client"]):
    def known(self):
        """All but those that were erased."""
        return self.filter(erased_at=None)

    def like(self, client: "Client"):
        """Other records that may be of the same person: the same e-mail, phone or name.

        Capitals make no difference, and what neither has is nothing they share.
        """
        alike = models.Q(name__iexact=client.name)
        if client.email:
            alike |= models.Q(email__iexact=client.email)
        if client.phone:
            alike |= models.Q(phone=client.phone)
        return self.known().filter(alike).exclude(pk=client.pk)


class Client(models.Model):
    """Somebody who books. ``user`` is set once they proved to own the address.

    Of one erased (``erased_at``) nothing personal is kept: its name is ``NAMELESS``, and people
    are shown ``ERASED``, as ``str`` has it.
    """

    NAMELESS = "—"
    ERASED = _("Erased client")

    name = models.CharField(pgettext_lazy("person", "name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    timezone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[validate_timezone]
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    user = models.ForeignKey(
        User,
        verbose_name=_("signs in as"),
        related_name="clients",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    created_at = models.DateTimeField(_("added"), default=now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        constraints = [
            # Two people of one family may share an address: the pair is the person.
            models.UniqueConstraint(
                Lower("email"),
                Lower("name"),
                condition=~models.Q(email=""),
                name="client_email_name_unique",
            )
        ]

    def __str__(self):
        return str(self.ERASED) if self.erased_at else self.name
