# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A turn of the chat inside a flow: command words, the open slot, corrections of earlier answers, questions in between.

Nothing is stored here. A turn proposes changes of the answers, which a new simulation has already taken without a fault.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from allmende.modules.applications.engine.expressions.compiling import TODAY
from allmende.modules.applications.engine.fields.base import Plain
from allmende.modules.applications.engine.fields.choices import BooleanField, EnumField
from allmende.modules.applications.engine.fields.numbers import NumberField
from allmende.modules.applications.engine.fields.places import FileField
from allmende.modules.applications.engine.fields.slots import GroupField, Slot, check_all
from allmende.modules.applications.engine.fields.texts import TextField
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.problems import Fault, Place, Refused, Text
from allmende.modules.applications.engine.redating import heard_anew, is_day, lacks_year, year_asked_of
from allmende.modules.applications.engine.setting import Setting
from allmende.modules.applications.engine.simulate import Answers, Notice, Run, simulate
from allmende.modules.applications.engine.words import Words, fold, phrase, tokens

Said = Literal["command", "answer", "correction", "question", "unclear"]


@dataclass(frozen=True)
class Turn:
    """What an utterance is. `changes` of answers where it is one; `fault` where it was understood but cannot be taken."""

    said: Said
    command: str = ""
    changes: Mapping[str, Plain] = field(default_factory=dict)
    place: Place | None = None
    fault: Fault | None = None


@dataclass(frozen=True)
class Prompt:
    """What is asked now: `notices` before it, the question of the step and that of the slot, and in a group which `item`."""

    place: Place
    slot: Slot
    notices: tuple[Notice, ...]
    asks: tuple[Text, ...]
    item: Text = field(default_factory=dict)


def prompt(flow: Flow, run: Run) -> Prompt | None:
    """The question of the open slot; None at a review or an end."""
    if run.open is None:
        return None
    step, outer, slot = flow.steps[run.at], flow.slots[run.open.slot], slot_at(flow, run.open)
    if run.open.field is not None and isinstance(outer.field, GroupField):
        return Prompt(run.open, slot, (), (slot.ask or slot.label,), outer.field.item)
    first = run.open.slot == step.slots[0]
    own = (slot.ask,) if slot.ask else () if len(step.slots) == 1 else (slot.label,)
    return Prompt(run.open, slot, run.notices_at(run.at) if first else (), (*((step.ask,) if first else ()), *own))


def said_so_far(flow: Flow, answers: Answers, run: Run) -> Run:
    """The run with what was already said of a group that is still being asked for."""
    if run.open is None or run.open.slot not in answers or not isinstance(flow.slots[run.open.slot].field, GroupField):
        return run
    return replace(run, answers={**run.answers, run.open.slot: answers[run.open.slot]})


def slot_at(flow: Flow, place: Place) -> Slot:
    """The slot of a place, in a group that of the field."""
    slot = flow.slots[place.slot]
    return slot.field.slots[place.field] if place.field is not None and isinstance(slot.field, GroupField) else slot


def step_back(flow: Flow, run: Run, answers: Answers) -> tuple[Answers, str]:
    """The answers without the one given last, and its slot; of a group only the last field goes. Without any: the same, and empty."""
    asked = [name for step in run.path for name in flow.steps[step].slots]
    given = [name for name in asked if name in run.answers or (run.open and name == run.open.slot and name in answers)]
    if not given:
        return answers, ""
    name, items = given[-1], answers[given[-1]]
    if isinstance(flow.slots[name].field, GroupField) and isinstance(items, list) and any(items):
        last = max(number for number, item in enumerate(items) if item)
        shorter = dict(list(items[last].items())[:-1])
        return {**answers, name: [*items[:last], shorter, *items[last + 1 :]]}, name
    return {other: plain for other, plain in answers.items() if other != name}, name


def understand(flow: Flow, answers: Answers, run: Run, utterance: str, setting: Setting) -> Turn:
    """What somebody means at this point of a run."""
    text = utterance.strip()
    slot = slot_at(flow, run.open) if run.open else None
    command = "" if slot and _is_option(slot, text) else command_of(text, setting.words)
    leaves = slot and (command == "skip" or _declines(text, slot, setting.words))
    if leaves and slot and run.open and not slot.is_required(_scope(flow, answers, run, run.open, setting)):
        return taken(flow, answers, run.open, None, setting)
    if command:
        return Turn("command", command=command)
    if (corrected := _correction(flow, answers, run, text, setting)) is not None:
        return corrected
    if slot is None or run.open is None or _asks(text, slot, setting.words):
        return Turn("question" if slot or text.endswith("?") else "unclear")
    return _answer(flow, answers, run, run.open, text, setting)


