# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A flow over answers: where they lead, what counts, and what no flow and no answers can break."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.modules.applications import rules
from allmende.modules.applications.engine.compiling import Compiled, House, compile_flow
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.paths import count_paths, paths
from allmende.modules.applications.engine.problems import Place
from allmende.modules.applications.engine.reviewing import review
from allmende.modules.applications.engine.setting import Setting, Town
from allmende.modules.applications.engine.simulate import simulate

CONFIRMED = ("wahrheit", "datenschutz")


@pytest.fixture
def flow(small: Any, compiled: Callable[[Any], Compiled]) -> Flow:
    found = compiled(small).flow
    assert found is not None
    return found


def test_without_answers_the_first_question_is_open(flow: Flow, setting: Setting) -> None:
    run = simulate(flow, {}, setting)
    assert run.path == ("start", "art")
    assert run.open == Place("art")
    assert [notice.say["de"] for notice in run.notices_at("art")] == ["Ich führe Sie."]
    assert (run.progress.done, run.progress.left) == (0, 4)
    assert run.back() == ""
    assert run.outcome is None


def test_answers_lead_to_the_review_and_confirmations_to_the_end(flow: Flow, setting: Setting) -> None:
    answers = {"art": "einfach", "geburtsdatum": "1990-02-01"}
    run = simulate(flow, answers, setting)
    assert run.at == "pruefen"
    assert (run.progress.done, run.progress.left) == (2, 1)
    assert simulate(flow, answers, setting, ["wahrheit"]).at == "pruefen"
    sent = simulate(flow, answers, setting, CONFIRMED)
    assert (sent.at, sent.outcome, sent.queue) == ("einreichen", "submit", "buergerbuero")
    assert sent.answers == answers
    assert sent.progress.left == 0


def test_an_abandoned_branch_counts_no_more_and_comes_back_when_it_is_taken_again(flow: Flow, setting: Setting) -> None:
    answers = {"art": "erweitert", "zweck": "Heirat", "geburtsdatum": "1990-02-01"}
    assert simulate(flow, answers, setting).answers == answers
    other = simulate(flow, {**answers, "art": "einfach"}, setting)
    assert "zweck" not in other.answers
    assert other.dropped == {"zweck"}
    assert simulate(flow, answers, setting).answers["zweck"] == "Heirat"


def test_a_rejection_says_why_and_leads_on(flow: Flow, setting: Setting) -> None:
    run = simulate(flow, {"art": "einfach", "geburtsdatum": "2015-01-01"}, setting)
    assert (run.at, run.outcome) == ("mensch", "handover")
    assert [notice.say["en"] for notice in run.notices_at("mensch")] == ["Please your parents."]
    assert run.edges[-1].rejects


def test_a_faulty_answer_stops_the_run_and_is_named(flow: Flow, setting: Setting) -> None:
    run = simulate(flow, {"art": "einfach", "geburtsdatum": "2030-01-01"}, setting)
    assert run.at == "geburtsdatum"
    assert [(str(fault.place), fault.key) for fault in run.faults] == [("geburtsdatum", "date.large")]
    assert rules.messages().fault(run.faults[0], "de") == "Der Tag darf nicht nach dem 10.06.2026 liegen."
    assert rules.messages().fault(run.faults[0], "en") == "The day must not be after 10 June 2026."
    assert "geburtsdatum" not in run.answers


def test_a_question_left_empty_is_missing_but_not_if_it_may_be_empty(
    small: Any, compiled: Any, setting: Setting
) -> None:
    run = simulate(compiled(small).flow, {"art": "erweitert", "zweck": None}, setting)
    assert [fault.key for fault in run.faults] == ["required"]
    small["slots"]["zweck"]["required"] = False
    run = simulate(compiled(small).flow, {"art": "erweitert", "zweck": None}, setting)
    assert run.at == "geburtsdatum"
    assert run.answers["zweck"] is None


