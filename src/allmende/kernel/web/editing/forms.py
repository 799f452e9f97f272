# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The form of a record, made from its layout."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from allmende.kernel.web.editing.choices import Choices, Offered
from allmende.kernel.web.editing.entries import Entries, rows_in
from allmende.kernel.web.editing.layout import Field, Input, Layout, Rows, Section, name, parts, row_name
from allmende.kernel.web.forms import DateInput, KernBoundField

Limits = Callable[[str], Mapping[str, Any]]
"""Path of a field → attributes that tell the browser its bounds; in rows ``fees.*.label.de``."""
NOTHING = [("", "–")]
MOST_LINES = 24


def unlimited(_path: str) -> Mapping[str, Any]:
    """The browser knows no bounds."""
    return {}


class Unjudged:
    """A field that takes everything: the rules of the record judge, so that there is one truth."""

    def clean(self, value: Any) -> Any:
        """The value as it is."""
        return value


class TextField(Unjudged, forms.CharField):
    """Any text."""


class OneOfField(Unjudged, forms.ChoiceField):
    """One of the choices."""


class SomeOfField(Unjudged, forms.MultipleChoiceField):
    """Some of the choices."""


class YesField(Unjudged, forms.BooleanField):
    """Yes, or nothing."""


@dataclass(frozen=True)
class Row:
    """A row of the form: its number, what it is called, its fields."""

    number: int
    title: str
    fields: tuple[BoundField, ...]


@dataclass(frozen=True)
class RowGroup:
    """The rows of one list."""

    rows: Rows
    shown: tuple[Row, ...]


class RecordForm(forms.Form):
    """All fields of a record, filled with what was typed; `tell` puts problems to their fields."""

    filters = True  # most fields may stay empty: those that may not are marked instead

    def __init__(
        self, layout: Layout, entries: Entries, offered: Offered, limits: Limits = unlimited, *, focus: str = ""
    ) -> None:
        super().__init__(data=entries)
        self.layout, self.entries, self.offered, self.limits, self.focus = layout, entries, offered, limits, focus
        self.titles: dict[str, str] = {}
        for part in parts(self.layout):
            if isinstance(part, Field):
                self._add(part, name(part.path), part.path)
                continue
            for number in range(1, len(rows_in(part, entries)) + 1):
                for field in part.fields:
                    self._add(field, row_name(part, number, field), f"{part.path}.*.{field.path}".rstrip("."))
                    self.titles[row_name(part, number, field)] = f"{part.item} {number}: {field.title}"

    def tell(self, problems: Iterable[tuple[str, str]]) -> None:
        """Show each problem, a path and a sentence, at its field; what belongs to none stands above the form."""
        self.full_clean()
        for path, said in problems:
            place, line = self._place(path)
            message = _("Zeile {line}: {message}").format(line=line, message=said) if line else said
            if place is None or message not in self.errors.get(place, ()):
                self.add_error(place, message)

    def wrong(self) -> list[tuple[str, str, str]]:
        """(anchor, name, message) of everything to mend, in the order of the form; no anchor for the whole record."""
        found = [("", "", str(message)) for message in self.non_field_errors()]
        for field in self:
            title = self.titles.get(field.name, str(field.label))
            found += [(cast(KernBoundField, field).anchor, title, str(message)) for message in field.errors]
        return found

    def sections(self) -> Iterator[tuple[Section, list[BoundField | RowGroup], int]]:
        """Each section with its fields and groups of rows, and how many errors are in it."""
        for section in self.layout:
            shown = [self[name(part.path)] if isinstance(part, Field) else self._group(part) for part in section.parts]
            yield section, shown, sum(len(field.errors) for field in self._fields(shown))

    def picks(self) -> list[tuple[str, Choices]]:
        """The lists that fields of this form offer while one types, by their source."""
        fields = (field for part in parts(self.layout) if isinstance(part, Rows) for field in part.fields)
        sources = dict.fromkeys(field.options for field in fields if field.input is Input.PICK)
        return [(source, self.offered[source]) for source in sources]

    def _group(self, rows: Rows) -> RowGroup:
        count = len(rows_in(rows, self.entries))
        made = (
            Row(number, f"{rows.item} {number}", tuple(self[row_name(rows, number, field)] for field in rows.fields))
            for number in range(1, count + 1)
        )
        return RowGroup(rows, tuple(made))

    @staticmethod
    def _fields(shown: Iterable[BoundField | RowGroup]) -> Iterator[BoundField]:
        for item in shown:
            if isinstance(item, BoundField):
                yield item
            else:
                yield from (field for row in item.shown for field in row.fields)

    def _add(self, field: Field, field_name: str, path: str) -> None:
        made = _made(field, self.offered, self.entries.get(field_name) or "")
        made.label = _("{title} (Pflicht)").format(title=field.title) if field.required else str(field.title)
        made.help_text, made.required = str(field.hint), field.required
        made.widget.is_required = field.required
        made.place = field.place  # type: ignore[attr-defined]
        made.widget.attrs |= _attributes(field, self.limits(path), self.data.get(field_name, ""))
        if field_name == self.focus:
            made.widget.attrs["autofocus"] = True
        self.fields[field_name] = made
        self.titles[field_name] = str(field.title)

    def _place(self, path: str) -> tuple[str | None, str]:
        """The field for a place in the data, and the line in it where the field holds several."""
        steps = path.split(".") if path else []
        rest = ""
        while steps:
            wanted = "-".join(steps)
            found = next((known for known in self.fields if known == wanted or known.startswith(f"{wanted}-")), None)
            if found is not None:
                return found, rest
            rest = steps.pop()
            rest = rest if rest.isdigit() else ""
        return None, ""


def _made(field: Field, offered: Offered, value: str) -> forms.Field:
    """The field of a form; a choice that is no longer offered stays in it until somebody takes another."""
    if field.input is Input.CHECK:
        return YesField()
    if field.input is Input.CHOICE:
        gone = [(value, value)] if value and value not in dict(offered[field.options]) else []
        return OneOfField(choices=[*NOTHING, *offered[field.options], *gone])
    if field.input is Input.CHOICES:
        return SomeOfField(choices=offered[field.options], widget=forms.CheckboxSelectMultiple())
    return TextField(strip=False, widget=_widget(field.input))


def _widget(kind: Input) -> forms.Widget:
    if kind in (Input.AREA, Input.LINES):
        return forms.Textarea()
    if kind is Input.DATE:
        return DateInput()
    made = forms.TextInput()
    types = {Input.URL: "url", Input.EMAIL: "email", Input.PHONE: "tel", Input.NUMBER: "number", Input.TIME: "time"}
    made.input_type = types.get(kind, "text")
    return made


def _attributes(field: Field, limits: Any, text: str) -> dict[str, Any]:
    """Hints for the browser: how long, which keyboard, how high; texts are marked with their language."""
    found: dict[str, Any] = dict(limits) if field.input not in (Input.AMOUNT, Input.CHOICE, Input.TIME) else {}
    if field.input in (Input.AREA, Input.LINES):
        found = {"rows": min(MOST_LINES, max(3, len(text) // 70 + text.count("\n") + 1))}
    if field.input is Input.AMOUNT:
        found["inputmode"] = "decimal"
    if field.input is Input.PICK:
        found |= {"list": f"offered-{field.options}", "autocomplete": "off"}
    language = field.path.rpartition(".")[2]
    return found | ({"lang": language} if language in ("de", "en") else {})
