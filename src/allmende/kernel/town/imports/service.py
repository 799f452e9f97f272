# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public door of imports: begin one, carry it out, and deal with what it kept back.

Everything needs the right `town.edit`; what makes something public needs `town.publish` as well (404 otherwise).
"""

import io
from collections.abc import Iterable
from pathlib import Path

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.kernel.audit.service import record
from allmende.kernel.files import service as files
from allmende.kernel.jobs import service as jobs
from allmende.kernel.search import service as search
from allmende.kernel.town import access, models
from allmende.kernel.town import service as town
from allmende.kernel.town.imports import applying, queries
from allmende.kernel.town.imports.circumstances import Surroundings
from allmende.kernel.town.imports.delivery import Delivery, ImportRefused, opened, opened_stream
from allmende.kernel.town.imports.ledger import Ledger
from allmende.kernel.town.imports.models import Import, ImportedRecord
from allmende.kernel.town.imports.planning import ServicePlanner, UnitPlanner
from allmende.kernel.town.imports.reading import FILE, arrivals
from allmende.kernel.town.imports.reasons import fault
from allmende.kernel.town.imports.rules import DISCARDED, TAKEN, states
from allmende.kernel.town.imports.running import AROUND, Steps, carry_out

__all__ = ["ImportRefused", "NotPossibleError", "accept", "begin", "discard", "import_path", "perform", "retry"]

PURPOSE = "town.import"
TASK = "allmende.kernel.town.imports.tasks:perform"
TITLE = gettext_lazy("Leistungen importieren")
RETRIED = ("service", "unit")
Actor = AbstractBaseUser | None


class NotPossibleError(Exception):
    """Nothing can be done about the record this way; the text is for people."""


def begin(
    upload: "UploadedFile[bytes]",
    *,
    form: str,
    source: str,
    arrival: str,
    actor: AbstractBaseUser,
    unit: str = "",
    area: str = "",
) -> Import:
    """Store the upload and queue its import. Raises files.UploadRefused or ImportRefused, and nothing is kept."""
    _check_arrival(actor, arrival)
    examined = files.examine(upload, purpose=PURPOSE)
    with opened_stream(io.BytesIO(examined.content), examined.name, form) as delivery:
        _refuse_unreadable(delivery, form)
        digest, size = delivery.digest, delivery.size
    upload.seek(0)
    stored = files.store(upload, purpose=PURPOSE, owner=actor)
    with transaction.atomic():
        run = Import.objects.create(
            source=source,
            form=form,
            name=stored.name,
            digest=digest,
            size=size,
            unit_id=unit or None,
            arrival=arrival,
            area=area,
            actor=actor,  # type: ignore[misc]
            file=stored,
        )
        run.job = jobs.enqueue(
            TASK, args={"run": str(run.uuid)}, title=TITLE, owner=actor, key=f"town.import:{run.uuid}"
        )
        run.save(update_fields=["job"])
        record("town.import.begun", actor=actor, subject=_subject(run), detail=_told(run))
    return run


def perform(run: Import, steps: Steps) -> None:
    """Carry out an import that was begun; called by its job, again after an interruption. Raises ImportRefused."""
    if run.ended_at is not None or run.file is None:
        return
    with files.open_file(run.file) as stream, opened_stream(stream, run.name, run.form) as delivery:
        counts = carry_out(run, delivery, steps, actor=run.actor)
    _end(run, counts)


def import_path(
    path: Path,
    steps: Steps,
    *,
    form: str,
    source: str,
    arrival: str = Import.Arrival.AUTO,
    unit: str = "",
    area: str = "",
    dry: bool = False,
) -> Import:
    """Import what lies at a path of this machine: a file, a ZIP or a folder. Raises ImportRefused.

    Dry, nothing is stored; the returned import, not stored either, has the numbers all the same.
    """
    if unit and not models.Unit.objects.filter(pk=unit).exists():
        raise ImportRefused(_("Das Amt „{id}“ gibt es nicht.").format(id=unit))
    with opened(path, form) as delivery:
        run = Import(
            source=source, form=form, name=delivery.name[-200:], unit_id=unit or None, arrival=arrival, area=area
        )
        run.digest, run.size = delivery.digest, delivery.size
        if not dry:
            run.save()
        counts = carry_out(run, delivery, steps, dry=dry)
    if dry:
        _fill(run, counts)
    else:
        _end(run, counts)
    return run


@transaction.atomic
def retry(rows: Iterable[ImportedRecord], *, actor: Actor, unit: str = "") -> int:
    """Try records once more as they arrived, with another unit if one is named; how many went in.

    Raises NotPossibleError for a record that could not be read at all.
    """
    access.check_edit(actor)
    given = list(rows)
    for row in given:
        if row.fault or row.kind not in RETRIED:
            raise NotPossibleError(_("Dieser Eintrag ließ sich nicht lesen. Laden Sie die berichtigte Datei hoch."))
    if unit:
        ImportedRecord.objects.filter(pk__in=[row.pk for row in given]).update(unit=unit)
    for row in given:
        _again(row.pk, actor, force=False)
    done = ImportedRecord.objects.filter(pk__in=[row.pk for row in given], state=TAKEN).count()
    if done:
        search.enqueue_embedding()
    record("town.import.retried", actor=actor, subject="import", detail={"records": len(given), "taken": done})
    return done


@transaction.atomic
def accept(row: ImportedRecord, *, actor: Actor, reason: str = "") -> None:
    """Let a record in although it was changed here: the source's wording replaces ours. Raises NotPossibleError.

    It takes somebody who did not begin the import. Where answers would be lost the record goes on waiting until there is a reason.
    """
    access.check_edit(actor)
    access.check_publish(actor)
    if actor is not None and queries.was_begun_by(row, actor):
        raise NotPossibleError(_("Sie haben diesen Import selbst begonnen. Übernehmen muss den Eintrag jemand anders."))
    if not states()[row.state].accept:
        raise NotPossibleError(_("Dieser Eintrag kann nicht übernommen werden, solange er fehlerhaft ist."))
    _again(row.pk, actor, force=True, reason=reason)
    row.refresh_from_db()
    search.enqueue_embedding()
    record("town.import.accepted", actor=actor, subject=_subject_of(row), detail={"state": row.state})


@transaction.atomic
def discard(rows: Iterable[ImportedRecord], *, actor: Actor) -> int:
    """Leave records out for good, until the source sends something else for them; how many there were."""
    access.check_edit(actor)
    waiting = [name for name, state in states().items() if state.quarantined]
    pks = [row.pk for row in rows]
    done = ImportedRecord.objects.filter(pk__in=pks, state__in=waiting).update(state=DISCARDED, outcome="")
    record("town.import.discarded", actor=actor, subject="import", detail={"records": done})
    return done


def _again(pk: int, actor: Actor, *, force: bool, reason: str = "") -> None:
    """Deal with one record once more, under the options of the import that brought it."""
    row = ImportedRecord.objects.select_for_update(of=("self",)).select_related("run").get(pk=pk)
    run = row.run or Import(source=row.source, form="xzufi")
    ledger = Ledger(run)
    row.state = row.applied = ""
    around = Surroundings(run, ledger.rows(AROUND))
    is_unit = row.kind == "unit"
    planner = UnitPlanner(ledger, around) if is_unit else ServicePlanner(ledger, around)
    kind = town.UNIT if is_unit else town.SERVICE
    applying.Applier(ledger, kind, actor, force=force, reason=reason).apply(planner.plan([row]))


def _check_arrival(actor: Actor, arrival: str) -> None:
    access.check_edit(actor)
    if arrival != Import.Arrival.DRAFT:
        access.check_deliver(actor)


def _refuse_unreadable(delivery: Delivery, form: str) -> None:
    """Raise ImportRefused when not even the first record can be read: better now than after a while in a queue."""
    first = next(iter(arrivals(delivery, form)), None)
    if first is not None and first.kind == FILE and first.fault and len(delivery.files) == 1:
        sentences = fault(first.fault, first.line, first.detail)
        raise ImportRefused(f"{delivery.name}: {sentences[0][1]}")


def _end(run: Import, counts: dict[str, int]) -> None:
    """Keep the summary, audit it, queue the embedding once, and let go of the upload."""
    with transaction.atomic():
        _fill(run, counts)
        run.ended_at = timezone.now()
        run.save()
        if counts["written"]:
            search.enqueue_embedding()
        if run.file is not None:
            files.delete(run.file, actor=run.actor)
        record("town.import.done", actor=run.actor, subject=_subject(run), detail={**_told(run), **counts})


def _fill(run: Import, counts: dict[str, int]) -> None:
    for name, number in counts.items():
        setattr(run, name, number)


def _subject(run: Import) -> str:
    return f"import:{run.uuid}"


def _subject_of(row: ImportedRecord) -> str:
    return f"{row.kind}:{row.local_id}"


def _told(run: Import) -> dict[str, object]:
    return {"source": run.source, "form": run.form, "sha256": run.digest, "bytes": run.size, "arrival": run.arrival}
