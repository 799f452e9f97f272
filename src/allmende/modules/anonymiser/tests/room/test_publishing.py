# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A picture is published when the second look finds nothing, or when a person has signed. Otherwise never."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.utils import timezone
from PIL import Image

from allmende.kernel.audit.queries import entries
from allmende.kernel.jobs import runner
from allmende.modules.anonymiser import originals, queries, records, results, sampling, service, vault
from allmende.modules.anonymiser.errors import NothingTakenError, NotPossibleError
from allmende.modules.anonymiser.models import Batch, Mask, Original, Picture
from allmende.modules.anonymiser.tests.room.conftest import dark, drawn, upload
from allmende.modules.anonymiser.tests.room.test_pages import FORM, packed

BOX = {"label": "face", "corners": [[0, 0], [50, 0], [50, 50], [0, 50]], "score": 1.0, "origin": "operator"}


def later(**time: int) -> None:
    """As if so much time had passed for every original and picture."""
    gone = timedelta(**time)
    for row in Original.objects.all():
        row.expires_at -= gone
        row.open_until = row.open_until and row.open_until - gone
        row.save()
    for picture in Picture.objects.all():
        picture.changed_at -= gone
        picture.save()


def test_a_plate_is_masked_published_and_its_original_deleted_an_hour_later(
    published: Picture, django_capture_on_commit_callbacks: Any
) -> None:
    assert (published.state, published.problem) == ("published", "")
    result = vault.get(vault.RESULT, published.pk)
    assert not dark(drawn())
    assert dark(result)
    assert published.result_sha256 == records.sha256(result)
    assert [mask.region["label"] for mask in queries.masks(published)] == ["plate"]
    later(minutes=61)
    with django_capture_on_commit_callbacks(execute=True):
        assert service.tidy() == 1
    with pytest.raises(vault.GoneError):
        vault.get(vault.ORIGINAL, published.pk)
    assert entries(action="anonymiser.original.deleted", subject=str(published.pk)).exists()
    assert vault.get(vault.RESULT, published.pk) == result


def test_nobody_reads_an_original_out_of_the_storage(hand_in: Callable[..., Batch]) -> None:
    picture = hand_in(work=False).pictures.get()
    stored = vault.get(vault.ORIGINAL, picture.pk)
    assert drawn()[:100] not in stored
    assert originals.read(picture.original) == drawn()
    other = hand_in(work=False).pictures.get()
    with pytest.raises(vault.GoneError):
        vault.get_sealed(vault.ORIGINAL, picture.pk, other.original.key)


def test_a_finding_keeps_the_picture_back_until_somebody_signs(in_review: Picture, people: dict[str, Any]) -> None:
    assert in_review.state == "review"
    assert queries.record(in_review.pk) is None
    plate = queries.masks(in_review).get()
    service.change_masks(in_review, add=[BOX], remove=[plate.pk], actor=people["alice"])
    service.sign(in_review, actor=people["anton"])
    assert Picture.objects.get().state == "signed"
    runner.work_off()
    done = Picture.objects.get()
    assert (done.state, done.signer) == ("published", people["anton"])
    result = Image.open(io.BytesIO(results.read(done)))
    assert max(result.getpixel((25, 25))) < 100
    assert not dark(results.read(done))
    told = {mask["label"]: mask for mask in queries.record(done.pk).content["masks"]}
    assert told["plate"]["removed"]["by"] == told["face"]["added"]["by"] == "alice"
    assert queries.record(done.pk).content["signed_off"]["by"] == "anton"


def test_an_error_publishes_nothing_and_can_be_tried_again(
    monkeypatch: pytest.MonkeyPatch, hand_in: Callable[..., Batch], people: dict[str, Any]
) -> None:
    from allmende.modules.anonymiser.engine import pipeline

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("no model")

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "anonymise", broken)
        picture = hand_in().pictures.get()
    assert (picture.state, picture.result_sha256) == ("failed", "")
    with pytest.raises(NotPossibleError):
        service.sign(picture, actor=people["alice"])
    service.retry(picture, actor=people["alice"])
    runner.work_off()
    assert Picture.objects.get().state == "published"


def test_masks_that_a_person_signed_outlive_an_error_and_nothing_is_published_without_them(
    monkeypatch: pytest.MonkeyPatch, in_review: Picture, people: dict[str, Any]
) -> None:
    from allmende.modules.anonymiser.engine import pipeline

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    service.change_masks(in_review, add=[BOX], actor=people["alice"])
    service.sign(in_review, actor=people["anton"])
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "redraw", broken)
        runner.work_off()
    assert Picture.objects.get().state == "failed"
    service.retry(in_review, actor=people["alice"])
    runner.work_off()
    row = Picture.objects.get()
    assert (row.state, queries.masks(row).count()) == ("review", 2)


