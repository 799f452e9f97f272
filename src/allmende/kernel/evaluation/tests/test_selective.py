# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A system that may keep silent is judged by what it answers and by what it leaves alone."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.kernel.evaluation.engine import selective
from allmende.kernel.evaluation.engine.metrics import wilson
from allmende.kernel.evaluation.engine.selective import Reply

# Four answerable questions and two unanswerable ones, the most certain first.
REPLIES = [
    Reply(0.9, answerable=True, right=True),
    Reply(0.8, answerable=True, right=True),
    Reply(0.7, answerable=False, right=False),
    Reply(0.6, answerable=True, right=False),
    Reply(0.4, answerable=True, right=True),
    Reply(0.1, answerable=False, right=False),
]
REPLY = st.builds(Reply, st.sampled_from([0.0, 0.1, 0.35, 0.5, 0.9, 1.0]), st.booleans(), st.booleans())


def test_every_figure_of_a_small_example_by_hand():
    shares = selective.count(REPLIES, 0.5).shares()
    values = {name: (found["value"], found["n"]) for name, found in shares.items()}
    assert values == {
        "coverage": (0.75, 4),  # three of the four answerable questions
        "precision": (0.5, 4),  # two right of four answers
        "wrong_and_confident": (0.3333, 6),  # one wrong page and one question without an answer
        "unanswerable_refused": (0.5, 2),
        "coverage_of_all": (0.6667, 6),
        "precision_where_answerable": (0.6667, 3),
        "wrong_of_answered": (0.5, 4),
    }
    assert shares["wrong_and_confident"]["high"] == round(wilson(2, 6)[1], 4)


def test_the_curve_of_the_example():
    assert [tuple(point.values()) for point in selective.curve(REPLIES)] == [
        (0.9, 0.25, 1.0, 1.0),
        (0.8, 0.5, 1.0, 1.0),
        (0.7, 0.5, 0.6667, 0.5),
        (0.6, 0.75, 0.5, 0.5),
        (0.4, 1.0, 0.6, 0.5),
        (0.1, 1.0, 0.5, 0.0),
    ]
    assert selective.precision_at(selective.curve(REPLIES), 0.6) == 0.5


def test_the_area_of_risk_of_the_example():
    assert selective.area_of_risk(REPLIES) == pytest.approx((0 + 0 + 1 / 3 + 2 / 4 + 2 / 5 + 3 / 6) / 6)


def test_replies_of_one_certainty_are_given_together():
    tied = [Reply(0.5, answerable=True, right=right) for right in (True, False)]
    assert selective.curve(tied) == [
        {"threshold": 0.5, "coverage": 1.0, "precision": 0.5, "unanswerable_refused": None}
    ]
    assert selective.area_of_risk(tied) == selective.area_of_risk(tied[::-1]) == 0.5


def test_a_right_answer_to_an_unanswerable_question_does_not_exist():
    assert selective.count([Reply(1.0, answerable=False, right=True)], 0.0).right == 0


@settings(deadline=None)
@given(st.lists(REPLY, max_size=30))
def test_more_is_covered_and_less_refused_along_the_curve(replies: list[Reply]):
    points = selective.curve(replies)
    for before, after in pairwise(points):
        assert before["threshold"] > after["threshold"]
        assert (before["coverage"] or 0) <= (after["coverage"] or 0)
        assert (before["unanswerable_refused"] or 0) >= (after["unanswerable_refused"] or 0)
    if points:
        assert points[-1]["coverage"] == (1.0 if any(reply.answerable for reply in replies) else None)


@settings(deadline=None)
@given(st.lists(REPLY, max_size=30), st.integers(1, 10))
def test_a_thinned_curve_holds_points_of_the_curve_and_its_end(replies: list[Reply], most: int):
    points = selective.curve(replies)
    thinned = selective.thinned(points, most)
    assert len(thinned) == min(most, len(points))
    assert all(point in points for point in thinned)
    assert thinned[-1:] == points[-1:]


def test_without_questions_nothing_is_claimed():
    assert selective.curve([]) == []
    assert selective.area_of_risk([]) == 0.0
    assert selective.known(selective.count([], 0.5).shares()["precision"]) is None
