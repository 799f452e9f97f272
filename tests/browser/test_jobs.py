# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Vera watches the work of the house: a new town embeds its texts while people already ask."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.running_house import House

Check = Callable[[Page], None]
LETTERS = """
from django.db import connection
from allmende.kernel.jobs.service import enqueue
from allmende.kernel.jobs.tests import errands
with connection.cursor() as cursor:
    cursor.execute("DROP TABLE IF EXISTS letters")
    cursor.execute(errands.TABLE)
job = enqueue(
    "allmende.kernel.jobs.tests.errands:send_letters", args={{"count": {count}, "pause": {pause}}}, title="Briefe"
)
print(job.get_absolute_url())
"""
COUNT = '[data-jobs="count"]'
STATUS = '[data-jobs="status"]'
MINUTE = 60_000


def send_letters(house: House, *, count: int, pause: float) -> str:
    """The address of a new job of that many letters."""
    return house.run(LETTERS.format(count=count, pause=pause)).strip()


def done(page: Page) -> int:
    return int(re.search(r"\d+", page.locator(COUNT).inner_text() or "0")[0])


def test_the_first_job_of_a_new_town_advances_while_vera_watches(embedding: Page, accessible: Check) -> None:
    expect(embedding.locator(STATUS)).to_have_text("In Arbeit", timeout=MINUTE)
    accessible(embedding)
    embedding.evaluate("window.neverLeft = true")
    before = embedding.locator(COUNT).inner_text()
    expect(embedding.locator(COUNT)).not_to_have_text(before, timeout=MINUTE)
    assert embedding.evaluate("window.neverLeft"), "it came over the open stream"


def test_vera_cancels_it_and_what_was_done_stays(embedding: Page, accessible: Check) -> None:
    expect(embedding.locator(COUNT)).to_contain_text(re.compile(r"[1-9]"), timeout=MINUTE)
    before = done(embedding)
    embedding.get_by_role("button", name="Auftrag abbrechen").click()
    expect(embedding.locator(STATUS)).to_have_text("Abgebrochen")
    expect(embedding.get_by_text("Was fertig war, bleibt erhalten.")).to_be_visible()
    assert done(embedding) >= before > 0
    accessible(embedding)


@pytest.mark.usefixtures("free_worker")
def test_a_job_is_shown_until_it_is_finished(house: House, staff_page: Page, accessible: Check) -> None:
    staff_page.goto(send_letters(house, count=40, pause=0.25))
    staff_page.evaluate("window.neverLeft = true")
    expect(staff_page.locator(STATUS)).to_have_text("In Arbeit", timeout=MINUTE)
    expect(staff_page.locator(STATUS)).to_have_text("Fertig", timeout=MINUTE)
    expect(staff_page.locator(COUNT)).to_contain_text("40 von 40")
    expect(staff_page.locator("progress")).to_have_js_property("value", 100)
    expect(staff_page.get_by_text("Brief 40")).to_be_visible()
    expect(staff_page.get_by_role("button", name="Auftrag abbrechen")).to_be_hidden()
    assert "Fertig" in staff_page.locator('[data-jobs="live"]').inner_text(), "a screen reader hears it"
    assert staff_page.evaluate("window.neverLeft")
    accessible(staff_page)


@pytest.mark.usefixtures("free_worker")
def test_without_scripts_the_page_refreshes_itself(house: House, browser: Browser, vera: dict[str, str]) -> None:
    context = browser.new_context(base_url=house.address, locale="de-DE", java_script_enabled=False)
    context.add_cookies([vera])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(send_letters(house, count=40, pause=0.25))
    expect(page.locator(STATUS)).not_to_have_text("Fertig")
    expect(page.locator(STATUS)).to_have_text("Fertig", timeout=MINUTE)
    expect(page.locator(COUNT)).to_contain_text("40 von 40")
    expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)
    context.close()


def test_charlie_does_not_learn_that_there_are_jobs(page: Page, house: House) -> None:
    page.goto("/auftraege/")
    assert "/konto/login/" in page.url