def test_what_nobody_decides_in_time_is_refused_and_gone(
    in_review: Picture, django_capture_on_commit_callbacks: Any
) -> None:
    later(days=15)
    with django_capture_on_commit_callbacks(execute=True):
        assert service.tidy() == 1
    row = Picture.objects.get()
    assert (row.state, row.result_sha256) == ("refused", "")
    assert queries.original(row) is None
    for kind in (vault.ORIGINAL, vault.RESULT):
        with pytest.raises(vault.GoneError):
            vault.get(kind, row.pk)


def test_what_was_missed_is_reviewed_again_as_long_as_the_original_is_there(
    published: Picture, people: dict[str, Any]
) -> None:
    service.reopen(published, actor=people["alice"])
    assert queries.original(published).open_until is None
    service.change_masks(published, add=[BOX], actor=people["alice"])
    service.sign(published, actor=people["alice"])
    runner.work_off()
    assert len(queries.record(published.pk).content["masks"]) == 2
    later(minutes=61)
    with pytest.raises(NotPossibleError):
        service.reopen(published, actor=people["alice"])


def test_masks_of_a_published_picture_and_of_somebody_else_stay(
    published: Picture, people: dict[str, Any], in_review: Picture
) -> None:
    with pytest.raises(NotPossibleError):
        service.change_masks(published, add=[BOX], actor=people["alice"])
    for name in ("erika", "bob", "charlie"):
        with pytest.raises(Http404):
            service.change_masks(in_review, add=[BOX], actor=people[name])
    with pytest.raises(Http404):
        service.sign(in_review, actor=people["bob"])
    assert Mask.objects.count() == 2


def test_nothing_is_kept_of_an_upload_that_is_no_picture(hand_in: Callable[..., Batch]) -> None:
    with pytest.raises(NothingTakenError, match="kein Bild") as nothing:
        hand_in(upload("rätsel.jpg", b"\x00\x01"), upload("liste.csv", b"a;b"))
    assert [name in told for name, told in zip(("rätsel.jpg", "liste.csv"), nothing.value.reasons, strict=True)] == [
        True
    ] * 2
    assert not Batch.objects.exists()
    assert not Original.objects.exists()


def test_one_file_that_is_no_picture_does_not_refuse_the_others(
    browser: Callable[[str], Client], hand_in: Callable[..., Batch]
) -> None:
    alice = browser("alice")
    files = [
        upload(),
        upload("zwei.jpg"),
        upload("liste.csv", b"a;b"),
        upload("alle.zip", packed(**{"../flucht__jpg": drawn()})),
    ]
    page = alice.post("/anonymisierung/bilder/", FORM | {"pictures": files})
    beside = page.content.decode().partition('id="id_pictures_error"')[2].partition("</div>")[0]
    assert page.status_code == 200
    assert [told in beside for told in ("„liste.csv“: Das ist kein Bild", "„alle.zip“ lässt sich nicht")] == [True] * 2
    batch = Batch.objects.get()
    assert f'href="{batch.get_absolute_url()}">2 Bilder<' in page.content.decode()
    assert "liste.csv" in alice.get(batch.get_absolute_url()).content.decode()
    runner.work_off()
    states = dict(queries.pictures(batch).values_list("name", "state"))
    assert states == {"auto.jpg": "published", "zwei.jpg": "published", "liste.csv": "refused", "alle.zip": "refused"}


def test_areas_that_are_excluded_are_not_masked(hand_in: Callable[..., Batch]) -> None:
    picture = hand_in(excluded=[(0.3, 0.5, 0.6, 0.4)]).pictures.get()
    assert picture.state == "published"
    assert not queries.masks(picture).exists()


def test_a_batch_that_is_deleted_leaves_its_records_alone(published: Picture, people: dict[str, Any]) -> None:
    with pytest.raises(Http404):
        service.delete(published.batch, actor=people["anton"])
    service.delete(published.batch, actor=people["alice"])
    assert not Picture.objects.exists()
    assert queries.record(published.pk) is not None
    assert timezone.now() > queries.record(published.pk).made_at


