# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Background work of the pilot study."""

from collections.abc import Collection
from operator import attrgetter, itemgetter

from django.utils.translation import gettext as _

from allmende.kernel.jobs.service import JobFailedError, Progress
from allmende.modules.assistant.pilot import asking, freshness, queries, service
from allmende.modules.assistant.pilot.engine.figures import Outcome
from allmende.modules.assistant.pilot.models import PilotRun


def run(progress: Progress, *, set_id: int, origin: str, by: int | None) -> None:
    """Ask every question of a set, then keep the run. After a crash it goes on with the first question that was not asked."""
    row = queries.pilot_set(set_id)
    if row is None:
        raise JobFailedError(_("Diesen Fragensatz gibt es nicht mehr."))
    questions = queries.questions(row)
    progress.message(_("Fragen werden gestellt"))
    progress.total(len(questions) + 1)
    progress.state.setdefault("versions", queries.versions())
    found = progress.state.setdefault("outcomes", [])
    for outcome in progress.each(
        list(enumerate(questions)), key=itemgetter(0), prepare=lambda item: asking.ask(item[1])
    ):
        found.append(outcome.plain())
    for _step in progress.each(["keep"]):
        outcomes = [Outcome.read(one) for one in found]
        service.keep_run(row, outcomes, progress.state["versions"], origin=origin, by=by)


def recheck(progress: Progress, *, days: int, by: int | None) -> None:
    """Ask again, of every set, what rests on a text of these days and was not asked since its change."""
    waiting = {
        one.outcome.id for row in freshness.changed(days) for one in row.questions if one.state == freshness.WAITING
    }
    progress.message(_("Fragen werden gestellt"))
    bases = sorted(freshness.bases(), key=attrgetter("pk"))
    progress.total(len(bases))
    for base, outcomes in progress.each(
        bases, key=attrgetter("pk"), prepare=lambda base: (base, _again(base, waiting))
    ):
        if outcomes:
            service.keep_recheck(base.set, outcomes, by=by)


def _again(base: PilotRun, wanted: Collection[str]) -> list[Outcome]:
    return [asking.ask(question) for question in queries.questions(base.set) if question.id in wanted]


def nightly(_progress: Progress) -> None:
    """Ask every set again that was ever accepted, unless nothing has changed since its last run; forget old nights."""
    service.delete_old_nights()
    now = queries.versions()
    for row in queries.sets():
        last = queries.runs().filter(set=row).first()
        if queries.accepted(row.name) and (last is None or last.versions != now):
            service.start(row.pk, actor=None, origin=service.NIGHTLY)
