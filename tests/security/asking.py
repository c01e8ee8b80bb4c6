"""Ask for a page in a savepoint that is rolled back, and compare answers byte by byte."""

import re
from contextlib import contextmanager

from django.db import transaction

# What differs from one answer to the next without meaning anything: tokens, minted keys, the seconds a session
# lasts, and the moment of asking on the line of a call.
TOKENS = re.compile(
    rb"""(?P<before>name="csrfmiddlewaretoken"\ value="
    |name="csrf-token"\ content="
    |name="key"[^>]{0,80}value="
    |data-session-left="
    |class="is-today">.{0,80}datetime=")[A-Za-z0-9:.+-]+""",
    re.VERBOSE,
)
HEADERS_THAT_TELL_NOTHING = {"Set-Cookie", "Date", "Expires", "Server-Timing"}


@contextmanager
def undone():
    """Undo everything that was written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client, method: str, path: str, **more):
    """Return the answer to one request, whose effects are undone; the client stays as it was."""
    cookies = client.cookies.copy()
    with undone():
        response = getattr(client, method.lower())(path, **more)
        body = b"".join(response.streaming_content) if response.streaming else response.content
    client.cookies = cookies
    response.body = body
    return response


def without_tokens(body: bytes) -> bytes:
    """Return a page without csrf tokens and minted keys."""
    return TOKENS.sub(rb"\g<before>", body)


def seen(response, *paths: str) -> tuple:
    """Return everything a person learns from an answer: status, headers, body; paths themselves left out."""
    body = without_tokens(response.body)
    headers = {name: value for name, value in response.headers.items() if name not in HEADERS_THAT_TELL_NOTHING}
    if b"csrf" in response.body:
        headers.pop("Content-Length", None)
    for path in paths:
        body = body.replace(path.encode(), b"PATH")
        headers = {name: value.replace(path, "PATH") for name, value in headers.items()}
    return response.status_code, headers, body
