# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is done with pictures: handed in, worked on, decided, deleted. Each verb checks, writes in one transaction and is audited."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from allmende.kernel.audit.service import record
from allmende.kernel.jobs import service as jobs
from allmende.modules.anonymiser import (
    access,
    desk,
    originals,
    queries,
    records,
    results,
    rules,
    sampling,
    taking,
    vault,
)
from allmende.modules.anonymiser.errors import NothingTakenError, NotPossibleError
from allmende.modules.anonymiser.models import Batch, Mask, Original, Picture, Sealed
from allmende.modules.anonymiser.problems import Problem

if TYPE_CHECKING:
    from allmende.modules.anonymiser.working import Worked

__all__ = ["NotPossibleError", "Wish", "begin", "change_masks", "delete", "keep", "refuse", "reopen", "retry", "sign"]

Actor = AbstractBaseUser | None
TITLE = gettext_lazy("Bilder anonymisieren")
WORK = "allmende.modules.anonymiser.tasks:work"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a batch is to be treated; `settings` are those of engine/settings.py, `excluded` shares of the picture."""

    settings: dict[str, Any]
    name: str = ""
    excluded: Sequence[tuple[float, float, float, float]] = ()
    keep_days: int = 0


@dataclass
class _Arrived:
    """Pictures whose bytes are sealed, but whose rows are not yet written."""

    pictures: list[Picture] = field(default_factory=list)
    originals: list[Original] = field(default_factory=list)

    def add(self, batch: Batch, taken: taking.Taken) -> None:
        picture = Picture(batch=batch, position=len(self.pictures) + 1, name=taken.name)
        picture.kind, picture.source_sha256 = taken.kind, records.sha256(taken.content)
        if taken.problem:
            picture.state, picture.why = rules.REFUSED, taken.problem
        else:
            self.originals.append(originals.prepare(picture, taken.content, taken.media_type))
        self.pictures.append(picture)

    @property
    def objections(self) -> list[str]:
        """Why nothing of it is taken."""
        return queries.objections(self.pictures) or [_("Darin ist kein Bild und kein Film.")]

    @property
    def title(self) -> str:
        """What they are called together, without those that were refused."""
        taken = [original.picture for original in self.originals]
        films = sum(picture.is_film for picture in taken)
        stills = len(taken) - films
        if len(taken) == 1:
            return taken[0].name
        counted = [ngettext("%d Bild", "%d Bilder", stills) % stills, ngettext("%d Film", "%d Filme", films) % films]
        return ", ".join(text for text, count in zip(counted, (stills, films), strict=True) if count)


def begin(wish: Wish, uploads: "Iterable[UploadedFile[bytes]]", *, actor: Actor) -> Batch:
    """Take pictures in, sealed, and queue the work. What is none is kept by name as refused, and stops none of the others.

    Raises NothingTakenError where none is left, UploadRefused for more than a batch may have; then nothing is kept.
    """
    access.check(actor, access.USE)
    batch = Batch(
        name=wish.name[:200],
        owner_id=actor.pk if actor else None,
        settings=wish.settings,
        excluded=[list(area) for area in wish.excluded],
        keep_days=wish.keep_days if wish.keep_days in rules.keep_days() else 0,
    )
    arrived = _Arrived()
    try:
        for taken in taking.pictures(uploads):
            arrived.add(batch, taken)
        if not arrived.originals:
            raise NothingTakenError(arrived.objections)
        _keep_batch(batch, arrived, actor)
    except BaseException:  # bytes without a row would be found and deleted by nobody
        for original in arrived.originals:
            vault.forget(original.pk)
        raise
    return batch


@transaction.atomic
def _keep_batch(batch: Batch, arrived: _Arrived, actor: Actor) -> None:
    batch.name = batch.name or arrived.title
    batch.save(force_insert=True)
    Picture.objects.bulk_create(arrived.pictures)
    Original.objects.bulk_create(arrived.originals)
    films = any(picture.is_film for picture in arrived.pictures)
    batch.job_id = jobs.enqueue(WORK, args={"batch": str(batch.pk)}, title=TITLE, owner=actor, unbroken=films).pk
    batch.save(update_fields=["job"])
    detail = {"pictures": len(arrived.pictures), "keep_days": batch.keep_days}
    record("anonymiser.batch.begun", actor=actor, subject=f"batch:{batch.pk}", detail=detail)


@transaction.atomic
def keep(worked: "Worked") -> None:
    """Write what became of a picture. It is published if the verification found nothing, or if a person has signed it."""
    picture = (
        Picture.objects.select_for_update(of=["self"])
        .select_related("batch", "signer")
        .filter(pk=worked.picture.pk)
        .first()
    )
    if picture is None or picture.state != worked.picture.state:
        return  # deleted in between, or somebody was faster
    outcome = worked.outcome
    if worked.problem and worked.hopeless:
        _refuse(picture, worked.problem, None)
        return
    if outcome is None:
        picture.findings = [region.as_dict() for region in worked.left]
        _move(picture, rules.FAILED, actor=None, problem=worked.problem)
        return
    results.keep(picture, vault.RESULT, worked.content)
    if worked.poster:
        results.keep(picture, vault.POSTER, worked.poster)
    picture.result_sha256, picture.film = records.sha256(worked.content), dict(worked.film)
    picture.media_type, picture.width, picture.height = outcome.media_type, outcome.width, outcome.height
    picture.findings = [region.as_dict() for region in outcome.verification.findings]
    if picture.state == rules.WAITING:
        picture.masks.all().delete()  # of an attempt before
        Mask.objects.bulk_create(Mask(picture=picture, region=region.as_dict()) for region in worked.regions)
    if picture.state == rules.WAITING and not outcome.verification.passed:
        _move(picture, rules.REVIEW, actor=None)
        return
    originals.settle(picture)
    _move(picture, rules.PUBLISHED, actor=picture.signer)
    results.settle_soon(picture)
    records.of_picture(picture, outcome)
    _close(picture.batch)


@transaction.atomic
def change_masks(
    picture: Picture,
    *,
    add: Iterable[dict[str, Any]] = (),
    remove: Iterable[int] = (),
    seen: Iterable[int] = (),
    actor: AbstractBaseUser,
) -> int:
    """Add masks and take some away, by their ids; how many changed. The result is written when somebody signs.

    `seen`: the masks that the person had in front of them. Raises NotPossibleError where one of them is gone since then.
    """
    picture = _locked(picture, actor)
    if picture.state != rules.REVIEW:
        raise NotPossibleError(_("Masken lassen sich nur ändern, solange das Bild zu prüfen ist."))
    if not set(seen) <= set(queries.masks(picture).values_list("pk", flat=True)):
        raise NotPossibleError(_("Inzwischen hat jemand Masken entfernt. Bitte sehen Sie das Bild noch einmal an."))
    now = timezone.now()
    new = [Mask(picture=picture, region=region, added_by_id=actor.pk, added_at=now) for region in add]
    Mask.objects.bulk_create(new)
    gone = queries.masks(picture).filter(pk__in=list(remove)).update(removed_by_id=actor.pk, removed_at=now)
    if new or gone:
        detail = {"added": len(new), "removed": gone}
        record("anonymiser.masks.changed", actor=actor, subject=f"picture:{picture.pk}", detail=detail)
    return len(new) + gone


@transaction.atomic
def sign(picture: Picture, *, actor: AbstractBaseUser) -> Picture:
    """A person stands for the masks as they are; the worker then writes and publishes the picture."""
    access.check(actor, access.REVIEW)
    picture = _locked(picture, actor)
    picture.signer_id, picture.signed_at = actor.pk, timezone.now()
    _move(picture, rules.SIGNED, actor=actor)
    _queue_one(picture, actor)
    return picture


@transaction.atomic
def refuse(picture: Picture, problem: Problem, *, actor: Actor) -> Picture:
    """The picture is not published; its original and its result are deleted."""
    access.check(actor, access.REVIEW)
    return _refuse(_locked(picture, actor), problem, actor)


@transaction.atomic
def retry(picture: Picture, *, actor: AbstractBaseUser) -> Picture:
    """Try a picture again that failed, or whose job was cancelled: from the beginning, or, where a person had signed its masks,
    from the review with them.
    """
    picture = _locked(picture, actor)
    if picture.signed_at:
        return _move(picture, rules.REVIEW, actor=actor)
    if picture.is_film and picture.findings:
        raise NotPossibleError(_("Derselbe Film würde dasselbe Ergebnis haben. Bitte geben Sie einen geänderten ab."))
    if picture.stands_still:
        record("anonymiser.picture.retried", actor=actor, subject=f"picture:{picture.pk}")
    else:
        _move(picture, rules.WAITING, actor=actor)
    _queue_one(picture, actor)
    return picture


@transaction.atomic
def reopen(picture: Picture, *, actor: AbstractBaseUser) -> Picture:
    """Something was missed: the picture is not published any more, until somebody signs it. Needs its original."""
    picture = _locked(picture, actor)
    if picture.is_film:
        raise NotPossibleError(_("Masken eines Films lassen sich nicht ändern."))
    found = queries.original(picture)
    if found is None or not found.is_open:
        raise NotPossibleError(_("Das Original ist nicht mehr da. Bitte geben Sie das Bild noch einmal ab."))
    originals.reopen(picture)
    _move(picture, rules.REVIEW, actor=actor)
    results.settle(picture.pk)
    return picture


@transaction.atomic
def delete(batch: Batch, *, actor: Actor) -> None:
    """Delete a batch with its pictures and originals; the signed records outlive it for a while, and what samples have counted
    stays. Only its owner may, and the house when its time is over. Raises Http404.
    """
    if actor is not None and batch.owner_id != actor.pk:
        raise Http404
    ids = list(batch.pictures.values_list("pk", flat=True))
    sealed = list(Sealed.objects.filter(picture__batch=batch).values_list("pk", flat=True))

    def empty() -> None:
        for pk in ids:
            vault.forget(pk)
        for pk in sealed:
            vault.delete(vault.SEALED, pk)

    if batch.job is not None and batch.job.state.cancel:
        with suppress(jobs.NotPossibleError):  # it has just ended
            jobs.cancel(batch.job, actor=actor)
    record("anonymiser.batch.deleted", actor=actor, subject=f"batch:{batch.pk}", detail={"pictures": len(ids)})
    sampling.forget(batch)
    records.outlive(batch)
    batch.delete()
    transaction.on_commit(empty)


def tidy() -> int:
    """Delete originals and batches whose time is over and refuse what nobody decided in time; how many. Each in a transaction of
    its own. What killed processes left open or closed by half is settled.
    """
    late = list(queries.late().select_related("batch"))
    for picture in late:
        refuse(picture, (picture.is_film and picture.why) or Problem("nobody_decided"), actor=None)
    gone = list(queries.expired().select_related("picture__batch"))
    for original in gone:
        originals.delete(original.picture, actor=None)
    desk.clear()
    over = list(queries.over())
    for batch in over:
        delete(batch, actor=None)
    for pk in queries.unsettled():
        results.settle(pk)
    return len(late) + len(gone) + len(over)


def sweep() -> int:
    """Delete bytes that no row knows of any more, left where a process was killed between its rows and its bytes; how many."""
    before, count = timezone.now() - timedelta(days=1), 0  # what is younger may belong to somebody who is at work
    for kind in vault.KINDS:
        for ends, paths in vault.folders(kind, before):
            left = set(paths) - {vault.path(kind, pk) for pk in queries.stored(kind, ends)}
            for path in left:
                vault.discard(path)
            count += len(left)
    if count:
        record("anonymiser.leftovers.deleted", actor=None, detail={"files": count})
    return count


def _refuse(picture: Picture, problem: Problem, actor: Actor) -> Picture:
    """In the transaction that has locked the picture."""
    _move(picture, rules.REFUSED, actor=actor, problem=problem)
    originals.delete(picture, actor=None)
    picture.result_sha256 = ""
    picture.save(update_fields=["result_sha256"])
    results.forget(picture)
    _close(picture.batch)
    return picture


def _locked(picture: Picture, actor: Actor) -> Picture:
    """The picture as it is now, for those who work on it. Raises Http404."""
    row = Picture.objects.select_for_update(of=["self"]).select_related("batch").filter(pk=picture.pk).first()
    if row is None or (actor is not None and not access.works_on(actor, row)):
        raise Http404
    return row


def _move(picture: Picture, to: str, *, actor: Actor, problem: Problem | None = None) -> Picture:
    """Lead the picture into another state, if data/room.yaml knows the way. Raises NotPossibleError."""
    if to not in picture.meaning.to:
        raise NotPossibleError(_("Das Bild ist nicht mehr in dem Zustand, den Sie gesehen haben."))
    picture.state, picture.why, picture.changed_at = to, problem, timezone.now()
    picture.save()
    record(f"anonymiser.picture.{to}", actor=actor, subject=f"picture:{picture.pk}")
    return picture


def _queue_one(picture: Picture, actor: Actor) -> None:
    """A job of its own: one of the batch that still runs has read its list already. If that has ended, the page shows this one."""
    batch, args = picture.batch, {"batch": str(picture.batch_id), "picture": str(picture.pk)}
    job = jobs.enqueue(WORK, args=args, title=TITLE, owner=actor, unbroken=picture.is_film)
    if batch.job is None or batch.job.state.finished:
        batch.job_id = job.pk
        batch.save(update_fields=["job"])


def _close(batch: Batch) -> None:
    """Sign the record of the batch once nothing in it is open."""
    if not batch.pictures.filter(state__in=rules.those("open")).exists():
        records.of_batch(batch)
