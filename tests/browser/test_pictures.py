# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Vera hands a drawn street in, compares before and after, and moves masks with the keyboard alone. The record is what was signed."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from allmende.modules.anonymiser.tests import drawing
from allmende.modules.anonymiser.tests.filming import film
from tests.browser.looking import hangs_over
from tests.running_house import House

Check = Callable[[Page], None]
MINUTES = 300_000  # a job waits for its turn, with a worker that embeds the town, too
WIDTHS = (390, 1280)
FILES = "Bilder und Filme"
CUT = "document.querySelector('[data-compare]').style.getPropertyValue('--cut')"

SEEK = """video => new Promise(done => {
    video.addEventListener("seeked", () => done(video.currentTime));
    video.currentTime = 0.2;
})"""


def looked_at(page: Page, accessible: Check) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert not hangs_over(page, width)
        accessible(page)


def street() -> dict[str, object]:
    return {"name": "strasse.jpg", "mimeType": "image/jpeg", "buffer": drawing.written(drawing.street()[0])}


def test_a_photo_is_masked_compared_mended_by_keyboard_and_its_record_verified(
    staff_page: Page, accessible: Check, house: House, tmp_path: Path
) -> None:
    page = staff_page
    page.goto("/anonymisierung/bilder/")
    looked_at(page, accessible)
    page.get_by_label(FILES, exact=True).set_input_files(files=[street()])  # type: ignore[list-item]
    page.get_by_role("button", name="Anonymisieren").click()
    state = page.locator(".pictures-state")
    expect(state).to_contain_text("Fertig", timeout=MINUTES)
    slider = page.get_by_label("Vorher und nachher vergleichen")
    assert page.evaluate(CUT) == "50%"
    slider.focus()
    for _step in range(10):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(CUT) == "60%"
    assert slider.get_attribute("aria-valuetext") == "Vorher sichtbar: 60 Prozent"
    looked_at(page, accessible)

    page.get_by_role("button", name="Masken ändern").click()
    page.get_by_role("link", name="Masken prüfen").click()
    canvas = page.get_by_role("group", name="Masken im Bild")
    expect(canvas.get_by_role("button").nth(1)).to_be_visible()
    found = canvas.get_by_role("button").count()
    page.get_by_role("button", name="Maske hinzufügen").press("Enter")
    added = f"Gesicht {found + 1}: links"
    expect(canvas.get_by_role("button", name=f"{added} 220, oben 140, Breite 40, Höhe 40")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+ArrowUp")
    heard = page.locator("[data-editor-live]")
    expect(heard).to_have_text(f"{added} 217, oben 139, Breite 40, Höhe 43")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Delete")
    expect(heard).to_contain_text(f"{found} entfernt")
    expect(canvas.get_by_role("button")).to_have_count(found)
    looked_at(page, accessible)
    page.get_by_role("button", name="Freigeben und veröffentlichen").press("Enter")
    expect(state).to_contain_text("Fertig", timeout=MINUTES)

    record = page.request.get(page.get_by_role("link", name="Nachweis als JSON").get_attribute("href") or "")
    masks = record.json()["masks"]
    assert [mask["removed"]["by"] for mask in masks if mask["removed"]] == ["vera"]
    assert [mask["added"]["by"] for mask in masks] == [""] * found + ["vera"]
    file = tmp_path / "nachweis.json"
    file.write_bytes(record.body())
    assert "NOT" not in house.command("anonymiser", "verify", str(file))
    assert json.loads(file.read_text(encoding="utf-8"))["signed_off"]["by"] == "vera"


def test_a_film_is_handed_in_watched_while_it_is_worked_on_and_played(
    staff_page: Page, accessible: Check, tmp_path: Path
) -> None:
    page = staff_page
    page.goto("/anonymisierung/bilder/")
    frames = [drawing.pixels(drawing.street((640, 400))[0])] * 8
    page.get_by_label(FILES, exact=True).set_input_files(film(tmp_path / "kreuzung.mp4", frames))
    page.get_by_role("button", name="Anonymisieren").click()
    expect(page.locator('[data-jobs="message"]')).to_contain_text("von 8", timeout=MINUTES)
    looked_at(page, accessible)
    expect(page.locator(".pictures-state")).to_contain_text("Fertig", timeout=MINUTES)
    expect(page.locator('[data-jobs="bar"]')).to_be_hidden()
    shown = page.get_by_label("Der Film mit Masken")
    looked_at(page, accessible)
    page.emulate_media(color_scheme="dark")
    looked_at(page, accessible)
    shown.evaluate("video => { window.seen = new Promise(done => video.addEventListener('ended', done)); }")
    shown.focus()
    page.keyboard.press("Space")
    page.evaluate("() => window.seen.then(() => null)")
    assert shown.evaluate(SEEK) == 0.2
    assert shown.evaluate("video => [video.videoWidth, video.videoHeight, video.duration]") == [640, 400, 0.32]
    assert shown.evaluate("video => new URL(video.poster).pathname").endswith("/standbild/")


def test_every_page_of_the_room_is_for_everybody(staff_page: Page, accessible: Check) -> None:
    for address in ("pruefung/", "nachweise/", "schluessel/", "schaetzung/"):
        staff_page.goto(f"/anonymisierung/{address}")
        looked_at(staff_page, accessible)
    staff_page.goto("/anonymisierung/schaetzung/")
    staff_page.get_by_role("button", name="Ziehen").click()
    staff_page.get_by_label("Kennzeichen: übersehen").fill("1")
    looked_at(staff_page, accessible)
    staff_page.get_by_role("button", name="Weiter").click()
    expect(staff_page.get_by_text("ist festgehalten")).to_be_visible()
    looked_at(staff_page, accessible)
