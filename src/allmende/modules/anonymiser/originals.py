# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Originals: sealed when they arrive, opened by four eyes, deleted when their time is over. Each step is audited."""

import uuid
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.kernel.audit.service import record
from allmende.modules.anonymiser import access, queries, rules, vault
from allmende.modules.anonymiser.errors import NotPossibleError
from allmende.modules.anonymiser.models import Original, Picture, Unlock


def prepare(picture: Picture, content: bytes, media_type: str) -> Original:
    """Seal an original whose row is saved with its picture; until somebody decides, it may be worked with."""
    latest = timezone.now() + timedelta(days=rules.number("review_days"))
    key = vault.put_sealed(vault.ORIGINAL, picture.pk, content)
    return Original(picture=picture, key=key, media_type=media_type, size=len(content), expires_at=latest)


def read(original: Original) -> bytes:
    """The bytes, for whoever was let in by `access`. Raises GoneError."""
    return vault.get_sealed(vault.ORIGINAL, original.pk, original.key)


@transaction.atomic
def look_at(original: Original, *, actor: AbstractBaseUser) -> bytes:
    """The bytes for the eyes of somebody whom `access` let in; each look is an entry of the audit. Raises GoneError."""
    content = read(original)
    record("anonymiser.original.viewed", actor=actor, subject=f"picture:{original.pk}")
    return content


def settle(picture: Picture) -> None:
    """The picture is published: its original can be compared for a while, then it is locked or deleted, that of a film at once.
    In the caller's transaction.
    """
    if picture.is_film and not picture.batch.keep_days:
        delete(picture, actor=None)
        return
    now = timezone.now()
    open_until = now + timedelta(minutes=0 if picture.is_film else rules.number("compare_minutes"))
    kept_until = now + timedelta(days=picture.batch.keep_days) if picture.batch.keep_days else open_until
    Original.objects.filter(pk=picture.pk).update(open_until=open_until, expires_at=kept_until)


def reopen(picture: Picture) -> None:
    """The picture is worked on again. In the caller's transaction."""
    latest = timezone.now() + timedelta(days=rules.number("review_days"))
    Original.objects.filter(pk=picture.pk).update(open_until=None, expires_at=latest)


@transaction.atomic
def delete(picture: Picture, *, actor: AbstractBaseUser | None) -> None:
    """Delete the original for good; the bytes go when the transaction is committed. Raises NotPossibleError while it is needed."""
    if actor is not None and not access.works_on(actor, picture):
        raise Http404
    if actor is not None and picture.meaning.open:
        raise NotPossibleError(_("Das Original wird noch gebraucht, bis über das Bild entschieden ist."))
    gone, _kinds = Original.objects.filter(pk=picture.pk).delete()
    if gone:
        transaction.on_commit(lambda: vault.delete(vault.ORIGINAL, picture.pk))
        record("anonymiser.original.deleted", actor=actor, subject=f"picture:{picture.pk}")


@transaction.atomic
def ask(picture: Picture, reason: str, *, actor: AbstractBaseUser) -> Unlock:
    """Ask for a locked original. Raises NotPossibleError when there is none or somebody asks already."""
    if not access.works_on(actor, picture):
        raise Http404
    if queries.original(picture) is None:
        raise NotPossibleError(_("Zu diesem Bild gibt es kein Original mehr."))
    before = queries.unlock_of(picture, actor)
    if before and (before.waits or before.usable):
        raise NotPossibleError(_("Sie haben das Original schon angefragt."))
    ends_at = timezone.now() + timedelta(minutes=rules.part("unlock")["wait_minutes"])
    row = Unlock.objects.create(
        picture=picture, name=picture.name, reason=reason[:500], asked_by_id=actor.pk, ends_at=ends_at
    )
    record("anonymiser.unlock.asked", actor=actor, subject=f"picture:{picture.pk}", detail={"request": str(row.pk)})
    return row


@transaction.atomic
def decide(pk: uuid.UUID, *, allowed: bool, actor: AbstractBaseUser) -> Unlock:
    """A second person allows or refuses. Raises Http404, NotPossibleError for one's own request or one that is decided or too old."""
    access.check(actor, access.UNLOCK)
    row = _locked(pk)
    if row.asked_by_id == actor.pk:
        raise NotPossibleError(_("Über die eigene Anfrage entscheidet eine zweite Person."))
    if not row.waits:
        raise NotPossibleError(_("Über diese Anfrage ist schon entschieden, oder sie ist abgelaufen."))
    now = timezone.now()
    row.decided_by_id, row.decided_at, row.allowed = actor.pk, now, allowed
    if allowed:
        row.ends_at = now + timedelta(minutes=rules.part("unlock")["use_minutes"])
    row.save(update_fields=["decided_by", "decided_at", "allowed", "ends_at"])
    what = "anonymiser.unlock.allowed" if allowed else "anonymiser.unlock.refused"
    record(what, actor=actor, subject=f"picture:{row.picture_id}", detail={"request": str(row.pk)})
    return row


@transaction.atomic
def fetch(pk: uuid.UUID, *, actor: AbstractBaseUser) -> tuple[Original, bytes]:
    """The original, once, for the person who asked and was allowed. Raises Http404, NotPossibleError, GoneError."""
    row = _locked(pk)
    if row.asked_by_id != actor.pk:
        raise Http404
    found = Original.objects.filter(pk=row.picture_id).first()
    if not row.usable or found is None or row.picture is None or not access.works_on(actor, row.picture):
        raise NotPossibleError(_("Dieses Original kann nicht oder nicht mehr geholt werden."))
    content = read(found)
    row.fetched_at = timezone.now()
    row.save(update_fields=["fetched_at"])
    record(
        "anonymiser.unlock.fetched", actor=actor, subject=f"picture:{row.picture_id}", detail={"request": str(row.pk)}
    )
    return found, content


def _locked(pk: uuid.UUID) -> Unlock:
    row = Unlock.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