def command_of(text: str, words: Words) -> str:
    """person, cancel, back, skip or why, when an utterance consists of such words alone."""
    said = [word for word in tokens(text) if word not in words.phrases["fillers"]]
    for name, known in words.commands.items():
        if said and all(word in known for word in said) and any(word in words.needs[name] for word in said):
            return name
    return ""


def _is_option(slot: Slot, text: str) -> bool:
    said = " ".join(tokens(text))
    return isinstance(slot.field, EnumField) and any(said in option.phrases for option in slot.field.options.values())


def _declines(text: str, slot: Slot, words: Words) -> bool:
    """ "Nein", "habe ich nicht": there is nothing to answer, where the answer is not itself yes or no."""
    said = [word for word in tokens(text) if word not in words.phrases["fillers"]]
    nothing = {*words.phrases["no"], *words.phrases["having"]}
    return (
        not isinstance(slot.field, BooleanField)
        and set(said) <= nothing
        and any(word in words.phrases["no"] for word in said)
    )


def _asks(text: str, slot: Slot, words: Words) -> bool:
    """Whether it is a question of the citizen. "Am 3. Mai?" is an answer."""
    first = next(iter(tokens(text)), "")
    marked = text.endswith("?")
    if isinstance(slot.field, TextField):
        return marked
    return first in words.phrases["questions"] and (marked or isinstance(slot.field, (BooleanField, EnumField)))


def _answer(flow: Flow, answers: Answers, run: Run, place: Place, text: str, setting: Setting) -> Turn:
    slot = slot_at(flow, place)
    try:
        heard = slot.hear(text, _scope(flow, answers, run, place, setting), setting)
    except Refused as refused:
        return Turn("unclear", place=place, fault=Fault(place, refused.key, refused.params))
    if heard is None:
        unclear = Turn("unclear", place=place, fault=Fault(place, slot.field.unclear))
        return Turn("question") if text.endswith("?") else unclear
    return taken(flow, answers, place, heard, setting)


def _scope(flow: Flow, answers: Answers, run: Run, place: Place, setting: Setting) -> dict[str, Any]:
    """What a slot may read: the answers of the run, and in a group those of its item."""
    scope = {TODAY: setting.today, **run.values}
    outer = flow.slots[place.slot].field
    if place.item is not None and isinstance(outer, GroupField):
        check_all(outer.slots.values(), answers[place.slot][place.item], scope, setting)
    return scope


def taken(flow: Flow, answers: Answers, place: Place, heard: Plain, setting: Setting, said: Said = "answer") -> Turn:
    """The change, if the flow takes it."""
    changes = {place.slot: _with(answers.get(place.slot), place, heard)}
    after = simulate(flow, {**answers, **changes}, setting)
    fault = next((fault for fault in after.faults if fault.place == place), None)
    return Turn("unclear", place=place, fault=fault) if fault else Turn(said, changes=changes, place=place)


def _with(before: Plain, place: Place, heard: Plain) -> Plain:
    """The new answer of a slot. Another number of items keeps those that are filled in."""
    if place.field is not None:
        return [{**item, place.field: heard} if number == place.item else item for number, item in enumerate(before)]
    if isinstance(before, list) and isinstance(heard, list) and not any(heard):
        return [*before[: len(heard)], *heard[len(before) :]]
    return heard


def _correction(flow: Flow, answers: Answers, run: Run, text: str, setting: Setting) -> Turn | None:
    """ "Nein, am 3. Mai", "das Geburtsdatum ist der 3. Mai 1990": an earlier answer, said again."""
    marked = _marked(text, setting.words)
    rest = text if marked is None else marked
    meant = list(_meant(flow, answers, run, rest, setting, marked=marked is not None))
    if (several := _several_days(flow, meant, rest, setting)) is not None:
        return several
    failed = None
    for place, words in meant:
        slot, given = slot_at(flow, place), _given(answers, place)
        try:
            heard = heard_anew(slot, words, given, _scope(flow, answers, run, place, setting), setting)
        except Refused as refused:
            if words != rest or is_day(slot):  # the answer was named, or can be no other, so it is meant
                failed = failed or Turn("unclear", place=place, fault=Fault(place, refused.key, refused.params))
            continue
        if heard is not None:
            corrected = taken(flow, answers, place, heard, setting, "correction")
            return None if heard == given else _year_or(corrected, slot, words, setting)
    return failed


