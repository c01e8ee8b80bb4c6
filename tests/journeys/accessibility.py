"""axe-core on every page once, in each of the widths: no violation."""

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

AXE = Axe()
# What was looked at already, for the whole run: (address name, heading, width).
LOOKED_AT: set[tuple[str, str, int]] = set()


def name_of(page: Page) -> str:
    """Return the name of the address the page shows."""
    try:
        return resolve(urlsplit(page.url).path).view_name or ""
    except Resolver404:
        return "nowhere"


def look_once(page: Page, troubles) -> None:
    """Check the page unless one like it (same address name, same kind of heading) was checked already."""
    width = page.viewport_size["width"]
    title = page.get_by_role("heading", level=1)
    has_errors = page.locator(".error-summary, [role=alert]").count() > 0
    seen = (name_of(page), "errors" if has_errors else "", width)
    if seen in LOOKED_AT:
        return
    LOOKED_AT.add(seen)
    if title.count() != 1:
        troubles.add(f"{page.url}: {title.count()} headings of the first level")
    look(page, troubles)


def look(page: Page, troubles) -> None:
    """Check the page now: axe-core without a finding, and no sideways scrolling of the whole page."""
    for finding in AXE.run(page).response["violations"]:
        nodes = "; ".join(f"{' '.join(node['target'])} {node['html'][:120]}" for node in finding["nodes"][:4])
        troubles.add(f"{page.url}: axe {finding['id']} ({finding['impact']}): {finding['help']}: {nodes}")
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if too_wide > 0:
        troubles.add(f"{page.url}: {too_wide} px wider than the window of {page.viewport_size['width']}")