def test_back_then_forward_is_where_one_was(flow: Flow, setting: Setting) -> None:
    run = simulate(flow, {"art": "erweitert", "zweck": "Heirat", "geburtsdatum": "1990-02-01"}, setting)
    assert run.stops == ("art", "zweck", "geburtsdatum", "pruefen")
    for stop in run.stops[1:]:
        assert run.forward(run.back(stop)) == stop
    assert run.reaches("zweck")
    assert not run.reaches("mensch")


GROUP = {
    "type": "group",
    "label": {"de": "Hunde", "en": "Dogs"},
    "item": {"de": "Hund", "en": "Dog"},
    "max_items": 3,
    "fields": {
        "rasse": {"type": "text", "label": {"de": "Rasse", "en": "Breed"}},
        "geboren": {"type": "date", "max": "today", "label": {"de": "Geboren", "en": "Born"}},
        "seit": {"type": "date", "min": "geboren", "max": "today", "label": {"de": "Seit", "en": "Since"}},
        "fremd": {"type": "boolean", "label": {"de": "Übernommen", "en": "Taken over"}},
        "von": {"type": "text", "only_if": "fremd", "label": {"de": "Von", "en": "From"}},
    },
}
REX = {"rasse": "Dackel", "geboren": "2026-01-01", "seit": "2026-02-01", "fremd": False}


@pytest.fixture
def dogs(small: Any, compiled: Callable[[Any], Compiled]) -> Flow:
    small["slots"]["hunde"] = GROUP
    small["steps"][1]["collect"] = ["art", "hunde"]
    small["steps"][1]["next"].insert(0, {"if": "any(hunde, given(von) and von == 'Zucht')", "then": "zweck"})
    result = compiled(small)
    assert {problem.key for problem in result.problems} <= {"test.path", "test.untested", "test.dropped"}, (
        result.problems
    )
    assert result.flow is not None
    return result.flow


def test_a_group_is_asked_item_by_item_and_what_does_not_apply_is_not_asked(dogs: Flow, setting: Setting) -> None:
    answers: dict[str, Any] = {"art": "einfach"}
    assert simulate(dogs, answers, setting).open == Place("hunde")
    answers["hunde"] = [{}, {}]
    assert simulate(dogs, answers, setting).open == Place("hunde", 0, "rasse")
    answers["hunde"] = [REX, {**REX, "fremd": True}]
    assert simulate(dogs, answers, setting).open == Place("hunde", 1, "von")
    answers["hunde"] = [{**REX, "von": "vergessen"}, {**REX, "fremd": True, "von": "Zucht"}]
    run = simulate(dogs, answers, setting)
    assert run.at == "zweck"
    assert run.answers["hunde"] == [REX, {**REX, "fremd": True, "von": "Zucht"}]


def test_every_fault_of_a_group_is_named_with_its_place_once_its_ground_is_sound(dogs: Flow, setting: Setting) -> None:
    wrong = [{**REX, "rasse": " ", "seit": "2025-01-01"}, {**REX, "geboren": "morgen", "seit": "2025-01-01"}]
    run = simulate(dogs, {"art": "einfach", "hunde": wrong}, setting)
    assert {str(fault.place): fault.key for fault in run.faults} == {
        "hunde.0.rasse": "text.short",
        "hunde.0.seit": "date.small",
        "hunde.1.geboren": "date.form",
    }
    for wrong_items in ("x", [], [REX] * 4, [{"name": "Rex"}], ["Rex"]):
        run = simulate(dogs, {"art": "einfach", "hunde": wrong_items}, setting)
        assert run.faults[0].key in ("group.form", "group.count")


def test_everything_that_was_answered_stands_in_the_review(dogs: Flow, setting: Setting) -> None:
    answers = {
        "art": "erweitert",
        "hunde": [REX, {**REX, "fremd": True, "von": "Zucht"}],
        "zweck": "Heirat",
        "geburtsdatum": "1990-02-01",
    }
    rows = list(review(dogs, simulate(dogs, answers, setting), "de"))
    assert [(str(row.place), row.label["de"], row.text) for row in rows[:2]] == [
        ("art", "Art", "erweitert"),
        ("hunde.0.rasse", "Rasse", "Dackel"),
    ]
    assert [row.text for row in rows if row.place.item == 1] == ["Dackel", "01.01.2026", "01.02.2026", "Ja", "Zucht"]
    assert rows[1].item["de"] == "Hund"
    assert (rows[-1].step, rows[-1].text) == ("geburtsdatum", "01.02.1990")
    assert dogs.slots["hunde"].field.show([REX], "en") == "Dackel; 1 January 2026; 1 February 2026; No"


