# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A real house for the browser: `allmende up` with the demo town, web server and worker, and a headless Chromium."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.chromium import WHOLE, launch
from tests.browser.looking import listen, violations
from tests.running_house import House, free_port, start

HERE = Path(__file__).parent
FIRST, LAST = "test_jobs.py", "test_start.py"
PATIENCE = 15_000  # milliseconds: other tests want the processor, too
JOB_STATUS = '[data-jobs="status"]'
SIGN_IN = """
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.registry import Role
client, user = Client(), User.objects.filter(username="{name}").first()
if user is None:
    user = make_user("{name}", *{roles})
    RecoveryCodes.activate(user)
client.force_login(user)
print(client.cookies["sessionid"].value)
"""

QUIET = """
from allmende.kernel.jobs import service
from allmende.kernel.jobs.models import Job
for job in Job.objects.filter(status__in=("queued", "running")):
    try:
        service.cancel(job, actor=None)
    except service.NotPossibleError:
        pass  # it has just ended
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The house of a worker is watched while its first job runs, and ended at last. A file stays on one worker (scripts/test)."""
    ours = [item for item in items if HERE in item.path.parents]
    for item in ours:
        item.add_marker(pytest.mark.browser)
    ours.sort(key=lambda item: (item.path.name == LAST) - (item.path.name == FIRST))
    queue = iter(ours)
    items[:] = [next(queue) if HERE in item.path.parents else item for item in items]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    yield from launched(playwright)


@pytest.fixture(scope="session")
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    """For what the shell lacks: storage that belongs to a frame inside one site."""
    yield from launched(playwright, *WHOLE)


def launched(playwright: Playwright, *names: str) -> Iterator[Browser]:
    browser = launch(playwright, *names)
    if browser is None:
        pytest.skip("NO CHROMIUM: browser tests are skipped; install the package 'chromium'")
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def foreign_port() -> int:
    """Where another site will stand that may show the widget: http://localhost with this port."""
    return free_port()


@pytest.fixture(scope="session")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory, foreign_port: int) -> Iterator[House]:
    site = f"http://localhost:{foreign_port}"
    house = start(tmp_path_factory.mktemp("house"), free_port(), ALLMENDE_WIDGET_ORIGINS=site)
    house.wait_until_loaded()
    yield house
    house.stop()


@pytest.fixture(scope="module", autouse=True)
def quiet(request: pytest.FixtureRequest, quiet_ports: set[int]) -> None:
    """Set aside what a new town does at first, minutes of embedding, which would take the processor from every page."""
    house = request.getfixturevalue("house")
    if request.path.name != FIRST and house.port not in quiet_ports and "--no-worker" not in house.options:
        quiet_ports.add(house.port)
        house.run(QUIET)


@pytest.fixture(scope="session")
def quiet_ports() -> set[int]:
    """The houses in which that was done, by their ports."""
    return set()


@pytest.fixture
def context(browser: Browser, house: House) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=house.address, locale="de-DE", viewport={"width": 1280, "height": 900})
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test when a script fails or the browser refuses something."""
    page = context.new_page()
    record = listen(page)
    yield page
    assert record.complaints == []


@pytest.fixture
def page_without_scripts(browser: Browser, house: House) -> Iterator[Page]:
    made = browser.new_context(base_url=house.address, locale="de-DE", java_script_enabled=False)
    made.set_default_timeout(PATIENCE)
    yield made.new_page()
    made.close()


@pytest.fixture(scope="session")
def vera(house: House) -> dict[str, str]:
    """The session of Vera, who holds every role; as a cookie for `context.add_cookies`."""
    return signed_in(house, "vera", "Role")


def signed_in(house: House, name: str, roles: str = "[]") -> dict[str, str]:
    """The session of a person; one whom the town lacks is made, with these roles: an expression such as `[Role.EDITOR]`."""
    session = house.run(SIGN_IN.format(name=name, roles=roles)).strip()
    return {"name": "sessionid", "value": session, "url": house.address}


@pytest.fixture
def staff_page(context: BrowserContext, page: Page, vera: dict[str, str]) -> Page:
    """A page of Vera's."""
    context.add_cookies([vera])  # type: ignore[list-item]
    return page


@pytest.fixture
def embedding(staff_page: Page) -> Page:
    """The page of the job with which every new town begins."""
    staff_page.goto("/auftraege/")
    staff_page.get_by_role("link", name="Texte für die Suche einbetten").first.click()
    return staff_page


@pytest.fixture
def free_worker(embedding: Page) -> None:
    """Nothing else to do: the embedding is set aside."""
    cancel = embedding.get_by_role("button", name="Auftrag abbrechen")
    if cancel.is_visible():
        cancel.click()
        expect(embedding.locator(JOB_STATUS)).to_have_text("Abgebrochen")


@pytest.fixture(scope="session")
def accessible() -> Callable[[Page], None]:
    def check(page: Page) -> None:
        assert violations(page) == []

    return check


OPEN = """
from datetime import time
from allmende.kernel.town.models import OpeningHours, Unit
Unit.objects.filter(pk="buergerbuero").update(open_on_holidays={opened})
late = time(23, 59, 59)
OpeningHours.objects.filter(closes=late).delete()
for day in range({days}):
    OpeningHours.objects.create(unit_id="buergerbuero", weekday=day, opens=time(0), closes=late)
from allmende.modules.assistant.live.models import Presence
Presence.objects.all().delete()
"""


@pytest.fixture(scope="module")
def alina(house: House) -> Iterator[dict[str, str]]:
    """The session of a clerk who is not at her desk yet; meanwhile the Bürgerbüro never closes, because the test may run at night."""
    house.run(OPEN.format(opened=True, days=7))
    yield signed_in(house, "alina", "[Role.CLERK]")
    house.run(OPEN.format(opened=False, days=0))
