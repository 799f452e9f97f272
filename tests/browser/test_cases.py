# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Vera works through the inbox, Charlie reads her answer behind his private link, in a browser of his own."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import follow, hangs_over
from tests.running_house import House

Check = Callable[[Page], None]
OPEN = """
import uuid
from allmende.kernel import registry as house
from allmende.kernel.cases import service
from allmende.kernel.cases.tests import garden
if garden.ROOM not in house.registry().rooms:
    house.reading._current["registry"] = house.Registry([*house.registry().rooms, garden.ROOM])
charlie = service.Contact(name="Charlie Czerny", email="charlie@lindental.example")
for title, unit in (("Linde vor dem Haus", ""), ("Tanne am Bach", ""), ("Eiche im Hof", "bauen")):
    key = str(uuid.uuid4())
    case = service.open_case(garden.TREE, key=key, title=title, payload=garden.PAYLOAD, unit=unit, contact=charlie)
print(service.citizen_link(case))
"""
A_MINUTE_LATER = """
from datetime import timedelta
from allmende.kernel.cases.models import Letter
letter = Letter.objects.get()
letter.delete()
letter.pk, letter.at = None, letter.at - timedelta(minutes=1)
letter.save()
"""
CLEAR = "from allmende.kernel.cases.models import Case; Case.objects.all().delete()"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def link(house: House) -> Iterator[str]:
    """Three cases, of a room that this house does not have; the private link to the last."""
    yield house.run(OPEN).strip()
    house.run(CLEAR)


@pytest.fixture
def desk(staff_page: Page, link: str) -> Page:
    staff_page.goto("/vorgaenge/")
    return staff_page


@pytest.fixture
def charlie(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(base_url=house.address, locale="de-DE", viewport=PHONE)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def history(page: Page) -> list[str]:
    return [
        re.sub(r"^.*? – ", "", line).split(" Rückgängig")[0]
        for line in page.locator(".cases-history li").all_inner_texts()
    ]


def test_vera_takes_answers_and_undoes_by_keyboard_alone(desk: Page, accessible: Check) -> None:
    accessible(desk)
    first = desk.locator("[data-cases-rows] a").first
    first.focus()
    desk.keyboard.press("ArrowDown")
    expect(desk.locator("[data-cases-rows] a").nth(1)).to_be_focused()
    desk.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    expect(desk.locator("[data-cases-rows] [aria-current]")).to_have_count(1)
    accessible(desk)

    desk.get_by_role("button", name="Übernehmen").focus()
    desk.keyboard.press("Enter")
    status = desk.locator(".cases-undo")
    expect(status).to_contain_text("Sie haben den Vorgang übernommen.")
    accessible(desk)
    status.get_by_role("button", name="Rückgängig").focus()
    desk.keyboard.press("Space")
    expect(desk.get_by_text("Rückgängig gemacht.")).to_be_visible()
    assert history(desk)[0].startswith("Rückgängig gemacht")


def test_an_empty_answer_leads_to_its_field(desk: Page, accessible: Check) -> None:
    desk.get_by_role("link", name="Eiche im Hof").click()
    desk.get_by_role("button", name="Antworten").click()
    expect(desk.locator(".web-error-summary")).to_be_focused()
    accessible(desk)
    desk.get_by_role("link", name=re.compile("Bitte schreiben Sie etwas")).click()
    expect(desk.get_by_label("Antwort an die Bürgerin oder den Bürger")).to_be_focused()


def test_charlie_reads_the_answer_writes_back_and_the_case_goes_on(
    desk: Page, link: str, charlie: Page, accessible: Check, house: House
) -> None:
    desk.get_by_role("link", name="Eiche im Hof").click()
    desk.get_by_label("Antwort an die Bürgerin oder den Bürger").fill("Bitte schicken Sie ein Foto.")
    desk.get_by_label("Danach").select_option("waiting")
    desk.get_by_role("button", name="Antworten").click()
    expect(desk.get_by_text("E-Mail: wartet")).to_be_visible()
    expect(desk.get_by_text("die Frist ruht")).to_be_visible()

    house.run(A_MINUTE_LATER)
    charlie.goto(link)
    expect(charlie.get_by_text("Bitte schicken Sie ein Foto.")).to_be_visible()
    accessible(charlie)
    assert hangs_over(charlie, PHONE["width"]) == []
    charlie.get_by_label("Ihre Nachricht an uns").fill("Hier ist es.")
    charlie.get_by_role("button", name="Nachricht senden").click()
    expect(charlie.get_by_text("Ihre Nachricht ist angekommen.")).to_be_visible()
    charlie.get_by_role("button", name="Vorgang zurückziehen").click()
    expect(charlie.get_by_text("Sie haben den Vorgang zurückgezogen.")).to_be_visible()
    charlie.get_by_role("button", name="Rückgängig").click()
    expect(charlie.get_by_text("in Bearbeitung")).to_be_visible()

    desk.reload()
    expect(desk.get_by_text("Hier ist es.")).to_be_visible()
    accessible(desk)


def test_several_are_assigned_and_a_view_is_kept(desk: Page, accessible: Check) -> None:
    desk.get_by_text("Filtern", exact=True).first.click()
    desk.get_by_label("Suchen").fill("am Bach")
    desk.get_by_role("search", name="Vorgänge filtern").get_by_role("button", name="Filtern").click()
    expect(desk.locator("[data-cases-rows] li")).to_have_count(1)
    desk.get_by_label("Diese Ansicht merken als").fill("Bach")
    desk.get_by_role("button", name="Ansicht merken").click()
    expect(desk.get_by_role("link", name="Bach", exact=True)).to_have_attribute("aria-current", "page")
    accessible(desk)
    desk.get_by_role("button", name="Ansicht Bach löschen").click()

    for box in desk.get_by_role("checkbox", name=re.compile("auswählen")).all()[:2]:
        box.check()
    desk.get_by_label("Ausgewählte zuweisen an").select_option("vera")
    desk.get_by_role("button", name="Zuweisen").click()
    expect(desk.get_by_text("2 Vorgänge sind zugewiesen.")).to_be_visible()
    desk.get_by_role("link", name="Meine").click()
    expect(desk.locator("[data-cases-rows] li")).to_have_count(2)


def test_on_a_phone_the_case_takes_the_place_of_the_list(desk: Page, accessible: Check) -> None:
    desk.set_viewport_size(PHONE)
    assert hangs_over(desk, PHONE["width"]) == []
    desk.get_by_role("link", name="Tanne am Bach").click()
    expect(desk.locator(".cases-list")).to_be_hidden()
    assert hangs_over(desk, PHONE["width"]) == []
    accessible(desk)
    desk.get_by_role("link", name="Zur Liste").click()
    expect(desk.get_by_role("link", name="Tanne am Bach")).to_be_visible()


def test_without_scripts_everything_works(house: House, browser: Browser, vera: dict[str, str], link: str) -> None:
    context = browser.new_context(base_url=house.address, locale="de-DE", java_script_enabled=False)
    context.add_cookies([vera])  # type: ignore[list-item]
    page = context.new_page()
    page.goto("/vorgaenge/")
    page.get_by_role("link", name="Eiche im Hof").click()
    page.get_by_role("button", name="erledigt").click()
    expect(page.get_by_text("Der Stand ist geändert.")).to_be_visible()
    page.locator(".cases-undo").get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_text("Rückgängig gemacht.")).to_be_visible()
    context.close()