def test_the_ways_are_counted_and_listed(flow: Flow) -> None:
    assert count_paths(flow) == 4
    assert list(paths(flow)) == [
        ("start", "art", "zweck", "geburtsdatum", "mensch"),
        ("start", "art", "zweck", "geburtsdatum", "pruefen", "einreichen"),
        ("start", "art", "geburtsdatum", "mensch"),
        ("start", "art", "geburtsdatum", "pruefen", "einreichen"),
    ]


# Random flows: any steps, any ways between them, also wrong ones.

WORDS = {"de": "x", "en": "x"}
SLOTS: dict[str, Any] = {
    "a": {"type": "boolean", "label": WORDS},
    "b": {"type": "number", "min": 0, "max": 20, "label": WORDS},
    "c": {"type": "enum", "label": WORDS, "options": {"x": WORDS, "y": WORDS}},
    "d": {"type": "date", "label": WORDS, "max": "today"},
    "e": {"type": "text", "required": False, "label": WORDS},
    "f": {"type": "text", "only_if": "a", "label": WORDS},
    "g": GROUP,
}
PAGES = {"a": ["a", "f"], "b": ["b"], "c": ["c"], "d": ["d"], "e": ["e"], "g": ["g"]}
"""What is collected together; the field f is only asked where a is so."""
CONDITIONS = {
    "a": ["a", "not a", "given(f)", "a and given(f) and f == 'x'"],
    "b": ["b > 5", "b + 1 < 3"],
    "c": ["c == 'x'", "c in ['x', 'y']"],
    "d": ["age(d) > 17", "d == today"],
    "e": ["given(e)", "given(e) and e == 'x'"],
    "g": ["any(g, fremd)", "count(g) > 1", "all(g, given(von))"],
}
WRONG = ["b", "zz", "d == 5", "a.b", "e == 'x'", *(each for several in CONDITIONS.values() for each in several)]
NAMES = [f"s{number}" for number in range(9)]
TARGET = st.sampled_from([*NAMES, "END", "nirgends"])


@st.composite
def flows(draw: st.DrawFn, *, sound: bool = False) -> Any:
    """Steps in a row with ways between them; sound ones lead forward and ask for what they have."""
    count = draw(st.integers(2, len(NAMES)))
    pages = list(draw(st.permutations(sorted(PAGES))))
    used: list[str] = []
    steps: list[Any] = []
    for number, name in enumerate(NAMES[:count]):
        target = st.sampled_from([*NAMES[number + 1 : count], "ende"]) if sound else TARGET
        step: dict[str, Any] = {"id": name, "say": WORDS, "next": draw(target)}
        if pages and draw(st.integers(0, 3)):
            page = pages.pop()
            used += PAGES[page]
            step |= {"collect": PAGES[page], "ask": WORDS}
            condition = st.sampled_from(CONDITIONS[page] if sound else WRONG)
            if draw(st.booleans()):
                step["reject"] = [{"if": draw(condition), "say": WORDS, "then": draw(target)}]
            if draw(st.booleans()):
                step["next"] = [{"if": draw(condition), "then": draw(target)}, {"else": draw(target)}]
        steps.append(step)
    steps += [
        {"id": "ende", "review": "all", "confirm": ["wahrheit"], "next": "einreichen"},
        {"id": "einreichen", "action": "submit"},
    ]
    steps.append({"id": "mensch", "action": "handover"})
    return {
        "schema": "flow/1", "id": "zufall", "version": 1, "status": "draft", "unit": "bauen", "name": WORDS,
        "slots": {name: copy.deepcopy(SLOTS[name]) for name in used}, "steps": steps, "tests": [],
    }  # fmt: skip


