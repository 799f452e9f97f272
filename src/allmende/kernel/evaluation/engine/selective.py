# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Figures of a system that may keep silent: how much it answers, and how often it is wrong when it does.

A reply is given from a certainty on. After El-Yaniv and Wiener (2010, selective classification) with questions that have no
answer at all, as in Rajpurkar et al. (2018, SQuAD 2.0).

- coverage: share of the answerable questions that are answered, rightly or not
- precision: share of all answers that are right; an answer to an unanswerable question is wrong
- wrong and confident: wrong answers, as a share of all questions
- refused: share of the unanswerable questions that are not answered
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypedDict

from allmende.kernel.evaluation.engine.metrics import Share, share


@dataclass(frozen=True)
class Reply:
    """What would be answered: how certain it is (0 to 1), whether the question has an answer and this is one."""

    certainty: float
    answerable: bool
    right: bool


@dataclass(frozen=True)
class Counts:
    """Of all questions: how many are answerable, how many of them are answered, and how many answers are which."""

    questions: int
    answerable: int
    answered: int
    answered_answerable: int
    right: int

    @property
    def unanswerable(self) -> int:
        """Questions without an answer."""
        return self.questions - self.answerable

    @property
    def answered_unanswerable(self) -> int:
        """Those of them that are answered all the same."""
        return self.answered - self.answered_answerable

    @property
    def wrong(self) -> int:
        """Answers that are not right."""
        return self.answered - self.right

    def shares(self) -> dict[str, Share]:
        """Every figure with its interval; see the module for the definitions."""
        return {
            "coverage": share(self.answered_answerable, self.answerable),
            "precision": share(self.right, self.answered),
            "wrong_and_confident": share(self.wrong, self.questions),
            "unanswerable_refused": share(self.unanswerable - self.answered_unanswerable, self.unanswerable),
            "coverage_of_all": share(self.answered, self.questions),
            "precision_where_answerable": share(self.right, self.answered_answerable),
            "wrong_of_answered": share(self.wrong, self.answered),
        }


class Point(TypedDict):
    """One place of the curve: what answering from `threshold` on gives. None where nothing can be counted."""

    threshold: float
    coverage: float | None
    precision: float | None
    unanswerable_refused: float | None


def count(replies: Sequence[Reply], threshold: float) -> Counts:
    """What happens when every reply with at least this certainty is given."""
    given = [reply for reply in replies if reply.certainty >= threshold]
    return Counts(
        questions=len(replies),
        answerable=sum(reply.answerable for reply in replies),
        answered=len(given),
        answered_answerable=sum(reply.answerable for reply in given),
        right=sum(reply.answerable and reply.right for reply in given),
    )


def curve(replies: Sequence[Reply]) -> list[Point]:
    """Every different outcome from the most certain reply alone to answering everything; coverage never falls."""
    points = []
    before = count([], 0.0)
    questions, answerable = len(replies), sum(reply.answerable for reply in replies)
    for threshold, group in _steps(replies):
        before = Counts(
            questions,
            answerable,
            before.answered + len(group),
            before.answered_answerable + sum(reply.answerable for reply in group),
            before.right + sum(reply.answerable and reply.right for reply in group),
        )
        points.append(_point(threshold, before))
    return points


def thinned(points: Sequence[Point], most: int = 100) -> list[Point]:
    """At most so many of the points, evenly by their place, the last one always among them."""
    if len(points) <= most:
        return list(points)
    return [points[round((number + 1) * len(points) / most) - 1] for number in range(most)]


def precision_at(points: Sequence[Point], coverage: float) -> float | None:
    """The precision of the first point that covers at least so much; None where none does."""
    return next((point["precision"] for point in points if (point["coverage"] or 0.0) >= coverage), None)


def area_of_risk(replies: Sequence[Reply]) -> float:
    """Area under the risk-coverage curve (Geifman and El-Yaniv 2017), over all questions: 0 is perfect.

    The mean share of wrong answers among the n most certain replies, over every n; replies of one certainty count as mixed.
    """
    total, answered, wrong = 0.0, 0, 0.0
    for _threshold, group in _steps(replies):
        each = sum(not (reply.answerable and reply.right) for reply in group) / len(group)
        for _reply in group:
            answered, wrong = answered + 1, wrong + each
            total += wrong / answered
    return total / len(replies) if replies else 0.0


def _steps(replies: Sequence[Reply]) -> list[tuple[float, list[Reply]]]:
    """The replies by certainty, highest first."""
    ordered = sorted(replies, key=lambda reply: -reply.certainty)
    return [(certainty, list(group)) for certainty, group in groupby(ordered, key=lambda reply: reply.certainty)]


def _point(threshold: float, counts: Counts) -> Point:
    return {
        "threshold": round(threshold, 4),
        "coverage": known(counts.shares()["coverage"]),
        "precision": known(counts.shares()["precision"]),
        "unanswerable_refused": known(counts.shares()["unanswerable_refused"]),
    }


def known(figure: Share) -> float | None:
    """The value of a share; None without trials."""
    return figure["value"] if figure["n"] else None