def test_bob_discloses_and_erases(desk: Page, accessible: Check) -> None:
    desk.goto("/vorgaenge/datenschutz/")
    accessible(desk)
    desk.get_by_label("E-Mail-Adresse, Telefonnummer oder Nummer eines Vorgangs").fill("charlie@lindental.example")
    desk.get_by_role("button", name="Auskunft erstellen").click()
    expect(desk.get_by_text("Eiche im Hof").first).to_be_visible()
    accessible(desk)
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Als JSON herunterladen").click()
    assert download.value.suggested_filename == "auskunft.json"
    desk.get_by_label("Grund der Löschung").fill("Antrag vom 3. Mai")
    desk.get_by_role("button", name="Endgültig löschen").click()
    expect(desk.get_by_text("auf Verlangen gelöscht").first).to_be_visible()
    accessible(desk)


def test_dora_sees_what_waits_and_sets_a_webhook_up(desk: Page, accessible: Check) -> None:
    desk.goto("/post/?state=queued")
    accessible(desk)
    desk.get_by_role("link", name="Webhook einrichten").click()
    desk.get_by_label("Name").fill("Fachverfahren")
    desk.get_by_label("Kennung").fill("fach")
    desk.get_by_label("Adresse").fill("https://fach.example/haken")
    desk.get_by_role("button", name="Einrichten").click()
    expect(desk.get_by_text("steht nicht auf der Liste der erlaubten").first).to_be_visible()
    accessible(desk)
    desk.goto("/post/")
    follow(desk.get_by_role("link", name="FIT-Connect einrichten"))
    accessible(desk)
    desk.goto("/post/ziele/neu/directory/")
    desk.get_by_label("Name").fill("Steueramt")
    desk.get_by_label("Kennung").fill("steuern")
    desk.get_by_label("Ordner").fill("steueramt")
    desk.get_by_label("Welche Anträge dorthin gehen").fill("hundesteuer-anmelden")
    desk.get_by_role("button", name="Einrichten").click()
    expect(desk.get_by_role("row", name="Steueramt")).to_contain_text("hundesteuer-anmelden")
    accessible(desk)
