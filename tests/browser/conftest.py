# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A real house for the browser: `allmende up` with the demo town, web server and worker, and a headless Chromium."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.running_house import House, free_port, start

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "build/test/axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs all browser tests, because one house serves them all."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = start(tmp_path_factory.mktemp("house"), free_port())
    yield house
    house.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("NO CHROMIUM: browser tests are skipped; install the package 'chromium'")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser, house: House) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=house.address, locale="de-DE", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that fails the test when a script fails or the browser refuses something."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"Script error: {error}"))
    page.on("console", lambda message: pytest.fail(message.text) if "Content Security Policy" in message.text else None)
    return page


@pytest.fixture
def page_without_scripts(browser: Browser, house: House) -> Iterator[Page]:
    made = browser.new_context(base_url=house.address, locale="de-DE", java_script_enabled=False)
    made.set_default_timeout(15_000)
    yield made.new_page()
    made.close()


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, as readable lines. The script is handed to the browser past the page's CSP."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG)
    return [
        f"{rule['id']}: {rule['help']} – {node['html'][:160]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    def check(page: Page) -> None:
        assert violations(page) == []

    return check
