# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A slot: a field with its name, its texts and its bounds. Repeated groups, whose fields are slots again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as default
from datetime import date
from typing import Any

from allmende.modules.applications.engine.expressions import kinds
from allmende.modules.applications.engine.expressions.compiling import TODAY, Expression, Scope
from allmende.modules.applications.engine.expressions.kinds import Kind
from allmende.modules.applications.engine.fields.base import Field, Plain, Raw
from allmende.modules.applications.engine.problems import Fault, Place, Refused, Text
from allmende.modules.applications.engine.setting import Setting
from allmende.modules.applications.engine.spoken import numbers

OPEN = "open"
"""The fault of a slot that nobody has been asked for yet."""
PATTERN = "text.pattern"
MOST_ITEMS = 30
"""Items of a repeated group; it bounds the time of expressions."""


@dataclass(frozen=True)
class Slot:
    """`only_if` says whether it is asked at all, `required_if` comes before `required`.

    `smallest` and `largest` bound numbers, amounts and days; a period at its ends.
    """

    name: str
    field: Field
    label: Text
    ask: Text = default(default_factory=dict)
    help: Text = default(default_factory=dict)
    required: bool = True
    only_if: Expression | None = None
    required_if: Expression | None = None
    smallest: Expression | None = None
    largest: Expression | None = None
    pii: str = "basic"
    fim: str = ""

    @property
    def may_be_empty(self) -> bool:
        """Whether an expression must ask ``given(…)`` first."""
        return not self.required or self.required_if is not None or self.only_if is not None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """What is computed when the slot is answered."""
        return tuple(each for each in (self.only_if, self.required_if, self.smallest, self.largest) if each is not None)

    def is_asked(self, scope: Scope) -> bool:
        """Whether it is asked here."""
        return self.only_if is None or bool(self.only_if.run(scope))

    def is_required(self, scope: Scope) -> bool:
        """Whether it must be answered here."""
        return bool(self.required_if.run(scope)) if self.required_if else self.required

    def check(self, plain: Plain, scope: Scope, setting: Setting) -> "Checked":
        """The value, or why there is none."""
        here = Place(self.name)
        if plain is None:
            return Checked(faults=(Fault(here, "required"),) if self.is_required(scope) else ())
        if isinstance(self.field, GroupField):
            return self.field.check(self.name, plain, scope, setting)
        try:
            value = self.field.load(plain, setting)
            self._bounded(value, scope)
        except Refused as refused:
            return Checked(faults=(self._told(refused),))
        return Checked(value, plain)

    def _told(self, refused: Refused) -> Fault:
        """Why it is not taken; of a pattern the help says what is expected, as nobody reads patterns."""
        by_help = refused.key == PATTERN and self.help
        key, params = (f"{PATTERN}_help", {"help": self.help}) if by_help else (refused.key, refused.params)
        return Fault(Place(self.name), key, params)

    def _bounded(self, value: Any, scope: Scope) -> None:
        first, last = value if self.field.kind == kinds.PERIOD else (value, value)
        kind = "date" if isinstance(first, date) else "number"
        if self.smallest and first < (smallest := self.smallest.run(scope)):
            raise Refused(f"{kind}.small", min=smallest)
        if self.largest and last > (largest := self.largest.run(scope)):
            raise Refused(f"{kind}.large", max=largest)

    def hear(self, text: str, scope: Scope, setting: Setting) -> Plain:
        """What somebody says, as an answer; None when there is none in it. Raises Refused."""
        return self.field.hear(text, replace(setting, prefer=self._prefers(scope)))

    def parse(self, raw: Raw, scope: Scope, setting: Setting) -> Plain:
        """What a form sends, as an answer. Raises Refused."""
        return self.field.parse(raw, replace(setting, prefer=self._prefers(scope)))

    def _prefers(self, scope: Scope) -> str:
        """In which year a day lies that is said without one: the bounds tell."""
        known = all(scope.get(name) is not None for each in self.expressions for name in each.uses)
        if self.field.kind not in (kinds.DATE, kinds.PERIOD) or not known:
            return "nearest"
        today = scope[TODAY]
        if self.largest and self.largest.run(scope) <= today:
            return "past"
        return "future" if self.smallest and self.smallest.run(scope) >= today else "nearest"


