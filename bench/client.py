"""A browser reduced to what is measured: one kept connection, a session, a token."""

import http.client
import json

TOKEN = "b" * 32  # the cookie and the header must agree; that is all the check of the form token asks


class Unexpected(Exception):
    """An answer that is not the page that was to be measured."""


class Client:
    """One person at one server, over one kept connection."""

    def __init__(self, port: int, session: str = "", cookie_name: str = "sessionid"):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        cookies = [f"csrftoken={TOKEN}"] + ([f"{cookie_name}={session}"] if session else [])
        self.headers = {"Cookie": "; ".join(cookies), "Accept": "text/html", "X-CSRFToken": TOKEN}

    def get(self, address: str, contains: str = "") -> str:
        """Return a page; raises Unexpected when it is another one."""
        return self._ask("GET", address, None, contains, self.headers)

    def post(self, address: str, content: dict, contains: str = "") -> str:
        """Send JSON as the page's script does, and return the answer."""
        headers = self.headers | {"Content-Type": "application/json", "Accept": "application/json"}
        return self._ask("POST", address, json.dumps(content).encode(), contains, headers)

    def _ask(self, method: str, address: str, body, contains: str, headers: dict) -> str:
        self.connection.request(method, address, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200 or contains not in text:
            raise Unexpected(f"{method} {address}: {answer.status}, expected a page with {contains!r}: {text[:300]}")
        return text