def _several_days(flow: Flow, meant: Iterable[tuple[Place, str]], text: str, setting: Setting) -> Turn | None:
    """A day without a year may mend any of several days that were given: which one, nobody guesses."""
    found = [place for place, words in meant if words == text and is_day(slot_at(flow, place))]
    if len(found) < 2 or not lacks_year(text, setting):
        return None
    labels = tuple({place.field or place.slot: slot_at(flow, place).label for place in reversed(found)}.values())
    return Turn("unclear", place=found[0], fault=Fault(found[0], "date.which", {"labels": labels, "first": labels[0]}))


def _year_or(corrected: Turn, slot: Slot, words: str, setting: Setting) -> Turn:
    """Where the flow does not take a day in the year of the one before it, the year is asked for."""
    if corrected.fault is None or not is_day(slot) or not lacks_year(words, setting):
        return corrected
    asked = year_asked_of(slot)
    return replace(corrected, fault=Fault(corrected.fault.place, asked.key, asked.params))


def _marked(text: str, words: Words) -> str | None:
    """What stands behind "nein," and the like; None without it."""
    begin = re.match(rf"(?:{phrase(words.phrases['correction'])}\b[\s,.:;!–-]*)+", fold(text))
    if begin is None:
        return None
    count = len(tokens(begin.group()))
    found = list(re.finditer(r"[\w'’-]+", text))
    return text[found[count].start() :] if count < len(found) else None


def _meant(
    flow: Flow, answers: Answers, run: Run, text: str, setting: Setting, *, marked: bool
) -> Iterator[tuple[Place, str]]:
    """The answers that may be meant, each with the words that say it anew: one that is named, else the last ones."""
    behind = [place for place in _answered(flow, said_so_far(flow, answers, run)) if place != run.open]
    firm = ((place, text) for place in behind if marked and _fits(slot_at(flow, place), text, setting))
    for place in behind:
        slot = slot_at(flow, place)
        if (rest := _after_label(slot.label, text, setting.words)) is not None:
            if isinstance(slot.field, TextField):  # "nein, der Hund ist entlaufen" may mean the reason
                yield from firm
            yield place, rest
            return
    yield from firm


def _answered(flow: Flow, run: Run) -> Iterator[Place]:
    """What lies behind, the last first; of a group the fields of its items, then the number of items."""
    asked = [name for step in run.path for name in flow.steps[step].slots if name in run.answers]
    for name in reversed(asked):
        items = run.answers[name]
        if isinstance(flow.slots[name].field, GroupField) and isinstance(items, list):
            for number in reversed(range(len(items))):
                yield from (Place(name, number, inner) for inner in reversed(items[number]))
        yield Place(name)


def _given(answers: Answers, place: Place) -> Plain:
    found = answers[place.slot]
    if place.field is not None:
        return found[place.item].get(place.field)
    return len(found) * [{}] if isinstance(found, list) and all(isinstance(item, dict) for item in found) else found


def _after_label(label: Text, text: str, words: Words) -> str | None:
    """The words behind the name of a field at the beginning of an utterance."""
    found = list(re.finditer(r"[\w'’.,-]+", text))
    said = [" ".join(tokens(match.group())) for match in found]
    begin = next((number for number, word in enumerate(said) if word not in words.phrases["fillers"]), len(said))
    for wording in label.values():
        name = tokens(wording)
        end = begin + len(name)
        if not name or said[begin:end] != name:
            continue
        end += next((count for count, word in enumerate(said[end:]) if word not in words.phrases["linking"]), 0)
        if end < len(found):
            return text[found[end].start() :]
    return None


def _fits(slot: Slot, text: str, setting: Setting) -> bool:
    """Whether these words can only be an answer of this kind; "keinen Garten" is no number, and anything would be a text."""
    words = setting.words
    said = [word for word in tokens(text) if word not in words.phrases["fillers"]]
    if isinstance(slot.field, (TextField, BooleanField, FileField)):
        return False
    if isinstance(slot.field, NumberField):
        if lacks_year(text, setting):  # "am 3. Mai" is not three
            return False
        return any(char.isdigit() for char in text) or (len(said) == 1 and said[0] in words.numbers)
    if isinstance(slot.field, EnumField):
        return len(slot.field.named(text)) == 1
    return not isinstance(slot.field, GroupField) or (
        len(said) <= 2 and any(word in words.numbers or word.isdigit() for word in said)
    )