@dataclass(frozen=True)
class GroupField(Field):
    """Several items with the same fields: children, dogs. In the chat it is first asked how many, then item by item."""

    slots: Mapping[str, Slot] = default(default_factory=dict)
    item: Text = default(default_factory=dict)
    min_items: int = 1
    max_items: int = MOST_ITEMS

    @property
    def kind(self) -> Kind:
        """A list of items."""
        return kinds.group(
            {name: slot.field.kind for name, slot in self.slots.items()},
            frozenset(name for name, slot in self.slots.items() if slot.may_be_empty),
        )

    def parse(self, raw: Raw, setting: Setting) -> Plain:  # noqa: ARG002
        """The items as they are: each field is parsed by its own slot."""
        items = [] if isinstance(raw, (str, Mapping)) else [dict(item) for item in raw if isinstance(item, Mapping)]
        return items or (None if self.min_items else [])

    def hear(self, text: str, setting: Setting) -> Plain:
        """How many there are, as so many empty items."""
        found = {int(number) for number in numbers(text, setting.words)}
        if len(found) != 1:
            return None
        count = found.pop()
        if not self.min_items <= count <= self.max_items:
            raise Refused("group.count", min=self.min_items, max=self.max_items)
        return [{} for _each in range(count)]

    def load(self, plain: Plain, setting: Setting) -> Any:
        """Items are checked with their place; see check()."""
        raise NotImplementedError

    def check(self, name: str, plain: Plain, scope: Scope, setting: Setting) -> "Checked":
        """The values of all items, or every fault with its place."""
        if not isinstance(plain, list) or not all(
            isinstance(item, dict) and set(item) <= set(self.slots) for item in plain
        ):
            return Checked(faults=(Fault(Place(name), "group.form"),))
        if not self.min_items <= len(plain) <= self.max_items:
            return Checked(faults=(Fault(Place(name), "group.count", {"min": self.min_items, "max": self.max_items}),))
        values, items = [], []
        faults: list[Fault] = []
        for number, item in enumerate(plain):
            value, kept, found = check_all(self.slots.values(), item, dict(scope), setting)
            values.append(value)
            items.append(kept)
            faults += [replace(fault, place=Place(name, number, fault.place.slot)) for fault in found]
        return Checked(faults=tuple(faults)) if faults else Checked(values, items)

    def show(self, plain: Plain, language: str) -> str:
        """One item a line; field by field it stands in reviewing.py."""
        shown = (
            [slot.field.show(item[name], language) for name, slot in self.slots.items() if item.get(name) is not None]
            for item in plain
        )
        return "\n".join("; ".join(texts) for texts in shown)


@dataclass(frozen=True)
class Checked:
    """The value of an answer, and the answer without what is not asked; or the faults."""

    value: Any = None
    plain: Plain = None
    faults: tuple[Fault, ...] = ()


def check_all(
    slots: Iterable[Slot], answers: Mapping[str, Plain], scope: dict[str, Any], setting: Setting
) -> tuple[dict[str, Any], dict[str, Plain], list[Fault]]:
    """The values of several slots, which are also put into `scope`; the answers that count; the faults, `open` where nothing was asked.

    A slot that reads an answer which is itself faulty is looked at once that answer is mended.
    """
    values: dict[str, Any] = {}
    kept: dict[str, Plain] = {}
    faults: list[Fault] = []
    broken: set[str] = set()
    for slot in slots:
        values[slot.name] = scope[slot.name] = None
        if broken and any(expression.uses & broken for expression in slot.expressions):
            broken.add(slot.name)
        elif slot.is_asked(scope):
            if slot.name in answers:
                checked = slot.check(answers[slot.name], scope, setting)
            else:
                checked = Checked(faults=(Fault(Place(slot.name), OPEN),))
            if checked.faults:
                broken.add(slot.name)
                faults += checked.faults
            else:
                values[slot.name] = scope[slot.name] = checked.value
                kept[slot.name] = checked.plain
    return values, kept, faults
