# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""When an answer is right, when it is careful, and when it misleads. And what the figures make of many."""

from dataclasses import replace
from typing import Any

import pytest

from allmende.modules.assistant.pilot.engine import comparing, figures
from allmende.modules.assistant.pilot.engine.figures import Outcome
from allmende.modules.assistant.pilot.engine.judging import Expected, Got, judge, offers_a_way

DOG = Expected(
    status=("answered",), services=("hund",), statute="hundesatzung", contains=("96 €",), excludes=("120 €",)
)
ANSWER = Got(
    status="answered", service="hund", sources=("services/hund",), text="Der Hund kostet 96\N{NO-BREAK SPACE}€ im Jahr."
)


@pytest.mark.parametrize(
    ("changed", "verdict", "faults"),
    [
        ({}, "right", ()),
        ({"service": "", "sources": ("statutes/hundesatzung",)}, "right", ()),
        ({"sure": False}, "right", ()),
        ({"service": "katze"}, "wrong", ("subject",)),
        ({"service": "katze", "sure": False}, "careful", ("subject",)),
        ({"text": "Der Hund kostet Geld."}, "wrong", ("missing",)),
        ({"text": "Der Hund kostet 96 €, früher 120 €.", "sure": False}, "wrong", ("said",)),
        ({"status": "no_source"}, "careful", ("status",)),
        ({"status": "clarification", "options": ("hund", "katze")}, "careful", ("status",)),
        ({"status": "guarded"}, "wrong", ("status",)),
    ],
)
def test_a_question_about_the_dog(changed: dict[str, Any], verdict: str, faults: tuple[str, ...]) -> None:
    judged = judge(DOG, replace(ANSWER, **changed))
    assert (judged.verdict, judged.faults) == (verdict, faults)


@pytest.mark.parametrize(
    ("expected", "got", "verdict"),
    [
        (Expected(status=("guarded",), rule="fire"), Got(status="guarded", rule="fire"), "right"),
        (Expected(status=("guarded",), rule="fire"), Got(status="guarded", rule="gas"), "wrong"),
        (Expected(status=("guarded",)), Got(status="no_source"), "careful"),
        (Expected(status=("no_source",)), ANSWER, "wrong"),
        (
            Expected(status=("clarification",), services=("a", "b")),
            Got(status="clarification", options=("b", "a")),
            "right",
        ),
        (
            Expected(status=("clarification",), services=("a", "b")),
            Got(status="clarification", options=("a",)),
            "careful",
        ),
        (Expected(status=("answered",), services=("hund",), red_list=True), ANSWER, "wrong"),
        (Expected(status=("answered",), flow="antrag"), Got(status="answered", flows=("antrag",)), "right"),
        (Expected(status=("answered",), flow="antrag"), Got(status="answered", sure=False), "careful"),
        (Expected(status=("answered",), unit="bauamt"), Got(status="answered", unit="bauamt"), "right"),
    ],
)
def test_other_expectations(expected: Expected, got: Got, verdict: str) -> None:
    assert judge(expected, got).verdict == verdict


def test_asking_back_with_the_right_choice_is_a_way() -> None:
    assert offers_a_way(DOG, Got(status="clarification", options=("katze", "hund")))
    assert not offers_a_way(DOG, Got(status="clarification", options=("katze",)))


def outcome(name: str, verdict: str = "right", **changed: Any) -> Outcome:
    values: dict[str, Any] = {
        "id": name, "question": name, "language": "de", "register": "plain", "typos": False, "origin": "",
        "expected": ("answered",), "rests_on": (), "red_list": False, "verdict": verdict, "faults": (), "status": "answered",
        "sure": True, "way": verdict == "right", "subject": "", "sources": (), "near": (), "millis": 10.0,
    }  # fmt: skip
    return Outcome(**{**values, **changed})


def test_the_figures_count_what_they_say() -> None:
    found = figures.compute(
        [
            outcome("a"),
            outcome("a-typos", "wrong", origin="a", typos=True),
            outcome("b", sure=False),
            outcome("c", "careful", status="clarification", way=True),
            outcome("d", "wrong", language="en"),
            outcome("e", "careful", status="no_source", expected=("guarded",)),
            outcome("f", expected=("no_source",), status="no_source", way=False),
        ]
    )
    share = {name: (found[name]["value"], found[name]["n"]) for name in ("right", "wrong_and_confident", "careful")}
    assert share == {"right": (0.5, 6), "wrong_and_confident": (0.1667, 6), "careful": (0.3333, 6)}
    assert (found["questions"], found["derived"]) == (6, 1)
    assert (found["emergencies"]["value"], found["emergencies"]["n"]) == (0.0, 1)
    assert (found["refused"]["value"], found["refused"]["n"]) == (1.0, 1)
    assert (found["kept_with_typos"]["value"], found["kept_with_typos"]["n"]) == (0.0, 1)
    assert found["by_typos"]["with"]["wrong_and_confident"]["n"] == 1
    assert found["by_language"]["en"]["wrong_and_confident"]["value"] == 1.0
    low, high = found["deflection"]["low"], found["deflection"]["high"]
    assert (low["value"], high["value"], low["n"]) == (0.2, 0.6, 5)
    assert (found["deflection"]["from"], found["deflection"]["to"]) == (low["low"], high["high"])


RULES = comparing.Rules(steps=(("right", "wrong"),), emergencies=True, falls={"right": 0.02})


def test_a_step_back_is_what_the_rules_say() -> None:
    before = [outcome("a"), outcome("b"), outcome("c", "wrong"), outcome("d", expected=("guarded",))]
    after = [
        outcome("a", "wrong"),
        outcome("b", "careful"),
        outcome("c"),
        outcome("d", "careful", expected=("guarded",)),
        outcome("e", "wrong"),
    ]
    assert [one.known.id for one in comparing.steps_back(before, after, RULES)] == ["a", "d"]
    assert [one.known.id for one in comparing.differences(before, after)] == ["a", "b", "c", "d", "e"]


def test_only_a_bound_that_falls_by_more_than_allowed_counts() -> None:
    bound = {"right": {"low": 0.8}}
    assert comparing.bounds_fallen(bound, {"right": {"low": 0.79}}, RULES) == []
    assert comparing.bounds_fallen(bound, {"right": {"low": 0.7}}, RULES) == ["right"]


def test_a_question_rests_on_what_it_expects_shows_or_nearly_finds() -> None:
    expects = outcome("a", rests_on=("services/hund",))
    shows = outcome("b", sources=("services/hund/en",))
    near = outcome("c", near=("pages/x", "services/hund"))
    far = outcome("d", near=("pages/x", "pages/y", "services/hund"))
    found = comparing.resting_on([near, far, expects, shows], ["services/hund"], near=2)
    assert [one.id for one in found] == ["a", "b", "c"]
