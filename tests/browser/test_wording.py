# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie reads what a language model makes of an answer. A house of its own, because its neighbours have no model."""

import json
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from allmende.kernel.llm.testing import FakeProvider, silence, spaced, streamed
from tests.browser.conftest import PATIENCE
from tests.browser.looking import listen
from tests.running_house import House, free_port, wait_for

Check = Callable[[Page], None]
TRUE = "Für den ersten Hund zahlen Sie 96 € je Jahr [1]. Jeder weitere Hund kostet 192 € je Jahr [1]."
SHOWN = TRUE.replace(" [1].", ". [1]")
INVENTED = "Für den ersten Hund zahlen Sie 69 € je Jahr [1]. <img src=x onerror=alert(1)> Rentner zahlen nichts [1]."


@pytest.fixture(scope="module")
def model() -> Iterator[FakeProvider]:
    with FakeProvider() as provider:
        yield provider


@pytest.fixture(scope="module")
def house(browser: Browser, model: FakeProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house without a worker, whose texts are found by their words, and with a model."""
    variables = {"ALLMENDE_LLM_URL": model.url, "ALLMENDE_LLM_MODEL": "gemma", "ALLMENDE_LLM_LOCATION": "house"}
    house = House(tmp_path_factory.mktemp("house"), free_port(), variables=variables, options=("--no-worker",))
    house.start()
    house_answers(house)  # loads its index: what is waited for below is the wording
    yield house
    house.stop()


def house_answers(house: House) -> None:
    """Ask once, as a program does."""
    body = json.dumps({"question": "Hund anmelden (Hundesteuer)"}).encode()
    way = f"{house.address}/api/v1/assistant/answers"
    request = urllib.request.Request(way, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        assert json.load(answer)["sure"]


def says(model: FakeProvider, text: str, pace: float = 0.0) -> None:
    model.behave(streamed(*spaced(text.split(" ")), pace=pace))


def ask(page: Page) -> None:
    page.goto("/fragen/")
    page.get_by_label("Ihre Frage").fill("Hund anmelden (Hundesteuer)")
    page.get_by_role("button", name="Frage stellen").click()


@pytest.mark.parametrize("width", [1280, 390])
def test_only_what_a_source_says_is_shown_above_the_card(
    page: Page, model: FakeProvider, accessible: Check, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    says(model, f"{TRUE} {INVENTED}")
    ask(page)
    wording = page.locator(".ask-wording")
    expect(wording).to_contain_text("Sprachmodell: gemma")
    expect(wording.locator(".ask-wording__text")).to_have_text(SHOWN)
    expect(wording.get_by_text("KI", exact=True).first).to_be_visible()
    assert wording.locator("[itemprop=digitalSourceType]").get_attribute("href").endswith("trainedAlgorithmicMedia")
    card = page.locator(".ask-card")
    assert wording.bounding_box()["y"] < card.bounding_box()["y"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    accessible(page)
    wording.get_by_label("Quelle 1").first.click()
    assert page.evaluate("document.querySelector(':target').classList.contains('ask-card')")
    page.reload()
    expect(page.locator(".ask-wording__text")).to_have_text(SHOWN)
    expect(page.locator(".ask-wording")).to_contain_text("Sprachmodell: gemma")
    accessible(page)


def test_while_the_model_writes_the_page_says_so_and_is_usable(page: Page, model: FakeProvider) -> None:
    says(model, TRUE, pace=0.2)
    ask(page)
    expect(page.get_by_text("Das Modell schreibt")).to_be_visible()
    expect(page.locator(".ask-card")).to_be_visible()
    expect(page.locator(".ask-wording__text")).to_have_text(SHOWN)
    expect(page.get_by_text("Das Modell schreibt")).to_have_count(0)


def test_where_nothing_is_left_nothing_is_shown(page: Page, model: FakeProvider) -> None:
    says(model, INVENTED)
    ask(page)
    expect(page.locator(".ask-card")).to_be_visible()
    expect(page.locator(".ask-wording")).to_have_count(0)


def test_charlie_leaves_and_the_model_stops(page: Page, model: FakeProvider) -> None:
    model.received.clear()
    model.behave(silence)
    ask(page)
    expect(page.get_by_text("Das Modell schreibt")).to_be_visible()
    wait_for(lambda: bool(model.received), 15)
    page.goto("/impressum/")
    assert model.received[-1].ended.wait(5)


def test_without_scripts_the_page_is_complete_and_the_model_is_not_asked(
    page_without_scripts: Page, model: FakeProvider
) -> None:
    model.received.clear()
    ask(page_without_scripts)
    expect(page_without_scripts.locator(".ask-card")).to_be_visible()
    expect(page_without_scripts.locator(".ask-wording")).to_be_hidden()
    assert model.received == []


def test_the_window_on_other_sites_shows_it_too(browser: Browser, house: House, model: FakeProvider) -> None:
    says(model, TRUE)
    context = browser.new_context(base_url=house.address, locale="de-DE")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    record = listen(page)
    page.goto("/fragen/widget/?lang=de")
    page.get_by_label("Ihre Frage").fill("Hund anmelden (Hundesteuer)")
    page.get_by_role("button", name="Frage stellen").click()
    expect(page.locator(".ask-wording__text")).to_have_text(SHOWN)
    assert record.complaints == []
    context.close()
