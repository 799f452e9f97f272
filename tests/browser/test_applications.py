# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie applies in a browser: with a group and a file, by keyboard, without JavaScript, and goes on from a file another day."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import follow, hangs_over
from tests.running_house import House

HEARD = """
- paragraph:
  - link "Zurück"
- paragraph: Geburtsurkunde bestellen · Seite 1 von höchstens 12
- alert "Bitte prüfen Sie eine Angabe":
  - heading "Bitte prüfen Sie eine Angabe" [level=2]
  - list:
    - listitem:
      - link "Geburt in Lindental beurkundet – Diese Angabe fehlt noch."
- heading "Wurde die Geburt beim Standesamt Lindental beurkundet?" [level=1]
- paragraph: Zuständig ist das Standesamt am Ort der Geburt, nicht am Wohnort.
- group "Geburt in Lindental beurkundet":
  - radio "Ja"
  - radio "Nein"
  - paragraph: Diese Angabe fehlt noch.
- button "Weiter"
- heading "Das sagt die Stadt dazu" [level=2]
- link "Später weitermachen"
- button "Weiter im Gespräch"
- button "Abbrechen und alles löschen"
"""
"""What a screen reader says of a question that was left empty: the progress, the mistakes, the question, its help, its answer, the ways on."""
Check = Callable[[Page], None]
PDF = {"name": "vertrag.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
PHONE = {"width": 390, "height": 844}
HOUSING = (
    "Zur Miete, auch zur Untermiete",
    "In der eigenen Wohnung oder im eigenen Haus",
    "In einem Heim",
    "Etwas anderes",
)
PARTS = "h1, h2, legend, label, input:not([type=hidden]), button:not([tabindex='-1']), a, summary"
READING_ORDER = """parts => [...document.querySelector("main").querySelectorAll(parts)]
    .map(each => each.matches("input") ? `[${each.type}]` : each.innerText.trim().replace(/\\s+/g, " ")).filter(text => text)"""


def begin(page: Page, flow: str) -> None:
    page.goto(f"/antraege/{flow}/")
    page.get_by_role("button", name="Jetzt beginnen").click()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Weiter", exact=True).click()


def day(page: Page, legend: str, date: str) -> None:
    group = page.get_by_role("group", name=legend, exact=True)
    for label, text in zip(("Tag", "Monat", "Jahr"), date.split("."), strict=True):
        group.get_by_label(label, exact=True).fill(text)


def describe_dog(page: Page) -> None:
    page.get_by_label("Rasse").fill("Dackel")
    day(page, "Wurftag", "10.1.2026")
    page.get_by_label("weiblich", exact=True).check()
    page.get_by_label("Farbe").fill("braun")
    day(page, "Tag der Aufnahme", "20.5.2026")
    page.get_by_label("aus dem Tierheim oder vom Tierschutz").check()
    page.get_by_role("group", name="Gefährlicher Hund").get_by_label("Nein", exact=True).check()
    page.get_by_label("Nein, keine davon").check()
    page.get_by_role("group", name="Halbe Steuer im ersten Jahr").get_by_label("Ja", exact=True).check()
    go_on(page)


def test_a_dog_with_papers_is_registered_and_every_page_is_accessible(page: Page, accessible: Check) -> None:
    page.goto("/leistungen/hundesteuer-anmelden/")
    follow(page.get_by_role("link", name="Online beantragen"))
    accessible(page)
    page.get_by_role("button", name="Jetzt beginnen").click()
    go_on(page)
    expect(page.locator(".web-error-summary")).to_be_focused()
    accessible(page)
    page.locator(".web-error-summary a").click()
    expect(page.get_by_label("Ja", exact=True)).to_be_focused()
    page.get_by_label("Nein", exact=True).check()
    go_on(page)
    page.get_by_label("Vorname").fill("Charlie")
    page.get_by_label("Familienname").fill("Muster")
    accessible(page)
    go_on(page)
    page.get_by_label("Straße").press_sequentially("lidnen")
    expect(page.locator("datalist option")).to_have_attribute("value", "Lindenallee")
    page.get_by_label("Straße").fill("Lindenallee")
    page.get_by_label("Hausnummer").fill("500")
    go_on(page)
    expect(page.locator(".web-error-summary")).to_contain_text("In der Nähe sind: 56, 57, 58.")
    accessible(page)
    page.get_by_label("Hausnummer").fill("5")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wo in Lindental leben Sie mit dem Hund?")
    page.get_by_label("Straße").fill("Lindenallee")
    page.get_by_label("Hausnummer").fill("5")
    go_on(page)
    page.get_by_role("button", name="Noch ein Eintrag: Hunde").click()
    expect(page.get_by_role("group", name="Hund 2")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Hund 2 entfernen").click()
    describe_dog(page)
    page.get_by_label("Nachweis").set_input_files([PDF])  # type: ignore[list-item]
    go_on(page)
    page.get_by_role("link", name="Zurück", exact=True).click()
    expect(page.get_by_label("vertrag.pdf")).to_be_checked()
    accessible(page)
    go_on(page)
    go_on(page)
    check_and_send(page, accessible)


def check_and_send(page: Page, accessible: Check) -> None:
    """On a telephone: change a name, confirm, send, read the receipt."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    accessible(page)
    assert hangs_over(page, PHONE["width"]) == []
    page.get_by_role("link", name=re.compile("Ändern.*Wer hält den Hund")).click()
    page.get_by_label("Vorname").fill("Charlotte")
    go_on(page)
    expect(page.get_by_text("Charlotte")).to_be_visible()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Antrag absenden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Antrag ist angekommen")
    accessible(page)
    with page.expect_download() as receipt:
        page.get_by_role("link", name="Eingangsbestätigung als PDF").click()
    assert Path(receipt.value.path()).read_bytes().startswith(b"%PDF-")
    page.locator("a[href*='/vorgang/']").click()
    expect(page.get_by_text("Charlotte")).to_be_visible()


def test_a_question_is_read_in_its_order_and_answered_by_keyboard_alone(page: Page, accessible: Check) -> None:
    begin(page, "wohngeld")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie wohnen Sie?")
    assert page.evaluate(READING_ORDER, PARTS) == [
        "Zurück",
        "Wie wohnen Sie?",
        "Wohnform",
        *[part for option in HOUSING for part in ("[radio]", option)],
        "Weiter",
        "Das sagt die Stadt dazu",
        "Wohngeld beantragen: Beschreibung",
        "Später weitermachen",
        "Weiter im Gespräch",
        "Abbrechen und alles löschen",
    ]
    page.get_by_role("link", name="Zurück", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("Zur Miete")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Liegt die Wohnung in Lindental und wohnen Sie selbst darin?"
    )
    page.get_by_label("Nein", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Es wurde nichts gesendet.")).to_be_visible()
    expect(page.get_by_role("link", name="Rückruf vereinbaren")).to_be_visible()
    accessible(page)


def test_a_screen_reader_says_title_progress_mistakes_question_help_answer_and_buttons_in_this_order(
    page: Page,
) -> None:
    begin(page, "geburtsurkunde")
    go_on(page)
    question = "Wurde die Geburt beim Standesamt Lindental beurkundet?"
    expect(page).to_have_title(f"Fehler: {question} – Stadt Lindental")
    expect(page.locator("main")).to_match_aria_snapshot(HEARD)


def test_without_javascript_an_application_is_kept_as_a_file_and_sent_from_another_browser(
    page_without_scripts: Page, browser: Browser, house: House, tmp_path: Path
) -> None:
    begin(page_without_scripts, "meldebescheinigung")
    page_without_scripts.get_by_role("radio").first.check()
    go_on(page_without_scripts)
    question = page_without_scripts.get_by_role("heading", level=1).inner_text()
    page_without_scripts.get_by_role("link", name="Später weitermachen").click()
    page_without_scripts.get_by_role("button", name="Code anzeigen").click()
    expect(page_without_scripts.locator("#code")).to_have_text(re.compile(r"([A-Z2-9]{4} ){4}[A-Z2-9]{4}"))
    with page_without_scripts.expect_download() as saved:
        page_without_scripts.get_by_role("button", name="Datei speichern").click()
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    page_without_scripts.get_by_role("button", name="Antworten bei der Stadt löschen").click()
    expect(page_without_scripts.get_by_text("nichts mehr von diesem Antrag")).to_be_visible()

    context = browser.new_context(base_url=house.address, locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    page.goto("/antraege/fortsetzen/")
    page.get_by_label("Ihre gespeicherte Datei").set_input_files(file)
    page.get_by_role("button", name="Mit der Datei weiter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(question)
    page.locator("input[value=einfach]").check()
    go_on(page)
    page.locator("input[value=anderes]").check()
    go_on(page)
    page.get_by_label("Vorname").fill("Charlie")
    page.get_by_label("Familienname").fill("Muster")
    day(page, "Geburtsdatum", "1.2.1990")
    go_on(page)
    page.get_by_label("Straße").fill("Lindenallee")
    page.get_by_label("Hausnummer").fill("5")
    go_on(page)
    go_on(page)
    page.get_by_role("button", name="Antrag absenden").click()
    expect(page.locator(".web-error-summary li")).to_have_count(2)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Antrag absenden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Antrag ist angekommen")
    context.close()
