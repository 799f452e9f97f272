# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a publication must not lose: questions that the accepted run answered rightly.

Only the questions that rest on the published text are asked again, in the transaction that has written it and with the search as it
would be; what became of them is kept with the publication. Questions that were lost before are no yardstick any more. A publication
that concerns no text, such as another model, is measured by the last whole run.
"""

from collections.abc import Collection, Iterator

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from allmende.kernel.evaluation.gates import Publication
from allmende.kernel.registry import Text
from allmende.kernel.search import trial
from allmende.modules.assistant.pilot import asking, freshness, queries, rules, service
from allmende.modules.assistant.pilot.engine import comparing
from allmende.modules.assistant.pilot.engine.comparing import Difference
from allmende.modules.assistant.pilot.engine.figures import Outcome
from allmende.modules.assistant.pilot.engine.judging import RIGHT
from allmende.modules.assistant.pilot.models import PilotRun


def check(publication: Publication) -> Iterator[Text]:
    """A sentence for each question that would be lost, in every set with an accepted run."""
    for row in queries.sets():
        base = queries.accepted(row.name)
        if base is None:
            continue
        lost = _asked_again(base, publication.keys) if publication.keys else _of_the_last_run(row.name)
        yield from (_sentence(base.pk, one) for one in lost)


def watched(keys: Collection[str]) -> set[str]:
    """Those of the documents that a question of an accepted run rests on."""
    bases = [base for row in queries.sets() if (base := queries.accepted(row.name))]
    return {key for base in bases for key in comparing.under(_yardstick(base), keys, rules.number("near"))}


def _asked_again(base: PilotRun, keys: tuple[str, ...]) -> list[Difference]:
    """Those that were right and rest on these documents, asked now."""
    before = comparing.resting_on(_yardstick(base), keys, rules.number("near"))[: rules.asked_at_publication()]
    if not before:
        return []
    questions = {question.id: question for question in queries.questions(base.set)}
    find = trial.ahead(keys).search
    now = [asking.ask(questions[one.id], find) for one in before]
    service.keep_recheck(base.set, now)
    return comparing.steps_back(before, now, rules.step_back())


def _yardstick(base: PilotRun) -> list[Outcome]:
    """The questions that may be lost."""
    aside = freshness.set_aside(base)
    return [one for one in queries.outcomes(base) if one.verdict == RIGHT and one.id not in aside]


def _of_the_last_run(name: str) -> list[Difference]:
    last = queries.runs().filter(set__name=name).first()
    found = queries.back(last) if last else None
    return found.questions if found else []


def _said(run: int, lost: Difference) -> str:
    sentence = _("„{question}“ war im abgenommenen Lauf {run} richtig und wäre jetzt: {verdict}.")
    now = lost.known
    return sentence.format(question=now.question, run=run, verdict=rules.titles("verdicts")[now.verdict])


_sentence = lazy(_said, str)
"""In the language of whoever reads it."""
