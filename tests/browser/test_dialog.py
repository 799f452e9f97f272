# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie asks, says yes, and applies inside the conversation: one correction and one question in between, by keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import hangs_over

Check = Callable[[Page], None]
PHONE = {"width": 390, "height": 844}
ADDRESS = "Lindenallee 5, 99998 Lindental"
TALKS = {
    "sperrmuell": (
        *(("false",), "einen", "Sofa", "1", "2", ("false",), ("normal",), "0"),
        *(ADDRESS, "Charlie Muster", "charlie@example.org", None),
    ),
    "hundesteuer-anmelden": (
        *(("false",), "Charlie", "Muster", ADDRESS, "einen Hund", "Pudel", "3.3.2022", ("maennlich",), "grau"),
        *("25.5.2026", ("zuzug",), None, ("false",), ("keine",), None),
    ),
}
"""What Charlie says to each question: a sentence, the value of a choice, or nothing where that may be."""


def say(page: Page, text: str) -> None:
    """The open question has the focus; Enter goes on."""
    field = page.locator("#id_q")
    if not page.get_by_role("radio").count():
        expect(field).to_be_focused()
    field.fill(text)
    field.press("Enter")


def choose(page: Page, option: str) -> None:
    page.get_by_role("radio", name=option, exact=True).check()
    page.get_by_role("button", name="Weiter", exact=True).press("Enter")


def open_question(page: Page, text: str) -> None:
    expect(page.locator("#dialog").get_by_text(text)).to_be_visible()


def test_a_certificate_is_applied_for_inside_the_conversation(page: Page, accessible: Check) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/fragen/")
    page.get_by_label("Ihre Frage").fill("Ich brauche eine Meldebescheinigung")
    page.get_by_role("button", name="Frage stellen").press("Enter")
    page.get_by_role("link", name="Hier im Gespräch ausfüllen: Meldebescheinigung beantragen").click()
    expect(page.get_by_role("button", name="Ja, anfangen")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Ja, anfangen").press("Enter")
    open_question(page, "Für wen ist die Bescheinigung?")
    accessible(page)
    assert hangs_over(page, PHONE["width"]) == []
    choose(page, "für mich")
    open_question(page, "Welche Bescheinigung brauchen Sie?")
    say(page, "Was kostet eine Meldebescheinigung?")
    expect(page.get_by_role("log").get_by_text("8 €").first).to_be_visible()
    open_question(page, "Welche Bescheinigung brauchen Sie?")
    say(page, "Wie lange dauert das eigentlich?")
    expect(page.get_by_role("log").get_by_text("Ich weiß noch nicht, worum es geht.")).to_have_count(0)
    open_question(page, "Welche Bescheinigung brauchen Sie?")
    choose(page, "einfach")
    choose(page, "für etwas anderes")
    open_question(page, "Vorname")
    for text in ("Charlie", "Muster"):
        say(page, text)
        page.wait_for_load_state()
    open_question(page, "Geburtsdatum")
    say(page, "3. Mai")
    expect(page.locator("#id_q")).to_have_attribute("aria-invalid", "true")
    accessible(page)
    say(page, "3. Mai 1990")
    open_question(page, "Wo in Lindental sind Sie gemeldet?")
    say(page, "nein, am 4. Mai")
    expect(page.get_by_role("status").get_by_text("Geändert: Geburtsdatum: 04.05.1990")).to_be_visible()
    accessible(page)
    say(page, "Lindenallee 5, 99998 Lindental")
    page.get_by_role("button", name="Frei lassen").press("Enter")
    expect(page.get_by_text("Bitte prüfen Sie alles, bevor Sie es senden.")).to_be_visible()
    expect(page.locator("#guided-title")).to_be_focused()
    expect(page.locator(".guided-rows")).to_contain_text("04.05.1990")
    accessible(page)
    assert hangs_over(page, PHONE["width"]) == []
    for box in page.locator("#dialog").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Jetzt senden").press("Enter")
    expect(page.get_by_text("Ihr Antrag ist angekommen:")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="Ihr privater Link zum Vorgang").click()
    expect(page.get_by_role("heading", name="Ihr Vorgang")).to_be_visible()


@pytest.mark.parametrize("flow", TALKS)
def test_a_conversation_leads_to_the_number_of_a_case(flow: str, page: Page, accessible: Check) -> None:
    page.goto(f"/fragen/antrag/applications/{flow}/")
    page.get_by_role("button", name="Ja, anfangen").click()
    for said in TALKS[flow]:
        with page.expect_navigation():
            if isinstance(said, tuple):
                page.locator(f"#dialog [name=choice][value={said[0]}]").check()
                page.get_by_role("button", name="Weiter", exact=True).click()
            elif said is None:
                page.get_by_role("button", name="Frei lassen").click()
            else:
                page.locator("#id_q").fill(said)
                page.locator("#id_q").press("Enter")
    for box in page.locator("#dialog").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Jetzt senden").click()
    expect(page.get_by_text(re.compile(r"Ihr Antrag ist angekommen: [A-Z0-9-]+$"))).to_be_visible()
    accessible(page)
