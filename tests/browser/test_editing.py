# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erika changes texts of the town, Fritz checks and publishes them; each with a browser of their own."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import signed_in
from tests.browser.looking import follow, hangs_over, listen
from tests.running_house import House

Check = Callable[[Page], None]
TEXT = "/redaktion/leistungen/{}/"
EXPECTED = ("409 (Conflict)", "400 (Bad Request)")


@pytest.fixture(scope="module")
def sessions(house: House) -> dict[str, dict[str, str]]:
    """The sessions of the two editors of the demo town."""
    return {name: signed_in(house, name) for name in ("erika", "fritz")}


@pytest.fixture
def enter(browser: Browser, house: House, sessions: dict[str, dict[str, str]]) -> Iterator[Callable[..., Page]]:
    """Open a browser as one of them; it fails the test when a script fails."""
    contexts: list[BrowserContext] = []
    records = []

    def do(name: str, *, scripts: bool = True, width: int = 1280, locale: str = "de-DE") -> Page:
        context = browser.new_context(
            base_url=house.address,
            locale=locale,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
        )
        context.set_default_timeout(15_000)
        context.add_cookies([sessions[name]])  # type: ignore[list-item]
        contexts.append(context)
        page = context.new_page()
        if scripts:
            records.append(listen(page))
        return page

    yield do
    for context in contexts:
        context.close()
    assert [complaint for record in records for complaint in record.complaints] == []
    assert [a for record in records for a in record.answers if not any(known in a for known in EXPECTED)] == []


@pytest.fixture
def erika(enter: Callable[..., Page]) -> Page:
    return enter("erika")


@pytest.fixture
def fritz(enter: Callable[..., Page]) -> Page:
    return enter("fritz")


def test_a_fee_is_changed_by_erika_and_published_by_fritz(
    erika: Page, fritz: Page, page: Page, accessible: Check
) -> None:
    erika.goto("/redaktion/")
    erika.get_by_label("Name oder Kennung").fill("fischer")
    erika.keyboard.press("Enter")
    follow(erika.get_by_role("link", name="Fischereischein", exact=True))
    accessible(erika)
    erika.get_by_role("navigation", name="Gleich zum Abschnitt").get_by_role("link", name="Kosten").click()
    expect(erika.get_by_role("heading", name="Kosten")).to_be_in_viewport()
    erika.get_by_role("group", name="Gebühr 1").get_by_label("Betrag in Euro").fill("31,50")
    accessible(erika)
    erika.get_by_role("button", name="Zur Prüfung geben").click()
    expect(erika.get_by_text("Der Entwurf ist zur Prüfung gegeben.")).to_be_visible()
    expect(erika.get_by_role("button", name="Veröffentlichen")).to_have_count(0)
    accessible(erika)

    page.goto("/leistungen/fischereischein/")
    expect(page.get_by_text("28 €", exact=True)).to_be_visible()

    fritz.goto("/redaktion/")
    accessible(fritz)
    fritz.get_by_role("region", name="wartet auf Ihre Prüfung").get_by_role("link", name="Fischereischein").click()
    expect(fritz.locator("ins")).to_contain_text("31,50")
    expect(fritz.locator("del")).to_contain_text("28,00")
    fritz.get_by_role("link", name="Vorschau").click()
    expect(fritz.get_by_text("Vorschau: So sehen es")).to_be_visible()
    expect(fritz.get_by_text("31,50 €", exact=True)).to_be_visible()
    accessible(fritz)
    fritz.go_back()
    fritz.get_by_role("button", name="Veröffentlichen").click()
    expect(fritz.get_by_text("Suche und Assistent kennen den neuen Text schon.")).to_be_visible()

    page.reload()
    expect(page.get_by_text("31,50 €", exact=True)).to_be_visible()
    page.goto("/fragen/")
    page.get_by_label("Ihre Frage").fill("Was kostet ein Fischereischein?")
    page.get_by_role("button", name="Frage stellen").click()
    expect(page.locator(".ask-card").first).to_contain_text("31,50 €")

    fritz.get_by_role("link", name="Verlauf").click()
    expect(fritz.get_by_role("cell", name="Erika Ehlers")).to_be_visible()
    expect(fritz.get_by_role("cell", name="Fritz Falk")).to_be_visible()
    accessible(fritz)


