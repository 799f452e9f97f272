# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the compiler refuses, each with the place and a sentence that says how to mend it."""

from collections.abc import Callable
from datetime import date
from string import Formatter
from typing import Any

import pytest

from allmende.modules.applications import rules
from allmende.modules.applications.engine.compiling import Compiled
from allmende.modules.applications.engine.problems import LANGUAGES, Problem
from allmende.modules.applications.engine.schema import plain

Compile = Callable[[Any], Compiled]


def step(data: Any, name: str) -> Any:
    return next(step for step in data["steps"] if step["id"] == name)


def lead(data: Any, name: str, **changes: Any) -> None:
    step(data, name).update(changes)


def add(data: Any, **new: Any) -> None:
    data["steps"].insert(1, new)


def test_a_sound_flow_is_compiled_and_completely_tested(small: Any, compiled: Compile) -> None:
    result = compiled(small)
    assert result.problems == ()
    assert result.sound
    assert result.coverage is not None
    assert result.coverage.share == 1


ASK = {"de": "?", "en": "?"}
NAME = {"type": "text", "label": {"de": "Name", "en": "Name"}}

REFUSED: list[tuple[str, Callable[[Any], Any], str, str]] = [
    ("a missing entry", lambda d: d.pop("unit"), "shape.missing", ""),
    ("an unknown entry", lambda d: d.update(colour="red"), "shape.unknown", ""),
    ("an entry of another type", lambda d: d["slots"]["art"].update(min_length=3), "shape.elsewhere", "slots.art.min_length"),
    ("an unknown type", lambda d: d["slots"]["art"].update(type="colour"), "shape.choice", "slots.art.type"),
    ("another version of the format", lambda d: d.update(schema="flow/2"), "shape.choice", "schema"),
    ("a wrong form", lambda d: d.update(version="drei"), "shape.form", "version"),
    ("a missing translation", lambda d: step(d, "art")["ask"].pop("en"), "text.missing", "steps.art.ask"),
    ("a missing option in English", lambda d: d["slots"]["art"]["options"]["einfach"].pop("en"), "text.missing", "slots.art.options.einfach"),
    ("no source", lambda d: d.update(sources=[]), "source.missing", "sources"),
    ("a source of no kind", lambda d: d.update(sources=[{"module": "06"}]), "source.form", "sources"),
    ("an unknown service", lambda d: d.update(sources=[{"service": "mondreise"}]), "source.service", "sources"),
    ("a text that the service lacks", lambda d: d.update(sources=[{"service": "meldebescheinigung", "module": "14"}]), "source.module", "sources"),
    ("an unknown statute", lambda d: d.update(sources=[{"statute": "mondsatzung"}]), "source.statute", "sources"),
    ("an unknown section", lambda d: lead(d, "art", sources=[{"statute": "hundesteuersatzung", "section": "§ 99"}]), "source.section", "steps.art.sources"),
    ("an unknown unit", lambda d: d.update(unit="mondamt"), "unit.unknown", "unit"),
    ("no legal basis", lambda d: d.update(legal_basis=[]), "legal_basis.missing", "legal_basis"),
    ("no way to a person", lambda d: lead(d, "mensch", action="close", say=ASK), "person.missing", "steps"),
    ("two steps of one name", lambda d: add(d, id="art", say=ASK, next="art"), "step.twice", "steps.art"),
    ("an unknown step", lambda d: lead(d, "zweck", next="nirgends"), "step.unknown", "steps.zweck.next.1"),
    ("a step that does two things", lambda d: lead(d, "zweck", action="submit"), "step.kinds", "steps.zweck"),
    ("a step without words", lambda d: step(d, "start").pop("say"), "step.silent", "steps.start"),
    ("a question that is not asked", lambda d: step(d, "zweck").pop("ask"), "step.asks_nothing", "steps.zweck"),
    ("a review without confirmation", lambda d: step(d, "pruefen").pop("confirm"), "step.confirms", "steps.pruefen"),
    ("a way behind the end", lambda d: lead(d, "mensch", next="start"), "step.after_action", "steps.mensch.next"),
    ("a rejection without a question", lambda d: lead(d, "start", reject=[{"if": "True", "say": ASK, "then": "mensch"}]), "step.rejects", "steps.start.reject"),
    ("an unreachable step", lambda d: add(d, id="insel", say=ASK, next="art"), "step.unreachable", "steps.insel"),
    ("a dead end", lambda d: step(d, "zweck").pop("next"), "step.dead_end", "steps.zweck"),
    ("an end without a word on the application", lambda d: lead(d, "zweck", next="END"), "step.ends", "steps.zweck.next.1"),
    ("a loop", lambda d: lead(d, "zweck", next="art"), "step.loop", "steps.art"),
    ("a branch without else", lambda d: step(d, "art")["next"].pop(), "branch.open", "steps.art.next.1"),
    ("a branch behind else", lambda d: step(d, "art")["next"].insert(0, {"else": "zweck"}), "branch.after_else", "steps.art.next.1"),
    ("half a branch", lambda d: step(d, "art")["next"].insert(0, {"then": "zweck"}), "branch.form", "steps.art.next.1"),
    ("sending without a review", lambda d: lead(d, "geburtsdatum", next="einreichen"), "review.missing", "steps.einreichen"),
    ("an unknown confirmation", lambda d: lead(d, "pruefen", confirm=["ehrenwort"]), "confirm.unknown", "steps.pruefen.confirm"),
    ("a slot with a reserved name", lambda d: d["slots"].update({"today": NAME}), "slot.reserved", "slots.today"),
    ("a slot with the name of a keyword", lambda d: d["slots"].update({"not": NAME}), "slot.reserved", "slots.not"),
    ("a group in a group", lambda d: d["slots"].update(g={"type": "group", "label": ASK, "item": ASK, "fields": {"h": {"type": "group", "label": ASK, "item": ASK, "fields": {"n": NAME}}}}), "slot.nested", "slots.g.fields.h"),
    ("an unknown slot", lambda d: lead(d, "zweck", collect="nichts"), "slot.unknown", "steps.zweck.collect"),
    ("a slot nobody asks for", lambda d: d["slots"].update(name=NAME), "slot.unused", "slots.name"),
    ("a slot that is asked for twice", lambda d: lead(d, "geburtsdatum", collect=["geburtsdatum", "art"]), "slot.twice", "steps.geburtsdatum.collect"),
    ("a slot that is read too early", lambda d: lead(d, "geburtsdatum", reject=[{"if": "zweck == 'Heirat'", "say": ASK, "then": "mensch"}]), "slot.early", "steps.geburtsdatum.reject.1"),
    ("a bound that reads what comes later", lambda d: d["slots"]["zweck"].update(only_if="geburtsdatum < today"), "slot.early", "slots.zweck"),
    ("a dangerous pattern", lambda d: d["slots"]["zweck"].update(pattern="(a+)+b"), "pattern.unsafe", "slots.zweck"),
    ("a test on no day", lambda d: d["tests"][0].update(today="2026-02-30"), "test.today", "tests.einfach.today"),
    ("two tests of one name", lambda d: d["tests"][0].update(name="erweitert"), "test.twice", "tests"),
    ("a test with a wrong answer", lambda d: d["tests"][0]["given"].update(art="golden"), "test.fault", "tests.einfach"),
    ("a test that goes another way", lambda d: d["tests"][0].update(path=["start", "art", "zweck"]), "test.path", "tests.einfach"),
    ("a test that is too short", lambda d: d["tests"][0]["given"].pop("geburtsdatum"), "test.path", "tests.einfach"),
    ("a test that answers too much", lambda d: d["tests"][0]["given"].update(zweck="Heirat"), "test.dropped", "tests.einfach"),
    ("a way that no test takes", lambda d: d["tests"].pop(), "test.untested", "steps.geburtsdatum.reject.1"),
    ("a condition that is no condition", lambda d: step(d, "art")["next"][0].update({"if": "'erweitert'"}), "expression.kind", "steps.art.next.1"),
    ("an option that does not exist", lambda d: step(d, "art")["next"][0].update({"if": "art == 'golden'"}), "expression.option", "steps.art.next.1"),
    ("a bound of another kind", lambda d: d["slots"]["geburtsdatum"].update(max="5"), "expression.kind", "slots.geburtsdatum.max"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "change", "key", "place"), REFUSED, ids=[row[0] for row in REFUSED])
