# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Versions of the town's records: `keep` adds them where the town is written, the others read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Max, QuerySet

from allmende.kernel.town.editing.models import Version

Actor = AbstractBaseUser | None
Data = dict[str, Any]


@dataclass(frozen=True)
class Note:
    """Who wrote a version, who checked it, and what they say about it."""

    author: Actor = None
    reviewer: Actor = None
    comment: str = ""


@dataclass(frozen=True)
class Kept:
    """What a version keeps of a record; `source` is the file or import it came from, if any."""

    record_id: str
    status: str
    data: Data
    content_hash: str
    source: str = ""


def keep(kind: str, records: Sequence[Kept], note: Note) -> list[Version]:
    """Add a version of each record. Two queries, however many records."""
    numbers = _numbers(kind, [record.record_id for record in records])
    return Version.objects.bulk_create(
        Version(
            kind=kind,
            record_id=record.record_id,
            number=numbers.get(record.record_id, 0) + 1,
            status=record.status,
            data=record.data,
            content_hash=record.content_hash,
            author_id=_pk(note.author),
            reviewer_id=_pk(note.reviewer),
            comment=note.comment,
            source=record.source[:200],
        )
        for record in records
    )


def versions(kind: str, record_id: str) -> QuerySet[Version]:
    """All versions of a record, the newest first, with the people who made them."""
    return Version.objects.filter(kind=kind, record_id=record_id).select_related("author", "reviewer")


def latest(kind: str, record_id: str) -> Version | None:
    """What holds now; None for a record that was never published. One query."""
    return versions(kind, record_id).first()


def latest_of(kind: str, record_ids: Iterable[str]) -> dict[str, Version]:
    """Record id → its latest version, of those that have one. Two queries."""
    newest = _numbers(kind, list(record_ids))
    rows = Version.objects.filter(kind=kind, record_id__in=newest)
    return {row.record_id: row for row in rows if row.number == newest[row.record_id]}


def _numbers(kind: str, record_ids: Sequence[str]) -> dict[str, int]:
    rows = Version.objects.filter(kind=kind, record_id__in=record_ids).order_by()
    return dict(rows.values_list("record_id").annotate(last=Max("number")))


def _pk(person: Actor) -> int | None:
    return None if person is None else person.pk
