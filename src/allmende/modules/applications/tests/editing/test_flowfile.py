# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A file that is changed at one place is the same everywhere else."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.modules.applications import rules
from allmende.modules.applications.editing import judging, layouts, renaming, shapes
from allmende.modules.applications.flowfile import FlowFile
from allmende.modules.applications.tests.conftest import LINDENTAL

FLOWS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((LINDENTAL / "flows").glob("*.yaml"))}
WORDS = st.text(max_size=12) | st.sampled_from(
    ["no", "Ja: nein", "1", "2026-05-03", "null", "~", "# x", "- a", "a\nb", "yes", " ", ":x", "?x"]
)
SMALL = """# kept
schema: flow/1
steps:
  - {id: eins, say: {de: Hallo, en: Hello}, next: zwei}  # the first
  # the second
  - id: zwei
    say: {de: "Tschüss", en: 'Bye'}
slots:
  a: &a {type: text, label: {de: A, en: A}}
  b: *a
"""


def test_every_part_of_every_flow_of_the_town_has_a_form_that_gives_it_back():
    parts = [part for text in FLOWS.values() for part in judging.parts(rules.data(text))]
    assert len(parts) > 400
    assert not [part.place for part in parts if not part.fits]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("art == 'art' and given(art)", "sorte == 'art' and given(sorte)"),
        ("'größe' in maße and art != 'x'", "'größe' in maße and sorte != 'x'"),
        ("artig or not art", "artig or not sorte"),
        ("art ==", "art =="),
    ],
)
def test_in_a_condition_only_the_name_of_the_answer_is_another(before: str, after: str):
    assert renaming.expression(before, "art", "sorte") == after


def test_one_changed_step_leaves_every_other_line_as_it_was():
    text = FLOWS["meldebescheinigung"]
    file = FlowFile(text)
    file.put("steps.art", {**file.get("steps.art"), "ask": {"de": "Welche?", "en": "Which one?"}})
    before, after = text.splitlines(), file.text.splitlines()
    assert len(before) == len(after)
    assert [new for old, new in zip(before, after, strict=True) if old != new] == [
        '    ask: {de: "Welche?", en: "Which one?"}'
    ]


def test_comments_stay_and_what_is_said_by_reference_elsewhere_does_not_change_along():
    file = FlowFile(SMALL)
    file.put("slots.b", {"type": "text", "label": {"de": "B", "en": "B"}})
    file.put("steps.eins", {"id": "eins", "say": {"de": "Guten Tag", "en": "Hello"}, "next": "zwei"})
    assert file.get("slots.a.label.de") == "A"
    assert file.get("slots.b.label.de") == "B"
    for comment in ("# kept", "# the first", "# the second"):
        assert comment in file.text
    assert "\"Tschüss\", en: 'Bye'" in file.text


@settings(max_examples=25, deadline=None)
@given(
    text=WORDS,
    words=st.lists(WORDS, max_size=3),
    place=st.sampled_from(["steps.zwei", "steps.drei", "slots.c", "slots.b"]),
)
def test_whatever_is_typed_is_what_the_file_says_then(text, words, place):
    file = FlowFile(SMALL)
    others = {other: deepcopy(file.get(other)) for other in ("steps.eins", "slots.a")}
    value = {
        "id": place.partition(".")[2],
        "say": {"de": text, "en": "x"},
        "words": words,
        "rows": [{"if": text, "n": 1}],
    }
    file.put(place, value)
    assert FlowFile(file.text).get(place) == rules.plain(value)
    assert {other: file.get(other) for other in others} == others


@pytest.mark.parametrize("text", ["a: [", "a: &x [*x]", "a: 2026-13-41", "[" * 3000, "- 1", "a: 1\na: 2"])
def test_what_cannot_be_changed_at_one_place_is_refused(text):
    with pytest.raises(rules.UnreadableError):
        FlowFile(text)


def test_every_entry_of_the_format_has_its_place_in_a_form():
    shapes_of = rules.schema()["$defs"]
    for kind, layout, elsewhere in (
        (
            "slot",
            layouts.SLOT,
            {"fields", "required"},
        ),  # the fields are forms of their own; "optional" stands for required
        ("step", layouts.STEP, {"params"}),  # "queue"
        ("test", layouts.TEST, set()),
    ):
        placed = {part.path.partition(".")[0] for section in layout for part in section.parts}
        assert set(shapes_of[kind]["properties"]) - elsewhere <= placed
    placed = {part.path.partition(".")[0] for section in layouts.BASICS for part in section.parts}
    assert (
        set(rules.schema()["properties"]) - {"schema", "id", "version", "status", "slots", "steps", "tests"} <= placed
    )


def test_a_part_that_no_form_can_show_is_left_to_the_yaml():
    assert not shapes.fits("steps.x", {"id": "x", "say": "nur ein Text"})
    assert not shapes.fits("slots.x", {"type": "enum", "label": {"de": "X"}, "options": ["a"]})
    assert not shapes.fits("steps.x", ["x"])