def test_the_same_work_twice_is_done_once(hand_in: Callable[..., Batch]) -> None:
    from allmende.modules.anonymiser import working

    batch = hand_in(work=False)
    waiting = queries.to_work(str(batch.pk))[0]
    worked = working.work(waiting, told=lambda _step: None)
    service.keep(worked)
    service.keep(worked)
    assert Mask.objects.count() == 1
    assert queries.records().filter(kind="picture").count() == 1


def test_a_batch_that_is_interrupted_goes_on_where_it_was(
    hand_in: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = hand_in(*[upload(f"{number}.jpg") for number in range(4)], work=False)
    keep, kept = service.keep, []

    def interrupted(worked: Any) -> None:
        kept.append(worked.picture.name)
        keep(worked)
        if len(kept) == 3:
            raise RuntimeError("power cut")

    monkeypatch.setattr(service, "keep", interrupted)
    runner.work_off()
    assert queries.counts(batch) == {"published": 2, "waiting": 2}
    type(batch.job).objects.update(run_after=timezone.now())
    runner.work_off()
    assert kept == ["0.jpg", "1.jpg", "2.jpg", "2.jpg", "3.jpg"]
    assert queries.counts(batch) == {"published": 4}
    assert (Mask.objects.count(), queries.records().filter(kind="picture").count()) == (4, 4)


def test_results_are_deleted_after_ninety_days_and_what_they_prove_stays(
    hand_in: Callable[..., Batch],
    browser: Callable[[str], Client],
    people: dict[str, Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    old, picture = (batch := hand_in(upload("a.jpg"), upload("b.jpg"))), batch.pictures.first()
    sample = sampling.draw(25, actor=people["bob"])
    sampling.look(queries.next_item(sample), {"plate": {"missed": 1, "wrong": 0}}, actor=people["bob"])
    later(days=89)
    Batch.objects.update(made_at=timezone.now() - timedelta(days=89))
    fresh = hand_in()
    service.tidy()
    for page in (old, picture):
        tomorrow = timezone.localdate() + timedelta(days=1)
        assert f"{tomorrow:%d.%m.%Y} gelöscht" in browser("alice").get(page.get_absolute_url()).content.decode()
    later(days=1)
    Batch.objects.update(made_at=timezone.now() - timedelta(days=90))
    Picture.objects.filter(batch=fresh).update(changed_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        service.tidy()
    assert [batch.pk for batch in Batch.objects.all()] == [fresh.pk]
    with pytest.raises(vault.GoneError):
        vault.get(vault.RESULT, picture.pk)
    assert records.verify(queries.record(picture.pk).content)
    assert entries(action="anonymiser.picture.published", subject=str(picture.pk)).exists()
    assert entries(action="anonymiser.batch.deleted", subject=str(old.pk)).get().actor_name == ""
    (plate,) = queries.estimates(sample)
    assert (queries.sample(sample.pk).size, plate.recall.n) == (1, 2)


def test_a_picture_that_ends_every_worker_does_not_hold_up_those_behind_it(
    hand_in: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    from allmende.modules.anonymiser import working

    batch = hand_in(*[upload(f"{name}.jpg") for name in ("huge", "behind")], work=False)
    work, tried = working.work, []

    def dies(picture: Picture, told: Any) -> Any:
        tried.append(picture.name)
        if picture.name == "huge.jpg":
            raise SystemError("as if there were no memory left")
        return work(picture, told=told)

    monkeypatch.setattr(working, "work", dies)
    for _attempt in range(4):
        type(batch.job).objects.update(run_after=timezone.now())
        runner.work_off()
    assert tried == ["huge.jpg", "huge.jpg", "huge.jpg", "behind.jpg"]
    states = dict(queries.pictures(batch).values_list("name", "state"))
    assert states == {"huge.jpg": "failed", "behind.jpg": "published"}
    assert "sehr groß" in str(batch.pictures.get(name="huge.jpg").why)


def test_what_a_killed_process_left_of_deleted_pictures_is_swept_away_and_nothing_else(
    hand_in: Callable[..., Batch], people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, there = hand_in(keep_days=7).pictures.get(), hand_in(keep_days=7).pictures.get()
    service.delete(gone.batch, actor=people["alice"])  # killed before the files were deleted: nothing is committed here
    kinds = (vault.ORIGINAL, vault.RESULT)
    assert service.sweep() == 0
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert service.sweep() == 2
    for kind in kinds:
        with pytest.raises(vault.GoneError):
            vault.get(kind, gone.pk)
    assert originals.read(there.original) == drawn()
    assert vault.get(vault.RESULT, there.pk)
    assert entries(action="anonymiser.leftovers.deleted").get().detail == {"files": 2}
