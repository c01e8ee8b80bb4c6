"""What stands between the network and the site: a request reaches a worker's thread and its transaction whole.

A body is read here, in an event loop where ten thousand slow ones cost nobody a thread, with limits of silence, rate
and size, not of total time: a county on a bad line may take as long as it needs. An answer is taken from the thread
whole as well, so that a slow reader holds none. The site itself stays a WSGI application in a pool of threads that
keep their connections to the database.
"""

import asyncio
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from urllib.parse import quote

THREADS = int(os.environ.get("JIQUN_THREADS", "4"))  # a request waits for the database most of its time
IN_MEMORY = 256 * 1024
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """What a body may be, and how slowly it may come."""

    most_bytes: int = 10 * 1024 * 1024
    silence_seconds: float = 15
    grace_seconds: float = 30  # so long a body may come at any rate
    least_bytes_a_second: float = 256  # thereafter, since its first byte


class Refused(Exception):
    """A body that is not read on; `status` is the answer."""

    def __init__(self, status: int, words: str):
        super().__init__(words)
        self.status, self.words = status, words


class Gone(Exception):
    """The client went away before its request was whole: nobody waits for an answer."""


class Edge:
    """An ASGI application around a WSGI one."""

    def __init__(self, site, *, threads: int = THREADS, limits: Limits | None = None):
        self.site, self.limits = site, limits or Limits()
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="site")

    async def __call__(self, scope, receive, send):
        """Answer one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        if scope["type"] != "http":  # there is no lifespan here
            raise NotImplementedError(scope["type"])
        with SpooledTemporaryFile(IN_MEMORY) as body, SpooledTemporaryFile(IN_MEMORY) as answer:
            try:
                size = await self.read(scope, receive, body)
            except Refused as refusal:
                await self.refuse(send, refusal)
                return
            except Gone:
                return
            environment = environment_of(scope, body, size)
            loop = asyncio.get_running_loop()
            status, headers = await loop.run_in_executor(self.pool, self.ask, environment, answer)
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await self.write(send, answer)

    async def read(self, scope, receive, body) -> int:
        """Read a body into a file and return its size; raises Refused when it is too large or comes too slowly."""
        limits, size, began = self.limits, 0, time.monotonic()
        if any(name == b"transfer-encoding" for name, _value in scope["headers"]):
            # Beside a Content-Length, which the server drops unseen, it hides a second request from a proxy.
            raise Refused(400, "A request says by Content-Length alone how large it is.")
        if announced(scope) > limits.most_bytes:
            raise Refused(413, "The request is too large.")
        while True:
            try:
                message = await asyncio.wait_for(receive(), limits.silence_seconds)
            except TimeoutError:
                raise Refused(408, "The request did not come to its end.") from None
            if message["type"] == "http.disconnect":
                raise Gone
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > limits.most_bytes:
                raise Refused(413, "The request is too large.")
            body.write(chunk)
            if not message.get("more_body"):
                body.seek(0)
                return size
            took = time.monotonic() - began
            if took > limits.grace_seconds and size < took * limits.least_bytes_a_second:
                raise Refused(408, "The request came too slowly.")

    @staticmethod
    async def refuse(send, refusal: Refused) -> None:
        """Answer in one line and close the connection: what is left of the body is not read."""
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await send({"type": "http.response.body", "body": refusal.words.encode()})

    def ask(self, environment: dict, answer) -> tuple[int, list[tuple[bytes, bytes]]]:
        """Have the site answer, in a thread of the pool; the whole answer lies in the file afterwards."""
        begun: list = []

        def start_response(status, headers, exc_info=None):
            begun[:] = int(status[:3]), [(name.lower().encode("latin1"), value.encode("latin1"))
                                         for name, value in headers]  # fmt: skip

        parts = self.site(environment, start_response)
        try:
            for part in parts:
                answer.write(part)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        answer.seek(0)
        return begun[0], begun[1]

    @staticmethod
    async def write(send, answer) -> None:
        """Send an answer, a large one in pieces."""
        piece = answer.read(CHUNK)
        while True:
            following = answer.read(CHUNK)
            await send({"type": "http.response.body", "body": piece, "more_body": bool(following)})
            if not following:
                return
            piece = following


def announced(scope) -> int:
    """Return the size of the body that the request announces; 0 where it announces none."""
    return next((int(value) for name, value in scope["headers"] if name == b"content-length" and value.isdigit()), 0)


def environment_of(scope, body, size: int) -> dict:
    """Return the request as WSGI tells it."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin1"),
        "RAW_URI": scope.get("raw_path", quote(scope["path"]).encode()).decode("latin1"),
        "QUERY_STRING": scope["query_string"].decode("latin1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name:  # would read as the header with a dash, which only the proxy may write
            continue
        key = "HTTP_" + name.decode("latin1").upper().replace("-", "_")
        between = "; " if key == "HTTP_COOKIE" else ","
        environment[key] = between.join(filter(None, (environment.get(key), value.decode("latin1"))))
    environment["CONTENT_TYPE"] = environment.pop("HTTP_CONTENT_TYPE", "")
    environment.pop("HTTP_CONTENT_LENGTH", None)
    environment["CONTENT_LENGTH"] = str(size)
    return environment
