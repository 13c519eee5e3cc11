"""The whole product as `make run` starts it, and a browser in front of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from local.browser import find_browser
from tests.e2e.candidate import Candidate, Outside
from tests.e2e.clerk import Clerk
from tests.product import start_product

DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
# Chromium looks for its maker's servers at each start; here nothing but this machine is to be asked.
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def product_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("product")


@pytest.fixture(scope="session")
def product(product_folder: Path) -> Iterator[str]:
    with start_product(product_folder) as address:
        yield address


@pytest.fixture
def clerk(product: str, product_folder: Path) -> Clerk:
    return Clerk(product_folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        pytest.fail("no Chromium or Chrome on this machine; `make test` installs one as root on Debian")
    # A machine that runs other tests beside is slow, and not wrong.
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_QUIET))
        yield browser
        browser.close()


@pytest.fixture
def outside(product: str) -> Iterator[Outside]:
    """The simulators, behaving well before each test and after it."""
    outside = Outside(product)
    outside.behave()
    yield outside
    outside.behave()


@pytest.fixture
def at_a_desk(browser: Browser, product: str, outside: Outside) -> Iterator[Candidate]:
    yield from a_candidate(browser, product, outside, DESK, is_phone=False)


@pytest.fixture
def on_a_phone(browser: Browser, product: str, outside: Outside) -> Iterator[Candidate]:
    yield from a_candidate(browser, product, outside, PHONE, is_phone=True)


def a_candidate(
    browser: Browser, product: str, outside: Outside, size: ViewportSize, *, is_phone: bool
) -> Iterator[Candidate]:
    """Somebody with a browser; an error in a script of the pages fails the test."""
    context = browser.new_context(
        base_url=product, viewport=size, has_touch=is_phone, is_mobile=is_phone, locale="zh-CN"
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Candidate(page, outside)
    context.close()
    assert complaints == []
