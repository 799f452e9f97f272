# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Vera imports a delivery in which one service is broken, watches it, and deals with what was kept back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from allmende.kernel.town.tests.imports.making import document, leistung, organisation, writes, zipped
from tests.browser.looking import hangs_over

Check = Callable[[Page], None]
MINUTE = 60_000
WIDTHS = (1280, 390)
REASON = "Ein LeiKa-Schlüssel hat 14 Ziffern und beginnt mit 99."
BY_LAW = """# Benutzungsordnung für die Grillhütte (Grillhüttenordnung)

Der Gemeinderat hat beschlossen:

## § 1 Geltung

(1) Diese Ordnung gilt an der Grillhütte.

## § 3 Entgelt

Die Hütte kostet 20 Euro.
"""


def delivery(source: str) -> bytes:
    """Two services that are right, one whose key is wrong; names of their own for each test."""
    keys = ("1", "2", "3")
    good = writes(
        leistung("1", name=f"Angelschein {source}"),
        leistung("2", name=f"Bootsschein {source}"),
        organisation("7", f"Fischereiamt {source}", keys),
    )
    bad = writes(leistung("3", name=f"Reusenschein {source}", leika="4711"))
    files = {"gut.xml": document(good), "schlecht.xml": document(bad)}
    return zipped(**{"index.txt": "\n".join(files).encode(), **files})


@pytest.fixture
def free_worker(staff_page: Page) -> None:
    """Nothing else to do: the embedding with which every new town begins is set aside."""
    staff_page.goto("/auftraege/?status=running")
    job = staff_page.get_by_role("link", name="Texte für die Suche einbetten")
    if job.count():
        job.first.click()
        cancel = staff_page.get_by_role("button", name="Auftrag abbrechen")
        if cancel.is_visible():
            cancel.click()


def at_both_widths(page: Page, accessible: Check) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        accessible(page)
        assert hangs_over(page, width) == []


@pytest.mark.usefixtures("free_worker")
@pytest.mark.parametrize("width", WIDTHS)
def test_a_delivery_with_a_broken_record(staff_page: Page, accessible: Check, tmp_path: Path, width: int) -> None:
    page, source = staff_page, f"quelle-{width}"
    (tmp_path / "lieferung.zip").write_bytes(delivery(source))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/importe/")
    accessible(page)
    page.get_by_label("Datei", exact=True).set_input_files(tmp_path / "lieferung.zip")
    page.get_by_label("Quelle", exact=True).fill(source)
    page.get_by_role("button", name="Import beginnen").click()
    page.wait_for_url(re.compile(r"/importe/[0-9a-f-]{36}/"))
    page.evaluate("window.neverLeft = true")
    expect(page.get_by_role("progressbar")).to_be_visible()
    accessible(page)
    expect(page.get_by_role("heading", name="Ergebnis")).to_be_visible(timeout=3 * MINUTE)
    assert page.evaluate("window.neverLeft"), "the summary came into the open page"
    expect(page.get_by_text("1 Eintrag ist nicht in Ordnung")).to_be_visible()
    expect(page.locator(".import-figures > div", has_text="geschrieben")).to_contain_text("3")
    expect(page.locator(".import-row")).to_contain_text(REASON)
    expect(page.get_by_text("Der Import läuft im Hintergrund")).to_be_hidden()
    accessible(page)
    assert hangs_over(page, width) == []
    page.get_by_role("link", name="Zur Quarantäne").click()
    expect(page.get_by_text("1 Eintrag", exact=True)).to_be_visible()
    accessible(page)
    page.get_by_role("link", name=f"Reusenschein {source}").click()
    expect(page.get_by_text(REASON)).to_be_visible()
    accessible(page)
    assert hangs_over(page, width) == []
    page.get_by_role("button", name="Verwerfen").click()
    expect(page.get_by_text("Der Eintrag ist verworfen")).to_be_visible()
    page.goto(f"/leistungen/angelschein-{source}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Angelschein {source}")
    expect(page.get_by_text(f"Fischereiamt {source}")).to_be_visible()


def test_a_refused_upload_says_why_beside_the_file(staff_page: Page, accessible: Check, tmp_path: Path) -> None:
    (tmp_path / "lieferung.zip").write_bytes(zipped(**{"index.txt": b"../../etc/passwd"}))
    staff_page.goto("/importe/")
    staff_page.get_by_label("Datei", exact=True).set_input_files(tmp_path / "lieferung.zip")
    staff_page.get_by_label("Quelle", exact=True).fill("boese")
    staff_page.get_by_role("button", name="Import beginnen").click()
    expect(staff_page.locator("#id_file_error")).to_contain_text("nennt einen unerlaubten Pfad")
    at_both_widths(staff_page, accessible)


def test_a_by_law_is_shown_before_it_is_stored(staff_page: Page, accessible: Check, tmp_path: Path) -> None:
    (tmp_path / "grillhuettenordnung.md").write_text(BY_LAW, encoding="utf-8")
    page = staff_page
    page.goto("/importe/dokument/")
    at_both_widths(page, accessible)
    page.get_by_label("Datei", exact=True).set_input_files(tmp_path / "grillhuettenordnung.md")
    page.get_by_role("button", name="Lesen und zeigen").click()
    expect(page.get_by_role("heading", name="2 Paragrafen und Anlagen erkannt")).to_be_visible(timeout=MINUTE)
    expect(page.get_by_text("§ 3 folgt auf § 1.")).to_be_visible()
    at_both_widths(page, accessible)
    page.get_by_label("Text", exact=True).fill(BY_LAW.replace("§ 3", "§ 2"))
    page.get_by_role("button", name="Paragrafen neu anzeigen").click()
    expect(page.get_by_text("folgt auf")).to_have_count(0)
    page.get_by_label("Zuständig", exact=True).select_option(index=1)
    page.get_by_label("Gilt ab").fill("2026-01-01")
    page.get_by_role("button", name="Als Entwurf speichern").click()
    expect(page.get_by_text("Der Entwurf ist gespeichert.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Grillhüttenordnung")
