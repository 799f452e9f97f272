# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a synonym would change: the same questions searched and decided before and after, in a copy of the search.

Three kinds of questions are counted apart. `source`: those from which the proposal was derived; they are not independent. `labels`: other
choices and second wordings of citizens. `town`: the town's own question set, without questions that are also a source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from allmende.kernel.search.trial import Trial
from allmende.modules.assistant import composing, rules
from allmende.modules.assistant.engine.language import detect
from allmende.modules.assistant.engine.text import fold
from allmende.modules.assistant.schemas import Status
from allmende.modules.assistant.staff.question_set import Line


@dataclass(frozen=True)
class Change:
    """Of `n` questions, how many are right before and after; ids of those that became right and of those that became wrong."""

    n: int = 0
    before: int = 0
    after: int = 0
    better: list[str] = field(default_factory=list)
    worse: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Lift:
    """The change in each kind of questions."""

    source: Change
    labels: Change
    town: Change

    def as_json(self) -> dict[str, Any]:
        """To be stored: counts and ids, no text."""
        return asdict(self)


def read(stored: Mapping[str, Any]) -> Lift:
    """A stored lift."""
    return Lift(**{name: Change(**stored[name]) for name in ("source", "labels", "town")})


class Judge:
    """Judges questions in one trial and remembers the verdicts, so that the state before is searched only once."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self._verdicts: dict[str, bool] = {}

    def is_right(self, line: Line) -> bool:
        """Whether the question gets the right status and, if it is answered, a right service or source."""
        if line.id not in self._verdicts:
            self._verdicts[line.id] = is_right(line, self.trial)
        return self._verdicts[line.id]

    def with_synonyms(self, key: str, terms: Sequence[str]) -> "Judge":
        """A judge of the search with further synonyms of one document. Raises KeyError when there is none."""
        return Judge(self.trial.with_synonyms(key, terms))


def measure(before: Judge, after: Judge, *, source: list[Line], labels: list[Line], town: list[Line]) -> Lift:
    """Compare two searches. Lines of `labels` and `town` that ask the same as one of `source` are left out."""
    used = {fold(line.question) for line in source}
    independent = [[line for line in lines if fold(line.question) not in used] for lines in (labels, town)]
    return Lift(*(_change(before, after, lines) for lines in (source, *independent)))


def is_right(line: Line, trial: Trial) -> bool:
    """Search and decide as the assistant would. See Judge.is_right."""
    language = detect(line.question, rules.function_words(), line.language)
    decision, results = composing.decided(line.question, language, trial.search)
    if decision.status not in {line.status, *line.status_also}:
        return False
    if decision.status != Status.ANSWERED or line.status != Status.ANSWERED:
        return True
    subject, *others = decision.subjects
    named = [part for part in (line.statute, line.unit) if part]
    if any(part in subject for part in named) or not (line.services or named):
        return True
    return composing.service_shown(subject, others, results, language) in line.services


def _change(before: Judge, after: Judge, lines: Sequence[Line]) -> Change:
    verdicts = [(line.id, before.is_right(line), after.is_right(line)) for line in lines]
    return Change(
        n=len(verdicts),
        before=sum(was for _id, was, _is in verdicts),
        after=sum(now for _id, _was, now in verdicts),
        better=[name for name, was, now in verdicts if now and not was],
        worse=[name for name, was, now in verdicts if was and not now],
    )
