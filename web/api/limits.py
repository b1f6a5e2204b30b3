"""How many changes one address may ask for in a minute."""

from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from web.limits import is_beyond_limit, seconds_to_wait


class ChangesAMinute(BaseThrottle):
    """The limit of the public forms, counted together with them."""

    def allow_request(self, request: HttpRequest) -> bool:
        return not is_beyond_limit(request)

    def wait(self) -> float:
        return seconds_to_wait()
