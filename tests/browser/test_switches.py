# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Vera switches a part of the assistant off: the page that Charlie has open hears of it, and so does every other process."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.running_house import House

Check = Callable[[Page], None]


@pytest.fixture
def desk(staff_page: Page) -> Iterator[Page]:
    """The page with the switches; whatever was switched off is on again afterwards, because one house serves all tests."""
    staff_page.goto("/assistent/schalter/")
    yield staff_page
    for name in ("answers", "model", "widget"):
        staff_page.goto("/assistent/schalter/")
        if staff_page.locator(f"#{name}").get_by_text("aus", exact=True).count():
            switch(staff_page, name, "einschalten")


@pytest.fixture
def charlie(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(base_url=house.address, locale="de-DE")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def switch(page: Page, name: str, how: str, message: str = "") -> None:
    part = page.locator(f"#{name}")
    part.locator("summary").click()
    part.get_by_label("Grund").fill("Probe für den Ernstfall")
    if message:
        part.get_by_label("Hinweis für Bürgerinnen und Bürger").fill(message)
    part.get_by_role("button", name=how).click()
    expect(page.get_by_role("status").first).to_be_visible()


def test_answers_are_off_for_everybody_at_the_next_question(
    desk: Page, charlie: Page, house: House, accessible: Check
) -> None:
    charlie.goto("/fragen/")
    accessible(desk)
    switch(desk, "answers", "abschalten", "Wir prüfen eine Gebühr.")
    expect(desk.locator("#answers").get_by_text("Probe für den Ernstfall")).to_be_visible()
    accessible(desk)

    charlie.get_by_label("Ihre Frage").fill("Was kostet ein Hund?")
    charlie.get_by_role("button", name="Frage stellen").click()
    expect(charlie.get_by_role("heading", name="Wir prüfen eine Gebühr.")).to_be_visible()
    expect(charlie.locator(".ask-closed").get_by_text("Was kostet ein Hund?")).to_be_visible()
    expect(charlie.get_by_role("button", name="Was kostet ein Hund?")).to_be_hidden()
    expect(charlie.get_by_role("link", name="069 90009-0").first).to_be_visible()
    expect(charlie.get_by_label("Ihre Frage")).to_have_count(0)
    accessible(charlie)
    charlie.get_by_role("link", name="Leistungen von A bis Z").click()
    expect(charlie.get_by_role("heading", level=1)).to_have_text("Leistungen von A bis Z")

    answer = charlie.request.post("/api/v1/assistant/answers", data={"question": "Was kostet ein Hund?"})
    assert answer.status == 503
    assert answer.json()["detail"] == "Wir prüfen eine Gebühr."
    with pytest.raises(RuntimeError, match="Wir prüfen eine Gebühr"):
        house.command("ask", "Was kostet ein Hund?")

    switch(desk, "answers", "einschalten")
    charlie.goto("/fragen/")
    charlie.get_by_label("Ihre Frage").fill("Was kostet ein Hund?")
    charlie.get_by_role("button", name="Frage stellen").click()
    expect(charlie.get_by_text("96 € je Jahr").first).to_be_visible()


def test_the_widget_is_off_and_the_page_goes_on(desk: Page, charlie: Page, house: House) -> None:
    switch(desk, "widget", "abschalten")
    desk.goto("/assistent/einbinden/")
    expect(desk.get_by_text("Das Fenster ist abgeschaltet")).to_be_visible()
    expect(desk.locator("#allmende-widget")).to_have_count(0)
    charlie.goto("/fragen/widget/")
    expect(charlie.get_by_role("heading", name="Hier sind zurzeit keine Fragen möglich.")).to_be_visible()
    charlie.goto("/fragen/")
    expect(charlie.get_by_label("Ihre Frage")).to_be_visible()


def test_a_reason_is_needed(desk: Page, accessible: Check) -> None:
    part = desk.locator("#model")
    part.locator("summary").click()
    part.get_by_role("button", name="abschalten").click()
    expect(desk.locator(".web-error-summary")).to_be_focused()
    expect(desk.locator("#id_model_reason")).to_have_attribute("aria-invalid", "true")
    accessible(desk)
