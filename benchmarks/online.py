"""The company of row 9: `python -m benchmarks.online`, after `benchmarks.dataset online`.

Zoom is the stand-in that the settings name.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from booking.models import Provider  # noqa: E402
from web.demo.zoom import authorise  # noqa: E402
from zoomlink.models import ProviderMeeting, ZoomConnection  # noqa: E402


def main() -> None:
    """Connect the account, and let each provider be one of its users."""
    authorise(None, timezone.now())
    connection = ZoomConnection.objects.current()
    assert connection is not None, "connected above"
    users = connection.users.filter(email__startswith="user").order_by("email")
    ProviderMeeting.objects.bulk_create(
        ProviderMeeting(provider=provider, engine=ProviderMeeting.ZOOM, zoom_user=user)
        for provider, user in zip(Provider.objects.order_by("pk"), users, strict=True)
    )


if __name__ == "__main__":
    main()
