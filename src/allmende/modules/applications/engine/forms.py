# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the form of a step sends, as answers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from allmende.modules.applications.engine.fields.base import Plain, Raw
from allmende.modules.applications.engine.fields.slots import GroupField, Slot
from allmende.modules.applications.engine.problems import Fault, Place, Refused
from allmende.modules.applications.engine.setting import Setting


def read_form(
    slots: Iterable[Slot], raw: Mapping[str, Raw], scope: Mapping[str, Any], setting: Setting
) -> tuple[dict[str, Plain], list[Fault]]:
    """An answer for every slot that could be read, None where nothing was entered, and the faults of the others.

    `scope` holds today and the values of the run so far. Whether the answers are right, the simulation says.
    """
    known = dict(scope)
    answers: dict[str, Plain] = {}
    faults: list[Fault] = []
    broken: set[str] = set()
    for slot in slots:
        known[slot.name] = None
        if slot.only_if and (slot.only_if.uses & broken or not slot.is_asked(known)):
            continue  # what does not apply is neither read nor complained about
        plain, found = _read(slot, raw.get(slot.name, ""), known, setting)
        faults += found
        if plain is not None or not found:
            answers[slot.name] = plain
        if plain is not None:
            known[slot.name] = _value(slot, plain, known, setting)
        if known[slot.name] is None and (plain is not None or found or not slot.may_be_empty):
            broken.add(slot.name)
    return answers, faults


def _read(slot: Slot, entered: Raw, known: Mapping[str, Any], setting: Setting) -> tuple[Plain, list[Fault]]:
    if isinstance(slot.field, GroupField):
        return _items(slot.name, slot.field, entered, known, setting)
    try:
        return slot.parse(entered, known, setting), []
    except Refused as refused:
        return None, [Fault(Place(slot.name), refused.key, refused.params)]


def _value(slot: Slot, plain: Plain, known: Mapping[str, Any], setting: Setting) -> Any:
    """What later fields of the page may read; None if the answer cannot be taken."""
    if isinstance(slot.field, GroupField):
        return slot.field.check(slot.name, plain, known, setting).value
    try:
        return slot.field.load(plain, setting)
    except Refused:
        return None


def _items(
    name: str, group: GroupField, entered: Raw, scope: Mapping[str, Any], setting: Setting
) -> tuple[Plain, list[Fault]]:
    items = group.parse(entered, setting)
    faults: list[Fault] = []
    answers = []
    for number, item in enumerate(items or ()):
        answer, found = read_form(group.slots.values(), item, scope, setting)
        answers.append(answer)
        faults += [replace(fault, place=Place(name, number, fault.place.slot)) for fault in found]
    return (answers if answers else items), faults