RIGHT: dict[str, list[Any]] = {
    "a": [True, False],
    "b": ["0", "3", "7"],
    "c": ["x", "y"],
    "d": ["1990-01-01", "2020-01-01", "2026-06-10"],
    "e": ["x", "y", None],
    "f": ["x", "z"],
    "g": [[REX], [REX, {**REX, "fremd": True, "von": "x"}], [{**REX, "von": "vergessen"}]],
}
FALSE: dict[str, list[Any]] = {
    "a": ["ja", None],
    "b": ["99", None, 5],
    "c": ["z"],
    "d": ["2030-01-01", "x"],
    "f": [None],
    "g": [[{}], "x"],
}
ANSWERS = st.fixed_dictionaries({name: st.sampled_from(found) for name, found in RIGHT.items()})
ANY_ANSWERS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from([*found, *FALSE.get(name, [])]) for name, found in RIGHT.items()}
)
SETTING = Setting(date(2026, 6, 10), rules.words("de"), Town())
HOUSE = House(rules.validator(), rules.confirmations(), rules.words("de"), Town())
RANDOM = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@RANDOM
@given(flows(), ANY_ANSWERS)
def test_no_flow_breaks_the_compiler_and_no_sound_one_the_simulator(data: Any, answers: Any) -> None:
    result = compile_flow(data, "zufall.yaml", HOUSE)
    for problem in result.problems:
        assert rules.messages().problem(problem, "de")
    if result.sound and result.flow:
        assert simulate(result.flow, answers, SETTING).path


ABOUT_OTHERS = {"person.missing", "step.unreachable", "slot.unused"}
"""What random steps lack without being wrong in themselves."""


@RANDOM
@given(flows(sound=True), ANSWERS | ANY_ANSWERS, ANSWERS)
def test_what_is_submitted_was_asked_on_the_way_and_nothing_else(data: Any, answers: Any, before: Any) -> None:
    result = compile_flow(data, "zufall.yaml", HOUSE)
    assert {problem.key for problem in result.problems} <= ABOUT_OTHERS | {
        "source.missing",
        "legal_basis.missing",
        "test.untested",
    }
    flow = result.flow
    assert flow is not None
    given_ = {**before, **answers}
    run = simulate(flow, given_, SETTING, ["wahrheit"])
    asked = {slot for step in run.path for slot in flow.steps[step].slots}
    assert run.answers.keys() <= asked
    assert not run.dropped & run.answers.keys()
    alone = simulate(flow, run.answers, SETTING, ["wahrheit"])
    assert (alone.path, alone.answers, alone.outcome) == (run.path, run.answers, run.outcome)
    if run.outcome:
        applies = {name for name in asked if name != "f" or run.answers["a"] is True}
        assert run.answers.keys() == applies
        assert not any("von" in item and not item["fremd"] for item in run.answers.get("g", []))
    for stop in run.stops[1:]:
        assert run.forward(run.back(stop)) == stop
    assert simulate(flow, given_, SETTING, ["wahrheit"]) == run
    assert run.progress.left <= flow.stops_left[flow.start]


@RANDOM
@given(flows(sound=True), ANSWERS)
def test_right_answers_lead_every_sound_flow_to_its_end(data: Any, answers: Any) -> None:
    flow = compile_flow(data, "zufall.yaml", HOUSE).flow
    assert flow is not None
    run = simulate(flow, answers, SETTING, ["wahrheit"])
    assert run.outcome == "submit"
    assert run.progress.left == 0


@RANDOM
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["schema", "id", "steps", "slots", "if", "then", "next", "x"]), inner, max_size=4), max_leaves=12))  # fmt: skip
def test_no_file_breaks_the_compiler(data: Any) -> None:
    result = compile_flow(data, "datei.yaml", HOUSE)
    assert result.problems
    assert result.flow is None


def test_a_flow_says_the_same_in_every_language_of_the_setting(flow: Flow, setting: Setting, english: Setting) -> None:
    answers = {"art": "erweitert", "zweck": "Heirat", "geburtsdatum": "1990-02-01"}
    assert simulate(flow, answers, setting) == simulate(flow, answers, replace(english, prefer="past"))
