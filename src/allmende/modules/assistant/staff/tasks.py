# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Background work for those who improve the texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from django.utils.translation import gettext as _

from allmende.kernel.jobs import service as jobs
from allmende.kernel.jobs.service import Progress
from allmende.kernel.search import queries as search
from allmende.kernel.search import trial
from allmende.modules.assistant.staff import demo, grouping, proposing, rules, service, words
from allmende.modules.assistant.staff.grouping import Grouped
from allmende.modules.assistant.staff.labels import Label, labels
from allmende.modules.assistant.staff.lift import Judge, Lift
from allmende.modules.assistant.staff.models import Gap, Proposal
from allmende.modules.assistant.staff.proposing import Wish, Witness
from allmende.modules.assistant.staff.question_set import Line
from allmende.modules.assistant.staff.wording import wording


@dataclass
class Bench:
    """What measuring needs, made once for many proposals."""

    labels: list[Label]
    town: list[Line]
    before: Judge

    def lift(self, row: Proposal) -> Lift | None:
        """What the proposal would change; None when its service is gone."""
        return proposing.lift_of(row, self.before, self.labels, self.town)


def analyse(progress: Progress) -> None:
    """Read new answers, embed, group, derive proposals, measure them."""
    _collect(progress)
    _embed(progress)
    _group(progress)
    bench = _bench()
    progress.message(_("Suchwörter werden gesucht"))
    for found in progress.each(["derive"], prepare=lambda _step: _derived(bench)):
        proposing.keep(found)
    progress.message(_("Wirkung der Suchwörter wird gemessen"))
    wanted = proposing.to_measure(rules.proposing().most_measured)
    progress.total(progress.done + len(wanted))
    _measure(progress, bench, wanted)


def measure(progress: Progress, *, proposal: int) -> None:
    """Measure one proposal."""
    progress.message(_("Wirkung der Suchwörter wird gemessen"))
    _measure(progress, _bench(), [proposal])


def _collect(progress: Progress) -> None:
    """Outside of `each`: every batch may be repeated."""
    progress.message(_("Neue Fragen werden gelesen"))
    for _count in grouping.collect_citations():
        progress.check()
    for _count in grouping.collect_gaps():
        progress.check()


def _embed(progress: Progress) -> None:
    """Without the model there are no batches: the questions are compared by their words."""
    progress.message(_("Fragen werden eingebettet"))
    works = search.question_vector("Rathaus") is not None
    left = ceil(grouping.without_vectors().count() / rules.grouping().embedded_at_once) if works else 0
    progress.total(progress.done + left + len(("group", "derive")))
    batches = _batches() if works else iter(())
    for gaps in progress.each(batches, key=lambda batch: str(batch[-1].pk), prepare=grouping.embedded):
        Gap.objects.bulk_update(gaps, ["vector", "vector_of"])


def _batches() -> Iterator[list[Gap]]:
    """The gaps without vectors, some at a time, by primary key."""
    size, after = rules.grouping().embedded_at_once, None
    while True:
        waiting = grouping.without_vectors()
        batch = list((waiting if after is None else waiting.filter(pk__gt=after))[:size])
        if not batch:
            return
        after = batch[-1].pk
        yield batch


def _group(progress: Progress) -> None:
    def tell(done: int) -> None:
        progress.message(_("Fragen werden verglichen: {done} sind zugeordnet").format(done=done))

    def compare(_step: str) -> Grouped:
        return grouping.grouped(tell)

    for found in progress.each(["group"], prepare=compare):
        grouping.keep(found)


def _bench() -> Bench:
    _names, middle = grouping.services()
    return Bench(labels(wording(), middle), words.town_lines(), Judge(trial.now()))


def _derived(bench: Bench) -> dict[Wish, list[Witness]]:
    wrong = [label for label in bench.labels if not bench.before.is_right(label.line)]
    return proposing.derive(wrong, wording(), proposing.catalogue())


def _measure(progress: Progress, bench: Bench, proposals: list[int]) -> None:
    def lift(pk: int) -> tuple[int, Lift | None]:
        row = proposing.with_evidence(Proposal.objects.filter(pk=pk)).first()
        return pk, bench.lift(row) if row else None

    for pk, found in progress.each(sorted(proposals), key=int, prepare=lift):
        proposing.store_lift(pk, found)


def ask_examples(progress: Progress, *, folder: str) -> None:
    """Let the demo town ask its examples, once its texts are embedded; then evaluate them."""
    if not progress.done and demo.are_asked():
        return  # a second appointment, made while the first was kept
    known = search.status()
    if known.embedded < known.documents:
        progress.message(_("Die Texte werden noch eingebettet; die Beispielfragen warten."))
        return
    progress.message(_("Beispielfragen werden gestellt"))
    found = list(demo.examples(Path(folder)))
    progress.total(len(found))
    for _example in progress.each(found, key=lambda example: example.number, prepare=demo.have):
        pass
    jobs.unschedule(demo.SCHEDULE)
    service.start_analysis()
