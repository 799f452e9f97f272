# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the slots of a file, whose shape is sound, to slots with their fields."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from allmende.modules.applications.engine.expressions.compiling import RESERVED, Expression, compile_expression
from allmende.modules.applications.engine.expressions.kinds import BOOL, DATE, PERIOD, Kind
from allmende.modules.applications.engine.fields.base import Field
from allmende.modules.applications.engine.fields.choices import BooleanField, EnumField, MultiField, Option
from allmende.modules.applications.engine.fields.dates import DateField, PeriodField
from allmende.modules.applications.engine.fields.numbers import MoneyField, NumberField
from allmende.modules.applications.engine.fields.patterns import safe_pattern
from allmende.modules.applications.engine.fields.places import AddressField, FileField
from allmende.modules.applications.engine.fields.slots import GroupField, Slot
from allmende.modules.applications.engine.fields.texts import EmailField, IbanField, PhoneField, TaxIdField, TextField
from allmende.modules.applications.engine.problems import LANGUAGES, Problem, Refused

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Builder:
    """Builds the slots of a `file` and notes its `problems`."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def note(self, place: str, key: str, **params: object) -> None:
        """Add a problem."""
        self.problems.append(Problem(self.file, place, key, params))

    def slots(self, data: Data, place: str = "slots", outer: Mapping[str, Slot] | None = None) -> dict[str, Slot]:
        """All slots, first without what they compute, then with it: an expression may name any of them."""
        bare = {
            name: self._bare(name, each, f"{place}.{name}", inside=outer is not None) for name, each in data.items()
        }
        known = {**(outer or {}), **bare}
        found = {name: self._computed(slot, data[name], f"{place}.{name}", known) for name, slot in bare.items()}
        return {name: self._grouped(slot, data[name], f"{place}.{name}", found) for name, slot in found.items()}

    def expression(self, text: object, place: str, slots: Mapping[str, Slot], *expected: Kind) -> Expression | None:
        """The compiled expression, or None and a problem."""
        kinds = {name: slot.field.kind for name, slot in slots.items()}
        empty = frozenset(name for name, slot in slots.items() if slot.may_be_empty)
        try:
            return compile_expression(_written(text), kinds, empty, *expected)
        except Refused as refused:
            self.note(place, refused.key, text=str(text), **refused.params)
            return None

    def _bare(self, name: str, data: Data, place: str, *, inside: bool) -> Slot:
        if name in RESERVED or not name.isidentifier():
            self.note(place, "slot.reserved", name=name)
        if inside and data["type"] == "group":
            self.note(place, "slot.nested", name=name)
        try:
            made = BUILD[data["type"]](data)
        except Refused as refused:
            self.note(place, refused.key, **refused.params)
            made = TextField()
        return Slot(
            name=name,
            field=made,
            label=data["label"],
            ask=data.get("ask", {}),
            help=data.get("help", {}),
            required=data.get("required", True) and "required_if" not in data,
            pii=data.get("pii", "basic"),
            fim=data.get("fim", ""),
        )

    def _computed(self, slot: Slot, data: Data, place: str, known: Mapping[str, Slot]) -> Slot:
        own = DATE if slot.field.kind == PERIOD else slot.field.kind
        computed: dict[str, Any] = {
            key: self.expression(data[key], f"{place}.{key}", known, BOOL)
            for key in ("only_if", "required_if")
            if key in data
        }
        for attribute, key in (("smallest", "min"), ("largest", "max")):
            if key in data:
                allowed = (own,) if own == DATE else (own, *NUMERIC)
                computed[attribute] = self.expression(data[key], f"{place}.{key}", known, *allowed)
        return replace(slot, **computed)

    def _grouped(self, slot: Slot, data: Data, place: str, known: Mapping[str, Slot]) -> Slot:
        """The fields of a group see the slots outside and those of their item, never their own group."""
        if not isinstance(slot.field, GroupField) or place.count(".") > 1:
            return slot
        outer = {name: other for name, other in known.items() if name != slot.name}
        return replace(slot, field=replace(slot.field, slots=self.slots(data["fields"], f"{place}.fields", outer)))


def _written(text: object) -> str:
    """A bound as an expression: a day may stand there as it is."""
    return f"date('{text}')" if isinstance(text, str) and text[:4].isdigit() and text.count("-") == 2 else str(text)


def _texts(data: Data) -> Field:
    return TextField(
        max_length=data.get("max_length", 200),
        min_length=data.get("min_length", 1),
        lines=data.get("lines", False),
        pattern=safe_pattern(data["pattern"]) if "pattern" in data else None,
    )


def _options(data: Data) -> dict[str, Option]:
    return {
        key: Option(
            {language: option[language] for language in LANGUAGES if language in option},
            tuple(option.get("words", ())),
            option.get("code", ""),
        )
        for key, option in data["options"].items()
    }


def _given(data: Data, *names: str) -> Iterator[tuple[str, Any]]:
    for name in names:
        if name in data:
            yield name, tuple(data[name]) if isinstance(data[name], list) else data[name]


NUMERIC = (NumberField().kind,)
BUILD: Mapping[str, Callable[[Data], Field]] = {
    "text": _texts,
    "number": lambda data: NumberField(decimals=data.get("decimals", 0)),
    "money": lambda _data: MoneyField(),
    "date": lambda data: DateField(year_asked=data.get("year_asked", False)),
    "period": lambda _data: PeriodField(),
    "enum": lambda data: EnumField(options=_options(data)),
    "multi": lambda data: MultiField(options=_options(data), **dict(_given(data, "min_items", "max_items"))),
    "boolean": lambda _data: BooleanField(),
    "email": lambda _data: EmailField(),
    "phone": lambda _data: PhoneField(),
    "iban": lambda _data: IbanField(),
    "tax_id": lambda _data: TaxIdField(),
    "address": lambda data: AddressField(in_town=data.get("in_town", False)),
    "file": lambda data: FileField(**dict(_given(data, "media_types", "max_bytes", "min_items", "max_items", "photo"))),
    "group": lambda data: GroupField(item=data["item"], **dict(_given(data, "min_items", "max_items"))),
}
"""Type in the file → field."""
