# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Results: sealed as originals are, because a detector may have missed somebody, and plain files once they are published.

Whoever changes a row writes sealed bytes before and `settle`s afterwards, when the change is committed: only then plain bytes are
written or removed. A process may be killed in between: the sealed bytes stay until the plain ones are whole, and the room's job
settles what was left.
"""

import uuid
from contextlib import suppress
from functools import partial

from django.db import transaction
from django.http import Http404

from allmende.modules.anonymiser import vault
from allmende.modules.anonymiser.models import Picture, Sealed

KINDS = (vault.RESULT, vault.POSTER)


def keep(picture: Picture, kind: str, content: bytes) -> None:
    """Seal a result, or the poster of a film, in the place of the one before. In the caller's transaction."""
    row = Sealed(picture=picture, kind=kind)
    row.key = vault.put_sealed(vault.SEALED, row.pk, content)
    _drop(picture, kind)
    row.save(force_insert=True)


def settle_soon(picture: Picture) -> None:
    """Once the caller's transaction is committed; what goes wrong then is left to the room's job."""
    transaction.on_commit(partial(settle, picture.pk), robust=True)


@transaction.atomic
def settle(pk: uuid.UUID) -> None:
    """What lies in the storage becomes what the row says: plain what is published, sealed what is not."""
    picture = Picture.objects.select_for_update().filter(pk=pk).first()
    if picture is None:
        return
    for kind in KINDS:
        with suppress(vault.GoneError):
            (_lay_open if picture.meaning.shown else _lock_away)(picture, kind)


def read(picture: Picture, kind: str = vault.RESULT, start: int = 0, length: int = -1) -> bytes:
    """The bytes, or so many of them, for whoever was let in by `access`. Raises GoneError."""
    for row in picture.sealed.filter(kind=kind):
        with suppress(vault.GoneError):  # a moment ago it was published
            content = _opened(row)
            return content[start:] if length < 0 else content[start : start + length]
    return vault.get(kind, picture.pk, start, length)


def shown(picture: Picture, start: int = 0, length: int = -1) -> bytes:
    """The same for a page or a program. Raises Http404 where the bytes are lost."""
    try:
        return read(picture, start=start, length=length)
    except vault.GoneError:
        raise Http404 from None


def size(picture: Picture) -> int:
    """How many bytes the result has. Raises Http404 where they are lost."""
    return len(shown(picture)) if picture.sealed.exists() else vault.result_size(picture.pk)


def forget(picture: Picture) -> None:
    """The picture has no result any more. In the caller's transaction; the bytes go when that is committed."""
    for kind in KINDS:
        _drop(picture, kind)
        transaction.on_commit(partial(vault.delete, kind, picture.pk))


def _lay_open(picture: Picture, kind: str) -> None:
    for row in picture.sealed.filter(kind=kind):
        vault.put(kind, picture.pk, _opened(row))
        _drop(picture, kind)


def _lock_away(picture: Picture, kind: str) -> None:
    if not vault.exists(kind, picture.pk):
        return
    if not picture.sealed.filter(kind=kind).exists():
        keep(picture, kind, vault.get(kind, picture.pk))
    transaction.on_commit(partial(vault.delete, kind, picture.pk))


def _opened(row: Sealed) -> bytes:
    return vault.get_sealed(vault.SEALED, row.pk, row.key)


def _drop(picture: Picture, kind: str) -> None:
    for row in picture.sealed.filter(kind=kind):
        transaction.on_commit(partial(vault.delete, vault.SEALED, row.pk))
        row.delete()
