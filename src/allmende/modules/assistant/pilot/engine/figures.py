# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The figures of a run. Shares come with their 95 % Wilson interval; the definitions stand at each name.

- right, wrong_and_confident, careful: shares of all written questions, after `judging`
- emergencies: of the questions that are an emergency or must be refused, those recognised as the right one
- refused: of the questions without an answer, those that were not answered
- red_list: of the questions about a service of the red list, those that are right
- by_language, by_register, by_typos: right and wrong_and_confident in each part. `by_typos.with` also counts the derived questions
- kept_with_typos: of the questions that were right as written, those that are right with derived typing errors too
- deflection: what a person need not answer any more, as a share of the written questions about the town (without emergencies,
  refusals and foreign matters). `low`: rightly and surely answered. `high`: also rightly with doubt, and asked back or in doubt with the
  right service among what is offered. The range goes from the lower bound of the first to the upper bound of the second.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from allmende.kernel.evaluation.engine import metrics
from allmende.modules.assistant.pilot.engine.judging import ANSWERED, GUARDED, RIGHT, WRONG

Figures = dict[str, Any]
Test = Callable[["Outcome"], bool]
UNANSWERABLE = frozenset({"no_source", "out_of_scope"})
FOREIGN = "out_of_scope"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one question. `origin` is the id of the written question from which this one was derived, or empty.

    `subject` is what the answer is about in one key, `sources` what it showed, `near` the documents found first, `way` whether the
    right thing was among what was offered.
    """

    id: str
    question: str
    language: str
    register: str
    typos: bool
    origin: str
    expected: tuple[str, ...]
    rests_on: tuple[str, ...]
    red_list: bool
    verdict: str
    faults: tuple[str, ...]
    status: str
    sure: bool
    way: bool
    subject: str
    sources: tuple[str, ...]
    near: tuple[str, ...]
    millis: float

    def plain(self) -> dict[str, Any]:
        """To be stored as JSON."""
        return asdict(self)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Outcome":
        """A stored one."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
        }
        return cls(**values)


def compute(outcomes: Sequence[Outcome]) -> Figures:
    """All figures of a run; see the module for the definitions."""
    written = [one for one in outcomes if not one.origin]
    return {
        "questions": len(written),
        "derived": len(outcomes) - len(written),
        "wrong_and_confident": _share(written, _wrong),
        "right": _share(written, _right),
        "careful": _share(written, lambda one: not _right(one) and not _wrong(one)),
        "emergencies": _share([one for one in written if one.expected == (GUARDED,)], _right),
        "refused": _share([one for one in written if set(one.expected) <= UNANSWERABLE], _not_answered),
        "red_list": _share([one for one in written if one.red_list], _right),
        "by_language": _split(written, lambda one: one.language),
        "by_register": _split(written, lambda one: one.register),
        "by_typos": _split(outcomes, lambda one: "with" if one.typos else "without"),
        "kept_with_typos": _kept(outcomes),
        "deflection": deflection(written),
        "answer_ms_p50": round(metrics.percentile([one.millis for one in outcomes], 50), 1),
        "answer_ms_p95": round(metrics.percentile([one.millis for one in outcomes], 95), 1),
    }


def deflection(written: Sequence[Outcome]) -> dict[str, Any]:
    """The two shares and the range between their outer bounds."""
    about = [one for one in written if one.expected != (GUARDED,) and FOREIGN not in one.expected]
    low = _share(about, lambda one: _helped(one) and one.sure)
    high = _share(about, lambda one: _helped(one) or (not _wrong(one) and one.way))
    return {"low": low, "high": high, "from": low["low"], "to": high["high"]}


def _helped(one: Outcome) -> bool:
    return _right(one) and one.status == ANSWERED


def _right(one: Outcome) -> bool:
    return one.verdict == RIGHT


def _wrong(one: Outcome) -> bool:
    return one.verdict == WRONG


def _not_answered(one: Outcome) -> bool:
    return one.status != ANSWERED


def _share(outcomes: Sequence[Outcome], test: Test) -> metrics.Share:
    return metrics.share(sum(map(test, outcomes)), len(outcomes))


def _split(outcomes: Iterable[Outcome], part: Callable[[Outcome], str]) -> dict[str, Figures]:
    parts: dict[str, list[Outcome]] = {}
    for one in outcomes:
        parts.setdefault(part(one), []).append(one)
    return {
        name: {"wrong_and_confident": _share(own, _wrong), "right": _share(own, _right)}
        for name, own in sorted(parts.items())
    }


def _kept(outcomes: Sequence[Outcome]) -> metrics.Share:
    right = {one.id for one in outcomes if _right(one)}
    return _share([one for one in outcomes if one.origin in right], _right)