def test_it_is_refused(
    sentence: str, change: Callable[[Any], Any], key: str, place: str, small: Any, compiled: Compile
) -> None:
    change(small)
    found = [problem for problem in compiled(small).problems if problem.key == key]
    assert found, [problem.key for problem in compiled(small).problems]
    assert place in {problem.place for problem in found} or any(problem.place.startswith(place) for problem in found)
    for language in LANGUAGES:
        told = rules.messages().problem(found[0], language)
        assert told.startswith("meldebescheinigung.yaml")
        assert "{" not in told.replace("given({", "")


def test_every_refusal_is_tried_above() -> None:
    tried = {key for _sentence, _change, key, _place in REFUSED}
    others = {key for key in rules.messages().problems if key.startswith(("fim.", "expression."))}
    assert rules.messages().problems.keys() - others - tried == set()


def test_a_missing_translation_does_not_hide_that_a_test_is_missing(small: Any, compiled: Compile) -> None:
    step(small, "art")["ask"].pop("en")
    small["tests"].pop()
    assert {problem.key for problem in compiled(small).problems} == {"text.missing", "test.untested"}


def test_the_sentence_names_file_step_and_mend(small: Any, compiled: Compile) -> None:
    lead(small, "zweck", next="nirgends")
    problem = next(problem for problem in compiled(small).problems if problem.key == "step.unknown")
    assert rules.messages().problem(problem, "de") == (
        "meldebescheinigung.yaml, steps.zweck.next.1: Den Schritt „nirgends“ gibt es nicht. "
        "Nennen Sie die Kennung eines vorhandenen Schritts."
    )
    assert rules.messages().problem(problem, "en") == (
        "meldebescheinigung.yaml, steps.zweck.next.1: There is no step “nirgends”. Name the id of an existing step."
    )


def fields_of(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


def test_both_languages_say_the_same() -> None:
    messages = rules.messages()
    for key, says in messages.problems.items():
        told = {
            language: fields_of(says["what"][language]) | fields_of(says["mend"][language]) for language in LANGUAGES
        }
        assert told["de"] == told["en"], key
    for key, fault in messages.faults.items():
        assert fields_of(fault["de"]) == fields_of(fault["en"]), key
    assert all(set(kind) == set(LANGUAGES) for kind in messages.kinds.values())


def test_what_yaml_reads_as_a_day_or_a_truth_becomes_text() -> None:
    assert plain({False: date(2026, 5, 3), 1: [float("nan"), None]}) == {
        "False": "2026-05-03",
        "1": ["nan", None],
    }
    deep: Any = {}
    for _level in range(100):
        deep = {"a": deep}
    assert "a" in plain(deep)


def test_a_problem_may_say_kinds_and_lists() -> None:
    told = rules.messages().problem(
        Problem("f", "p", "expression.kind", {"text": "x", "found": "money", "expected": "date"}), "de"
    )
    assert "ein Betrag" in told
    assert "ein Tag" in told
