# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alice hands pictures in, looks at them before and after, moves masks by their numbers, and takes the results home."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404
from django.test import Client

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.jobs import runner
from allmende.modules.anonymiser import queries, service, vault
from allmende.modules.anonymiser.forms import mask_rows
from allmende.modules.anonymiser.models import Batch, Picture
from allmende.modules.anonymiser.tests.room.conftest import dark, drawn, upload

pytestmark = pytest.mark.one_database

FORM = {"labels": ["face", "plate"], "fill": "solid", "keep_date": "none", "keep_days": "0"}


def packed(**files: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return written.getvalue()


def rows(picture: Picture, *more: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """What the editor's form sends: the one mask, perhaps changed, and new ones."""
    mask = queries.masks(picture).get()
    x0, y0, x1, y1 = (f(corner[axis] for corner in mask.region["corners"]) for f in (min, max) for axis in (0, 1))
    first = {
        "mask": mask.pk,
        "label": "plate",
        "x": round(x0),
        "y": round(y0),
        "w": round(x1) - round(x0),
        "h": round(y1) - round(y0),
    }
    sent: dict[str, Any] = {"masks-TOTAL_FORMS": 1 + len(more), "masks-INITIAL_FORMS": 1, "action": "save"}
    for number, row in enumerate([first | changed, *more]):
        sent |= {f"masks-{number}-{name}": value for name, value in row.items()}
    return sent


def test_alice_hands_a_picture_in_and_compares(browser: Callable[[str], Client]) -> None:
    alice = browser("alice")
    page = alice.post("/anonymisierung/bilder/", FORM | {"pictures": upload()}, follow=True)
    assert "Wird bearbeitet" in page.content.decode()
    runner.work_off()
    picture = Picture.objects.get()
    html = alice.get(picture.get_absolute_url()).content.decode()
    assert "Fertig" in html
    assert "Kennzeichen" in html
    before, after = (alice.get(f"{picture.get_absolute_url()}{side}/") for side in ("vorher", "nachher"))
    assert not dark(before.content)
    assert dark(after.content)
    assert "no-store" in before["Cache-Control"]
    saved = alice.get(f"{picture.get_absolute_url()}herunterladen/")
    assert dark(saved.content)
    assert "auto.jpg" in saved["Content-Disposition"]


def test_erika_and_bob_see_of_alices_picture_what_is_theirs(
    published: Picture, in_review: Picture, browser: Callable[[str], Client]
) -> None:
    for name, page, before, after in (
        ("anton", 200, 200, 200),
        ("bob", 200, 404, 200),
        ("erika", 404, 404, 404),
        ("charlie", 404, 404, 404),
    ):
        client = browser(name)
        seen = [client.get(f"{published.get_absolute_url()}{side}").status_code for side in ("", "vorher/", "nachher/")]
        assert seen == [page, before, after], name
    assert browser("bob").get(f"{in_review.get_absolute_url()}nachher/").status_code == 404
    assert browser("anton").get(f"{in_review.get_absolute_url()}nachher/").status_code == 200
    assert browser("alice").get(f"{in_review.get_absolute_url()}herunterladen/").status_code == 404


def test_a_clerk_of_another_office_knows_nothing_of_alices_picture(
    in_review: Picture, people: dict[str, Any], browser: Callable[[str], Client]
) -> None:
    people["alice"].assignments.update(unit="bauen")
    people["axel"] = make_user("axel", "clerk", units=["finanzen"])
    people["agnes"] = make_user("agnes", "clerk", units=["bauen"])
    page = in_review.get_absolute_url()
    for name, there in (("axel", False), ("agnes", True), ("anton", True), ("alice", True)):
        client = browser(name)
        addresses = (page, f"{page}vorher/", f"{page}pruefen/", in_review.batch.get_absolute_url())
        assert {client.get(address).status_code for address in addresses} == {200 if there else 404}, name
        assert ("auto.jpg" in client.get("/anonymisierung/pruefung/").content.decode()) == there, name


def test_who_reads_all_records_decides_and_sees_originals_only_for_the_own_office(
    in_review: Picture, people: dict[str, Any], browser: Callable[[str], Client]
) -> None:
    people["alice"].assignments.update(unit="bauen")
    people["both"] = make_user("both", "clerk", "data_protection_officer", units=["finanzen"])
    both, page = browser("both"), in_review.get_absolute_url()
    seen = [both.get(f"{page}{side}").status_code for side in ("", "vorher/", "nachher/", "pruefen/")]
    assert seen == [200, 404, 404, 404]
    assert "auto.jpg" not in both.get("/anonymisierung/pruefung/").content.decode()
    with pytest.raises(Http404):
        service.sign(in_review, actor=people["both"])


def test_a_form_that_is_wrong_names_its_fields_and_keeps_nothing(browser: Callable[[str], Client]) -> None:
    alice = browser("alice")
    wrong = alice.post(
        "/anonymisierung/bilder/", FORM | {"excluded": "10 20 30 15\n90 0 20 5", "pictures": upload("a.txt", b"x")}
    )
    assert wrong.status_code == 400
    assert "Zeile 2" in wrong.content.decode()
    wrong = alice.post("/anonymisierung/bilder/", FORM | {"pictures": upload("a.txt", b"hallo")})
    assert "a.txt" in wrong.content.decode()
    assert "id_pictures_error" in alice.post("/anonymisierung/bilder/", FORM).content.decode()
    assert not Batch.objects.exists()


def test_a_zip_becomes_a_batch_whose_broken_pictures_stop_nobody(browser: Callable[[str], Client]) -> None:
    alice = browser("alice")
    archive = packed(
        a__jpg=drawn(), b__png=drawn("PNG"), kaputt__jpg=drawn()[:900], notiz__txt=b"hallo", **{"__MACOSX/x": b""}
    )
    page = alice.post("/anonymisierung/bilder/", FORM | {"pictures": upload("alle.zip", archive)}, follow=True)
    assert "alle.zip" not in page.content.decode()
    runner.work_off()
    batch = Batch.objects.get()
    states = dict(queries.pictures(batch).values_list("name", "state"))
    assert states == {"a.jpg": "published", "b.png": "published", "kaputt.jpg": "refused", "notiz.txt": "refused"}
    assert "beschädigt" in alice.get(batch.get_absolute_url()).content.decode()
    with zipfile.ZipFile(io.BytesIO(b"".join(alice.get(f"{batch.get_absolute_url()}ergebnisse.zip")))) as results:
        assert results.namelist() == ["0001-a.jpg", "0002-b.png"]
        assert all(dark(results.read(name)) for name in results.namelist())


@pytest.mark.parametrize("bad", ["../flucht.jpg", "innen.zip"])
def test_a_dangerous_zip_is_refused(browser: Callable[[str], Client], bad: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(bad, drawn())
    page = browser("alice").post("/anonymisierung/bilder/", FORM | {"pictures": upload("x.zip", archive.getvalue())})
    assert "sicher entpacken" in page.content.decode()
    assert not Batch.objects.exists()


def test_masks_are_moved_added_and_removed_by_their_numbers(
    in_review: Picture, browser: Callable[[str], Client], people: dict[str, Any]
) -> None:
    alice, address = browser("alice"), f"{in_review.get_absolute_url()}pruefen/"
    html = alice.get(address).content.decode()
    assert "Befund 1 verdecken" in html
    new = {"mask": "", "label": "face", "x": 10, "y": 10, "w": 40, "h": 40}
    assert alice.post(address, rows(in_review, new)).status_code == 302
    assert sorted(mask.region["label"] for mask in queries.masks(in_review)) == ["face", "plate"]
    face = next(mask for mask in queries.masks(in_review) if mask.region["label"] == "face")
    assert (face.added_by, face.region["origin"]) == (people["alice"], "operator")
    wrong = alice.post(
        address,
        {"masks-TOTAL_FORMS": 1, "masks-INITIAL_FORMS": 0, "masks-0-label": "face", "masks-0-x": "a", "masks-0-w": 5},
    )
    assert wrong.status_code == 422
    assert "ganze Zahl" in wrong.content.decode()


def test_a_mask_that_is_moved_is_another_one_and_a_signature_publishes_it(
    in_review: Picture, browser: Callable[[str], Client]
) -> None:
    alice, address = browser("alice"), f"{in_review.get_absolute_url()}pruefen/"
    alice.post(f"{in_review.get_absolute_url()}befund/", {"number": "0"})
    queries.masks(in_review).filter(region__label="face").delete()
    page = alice.post(address, rows(in_review, x=0) | {"action": "sign"}, follow=True)
    assert "Freigegeben" in page.content.decode()
    runner.work_off()
    assert [mask.removed_by and mask.removed_by.username for mask in queries.history(in_review)] == ["alice", None]
    assert queries.masks(in_review).get().region["corners"][0][0] == 0
    assert Picture.objects.get().state == "published"
    assert alice.get(address).status_code == 404


def test_the_queue_lists_what_waits_and_refusing_needs_a_reason(
    in_review: Picture, browser: Callable[[str], Client]
) -> None:
    anton = browser("anton")
    assert "auto.jpg" in anton.get("/anonymisierung/pruefung/").content.decode()
    address = f"{in_review.get_absolute_url()}entscheiden/"
    anton.post(address, {"action": "refuse", "reason": ""})
    assert Picture.objects.get().state == "review"
    page = anton.post(address, {"action": "refuse", "reason": "Kind im Bild"}, follow=True)
    assert "Kind im Bild" in page.content.decode()
    assert "auto.jpg" not in anton.get("/anonymisierung/pruefung/").content.decode()
    assert anton.post(address, {"action": "publish"}).status_code == 404


def test_nobody_signs_a_mask_that_somebody_else_has_taken_away_meanwhile(
    in_review: Picture, browser: Callable[[str], Client], people: dict[str, Any]
) -> None:
    on_alices_screen = rows(in_review) | {"action": "sign"}
    service.change_masks(in_review, remove=[queries.masks(in_review).get().pk], actor=people["anton"])
    page = browser("alice").post(f"{in_review.get_absolute_url()}pruefen/", on_alices_screen, follow=True)
    assert "hat jemand Masken entfernt" in page.content.decode()
    assert Picture.objects.get().state == "review"


def test_a_crowd_of_three_hundred_faces_can_be_signed(
    in_review: Picture, browser: Callable[[str], Client], people: dict[str, Any]
) -> None:
    face = {"label": "face", "corners": [[0, 0], [9, 0], [9, 9], [0, 9]], "score": 0.9, "origin": "centerface"}
    service.change_masks(in_review, add=[face] * 300, actor=people["anton"])
    masks = {mask.pk: mask for mask in queries.masks(in_review)}
    sent: dict[str, Any] = {"masks-TOTAL_FORMS": 301, "masks-INITIAL_FORMS": 301, "action": "sign"}
    for number, row in enumerate(mask_rows(masks)):
        sent |= {f"masks-{number}-{name}": value for name, value in row.items()}
    browser("alice").post(f"{in_review.get_absolute_url()}pruefen/", sent)
    assert Picture.objects.get().state == "signed"
    assert queries.history(in_review).count() == 301


def test_a_result_whose_bytes_are_lost_is_not_there(published: Picture, browser: Callable[[str], Client]) -> None:
    vault.delete(vault.RESULT, published.pk)
    alice, page = browser("alice"), published.get_absolute_url()
    for address in (
        f"{page}nachher/",
        f"{page}herunterladen/",
        f"{published.batch.get_absolute_url()}ergebnisse.zip",
        f"/api/v1/anonymiser/pictures/{published.pk}/result",
    ):
        assert alice.get(address).status_code == 404, address