def test_fritz_gives_it_back_and_erika_reads_why(erika: Page, fritz: Page, accessible: Check) -> None:
    erika.goto(f"{TEXT.format('fundbuero')}bearbeiten/")
    erika.get_by_label("Bearbeitungsdauer", exact=True).fill("sofort am Schalter")
    erika.get_by_role("button", name="Zur Prüfung geben").click()
    expect(erika.get_by_text("Der Entwurf ist zur Prüfung gegeben.")).to_be_visible()
    fritz.goto(TEXT.format("fundbuero"))
    fritz.get_by_text("Zurückgeben", exact=True).click()
    fritz.get_by_label("Was ist noch zu ändern?").fill("Bitte „am selben Tag“ schreiben.")
    accessible(fritz)
    fritz.get_by_role("button", name="Mit dieser Anmerkung zurückgeben").click()
    expect(fritz.get_by_text("Der Entwurf ist zurückgegeben.")).to_be_visible()
    erika.goto("/redaktion/")
    expect(erika.get_by_role("region", name="eigene")).to_contain_text("zurückgegeben")
    erika.goto(TEXT.format("fundbuero"))
    expect(erika.get_by_text("Bitte „am selben Tag“ schreiben.")).to_be_visible()
    accessible(erika)
    erika.get_by_role("button", name="Entwurf verwerfen").click()
    expect(erika.get_by_text("Der Entwurf ist verworfen.")).to_be_visible()


def test_only_the_keyboard_is_needed_for_a_new_row(erika: Page) -> None:
    erika.goto(f"{TEXT.format('sperrmuell')}bearbeiten/")
    before = erika.get_by_role("group", name="Unterlage").count()
    erika.get_by_role("button", name="Unterlage hinzufügen").focus()
    erika.evaluate("window.neverLeft = true")
    erika.keyboard.press("Enter")
    expect(erika.get_by_role("group", name="Unterlage")).to_have_count(before + 1)
    assert erika.evaluate("window.neverLeft"), "with scripts the page is not left"
    erika.keyboard.type("Foto der Möbel")
    added = erika.get_by_role("group", name=f"Unterlage {before + 1}")
    expect(added.get_by_label("Unterlage", exact=True)).to_have_value("Foto der Möbel")
    added.get_by_role("button", name="entfernen").press("Enter")
    expect(erika.get_by_role("group", name="Unterlage")).to_have_count(before)
    assert erika.evaluate("document.activeElement.textContent").strip() == "Unterlage hinzufügen"


def test_without_scripts_rows_are_added_and_nothing_is_lost(enter: Callable[..., Page]) -> None:
    erika = enter("erika", scripts=False)
    erika.goto(f"{TEXT.format('sperrmuell')}bearbeiten/")
    erika.get_by_label("Bearbeitungsdauer", exact=True).fill("drei Wochen")
    count = erika.get_by_role("group", name="Gebühr").count()
    erika.get_by_role("button", name="Gebühr hinzufügen").click()
    expect(erika.get_by_role("group", name="Gebühr")).to_have_count(count + 1)
    expect(erika.get_by_label("Bearbeitungsdauer", exact=True)).to_have_value("drei Wochen")
    row = erika.get_by_role("group", name=f"Gebühr {count + 1}")
    row.get_by_label("Betrag in Euro").fill("viel")
    erika.get_by_role("button", name="Entwurf speichern").click()
    expect(erika.get_by_role("alert")).to_contain_text("Bitte prüfen Sie")
    expect(erika.get_by_role("alert").get_by_role("link", name=f"Gebühr {count + 1}: Betrag in Euro")).to_be_visible()
    expect(row.get_by_label("Betrag in Euro")).to_have_value("viel")


def test_an_error_gets_the_focus_and_its_link_leads_to_the_field(erika: Page, accessible: Check) -> None:
    erika.goto(f"{TEXT.format('sperrmuell')}bearbeiten/")
    erika.get_by_label("Onlinedienst").fill("www.lindental.example")
    erika.get_by_label("Onlinedienst").press("Enter")
    summary = erika.get_by_role("alert")
    expect(summary).to_be_focused()
    accessible(erika)
    summary.get_by_role("link").first.press("Enter")
    expect(erika.get_by_label("Onlinedienst")).to_be_in_viewport()
    expect(erika.get_by_label("Onlinedienst")).to_have_attribute("aria-invalid", "true")


