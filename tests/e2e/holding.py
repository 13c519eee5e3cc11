"""What every page must hold: nothing sticks out, and axe finds nothing that shuts somebody out."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

_AXE = Path("web/node_modules/axe-core/axe.min.js")
_RUN = "axe.run(document, {resultTypes: ['violations']})"


def hold_to_account(page: Page) -> None:
    """Raise AssertionError with what is wrong with the page as it stands."""
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator(".spinner, .loading")).to_have_count(0)
    nothing_sticks_out(page)
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(_RUN)["violations"]
    said = [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
    assert not said, f"{page.url}\n" + "\n".join(said)


def nothing_sticks_out(page: Page) -> None:
    """Raise AssertionError where the page is wider than the screen."""
    # Not innerWidth: a phone zooms out until all that sticks out is seen, and innerWidth grows with it.
    content, screen = page.evaluate("[document.documentElement.scrollWidth, screen.width]")
    assert content <= screen, page.url
