"""What happens around every request: language, one transaction, no private page in a cache."""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from audit.record import in_one_request, write_at_the_end
from config.views import refused_act
from workflow.refusals import StepRefused, busy


class ChosenLanguage:
    """Speak Chinese unless the person chose otherwise.

    The browser's own preference is not asked: an official page looks the same on every desk.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class PrivatePages:
    """Keep what a signed-in person sees out of every cache, the browser's back list included."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class Files:
    """Let a file that leaves the site do nothing, whatever is in it, where a browser shows it instead of saving it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if "Content-Disposition" in response.headers:
            response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response


class NoBareRefusal:
    """Answer what an address does not take with a page and the way back, never with an empty one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = render(request, "errors/405.html", status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        page._has_been_logged = True  # by the one that is replaced
        return page


class OneTransaction:
    """Open one transaction for the request and undo it when the page fails.

    What was done is recorded last, so that nobody waits for the record while a page or a file is made. A refusal
    is recorded after the rollback, in a transaction of its own: what was refused must be on record although
    nothing else of it is (security rules, Audit). What waited too long for somebody else is answered after the
    rollback too: nothing can be asked in a transaction that has failed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.has_failed, request.waited = False, None
        with in_one_request() as refusals:
            try:
                with transaction.atomic():
                    response = self.get_response(request)
                    if request.has_failed or response.status_code >= 500:
                        transaction.set_rollback(True)
                    else:
                        write_at_the_end()
            except OperationalError as error:
                request.waited = busy(error)
                if request.waited is None:
                    raise
        for write in refusals:
            write()
        return refused_act(request, request.waited) if request.waited else response

    def process_exception(self, request, exception):
        """Remember that the view raised, also when the answer is a tidy 403 or 404.

        A refused act that no view answers is answered with its sentence.
        """
        request.has_failed, request.waited = True, busy(exception)
        if request.waited:
            return HttpResponse(status=request.waited.status)  # stands in for the answer after the rollback
        # Those that are a 403 go the way of every 403; another would be a failure of ours.
        if isinstance(exception, StepRefused) and not isinstance(exception, PermissionDenied):
            return refused_act(request, exception)
        return None
