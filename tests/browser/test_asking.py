# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie asks the town."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Check = Callable[[Page], None]


def ask(page: Page, question: str) -> None:
    page.get_by_label("Ihre Frage").fill(question)
    page.get_by_role("button", name="Frage stellen").click()


def test_charlie_asks_and_gets_a_card_with_its_source(page: Page, accessible: Check) -> None:
    page.goto("/fragen/")
    expect(page.get_by_text("Hier antwortet ein KI-System")).to_be_visible()
    accessible(page)
    ask(page, "Was kostet ein Hund?")
    answer = page.locator(".ask-turn").last
    expect(answer.get_by_role("link", name="Hund anmelden (Hundesteuer)").first).to_be_visible()
    expect(answer.get_by_text("96 € je Jahr").first).to_be_visible()
    expect(answer.get_by_text("Daraus stammt die Antwort")).to_be_visible()
    expect(answer.locator(".ask-quote__source").first).to_contain_text("Stand")
    assert page.url.endswith("/fragen/"), "with scripts the page is not left"
    assert page.evaluate("document.activeElement.classList.contains('ask-answer')")
    expect(page.get_by_label("Ihre Frage")).to_have_value("")
    accessible(page)


def test_asking_back_offers_two_to_four_buttons(page: Page, accessible: Check) -> None:
    page.goto("/fragen/")
    ask(page, "Ummelden")
    options = page.locator(".ask-turn").last.locator(".ask-option")
    expect(options.first).to_be_visible()
    assert 2 <= options.count() <= 4
    accessible(page)
    label = options.first.locator(".ask-option__label").inner_text()
    options.first.click()
    expect(page.locator(".ask-turn")).to_have_count(2)
    expect(page.locator(".ask-turn").last.get_by_role("heading", name=label)).to_be_visible()


def test_without_scripts_a_whole_conversation_works(page_without_scripts: Page) -> None:
    page = page_without_scripts
    page.goto("/fragen/")
    ask(page, "Was kostet ein Hund?")
    expect(page.get_by_text("96 € je Jahr").first).to_be_visible()
    ask(page, "Ummelden")
    expect(page.locator(".ask-turn")).to_have_count(2)
    page.locator(".ask-option").first.click()
    expect(page.locator(".ask-turn")).to_have_count(3)
    page.locator(".ask-turn").last.get_by_role("button", name="Ja").click()
    expect(page.get_by_text("Danke. Sie fanden die Antwort hilfreich.")).to_be_visible()
    page.get_by_text("Gespräch löschen und neu beginnen").click()
    expect(page.locator(".ask-turn")).to_have_count(3)  # it asks first
    page.get_by_role("button", name="Ja, jetzt löschen").click()
    expect(page.locator(".ask-turn")).to_have_count(0)


def test_an_emergency_shows_the_numbers_first(page: Page, accessible: Check) -> None:
    page.goto("/fragen/")
    ask(page, "Hilfe, bei meinem Nachbarn brennt es in der Küche")
    answer = page.locator(".ask-answer--guarded").last
    expect(answer.locator(".ask-number").first).to_contain_text("112")
    accessible(page)


def test_personal_data_is_masked_and_charlie_is_told(page: Page) -> None:
    page.goto("/fragen/")
    ask(page, "Ich heiße Charlie Weber, IBAN DE89 3704 0044 0532 0130 00, was kostet mein Hund?")
    turn = page.locator(".ask-turn").last
    expect(turn.locator(".ask-masked")).to_contain_text("IBAN")
    expect(turn.locator(".ask-question")).to_contain_text("[IBAN]")
    assert "3704" not in page.content()


def test_an_empty_question_gets_a_named_error_and_keeps_the_page(page: Page, accessible: Check) -> None:
    page.goto("/fragen/")
    page.get_by_role("button", name="Frage stellen").click()
    expect(page.get_by_text("Bitte schreiben Sie Ihre Frage in das Feld.")).to_be_visible()
    expect(page.get_by_label("Ihre Frage")).to_have_attribute("aria-invalid", "true")
    accessible(page)
    ask(page, "Was kostet ein Hund?")
    expect(page.get_by_text("96 € je Jahr").first).to_be_visible()
    expect(page.get_by_text("Bitte schreiben Sie Ihre Frage in das Feld.")).to_have_count(0)
    expect(page.get_by_label("Ihre Frage")).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Ihre Frage")).to_have_attribute("aria-describedby", "id_q_hint")


def test_a_thumb_and_a_comment_arrive(page: Page) -> None:
    page.goto("/fragen/")
    ask(page, "Wann muss ich morgens den Gehweg räumen?")
    turn = page.locator(".ask-turn").last
    turn.get_by_role("button", name="Nein").click()
    expect(turn.get_by_text("nicht hilfreich")).to_be_visible()
    turn.get_by_text("Etwas dazu sagen").click()
    turn.get_by_label("Was hat gefehlt oder gestimmt?").fill("Die Uhrzeit am Sonntag")
    turn.get_by_role("button", name="Absenden").click()
    expect(turn.get_by_role("status")).to_be_visible()


def test_only_the_keyboard_is_needed(page: Page) -> None:
    page.goto("/fragen/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Zum Inhalt springen"
    page.keyboard.press("Enter")
    for _step in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "id_q":
            break
    page.keyboard.type("Was kostet ein Reisepass?")
    page.keyboard.press("Enter")
    expect(page.locator(".ask-card")).to_be_visible()


def test_a_question_in_english_is_answered_in_english(page: Page) -> None:
    page.goto("/fragen/")
    ask(page, "How much is a passport?")
    turn = page.locator(".ask-turn").last
    expect(turn.locator(".ask-answer")).to_have_attribute("lang", "en")
    expect(turn.locator(".ask-card")).to_contain_text("€70")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_conversation_fits_every_screen(page: Page, accessible: Check, scheme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto("/fragen/")
    ask(page, "Was kostet ein Reisepass?")
    expect(page.locator(".ask-card")).to_contain_text("70 €")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    accessible(page)


def test_it_stays_readable_in_forced_colours(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/fragen/")
    ask(page, "Ummelden")
    option = page.locator(".ask-option").first
    expect(option).to_be_visible()
    assert option.evaluate("element => getComputedStyle(element).borderTopStyle") != "none"
