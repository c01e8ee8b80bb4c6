"""A person at a browser, and what goes wrong on a page without being seen."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.utils import translation
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

from tests.journeys import accessibility

# Runs before any script of the page; what the policy forbids is told like an error.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => console.error(
    `CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
FAILED_TO_LOAD = re.compile(r"status of (\d{3})|net::(ERR_\w+)")


@dataclass
class Troubles:
    """Everything that a page reported against itself; a journey fails on any."""

    found: list[str] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)

    def add(self, trouble: str, kind: str = "") -> None:
        """Keep a trouble, unless this kind (a status or a network error) is expected at the moment."""
        if kind not in self.expected:
            self.found.append(trouble)


class Person:
    """Somebody who uses the site in one window, by role and name of what they see."""

    def __init__(self, context: BrowserContext, address: str, *, has_script: bool = True, language: str = "zh-hans"):
        self.context, self.address, self.has_script = context, address, has_script
        self.language, self.reports = language, []
        if language != "zh-hans":
            context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        self.troubles = Troubles()
        self.page = self.open_window()

    def open_window(self) -> Page:
        """Open a further tab of the same person, watched like the first."""
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.add_init_script(TELL_VIOLATIONS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.troubles.add(f"{page.url}: script error {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        found = FAILED_TO_LOAD.search(message.text)
        self.troubles.add(f"{self.page.url}: {message.text}", (found.group(1) or found.group(2)) if found else "")

    def _failed(self, request: Request) -> None:
        reason = (request.failure or "").removeprefix("net::")
        if reason != "ERR_ABORTED":  # a page that is left drops what it was still asking for
            self.troubles.add(f"{request.method} {request.url}: {reason}", reason)

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.add(f"{response.request.method} {response.url}: {response.status}", str(response.status))
        if response.request.resource_type == "document" and "content-security-policy" not in response.headers:
            self.troubles.add(f"{response.url}: no Content-Security-Policy")

    def expecting(self, *kinds: str):
        """Return a context in which answers of these statuses or network errors are meant."""
        return _Expecting(self.troubles, kinds)

    def word(self, message: str, *, context: str | None = None, **values) -> str:
        """Return what a message of the site says in this person's language."""
        with translation.override(self.language):
            says = translation.pgettext(context, message) if context else translation.gettext(message)
        return says % values if values else says

    # Going about

    def go(self, path: str) -> None:
        """Open an address of the site and look at the page."""
        self.page.goto(self.address + path if path.startswith("/") else path)
        self.look()

    def look(self) -> None:
        """Look at the page as a careful reader would: nothing inaccessible, nothing wider than the window."""
        self.page.wait_for_load_state()
        if self.has_script:
            accessibility.look_once(self.page, self.troubles)

    def button(self, name: str | re.Pattern) -> Locator:
        """Return the button in the content with these words."""
        return self.page.locator("main").get_by_role("button", name=name).first

    def link(self, name: str | re.Pattern) -> Locator:
        """Return the link in the content with these words."""
        return self.page.locator("main").get_by_role("link", name=name).first

    def press(self, name: str | re.Pattern) -> None:
        """Press a button that leads to another page, and look at it."""
        self._leave_by(self.button(name))

    def follow(self, name: str | re.Pattern) -> None:
        """Follow a link by its words, and look at where it leads."""
        self._leave_by(self.link(name))

    def _leave_by(self, target: Locator) -> None:
        with self.page.expect_navigation(wait_until="load"):
            target.click()
        self.look()

    def fill(self, label: str | re.Pattern, text: str, *, exact: bool = False) -> None:
        """Type into the field with this label."""
        self.page.get_by_label(label, exact=exact).first.fill(text)

    def reads(self, text: str | re.Pattern) -> None:
        """Be sure that the page says this."""
        expect(self.page.locator("body")).to_contain_text(text)

    def does_not_read(self, text: str | re.Pattern) -> None:
        """Be sure that the page does not say this."""
        expect(self.page.locator("body")).not_to_contain_text(text)

    @property
    def heading(self) -> str:
        """Return the only heading of the first level."""
        return self.page.get_by_role("heading", level=1).inner_text()

    @property
    def path(self) -> str:
        """Return the path of the page."""
        return urlsplit(self.page.url).path

    def sign_in(self, email: str, password: str) -> None:
        """Sign in on the page everybody uses."""
        self.go("/accounts/login/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(password)
        self.press(self.word("Sign in"))
        assert self.path != "/accounts/login/", "not signed in"

    # Mouse

    def press_slowly(self, target: Locator, *, ms: int = 100) -> None:
        """Press and release with the mouse where the target stood when it was pressed, as a hand does.

        A hand aims at what has come to rest; what the page moves from the press on is the page's.
        """
        target.scroll_into_view_if_needed()
        box, mouse = None, self.page.mouse
        while box != (box := target.bounding_box()):
            self.page.wait_for_timeout(100)
        mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        mouse.down()
        self.page.wait_for_timeout(ms)
        mouse.up()

    # Keys

    def key(self, *names: str) -> None:
        """Press keys one after the other."""
        for name in names:
            self.page.keyboard.press(name)

    def tab_to(self, target: Locator, *, key: str = "Tab", at_most: int = 120) -> None:
        """Press Tab, or Shift+Tab, until this has the focus."""
        for _step in range(at_most):
            self.key(key)
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"{target} is not reached by Tab")

    def enter(self) -> None:
        """Press Enter on what has the focus, which leads to another page, and look at it."""
        with self.page.expect_navigation(wait_until="load"):
            self.key("Enter")
        self.look()

    def paste(self, text: str) -> None:
        """Paste a text, as it comes from a spreadsheet, where the focus is."""
        self.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.address)
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.key("Control+V")

    def type(self, text: str) -> None:
        """Type letters where the focus is."""
        self.page.keyboard.type(text)

    def picture(self, file: Path, *, full: bool = False) -> None:
        """Keep what the window shows."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(file), full_page=full)


class _Expecting:
    def __init__(self, troubles: Troubles, kinds):
        self.troubles, self.kinds = troubles, set(kinds)

    def __enter__(self):
        self.before = set(self.troubles.expected)
        self.troubles.expected |= self.kinds

    def __exit__(self, *error):
        self.troubles.expected = self.before
