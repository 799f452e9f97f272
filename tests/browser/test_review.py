# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie asks for the "Rümpelburg", as everybody calls the recycling centre. Emil finds the gap and proposes the word, Vera approves it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import JOB_STATUS, PATIENCE, signed_in
from tests.browser.looking import hangs_over, listen
from tests.running_house import House

Check = Callable[[Page], None]
QUESTIONS = ("Wo ist die Rümpelburg?", "Wo finde ich die Rümpelburg?", "Wann hat die Rümpelburg offen?")
ANSWER = "Wertstoffhof"
MINUTES = 300_000  # a job waits for its turn, with a worker that embeds the town, too
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def desks(browser: Browser, house: House, vera: dict[str, str]) -> Iterator[dict[str, Page]]:
    """A page of each: Charlie without a login, Emil the editor, Vera, who may do everything."""
    sessions = {"charlie": None, "emil": signed_in(house, "emil", "[Role.EDITOR]"), "vera": vera}
    contexts: list[BrowserContext] = []
    pages = {}
    for name, session in sessions.items():
        context = browser.new_context(base_url=house.address, locale="de-DE", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE)
        context.add_cookies([session] if session else [])  # type: ignore[list-item]
        contexts.append(context)
        pages[name] = context.new_page()
    records = {name: listen(page) for name, page in pages.items()}
    yield pages
    for context in contexts:
        context.close()
    assert {name: record.complaints for name, record in records.items()} == {name: [] for name in pages}


@pytest.fixture
def charlie(desks: dict[str, Page]) -> Page:
    return desks["charlie"]


@pytest.fixture
def emil(desks: dict[str, Page]) -> Page:
    return desks["emil"]


@pytest.fixture
def vera_at_work(desks: dict[str, Page]) -> Page:
    return desks["vera"]


def answer_to(page: Page, question: str) -> Locator:
    """Ask in a new conversation; the last turn of the page."""
    page.context.clear_cookies()
    page.goto("/fragen/")
    page.get_by_label("Ihre Frage").fill(question)
    page.get_by_role("button", name="Frage stellen").click()
    expect(page.locator(".ask-answer")).to_have_count(1)
    return page.locator(".ask-answer")


def press(button: Locator) -> None:
    """By keyboard, as all of it can be done."""
    button.focus()
    button.press("Enter")


