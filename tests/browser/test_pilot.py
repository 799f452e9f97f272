# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Vera imports a small question set, has it asked, reads the report on both widths and takes it home as PDF."""

import json
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import JOB_STATUS
from tests.browser.looking import follow, hangs_over

MINUTES = 300_000  # a job waits for its turn, with a worker that embeds the town, too
WIDTHS = (390, 1280)
QUESTIONS = (
    ("a", "Hilfe, in der Küche brennt es!", ["guarded"]),
    ("b", "Ich möchte mit einem Menschen sprechen.", ["handed_over"]),
    ("c", "Hilfe, in der Küche brennt es nicht!", ["handed_over"]),
)


def small_set() -> bytes:
    head = {"schema": "pilot/1", "id": "klein", "version": 1, "title": {"de": "Kleiner Satz"}}
    rows = [
        {"id": name, "question": question, "language": "de", "register": "plain", "status": status}
        for name, question, status in QUESTIONS
    ]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in [head, *rows]).encode()


def test_vera_measures_and_reads_the_report(staff_page: Page, accessible: Callable[[Page], None]) -> None:
    page = staff_page
    page.goto("/assistent/pilot/")
    file = {"name": "klein.jsonl", "mimeType": "application/jsonl", "buffer": small_set()}
    page.get_by_label("Datei mit Fragen").set_input_files(files=[file])  # type: ignore[list-item]
    page.get_by_role("button", name="Fragensatz einlesen").click()
    follow(page.get_by_role("button", name="„klein“ jetzt stellen"))
    accessible(page)
    expect(page.locator(JOB_STATUS)).to_have_text("Fertig", timeout=MINUTES)
    page.get_by_role("link", name="Ergebnis zeigen").click()
    page.get_by_role("link", name="Lauf").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kleiner Satz")
    expect(page.get_by_text("Falsch und sicher: 33,3 % von 3 Fragen")).to_be_visible()
    expect(page.get_by_role("table").filter(has_text="Hilfe, in der Küche brennt es nicht!")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert not hangs_over(page, width)
        accessible(page)
    address = page.get_by_role("link", name="Bericht als PDF").get_attribute("href") or ""
    assert page.request.get(address).body().startswith(b"%PDF-")
    page.get_by_role("button", name="Lauf abnehmen").click()
    expect(page.get_by_text("Abgenommen am")).to_be_visible()
