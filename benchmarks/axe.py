# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Barriers: axe on every page of every flow, with and without JavaScript, on the way of each of the flow's tests.

Each question is also looked at after it was sent empty, and beside the walk its checklist. A page with the same words as one before
is not looked at twice. Wanted is nothing: what axe finds against WCAG 2.2 AA is printed.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.client import ADDRESSES
from tests.browser.chromium import launch
from tests.browser.conftest import PATIENCE
from tests.browser.looking import ScriptsOff
from tests.running_house import House, free_port
from tests.walking import BEGIN, WRONG, Way, walk, ways

CHECKLIST = "checklist"


@dataclass
class Looks:
    """What was looked at: the words of the pages, the questions that were sent empty, what was found with and without scripts."""

    words: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)
    found: dict[bool, list[str]] = field(default_factory=lambda: {True: [], False: []})


def measure() -> dict[str, object]:
    """Flows, ways, pages that were looked at, and how much was found with and without JavaScript."""
    looks, all_ways = Looks(), list(ways())
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        house = House(Path(home), free_port(), variables={"ALLMENDE_TRUSTED_PROXIES": "1"}, options=("--no-worker",))
        browser = launch(playwright)
        assert browser is not None, "this machine has no Chromium"
        try:
            house.start()
            for way in all_ways:
                own = {"X-Forwarded-For": next(ADDRESSES)}
                context = browser.new_context(base_url=house.address, locale="de-DE", extra_http_headers=own)
                context.set_default_timeout(PATIENCE)
                look_along(context.new_page(), way, looks)
                context.close()
        finally:
            browser.close()
            house.stop()
    return {
        "flows": len({way.flow["id"] for way in all_ways}),
        "ways": len(all_ways),
        "pages": len(looks.words),
        "violations_without_javascript": len(looks.found[False]),
        "violations_with_javascript": len(looks.found[True]),
    }


def look_along(page: Page, way: Way, looks: Looks) -> None:
    """Walk one way and look at each page whose words are new: without scripts as it came, then loaded again with them."""
    off, walked = ScriptsOff(page), []
    for step in _pages(page, way, looks):
        walked.append(step)
        words = page.locator("main").inner_text()
        if words in looks.words:
            continue
        looks.words.add(words)
        for scripts in (False, True):
            found = off.violations(loaded_again=scripts)
            looks.found[scripts] += found
            for line in found:
                print(f"{way.flow['id']} {step}: {line}")
    if [step for step in walked if WRONG not in step and step != CHECKLIST] != way.pages:
        raise AssertionError(f"{way.flow['id']}, {way.name}: {walked}")
    print(f"{way.flow['id']}, {way.name}: {len(looks.words)} pages so far")


def _pages(page: Page, way: Way, looks: Looks) -> Iterator[str]:
    """Those of the walk and the checklist; a question is sent empty on the first way that meets it."""
    flow = way.flow["id"]
    mistaken = {step for step in way.path if f"{flow} {step}" not in looks.empty}
    looks.empty.update(f"{flow} {step}" for step in way.path)
    for step in walk(page, way, mistaken):
        yield step
        if step == BEGIN:
            address = page.url
            page.goto(f"{address}checkliste/")
            yield CHECKLIST
            page.goto(address)
