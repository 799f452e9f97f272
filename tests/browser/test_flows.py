# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erika changes how an application proceeds, Emil publishes it; each with a browser of their own."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import signed_in
from tests.browser.looking import follow, hangs_over, listen
from tests.running_house import House

Check = Callable[[Page], None]


@pytest.fixture
def editors(browser: Browser, house: House) -> Iterator[dict[str, Page]]:
    """Erika's browser and Emil's; they fail the test when a script fails."""
    pages, records = {}, []
    for name, roles in (("erika", "[]"), ("emil", "[Role.EDITOR]")):
        context = browser.new_context(base_url=house.address, locale="de-DE", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(15_000)
        context.add_cookies([signed_in(house, name, roles)])  # type: ignore[list-item]
        pages[name] = context.new_page()
        records.append(listen(pages[name]))
    yield pages
    for page in pages.values():
        page.context.close()
    assert [complaint for record in records for complaint in record.complaints] == []


def looked_at(page: Page, accessible: Check) -> None:
    """No barrier, and nothing wider than the screen of a telephone."""
    accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert hangs_over(page, 390) == []
    page.set_viewport_size({"width": 1280, "height": 900})


def test_erika_breaks_a_flow_and_mends_it_and_emil_publishes(editors: dict[str, Page], accessible: Check) -> None:
    erika, emil = editors["erika"], editors["emil"]
    erika.goto("/ablaeufe/")
    looked_at(erika, accessible)
    erika.get_by_role("link", name="Baumfällung beantragen").click()
    expect(erika.get_by_text("Compiler und Tests sind grün")).to_be_visible()
    looked_at(erika, accessible)
    follow(erika.get_by_role("button", name="Neue Version beginnen"))
    looked_at(erika, accessible)

    follow(erika.get_by_role("link", name="Ändern: Schritt grund"))
    looked_at(erika, accessible)
    way = erika.get_by_role("group", name="Weg 1").get_by_label("weiter mit Schritt")
    way.fill("nirgends")
    erika.get_by_role("button", name="Speichern").last.click()
    expect(erika.get_by_role("link", name="Den Schritt „nirgends“ gibt es nicht.")).to_be_visible()
    looked_at(erika, accessible)
    erika.get_by_role("navigation", name="Sie sind hier").get_by_role("link").nth(1).click()
    step = erika.get_by_role("region", name="Schritt grund", exact=True)
    expect(step.get_by_text("Den Schritt „nirgends“ gibt es nicht.")).to_be_visible()
    looked_at(erika, accessible)

    erika.get_by_role("link", name="YAML", exact=True).click()
    area = erika.get_by_label("Datei des Ablaufs")
    mended = area.input_value().replace("then: nirgends", "then: gebuehrenfrei")
    area.fill(mended.replace("Warum soll der Baum weg?", "Warum soll der Baum gefällt werden?"))
    looked_at(erika, accessible)
    erika.get_by_role("button", name="Speichern").click()
    expect(erika.get_by_text("Compiler und Tests sind grün")).to_be_visible()

    erika.get_by_role("link", name="Ausprobieren").click()
    erika.get_by_role("radio", name="Nein").check()
    erika.get_by_role("button", name="Antworten").click()
    expect(erika.get_by_role("heading", name="Schritt besonders")).to_be_visible()
    erika.get_by_label("Antworten", exact=True).select_option("die des Tests „dünne Birke“")
    erika.get_by_role("button", name="Beginnen").click()
    expect(erika.get_by_text("Hier endet der Ablauf; gesendet wird nichts.")).to_be_visible()
    looked_at(erika, accessible)
    erika.get_by_role("navigation", name="Ansichten des Ablaufs").get_by_role("link", name="Übersicht").click()
    erika.get_by_role("button", name="Zur Prüfung geben").click()
    expect(erika.get_by_text("Wartet auf eine zweite Person")).to_be_visible()
    expect(erika.get_by_role("button", name="Veröffentlichen")).to_have_count(0)

    emil.goto("/ablaeufe/")
    emil.get_by_role("region", name="1 Entwurf wartet auf Sie").get_by_role("link").click()
    emil.get_by_role("link", name="Versionen").click()
    expect(emil.locator("ins")).to_contain_text("gefällt werden")
    looked_at(emil, accessible)
    emil.get_by_role("navigation", name="Ansichten des Ablaufs").get_by_role("link", name="Übersicht").click()
    emil.get_by_role("button", name="Veröffentlichen").click()
    expect(emil.get_by_text("Neue Anträge beginnen mit dieser Version.")).to_be_visible()
