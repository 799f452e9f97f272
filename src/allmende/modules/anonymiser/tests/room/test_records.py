# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was done is signed, can be verified by anybody, and originals are opened by two people or by nobody."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.http import Http404
from django.test import Client
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from allmende.cli import allmende
from allmende.kernel.audit.queries import entries
from allmende.kernel.jobs import runner
from allmende.modules.anonymiser import originals, queries, records, service
from allmende.modules.anonymiser.errors import NotPossibleError
from allmende.modules.anonymiser.models import Batch, Original, Picture, SigningKey, Unlock
from allmende.modules.anonymiser.tests.room.conftest import drawn, upload
from allmende.modules.anonymiser.tests.room.test_publishing import later


@pytest.fixture
def locked(hand_in: Callable[..., Batch]) -> Picture:
    """A published picture whose original is kept a week and locked since an hour has passed."""
    picture = hand_in(keep_days=7).pictures.get()
    later(hours=2)
    return picture


def test_a_record_says_what_was_done_and_a_changed_one_is_found(published: Picture) -> None:
    content = queries.record(published.pk).content
    text = json.dumps(content)
    assert published.source_sha256 in text
    assert published.result_sha256 in text
    assert records.verify(content)
    assert not records.verify(content | {"id": "another"})
    assert not records.verify(content, {})
    batch = queries.record(published.batch_id).content
    assert records.verify(batch)
    assert [row["result_sha256"] for row in batch["pictures"]] == [published.result_sha256]


def test_a_record_is_still_verified_after_the_secret_key_was_replaced(
    published: Picture, settings: Any, hand_in: Callable[..., Batch]
) -> None:
    first = queries.record(published.pk).content
    settings.SECRET_KEY = "another-key-of-fifty-characters-and-more-than-that-0123456789"
    second = queries.record(hand_in().pictures.get().pk).content
    assert first["key"] != second["key"]
    assert SigningKey.objects.count() == 2
    assert records.verify(first)
    assert records.verify(second)


def test_the_command_verifies_a_saved_record_with_the_public_key_alone(
    published: Picture, browser: Callable[[str], Client], tmp_path: Path
) -> None:
    saved = browser("bob").get(f"/anonymisierung/nachweise/{published.pk}.json")
    file = tmp_path / "nachweis.json"
    file.write_bytes(saved.content)
    (key,) = queries.public_keys().values()
    assert key in Client().get("/anonymisierung/schluessel/").content.decode()

    def verify(*options: str) -> int:
        return CliRunner().invoke(allmende, ["anonymiser", "verify", str(file), *options]).exit_code

    assert (verify(), verify("--key", key)) == (0, 0)
    file.write_text(
        file.read_text(encoding="utf-8").replace("auto", "anderes").replace('"solid"', '"mosaic"'), encoding="utf-8"
    )
    assert (verify(), verify("--key", key)) == (1, 1)
    file.write_text("[]", encoding="utf-8")
    assert verify() == 1


def test_bob_prints_the_record(published: Picture, browser: Callable[[str], Client], tmp_path: Path) -> None:
    bob = browser("bob")
    assert "auto.jpg" in bob.get("/anonymisierung/nachweise/").content.decode()
    for subject, word in ((published.pk, published.result_sha256[:20]), (published.batch_id, "Bilder")):
        paper = bob.get(f"/anonymisierung/nachweise/{subject}.pdf")
        file = tmp_path / "n.pdf"
        file.write_bytes(paper.content)
        text = "".join(page.extract_text() for page in PdfReader(file).pages).replace("\u200b", "").replace("\n", "")
        assert word in text
        assert "gültig" in text


def test_a_locked_original_is_fetched_once_after_a_second_person_allowed_it(
    locked: Picture, browser: Callable[[str], Client], people: dict[str, Any]
) -> None:
    alice, bob = browser("alice"), browser("bob")
    assert alice.get(f"{locked.get_absolute_url()}vorher/").status_code == 404
    alice.post(f"{locked.get_absolute_url()}original/anfragen/", {"reason": "Unfall, Auskunft an die Polizei"})
    asked = Unlock.objects.get()
    assert "Unfall" in bob.get("/anonymisierung/nachweise/").content.decode()
    fetch = f"/anonymisierung/original/{asked.pk}/holen/"
    assert alice.post(fetch).status_code == 302
    bob.post(f"/anonymisierung/original/{asked.pk}/entscheiden/", {"action": "allow"})
    assert bob.post(fetch).status_code == 404
    fetched = alice.post(fetch)
    assert fetched.content == drawn()
    assert fetched["Content-Type"] == "application/octet-stream"
    assert alice.post(fetch).status_code == 302
    told = entries(action="anonymiser.unlock", subject=str(locked.pk))
    assert list(told.order_by("seq").values_list("action", "actor_name")) == [
        ("anonymiser.unlock.asked", "alice"),
        ("anonymiser.unlock.allowed", "bob"),
        ("anonymiser.unlock.fetched", "alice"),
    ]