def test_two_editors_at_once_lose_nothing(erika: Page, fritz: Page, accessible: Check) -> None:
    address = f"{TEXT.format('grundsteuer')}bearbeiten/"
    erika.goto(address)
    fritz.goto(address)
    erika.get_by_label("Bearbeitungsdauer", exact=True).fill("von Erika")
    erika.get_by_role("button", name="Entwurf speichern").click()
    expect(erika.get_by_text("Der Entwurf ist gespeichert.")).to_be_visible()
    fritz.get_by_label("Bearbeitungsdauer", exact=True).fill("von Fritz")
    fritz.get_by_label("Name (Pflicht)").fill("Grundsteuer von Fritz")
    fritz.get_by_role("button", name="Entwurf speichern").click()
    expect(fritz.get_by_role("heading", name="Jemand war schneller")).to_be_visible()
    expect(fritz.get_by_text("von Erika", exact=True)).to_be_visible()
    accessible(fritz)
    fritz.get_by_role("radio", name="Text von Erika Ehlers").check()
    fritz.get_by_role("button", name="Zusammenführen").click()
    expect(fritz.get_by_label("Bearbeitungsdauer", exact=True)).to_have_value("von Erika")
    expect(fritz.get_by_label("Name (Pflicht)")).to_have_value("Grundsteuer von Fritz")
    fritz.get_by_role("button", name="Entwurf speichern").click()
    expect(fritz.get_by_text("Der Entwurf ist gespeichert.")).to_be_visible()
    fritz.get_by_role("button", name="Entwurf verwerfen").click()
    expect(fritz.get_by_text("Der Entwurf ist verworfen.")).to_be_visible()


def test_a_by_law_gets_a_new_version_and_its_structure_is_checked(erika: Page, accessible: Check) -> None:
    erika.goto("/redaktion/ortsrecht/baumschutzsatzung/")
    follow(erika.get_by_role("link", name="Neue Fassung anlegen"))
    accessible(erika)
    erika.get_by_label("Ab wann gilt die neue Fassung?").fill("2030-01-01")
    erika.get_by_role("button", name="Entwurf anlegen").click()
    wording = erika.get_by_label("Wortlaut (Pflicht)")
    wording.fill(wording.input_value().replace("## § 3 ", "## § 4 ", 1))
    erika.get_by_role("button", name="Gliederung prüfen").click()
    expect(erika.get_by_text("§ 4 kommt zweimal vor.")).to_be_visible()
    accessible(erika)
    erika.get_by_role("button", name="Entwurf speichern").click()
    expect(erika.get_by_role("alert")).to_contain_text("§ 4 kommt zweimal vor.")
    wording.fill(wording.input_value().replace("## § 4 ", "## § 3 ", 1))
    erika.get_by_role("button", name="Entwurf speichern").click()
    expect(erika.get_by_text("Der jetzige Wortlaut bleibt als")).to_be_visible()
    erika.get_by_role("button", name="Entwurf verwerfen").click()
    expect(erika.get_by_text("Der Entwurf ist verworfen.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "locale"), [(1280, "de-DE"), (390, "en-GB")])
@pytest.mark.parametrize(
    "address",
    [
        "/redaktion/",
        "/redaktion/leistungen/neu/",
        "/redaktion/leistungen/hundesteuer-anmelden/",
        "/redaktion/leistungen/hundesteuer-anmelden/bearbeiten/",
        "/redaktion/leistungen/hundesteuer-anmelden/verlauf/",
        "/redaktion/ortsrecht/hundesteuersatzung/bearbeiten/",
        "/redaktion/aemter/buergerbuero/bearbeiten/",
        "/redaktion/woerter/town/",
    ],
)
def test_every_page_of_the_editors_fits_and_has_no_barrier(
    enter: Callable[..., Page], accessible: Check, address: str, width: int, locale: str, scheme: str
) -> None:
    page = enter("erika", width=width, locale=locale)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    assert hangs_over(page, width) == []
    accessible(page)
