# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The form of one step: a field for each slot, in a repeated group one for each field of each item.

Names of fields are places joined by hyphens: ``email``, ``hunde-0-rasse``. The engine reads and checks what was typed; its faults
come back to the fields they belong to.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from allmende.kernel.files.service import UploadRefused
from allmende.modules.applications import rules
from allmende.modules.applications.drafts import Opened
from allmende.modules.applications.engine.expressions.compiling import TODAY
from allmende.modules.applications.engine.fields.base import Plain, Raw
from allmende.modules.applications.engine.fields.places import FileField
from allmende.modules.applications.engine.fields.slots import OPEN, GroupField, Slot, check_all
from allmende.modules.applications.engine.forms import read_form
from allmende.modules.applications.engine.model import Step
from allmende.modules.applications.engine.problems import Fault, Place
from allmende.modules.applications.forms.fields import SlotField, entered, field_of
from allmende.modules.applications.forms.widgets import KEEP

COUNT = "-count"
"""Behind the name of a group: how many items its page shows."""
ADD, REMOVE = "add", "remove"
ONE_OPTION, YES_OR_NO = re.compile(r"(\w+) == '([^']+)'"), re.compile(r"(not )?(\w+)")

Attach = Callable[["UploadedFile[bytes]", FileField], dict[str, Any]]


@dataclass(frozen=True)
class Item:
    """One thing of a group: ``Hund 1``, its fields; `remove` is the value of the button that takes it away."""

    id: str
    legend: str
    fields: list[BoundField]
    remove: str


@dataclass(frozen=True)
class Block:
    """What stands on the page for a slot: a field, or a group with its items; `add` is the value of its button, empty when full."""

    field: BoundField | None = None
    label: str = ""
    name: str = ""
    items: tuple[Item, ...] = ()
    add: str = ""
    next: int = 0


