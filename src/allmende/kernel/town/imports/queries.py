# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of imports."""

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q, QuerySet

from allmende.kernel.town.imports import rules
from allmende.kernel.town.imports.models import Import, ImportedRecord

ALL = "all"
"""The filter for everything that waits, whatever the reason."""


def run(uuid: UUID | str) -> Import | None:
    """The import with that uuid."""
    return runs().filter(uuid=uuid).first()


def runs() -> QuerySet[Import]:
    """All imports, the latest first."""
    return Import.objects.select_related("unit", "actor", "file", "job")


def record(pk: int) -> ImportedRecord | None:
    """One imported record that waits or was discarded."""
    return ImportedRecord.objects.select_related("run").filter(pk=pk, state__in=shown_states()).first()


def was_begun_by(row: ImportedRecord, person: AbstractBaseUser) -> bool:
    """Whether the person began the import that saw the record last; then somebody else accepts it."""
    return row.run is not None and row.run.actor_id == person.pk


def records(
    *, state: str = "", source: str = "", words: str = "", run_id: int | None = None
) -> QuerySet[ImportedRecord]:
    """Records that wait for an editor, the latest first; with a `state` only those in it."""
    found = ImportedRecord.objects.defer("packed").select_related("run")
    found = found.filter(state=state) if state in shown_states() else found.filter(state__in=rules.quarantined())
    if source:
        found = found.filter(source=source)
    if run_id is not None:
        found = found.filter(run=run_id)
    if words:
        found = found.filter(Q(title__icontains=words) | Q(key__icontains=words) | Q(file__icontains=words))
    return found


def shown_states() -> list[str]:
    """The states an editor can filter by."""
    return [*rules.quarantined(), rules.DISCARDED]


def sources() -> list[str]:
    """The names of all sources that ever sent something."""
    return list(ImportedRecord.objects.order_by("source").values_list("source", flat=True).distinct())


def waiting() -> int:
    """How many records wait for an editor."""
    return ImportedRecord.objects.filter(state__in=rules.quarantined()).count()