def looks_right(page: Page, accessible: Check) -> None:
    """No barrier and nothing too wide, on a desk and on a telephone."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        accessible(page)
        assert hangs_over(page, width) == []
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


@pytest.mark.usefixtures("free_worker")
def test_what_charlie_asked_in_vain_is_found_by_its_result(charlie: Page, emil: Page, accessible: Check) -> None:
    for question in QUESTIONS:
        expect(answer_to(charlie, question)).not_to_contain_text(ANSWER)
    answer_to(charlie, "Was kostet ein Hund?")
    emil.goto("/assistent/fragen/")
    expect(emil.get_by_role("link", name="Was kostet ein Hund?").first).to_be_visible()
    emil.get_by_label("Ergebnis").select_option(label="keine Quelle")
    emil.get_by_label("Wörter der Frage").fill("rümpelburg")
    press(emil.get_by_role("button", name="Filtern"))
    expect(emil.get_by_role("link", name="Was kostet ein Hund?")).to_have_count(0)
    expect(emil.get_by_role("status").filter(has_text="in der Auswahl")).to_be_visible()
    looks_right(emil, accessible)
    press(emil.get_by_role("link", name=QUESTIONS[0]))
    expect(emil.get_by_role("heading", name="Was die Person sah")).to_be_visible()
    expect(emil.get_by_role("definition").filter(has_text="keine Quelle")).to_be_visible()
    looks_right(emil, accessible)


@pytest.mark.usefixtures("free_worker")
def test_the_questions_stand_in_one_group_and_emil_proposes_their_word(emil: Page, accessible: Check) -> None:
    emil.goto("/assistent/fragen/luecken/")
    press(emil.get_by_role("button", name="Jetzt auswerten"))
    expect(emil.locator(JOB_STATUS)).to_have_text("Fertig", timeout=MINUTES)
    press(emil.get_by_role("link", name="Ergebnis zeigen"))
    press(emil.get_by_role("link", name="Rümpelburg").first)
    expect(emil.get_by_role("heading", name="3 Fragen")).to_be_visible()
    for question in QUESTIONS:
        expect(emil.get_by_role("link", name=question)).to_be_visible()
    looks_right(emil, accessible)
    emil.get_by_label("Wort der Bürgerinnen und Bürger").fill("Rümpelburg")
    emil.get_by_label("Leistung, die gemeint ist").select_option("wertstoffhof")
    press(emil.get_by_role("button", name="Vorschlagen und messen"))
    expect(emil.get_by_role("heading", level=1)).to_contain_text("„Rümpelburg“ für")
    expect(emil.locator(JOB_STATUS)).to_have_text("Fertig", timeout=MINUTES)
    press(emil.get_by_role("link", name="Ergebnis zeigen"))
    source = emil.get_by_role("row", name="Fragen, aus denen der Vorschlag stammt")
    expect(source.get_by_role("cell")).to_have_text(["3", "0", "3", "3", "0"])
    expect(emil.get_by_role("row", name="Fragensatz der Stadt").get_by_role("cell").first).to_have_text("90")
    expect(emil.get_by_text("Annehmen muss es eine zweite Person.")).to_be_visible()
    expect(emil.get_by_role("button", name="Annehmen")).to_have_count(0)


def test_vera_approves_it_charlie_is_answered_and_it_can_be_taken_back(
    vera_at_work: Page, charlie: Page, accessible: Check
) -> None:
    vera_at_work.goto("/assistent/fragen/suchwoerter/")
    expect(vera_at_work.get_by_role("row", name="Rümpelburg").get_by_text("emil")).to_be_visible()
    press(vera_at_work.get_by_role("link", name="Rümpelburg"))
    expect(vera_at_work.get_by_role("button", name="Annehmen")).to_be_visible()
    looks_right(vera_at_work, accessible)
    press(vera_at_work.get_by_role("button", name="Annehmen"))
    expect(vera_at_work.get_by_text("wird jetzt auch unter diesem Wort gefunden")).to_be_visible()
    expect(answer_to(charlie, QUESTIONS[0])).to_contain_text(ANSWER)

    press(vera_at_work.get_by_role("button", name="Annahme zurücknehmen"))
    expect(vera_at_work.get_by_text("Das Wort steht nicht mehr bei der Leistung.")).to_be_visible()
    expect(answer_to(charlie, QUESTIONS[0])).not_to_contain_text(ANSWER)


def test_sources_say_what_needs_care_and_everything_can_be_taken_home(
    vera_at_work: Page, accessible: Check, tmp_path: Path
) -> None:
    vera_at_work.goto("/assistent/fragen/quellen/?show=all")
    row = vera_at_work.get_by_role("row", name="Hund anmelden (Hundesteuer)")
    expect(row).to_be_visible()
    looks_right(vera_at_work, accessible)
    press(row.get_by_role("link").last)
    expect(vera_at_work.get_by_text("Nur Antworten, die diese Quelle zeigten: Hund anmelden")).to_be_visible()
    for address, link, expected in (
        ("/assistent/fragen/?words=rümpelburg", "Auswahl als CSV", QUESTIONS[0]),
        ("/assistent/fragen/luecken/", "CSV", "Rümpelburg"),
        ("/assistent/fragen/suchwoerter/", "CSV", '"zurückgenommen"'),
        ("/assistent/fragen/quellen/", "CSV", "Hund anmelden (Hundesteuer)"),
    ):
        vera_at_work.goto(address)
        with vera_at_work.expect_download() as download:
            press(vera_at_work.get_by_role("link", name=link, exact=True))
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        assert file.suffix == ".csv"
        text = file.read_text(encoding="utf-8")
        assert text.startswith("\ufeff")
        assert expected in text, address
