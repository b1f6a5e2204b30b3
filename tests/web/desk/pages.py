"""What a browser sends of the pages under *Manage*, filled in correctly."""

from booking.models import Company, Provider, Service


def rows_of(prefix: str, *rows: dict[str, object], stored: int = 0) -> dict[str, object]:
    """The rows of a table within a page, ``stored`` of them known already."""
    posted: dict[str, object] = {
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": stored,
    }
    for number, row in enumerate(rows):
        posted |= {f"{prefix}-{number}-{name}": entry for name, entry in row.items()}
    return posted


def stretch(hours: str, weekday: int = 0, **fields: object) -> dict[str, object]:
    """Read ``09:00-13:00``; Monday is 0."""
    starts, ends = hours.split("-")
    return {"weekday": weekday, "starts": starts, "ends": ends, **fields}


def service_form(service: Service | None = None, **fields: object) -> dict[str, object]:
    """A service as it stands, or a new one."""
    service = service or Service(name="Massage", slug="massage")
    names = (
        "name", "slug", "duration_minutes", "buffer_before_minutes", "buffer_after_minutes",
        "currency", "colour", "position", "capacity",
    )  # fmt: skip
    optional = ("grid_minutes", "notice_minutes", "horizon_days", "daily_maximum", "price")
    posted: dict[str, object] = {name: getattr(service, name) for name in names}
    posted |= {
        name: getattr(service, name) for name in optional if getattr(service, name) is not None
    }
    posted |= {
        name: "on"
        for name in ("is_active", "is_listed", "ignores_hours", "needs_approval")
        if getattr(service, name)
    }
    if service.pk:
        posted["providers"] = [provider.pk for provider in service.providers.all()]
    return posted | rows_of("service_hours") | rows_of("questions") | fields


def provider_form(provider: Provider | None = None, **fields: object) -> dict[str, object]:
    """A provider as it stands, or a new one."""
    provider = provider or Provider(name="Eve")
    posted: dict[str, object] = {
        "name": provider.name,
        "colour": provider.colour,
        "position": provider.position,
    }
    if provider.is_active:
        posted["is_active"] = "on"
    return posted | fields


def week_form(days: dict[int, str], shown: str = "") -> dict[str, object]:
    """A week of hours: Monday is 0, its stretches are written ``09:00-13:00 14:00-18:00``."""
    posted: dict[str, object] = {"shown": shown}
    for weekday, stretches in days.items():
        pairs = [stretch.split("-") for stretch in stretches.split()]
        posted[f"starts-{weekday}"] = [starts for starts, _ends in pairs]
        posted[f"ends-{weekday}"] = [ends for _starts, ends in pairs]
    return posted


def company_form(**fields: object) -> dict[str, object]:
    """The company with its first values."""
    company = Company()
    names = (
        "name", "timezone", "language", "grid_minutes", "notice_minutes", "horizon_days",
        "cancel_until_minutes", "reschedule_until_minutes", "site_colour", "proof_minutes",
    )  # fmt: skip
    return {name: getattr(company, name) for name in names} | fields


def time_off_form(starts: str, ends: str, **fields: object) -> dict[str, object]:
    """Read ``2026-12-01 09:00``."""
    posted: dict[str, object] = {}
    for name, moment in (("starts_at", starts), ("ends_at", ends)):
        posted[f"{name}_0"], posted[f"{name}_1"] = moment.split(" ")
    return posted | fields