def test_nobody_allows_their_own_request_and_a_late_one_is_worth_nothing(
    locked: Picture, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from allmende.modules.anonymiser import access

    asked = originals.ask(locked, "Auskunft", actor=people["alice"])
    with pytest.raises(Http404):
        originals.decide(asked.pk, allowed=True, actor=people["alice"])
    monkeypatch.setattr(access, "check", lambda _actor, _right: None)
    with pytest.raises(NotPossibleError, match="zweite Person"):
        originals.decide(asked.pk, allowed=True, actor=people["alice"])
    originals.decide(asked.pk, allowed=True, actor=people["bob"])
    Unlock.objects.update(ends_at=asked.asked_at)
    with pytest.raises(NotPossibleError):
        originals.fetch(asked.pk, actor=people["alice"])
    assert originals.ask(locked, "Noch einmal", actor=people["alice"]).waits
    with pytest.raises(NotPossibleError, match="schon angefragt"):
        originals.ask(locked, "Und noch einmal", actor=people["alice"])


def test_an_original_can_be_deleted_before_its_time_but_not_while_it_is_needed(
    published: Picture, in_review: Picture, people: dict[str, Any]
) -> None:
    with pytest.raises(NotPossibleError):
        originals.delete(in_review, actor=people["alice"])
    with pytest.raises(Http404):
        originals.delete(published, actor=people["bob"])
    originals.delete(published, actor=people["alice"])
    assert list(Original.objects.values_list("pk", flat=True)) == [in_review.pk]


def test_each_look_at_an_open_original_is_in_the_audit_and_a_refused_one_is_not(
    published: Picture, browser: Callable[[str], Client]
) -> None:
    address = f"{published.get_absolute_url()}vorher/"
    for name in ("alice", "anton", "alice", "bob", "erika"):
        browser(name).get(address)
    browser("alice").get(published.get_absolute_url() + "nachher/")
    later(hours=2)
    browser("alice").get(address)
    looks = entries(action="anonymiser.original.viewed", subject=str(published.pk)).order_by("seq")
    assert list(looks.values_list("actor_name", flat=True)) == ["alice", "anton", "alice"]


def test_a_page_that_refreshes_itself_shows_no_original(
    in_review: Picture, browser: Callable[[str], Client], people: dict[str, Any]
) -> None:
    alice = browser("alice")
    assert "vorher/" in alice.get(in_review.get_absolute_url()).content.decode()
    service.sign(in_review, actor=people["alice"])
    page = alice.get(in_review.get_absolute_url()).content.decode()
    assert "every 2s" in page
    assert "vorher/" not in page


def test_the_command_finds_a_result_in_which_one_pixel_is_another(
    hand_in: Callable[..., Batch], browser: Callable[[str], Client], tmp_path: Path
) -> None:
    picture = hand_in(upload("auto.png", drawn("PNG"))).pictures.get()
    alice, result = browser("alice"), tmp_path / "auto.png"
    (tmp_path / "record").write_bytes(alice.get(f"/anonymisierung/nachweise/{picture.pk}.json").content)
    (tmp_path / "batch").write_bytes(alice.get(f"/anonymisierung/nachweise/{picture.batch_id}.json").content)
    result.write_bytes(alice.get(f"{picture.get_absolute_url()}herunterladen/").content)

    def verify(record: str) -> int:
        arguments = ["anonymiser", "verify", str(tmp_path / record), "--picture", str(result)]
        return CliRunner().invoke(allmende, arguments).exit_code

    assert (verify("record"), verify("batch")) == (0, 0)
    image = Image.open(result)
    image.putpixel((0, 0), (1, 2, 3))
    image.save(result)
    assert (verify("record"), verify("batch")) == (1, 1)


def test_bob_reads_the_record_of_each_publication_not_only_the_latest(
    published: Picture, browser: Callable[[str], Client], people: dict[str, Any]
) -> None:
    service.reopen(published, actor=people["alice"])
    service.sign(published, actor=people["anton"])
    runner.work_off()
    bob = browser("bob")
    page = bob.get("/anonymisierung/nachweise/").content.decode()
    links = re.findall(rf'href="([^"]*{published.pk}\.json[^"]*)"', page)
    signers = [json.loads(bob.get(link).content)["signed_off"] for link in links]
    assert [signer and signer["by"] for signer in signers] == ["anton", None]
    assert bob.get(f"/anonymisierung/nachweise/{published.pk}.json?nr=0").status_code == 404


def test_what_is_known_of_a_deleted_picture_is_forgotten_when_its_time_is_over_and_the_audit_stays(
    locked: Picture,
    hand_in: Callable[..., Batch],
    browser: Callable[[str], Client],
    people: dict[str, Any],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = hand_in(upload("bleibt.jpg")).pictures.get()
    originals.ask(locked, "Unfall vor dem Rathaus", actor=people["alice"])
    service.delete(locked.batch, actor=people["alice"])
    days, now = settings.PICTURE_RECORD_RETENTION_DAYS, timezone.now()
    for later_by, forgotten in ((days - 1, 0), (days + 1, 3)):
        monkeypatch.setattr(timezone, "now", lambda moment=now + timedelta(days=later_by): moment)
        assert records.forget() == forgotten
        assert Unlock.objects.exists() == (not forgotten)
        assert bool(queries.record(locked.pk)) == bool(queries.record(locked.batch_id)) == (not forgotten)
    assert queries.record(other.pk)
    assert queries.record(other.batch_id)
    told = entries(action="anonymiser.unlock.asked", subject=str(locked.pk)).get()
    assert "Unfall" not in json.dumps(told.detail)
    assert entries(action="anonymiser.records.forgotten").get().detail == {"records": 2, "requests": 1}
    assert str(days) in Client().get("/datenschutz/").content.decode()
    monkeypatch.undo()
    assert f"{days} Tage nach dem Bild" in browser("bob").get("/anonymisierung/nachweise/").content.decode()
