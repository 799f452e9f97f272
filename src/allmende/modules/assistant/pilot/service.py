# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is done in the pilot study: sets are imported, runs kept and accepted, assumptions set.

Each verb checks the right, writes in one transaction and is audited.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.kernel.audit.service import record
from allmende.kernel.jobs import service as jobs
from allmende.modules.assistant.pilot import access, queries, rules
from allmende.modules.assistant.pilot.engine import figures
from allmende.modules.assistant.pilot.engine.figures import Outcome
from allmende.modules.assistant.pilot.models import Acceptance, Assumption, PilotRun, PilotSet, Recheck
from allmende.modules.assistant.pilot.questions import Fault, QuestionSetError, read

RUN = "allmende.modules.assistant.pilot.tasks:run"
RECHECK = "allmende.modules.assistant.pilot.tasks:recheck"
PAGE, COMMAND, NIGHTLY = "page", "command", "nightly"
Actor = AbstractBaseUser | None


class NotPossibleError(Exception):
    """It cannot be done as things are; the text is for people."""


@transaction.atomic
def import_set(content: bytes, file: str, *, actor: Actor = None) -> PilotSet:
    """Keep a question set; the same file again is the set that is there.

    Raises QuestionSetError with every fault, also where this version is there with other questions: a version stays what it is.
    """
    access.check_run(actor)
    shape = read(content, file)
    digest = hashlib.sha256(content).hexdigest()
    known = PilotSet.objects.filter(name=shape.name, version=shape.version).first()
    if known and known.digest != digest:
        sentence = _("Fassung {version} gibt es schon mit anderem Inhalt. Erhöhen Sie die Fassung.")
        raise QuestionSetError([Fault(file, 1, "version", sentence.format(version=shape.version))])
    if known:
        return known
    row = PilotSet.objects.create(
        name=shape.name,
        version=shape.version,
        title=dict(shape.title),
        about=dict(shape.about),
        questions=shape.rows,
        digest=digest,
        by_id=_pk(actor),
    )
    detail = {"version": shape.version, "questions": len(shape.rows)}
    record("assistant.pilot.set_imported", actor=actor, subject=f"pilot_set:{shape.name}", detail=detail)
    return row


def start(set_id: int, *, actor: Actor, origin: str = PAGE) -> UUID:
    """Queue a run; the job, which is the waiting or running one of this set where there is one."""
    access.check_run(actor)
    if queries.pilot_set(set_id) is None:
        raise Http404
    job = jobs.enqueue(
        RUN,
        args={"set_id": set_id, "origin": origin, "by": _pk(actor)},
        title=gettext_lazy("Fragensatz der Machbarkeitsstudie stellen"),
        owner=actor,
        key=f"assistant.pilot.{set_id}",
    )
    return job.uuid


@transaction.atomic
def keep_run(
    row: PilotSet, outcomes: Sequence[Outcome], versions: Mapping[str, Any], *, origin: str, by: int | None = None
) -> PilotRun:
    """Keep a run with its figures, for good. `versions` are those when it began."""
    kept = PilotRun.objects.create(
        set=row,
        by_id=by,
        origin=origin,
        outcomes=[one.plain() for one in outcomes],
        figures=figures.compute(outcomes),
        versions=dict(versions),
    )
    detail = {"set": str(row), "questions": len(outcomes), "origin": origin}
    record("assistant.pilot.run", actor=kept.by, subject=f"pilot_run:{kept.pk}", detail=detail)
    return kept


def start_recheck(days: int, *, actor: Actor) -> UUID:
    """Queue asking again what rests on the texts of these days and was not asked since; the job."""
    access.check_run(actor)
    title = gettext_lazy("Fragen zu geänderten Texten neu stellen")
    args = {"days": days, "by": _pk(actor)}
    return jobs.enqueue(RECHECK, args=args, title=title, owner=actor, key="assistant.pilot.recheck").uuid


@transaction.atomic
def keep_recheck(row: PilotSet, outcomes: Sequence[Outcome], *, by: int | None = None) -> None:
    """Keep what became of the questions that rest on a changed text."""
    kept = Recheck.objects.create(set=row, by_id=by, outcomes=[one.plain() for one in outcomes])
    detail = {"set": str(row), "questions": len(outcomes)}
    record("assistant.pilot.recheck", actor=kept.by, subject=f"recheck:{kept.pk}", detail=detail)


@transaction.atomic
def accept(run_id: int, *, actor: AbstractBaseUser, note: str = "") -> Acceptance:
    """From now on no publication may lose what this run reached. Raises Http404, NotPossibleError where it is accepted already."""
    access.check_run(actor)
    run = queries.run(run_id)
    if run is None:
        raise Http404
    row, made = Acceptance.objects.get_or_create(run=run, defaults={"by_id": actor.pk, "note": note.strip()[:500]})
    if not made:
        raise NotPossibleError(_("Dieser Lauf ist schon abgenommen."))
    record("assistant.pilot.accepted", actor=actor, subject=f"pilot_run:{run.pk}", detail={"set": str(run.set)})
    return row


@transaction.atomic
def assume(values: Mapping[str, tuple[float, str]], *, actor: AbstractBaseUser) -> list[str]:
    """Set assumptions of the relief: name → value and where it comes from; the names of those that changed."""
    access.check_run(actor)
    current = {known.name: (known.value, known.source) for known in queries.assumptions()}
    changed = {name: pair for name, pair in values.items() if name in current and current[name] != pair}
    Assumption.objects.bulk_create(
        Assumption(name=name, value=value, source=source[:300], by_id=actor.pk)
        for name, (value, source) in changed.items()
    )
    if changed:
        record("assistant.pilot.assumed", actor=actor, detail={name: value for name, (value, _s) in changed.items()})
    return sorted(changed)


@transaction.atomic
def delete_old_nights() -> int:
    """Delete nightly runs that nobody accepted, once they are old; returns how many."""
    limit = timezone.now() - timedelta(days=rules.number("nightly_days"))
    old = PilotRun.objects.filter(origin=NIGHTLY, at__lt=limit, acceptance=None)
    count = old.count()
    if count:
        old.delete()
        record("assistant.pilot.nights_deleted", actor=None, detail={"count": count})
    return count


def _pk(actor: Actor) -> int | None:
    return None if actor is None else actor.pk
