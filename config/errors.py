"""What is answered where no view of ours is reached: a wrong host, a middleware that failed."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from web.api.problems import Problem, answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_of_the_api(request):
        return answer(Problem(400, "bad_request", "This request could not be understood."))
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if is_of_the_api(request):
        return answer(Problem.unforeseen())
    return defaults.server_error(request)


def is_of_the_api(request: HttpRequest) -> bool:
    """Whether a program asks, to be answered by problem documents."""
    return request.path_info.startswith("/api/")
