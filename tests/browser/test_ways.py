# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie walks through every flow without JavaScript, along the way its first test takes; to the case number, where it is sent."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import ScriptsOff
from tests.running_house import House
from tests.walking import DONE, Way, walk, ways

FIRST = [way for way in ways() if way.name == way.flow["tests"][0]["name"]]
OUTLINE = """() => [...document.querySelectorAll("main *")]
    .map(each => [each.localName, each.type, each.className, each.getAttribute("role")].join(" "))
    .filter((each, place, all) => each !== all[place - 1]).join("; ")"""


@pytest.fixture(scope="module")
def page(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(base_url=house.address, locale="de-DE")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def scripts_off(page: Page) -> ScriptsOff:
    return ScriptsOff(page)


@pytest.fixture(scope="module")
def outlines() -> set[str]:
    """How the pages that axe saw are made, whatever their words: one of each kind is enough here, `benchmarks axe` sees all."""
    return set()


@pytest.mark.parametrize("way", FIRST, ids=lambda way: way.flow["id"])
def test_a_flow_is_walked_without_javascript_and_has_no_barrier(
    way: Way, page: Page, scripts_off: ScriptsOff, outlines: set[str]
) -> None:
    seen = []
    for step in walk(page, way):
        seen.append(step)
        outline = page.evaluate(OUTLINE)
        if outline not in outlines:
            outlines.add(outline)
            assert scripts_off.violations() == []
    assert seen == way.pages
    assert page.evaluate("typeof htmx") == "undefined"
    number = page.get_by_text(re.compile(r"^Nummer [A-Z0-9-]+$"))
    expect(number).to_have_count(int(seen[-1] == DONE))
