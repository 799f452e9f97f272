# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie asks for a person in one browser, Alina takes over in another; both write, the assistant is silent until she closes."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import hangs_over, listen
from tests.running_house import House

Check = Callable[[Page], None]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def visitor(browser: Browser, house: House) -> Iterator[Callable[..., Page]]:
    """A browser of its own, with or without scripts."""
    made = []

    def do(*, scripts: bool = True, cookie: dict[str, str] | None = None, **viewport: int) -> Page:
        context = browser.new_context(
            base_url=house.address,
            locale="de-DE",
            java_script_enabled=scripts,
            viewport=viewport or {"width": 1280, "height": 900},
        )
        context.set_default_timeout(15_000)
        if cookie:
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        made.append((context, listen(page)))
        return page

    yield do
    for context, record in made:
        context.close()
        assert record.complaints == []


def press(page: Page, button: str) -> None:
    """By keyboard alone."""
    page.get_by_role("button", name=button, exact=True).focus()
    page.keyboard.press("Enter")


def ask_for_a_person(page: Page) -> None:
    page.goto("/fragen/")
    page.get_by_label("Ihre Frage").fill("Ich möchte mit jemandem sprechen")
    press(page, "Frage stellen")
    page.get_by_role("link", name="Jetzt mit einem Menschen schreiben").click()


def agree(page: Page, share: str = "") -> None:
    if share:
        page.get_by_label(share).check()
    page.get_by_label("Ich bin einverstanden").check()
    page.get_by_role("button", name="Gespräch beginnen").click()
    expect(page.get_by_role("heading", name="Wir suchen einen Menschen für Sie")).to_be_visible()


def say(page: Page, text: str) -> None:
    """By Enter; the field is then empty and still has the focus."""
    field = page.get_by_label("Ihre Nachricht")
    field.fill(text)
    page.keyboard.press("Enter")
    expect(field).to_have_value("")
    expect(field).to_be_focused()


def test_a_clerk_in_a_second_browser_takes_over_until_she_closes(
    visitor: Callable[..., Page], alina: dict[str, str], accessible: Check
) -> None:
    desk, charlie = visitor(cookie=alina), visitor(**PHONE)
    desk.goto("/assistent/gespraeche/")
    press(desk, "Ich bin da")
    expect(desk.get_by_text("als anwesend gemeldet")).to_be_visible()
    ask_for_a_person(charlie)
    accessible(charlie)
    old_tab = charlie.context.new_page()
    old_tab.goto("/fragen/")
    press(charlie, "Gespräch beginnen")
    expect(charlie.locator(".web-error-summary")).to_be_focused()
    agree(charlie)

    expect(desk.get_by_role("button", name="Übernehmen")).to_be_visible()  # without a reload
    accessible(desk)
    press(desk, "Übernehmen")
    log = charlie.get_by_role("log")
    expect(log.get_by_text("alina schreibt jetzt mit Ihnen.")).to_be_visible()
    expect(charlie.get_by_role("region", name="Hier schreibt ein Mensch mit Ihnen")).to_be_visible()  # without a reload
    expect(charlie.get_by_role("heading", name="Wir suchen einen Menschen für Sie")).to_have_count(0)
    say(desk, "Guten Tag, worum geht es?")
    expect(log.get_by_text("Guten Tag, worum geht es?")).to_have_count(1)
    charlie.get_by_label("Ihre Nachricht").fill("Um meinen Pa")
    charlie.reload()
    expect(charlie.get_by_label("Ihre Nachricht")).to_have_value("Um meinen Pa")
    say(charlie, "Um meinen Pass")
    old_tab.get_by_label("Ihre Frage").fill("Was kostet ein Hund?")
    press(old_tab, "Frage stellen")
    expect(old_tab.get_by_role("heading", name="Hier schreibt ein Mensch mit Ihnen")).to_be_visible()
    for text in ("Um meinen Pass", "Was kostet ein Hund?"):
        expect(desk.get_by_role("log").get_by_text(text)).to_have_count(1)
        expect(log.get_by_text(text)).to_have_count(1)
    expect(log.locator(".ask-turn")).to_have_count(1)  # the assistant is silent
    accessible(charlie)
    accessible(desk)
    assert hangs_over(charlie, PHONE["width"]) == []

    charlie.context.set_offline(True)
    say(desk, "96 Euro im Jahr.")
    charlie.context.set_offline(False)
    expect(log.get_by_text("96 Euro im Jahr.")).to_have_count(1)  # the browser asks anew behind the last number

    desk.get_by_label("Zusammenfassung für den Vorgang").fill("Hundesteuer erklärt")
    press(desk, "Gespräch beenden")
    expect(desk.get_by_text("die Zusammenfassung steht im Vorgang")).to_be_visible()
    expect(log.get_by_text("alina hat das Gespräch beendet.")).to_be_visible()
    charlie.get_by_role("link", name="Weiter mit dem Assistenten").click()
    charlie.get_by_label("Ihre Frage").fill("Was kostet ein Hund?")
    press(charlie, "Frage stellen")
    expect(charlie.get_by_text("96 € je Jahr").first).to_be_visible()


def test_without_scripts_both_write_by_full_pages(visitor: Callable[..., Page], alina: dict[str, str]) -> None:
    desk, charlie = visitor(scripts=False, cookie=alina), visitor(scripts=False)
    desk.goto("/assistent/gespraeche/")
    if desk.get_by_role("button", name="Ich bin da").count():
        desk.get_by_role("button", name="Ich bin da").click()
    ask_for_a_person(charlie)
    agree(charlie, "Nichts; ich erkläre es selbst")
    desk.reload()
    desk.get_by_role("button", name="Übernehmen").click()
    desk.get_by_label("Ihre Nachricht").fill("Guten Tag.")
    desk.get_by_role("button", name="Senden").click()
    charlie.get_by_label("Ihre Nachricht").fill("Noch nicht fer")
    charlie.get_by_role("button", name="Neue Nachrichten anzeigen").click()
    expect(charlie.get_by_text("Guten Tag.")).to_be_visible()
    expect(charlie.get_by_label("Ihre Nachricht")).to_have_value("Noch nicht fer")
    charlie.get_by_role("button", name="Gespräch mit dem Menschen beenden").click()
    expect(charlie.get_by_label("Ihre Frage")).to_be_visible()
    desk.get_by_role("button", name="Neue Nachrichten anzeigen").click()
    expect(desk.get_by_text("Die Bürgerin oder der Bürger hat das Gespräch beendet.")).to_be_visible()
