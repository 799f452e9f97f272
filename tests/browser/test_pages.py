# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every page of the house: no barrier, nothing too wide, no complaint of the browser, nobody else called, in two languages.

The pages are the addresses of tests/security/routes.yaml, which a test there keeps equal to the URL configuration.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
import yaml
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.looking import hangs_over, listen, violations, weigh
from tests.running_house import House

ROUTES = Path(__file__).parents[1] / "security" / "routes.yaml"
NO_PAGES = {
    "set_language": "leads back to the page one came from",
    "api:openapi-json": "a file",
    "api:openapi-view": "the page of a library; it has a test of its own",
    "audit_export": "a file",
    "widget_script": "a script",
    "mfa_download_recovery_codes": "a file",
    "import_template": "a file",
    **{
        f"review_{name}_{kind}": "a file"
        for name in ("questions", "groups", "words", "sources")
        for kind in ("csv", "json")
    },
    "ask_live_stream": "a stream of events",
    "live_queue_stream": "a stream of events",
    "api:list_services": "JSON",
    "api:list_units": "JSON",
    "api:list_statutes": "JSON",
}
THINGS = (
    "/leistungen/hundesteuer-anmelden/",
    "/ortsrecht/hundesteuersatzung/#p5",
    "/aemter/buergerbuero/",
    "/seiten/energieberatung/",
)
CONVERSATIONS = {
    "de-DE": ("Was kostet ein Hund?", "Ummelden", "Hilfe, es brennt!"),
    "en-GB": ("How much is a dog?", "register a car", "Help, there is a fire!"),
}
NARROWEST = 320
LOOKS: tuple[tuple[str, str, int, Literal["light", "dark"]], ...] = (
    ("de", "de-DE", 1280, "light"),
    ("en", "en-GB", 390, "dark"),
)
FIRST_VISIT_BYTES = 300_000

Visitors = dict[tuple[str, str], BrowserContext]


API = "/api/"


def addresses(*, public: bool) -> list[str]:
    """Every page that needs no object: those for everybody, or those for staff."""
    table = yaml.safe_load(ROUTES.read_text(encoding="utf-8"))
    found = []
    for name, row in table.items():
        page = "GET" in row["methods"] and "thing" not in row and name not in NO_PAGES and "/" not in name
        if page and row["who"] != "in_login" and (row["who"] == "public") is public:
            found.append(address(name))
    return [where for where in found if not where.startswith(API)]


def address(name: str) -> str:
    try:
        return str(reverse(name))
    except NoReverseMatch:
        pytest.fail(f"{name} needs an object: give it a `thing` in routes.yaml")


@pytest.fixture(scope="module")
def visitors(browser: Browser, house: House, vera: dict[str, str]) -> Iterator[Visitors]:
    """Charlie and Vera, each with a German and an English browser, kept for all pages: style sheets come from the cache."""
    made = {
        (name, locale): browser.new_context(base_url=house.address, locale=locale)
        for name in ("charlie", "vera")
        for locale in ("de-DE", "en-GB")
    }
    for (name, _locale), context in made.items():
        context.set_default_timeout(15_000)
        if name == "vera":
            context.add_cookies([vera])  # type: ignore[list-item]
    yield made
    for context in made.values():
        context.close()


def examine(visitors: Visitors, who: str, where: str) -> None:
    """In German, light and wide; in English, dark and on a phone; both on the narrowest phone.

    Colours depend neither on width nor on language, so these two see what all combinations would.
    """
    found: dict[str, list[str]] = {}
    for language, locale, width, colours in LOOKS:
        page = visitors[who, locale].new_page()
        record = listen(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=colours)
        response = page.goto(where)
        assert response is not None
        assert response.status == 200, where
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        found[f"{language}, barriers"] = violations(page)
        page.set_viewport_size({"width": NARROWEST, "height": 800})
        found[f"{language}, too wide"] = hangs_over(page, NARROWEST)
        found[f"{language}, browser"] = record.complaints + record.answers
        found[f"{language}, other hosts"] = sorted(record.hosts - {urlsplit(page.url).netloc})
        page.close()
    assert {what: faults for what, faults in found.items() if faults} == {}


@pytest.mark.parametrize("where", [*addresses(public=True), *THINGS])
def test_a_page_for_everybody(visitors: Visitors, where: str) -> None:
    examine(visitors, "charlie", where)


@pytest.mark.parametrize("where", [*addresses(public=False), "/gesundheit/"])
def test_a_page_for_staff(visitors: Visitors, where: str) -> None:
    examine(visitors, "vera", where)


def test_a_conversation(visitors: Visitors) -> None:
    for locale, questions in CONVERSATIONS.items():
        page = visitors["charlie", locale].new_page()
        page.goto("/fragen/")
        for question in questions:
            page.locator("#id_q").fill(question)
            page.locator("#ask-form button").click()
            expect(page.locator(".ask-question").get_by_text(question, exact=True)).to_be_visible()
        page.close()
    examine(visitors, "charlie", "/fragen/")


def test_the_documentation_of_the_interface_stays_in_the_house(page: Page, house: House) -> None:
    record = listen(page)
    page.goto("/api/v1/docs")
    expect(page.get_by_text("/api/v1/assistant/answers").first).to_be_visible()
    assert record.hosts == {urlsplit(house.address).netloc}


def test_the_anchor_of_a_section_leads_to_it(page: Page) -> None:
    page.goto("/ortsrecht/hundesteuersatzung/#p5")
    expect(page.locator("#p5")).to_be_in_viewport()


def test_an_address_that_does_not_exist_is_still_a_page(page: Page, house: House) -> None:
    response = page.goto("/gibt-es-nicht/")
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("link", name="Stadt Lindental")).to_be_visible()
    assert violations(page) == []


def test_a_first_visit_of_the_start_page_is_light(page: Page) -> None:
    assert 0 < weigh(page, "/") < FIRST_VISIT_BYTES