class QuestionForm(forms.Form):
    """A step of a draft. `data` is what was sent (it is changed: see `take_in` and `rearranged`); `own` are the draft's files by id."""

    use_required_attribute = False

    def __init__(
        self,
        draft: Opened,
        step: Step,
        data: QueryDict | None = None,
        own: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        super().__init__(data)
        self.draft, self.step, self.own = draft, step, dict(own or {})
        self.scope = {TODAY: draft.setting.today, **draft.run.values}
        self.slots = tuple(slot for name in step.slots if self._may_apply(slot := draft.flow.slots[name], step.slots))
        self._build()

    def _may_apply(self, slot: Slot, here: Iterable[str]) -> bool:
        """Whether it is asked, as far as earlier steps decide it."""
        return slot.only_if is None or bool(slot.only_if.uses & set(here)) or slot.is_asked(self.scope)

    def _build(self) -> None:
        for slot in self.slots:
            answer = self.draft.answers.get(slot.name)
            if isinstance(slot.field, GroupField):
                for number in range(self.count(slot)):
                    item = answer[number] if isinstance(answer, list) and number < len(answer) else {}
                    for inner in slot.field.slots.values():
                        name = f"{slot.name}-{number}-{inner.name}"
                        field = self._add(name, inner, item.get(inner.name), slot.field.slots)
                        field.named = f"{self._legend(slot.field, number)}: {field.label}"
            else:
                self._add(slot.name, slot, answer, self.draft.flow.slots)

    def _add(self, name: str, slot: Slot, answer: Plain, others: Mapping[str, Slot]) -> SlotField:
        language = self.draft.language
        self.fields[name] = field = field_of(slot, language, self.own, _condition(slot, others, language))
        self.initial[name] = entered(slot.field, answer, language)
        return field

    def count(self, slot: Slot) -> int:
        """How many items of a group the page shows."""
        group, answer = slot.field, self.draft.answers.get(slot.name)
        assert isinstance(group, GroupField)  # noqa: S101  (only asked of groups)
        if self.is_bound:
            typed = self.data.get(slot.name + COUNT, "")
            return min(int(typed), group.max_items) if typed.isdecimal() and len(typed) < 4 else group.min_items
        return len(answer) if isinstance(answer, list) else max(group.min_items, 1)

    @property
    def blocks(self) -> list[Block]:
        """What the page shows, in order."""
        return [self._block(slot) for slot in self.slots]

    def _block(self, slot: Slot) -> Block:
        group = slot.field
        if not isinstance(group, GroupField):
            return Block(field=self[slot.name])
        count, language = self.count(slot), self.draft.language
        items = tuple(
            Item(
                id=f"{slot.name}-{number}",
                legend=self._legend(group, number),
                fields=[self[f"{slot.name}-{number}-{inner}"] for inner in group.slots],
                remove=f"{REMOVE}:{slot.name}:{number}" if count > group.min_items else "",
            )
            for number in range(count)
        )
        add = f"{ADD}:{slot.name}" if count < group.max_items else ""
        return Block(label=slot.label[language], name=slot.name, items=items, add=add, next=count)

    def _legend(self, group: GroupField, number: int) -> str:
        return f"{group.item[self.draft.language]} {number + 1}"

    @property
    def has_files(self) -> bool:
        """Whether files can be chosen on this page."""
        return any(self._is_file(name) for name in self.fields)

    def take_in(self, files: MultiValueDict[str, "UploadedFile[bytes]"], attach: Attach) -> None:
        """Keep what was uploaded with the draft, so that nothing is lost when something else on the page is wrong."""
        for name, field in [(name, self._slot(name).field) for name in self.fields]:
            if not isinstance(field, FileField):
                continue
            for upload in files.getlist(name):
                try:
                    self._check_number(name, field, upload)
                    reference = attach(upload, field)
                except UploadRefused as refused:
                    self.add_error(name, str(refused))
                else:
                    self._keep(name, field, reference)

    def refuse_files(self, files: MultiValueDict[str, "UploadedFile[bytes]"]) -> None:
        """Say of each field with files that there were too many in a short time; what was typed stays."""
        for name in files.keys() & self.fields.keys():
            self.add_error(
                name,
                _(
                    "Von Ihrem Anschluss kamen in kurzer Zeit sehr viele Dateien. Diese wurde nicht gespeichert; Ihre übrigen Angaben auf "
                    "der Seite sind noch da. Bitte laden Sie sie in einer Stunde noch einmal hoch."
                ),
            )

    def _check_number(self, name: str, field: FileField, upload: "UploadedFile[bytes]") -> None:
        """Raises UploadRefused where as many files stay as there may be; a single one is replaced."""
        kept = {key for key in self._changeable.getlist(name + KEEP) if key in self.own}
        if len(kept) >= field.max_items > 1:
            fault = Fault(Place(name), "file.full", {"name": upload.name, "max": field.max_items})
            raise UploadRefused(rules.messages().fault(fault, self.draft.language))

    def _keep(self, name: str, field: FileField, reference: dict[str, Any]) -> None:
        self.own[reference["id"]] = self.fields[name].widget.own[reference["id"]] = reference
        before = self._changeable.getlist(name + KEEP) if field.max_items > 1 else []
        self._changeable.setlist(name + KEEP, [*before, reference["id"]])

    def _is_file(self, name: str) -> bool:
        return isinstance(self._slot(name).field, FileField)

    def _slot(self, name: str) -> Slot:
        outer, *inside = name.split("-")
        slot = self.draft.flow.slots[outer]
        return slot.field.slots[inside[1]] if isinstance(slot.field, GroupField) else slot

    def rearranged(self, wish: str) -> "QuestionForm | None":
        """The form with an item more or less in a group, as a button of the page says; None for any other button."""
        do, _colon, rest = wish.partition(":")
        name, _colon, number = rest.partition(":")
        slot = next((slot for slot in self.slots if slot.name == name and isinstance(slot.field, GroupField)), None)
        if slot is None or do not in (ADD, REMOVE):
            return None
        count = self.count(slot)
        if do == REMOVE and number.isdecimal() and int(number) < count:
            self._close_gap(name, int(number))
            count -= 1
        elif do == ADD:
            count += 1
        self._changeable[name + COUNT] = str(count)
        form = QuestionForm(self.draft, self.step, self._changeable, self.own)
        for field in self.errors.keys() & form.fields.keys():
            form.add_error(field, self.errors[field])
        return form

    def _close_gap(self, name: str, gone: int) -> None:
        """What belongs to later items moves up by one."""
        moved = {}
        for key in [key for key in self._changeable if key.startswith(f"{name}-") and key != name + COUNT]:
            number, _hyphen, rest = key.removeprefix(f"{name}-").partition("-")
            values = self._changeable.pop(key)
            if number.isdecimal() and int(number) != gone:
                moved[f"{name}-{int(number) - (int(number) > gone)}-{rest}"] = values
        for key, values in moved.items():
            self._changeable.setlist(key, values)

    @property
    def _changeable(self) -> QueryDict:
        return cast(QueryDict, self.data)

    def read(self) -> tuple[dict[str, Plain], list[Fault]]:
        """What was typed as answers, and everything that cannot be read or taken, so that it is named at once."""
        raw = {slot.name: self._raw(slot) for slot in self.slots}
        answers, unread = read_form(self.slots, raw, self.scope, self.draft.setting)
        _values, _kept, wrong = check_all(self.slots, answers, dict(self.scope), self.draft.setting)
        return answers, [*unread, *(fault for fault in wrong if fault.key != OPEN)]

    def _raw(self, slot: Slot) -> Any:
        group = slot.field
        if not isinstance(group, GroupField):
            return self._sent(slot.name)
        return [
            {inner: self._sent(f"{slot.name}-{number}-{inner}") for inner in group.slots}
            for number in range(self.count(slot))
        ]

    def _sent(self, name: str) -> Raw:
        return self[name].data or ""

    def complain(self, faults: Iterable[Fault]) -> None:
        """Show faults beside the fields they belong to; one without a field stands above."""
        language, said = self.draft.language, rules.messages()
        for fault in faults:
            name = _name(fault.place)
            text = said.fault(fault, language)
            if name in self.fields:
                if fault.key != "required" or name not in self.errors:  # a file that was refused is told once
                    self.add_error(name, text)
            else:
                self.add_error(None, f"{self.draft.flow.slots[fault.place.slot].label[language]} – {text}")


def _name(place: Place) -> str:
    return str(place).replace(".", "-")


def _condition(slot: Slot, others: Mapping[str, Slot], language: str) -> str:
    """Under which other answer of the page a field counts, in words; empty for a field that always counts."""
    if slot.only_if is None or not slot.only_if.uses & set(others):
        return ""
    asked = slot.only_if.uses & set(others)
    parts = [part for part in slot.only_if.text.split(" and ") if not re.fullmatch(r"given\(\w+\)", part)]
    told = [_named(part, others, language) for part in parts]
    if not all(told) or len(told) != len(asked):
        names = ", ".join(_labels(slot, others, language))
        return _("Nur, wenn es auf Sie zutrifft: %(names)s.") % {"names": names}
    return _("Nur bei %(answers)s.") % {"answers": _(" und ").join(told)}


def _named(part: str, others: Mapping[str, Slot], language: str) -> str:
    """``„Herkunft: Zuzug“`` of a comparison with another answer of the page; empty for anything else."""
    if found := ONE_OPTION.fullmatch(part):
        name, answer = found[1], found[2]
    elif found := YES_OR_NO.fullmatch(part):
        name, answer = found[2], not found[1]
    else:
        return ""
    if name not in others:
        return ""
    other = others[name]
    return _("„%(label)s: %(answer)s“") % {"label": other.label[language], "answer": other.field.show(answer, language)}


def _labels(slot: Slot, others: Mapping[str, Slot], language: str) -> Iterator[str]:
    uses = slot.only_if.uses if slot.only_if else frozenset()
    return (other.label[language] for name, other in others.items() if name in uses)
