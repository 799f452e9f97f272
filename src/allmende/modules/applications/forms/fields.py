# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""For each type of answer the input of a page, and an answer as it stands in that input."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.modules.applications.engine.fields.base import Field, Plain
from allmende.modules.applications.engine.fields.choices import YES_NO, BooleanField, EnumField, MultiField, label_of
from allmende.modules.applications.engine.fields.dates import DateField, PeriodField, day_of
from allmende.modules.applications.engine.fields.numbers import MoneyField, NumberField
from allmende.modules.applications.engine.fields.places import AddressField, FileField
from allmende.modules.applications.engine.fields.slots import Slot
from allmende.modules.applications.engine.fields.texts import EmailField, IbanField, PhoneField, TaxIdField, TextField
from allmende.modules.applications.forms.widgets import Files, Part, Parts

MANY_OPTIONS = 12
"""From so many options on, one is chosen from a list that opens."""
SHORT, YEAR = "applications-short", "applications-year"
DAY = (
    Part("day", gettext_lazy("Tag"), {"inputmode": "numeric", "maxlength": "2"}, SHORT),
    Part("month", gettext_lazy("Monat"), {"maxlength": "10"}, SHORT),
    Part("year", gettext_lazy("Jahr"), {"inputmode": "numeric", "maxlength": "4"}, YEAR),
)
PERIOD = (
    Part("from", gettext_lazy("Erster Tag"), {"maxlength": "40"}),
    Part("to", gettext_lazy("Letzter Tag"), {"maxlength": "40"}),
)
ADDRESS = (
    Part("street", gettext_lazy("Straße"), {"maxlength": "100"}, "applications-wide"),
    Part("number", gettext_lazy("Hausnummer"), {"maxlength": "20"}, YEAR),
    Part("postcode", gettext_lazy("Postleitzahl"), {"inputmode": "numeric", "maxlength": "10"}, YEAR),
    Part("city", gettext_lazy("Ort"), {"maxlength": "100"}, "applications-wide"),
)
AUTOCOMPLETE = {"vorname": "given-name", "nachname": "family-name", "name": "name", "telefon": "tel", "email": "email"}
"""What the browser may fill in, by the name of the slot (WCAG 2.2, 1.3.5)."""


class SlotField(forms.Field):
    """An input whose content the engine reads and checks; Django only shows it. `named` is what the error summary calls it."""

    named = ""

    def clean(self, value: Any) -> Any:
        """As it is."""
        return value


def field_of(slot: Slot, language: str, own: Mapping[str, Any], hint: str = "") -> SlotField:
    """The field of a slot. `own` are the files that were uploaded already, by id."""
    make = next(make for kind, make in WIDGETS if isinstance(slot.field, kind))
    help_text = " ".join(part for part in (hint, slot.help.get(language, ""), _bounds(slot.field)) if part)
    return SlotField(
        label=slot.label[language],
        help_text=escape(help_text),  # what editors write is text
        required=slot.required or slot.required_if is not None,
        widget=make(slot, language, own),
    )


def entered(field: Field, plain: Plain, language: str) -> Any:
    """An answer as it stands in its input."""
    write = next((write for kind, write in WRITTEN if isinstance(field, kind)), None)
    return plain if plain is None or write is None else write(field, plain, language)


def _day(_field: Field, plain: Plain, _language: str) -> dict[str, str]:
    day = day_of(plain)
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}


def _ends(_field: Field, plain: Plain, language: str) -> dict[str, str]:
    return {name: DateField().show(plain[name], language) for name in ("from", "to")}


def _text(slot: Slot, _language: str, _own: Mapping[str, Any]) -> forms.Widget:
    field, auto = slot.field, AUTOCOMPLETE.get(slot.name)
    attrs = {"autocomplete": auto} if auto else {}
    if isinstance(field, TextField) and field.lines:
        return forms.Textarea({"rows": 6, **attrs})
    return forms.TextInput(attrs)


def _number(slot: Slot, _language: str, _own: Mapping[str, Any]) -> forms.Widget:
    field = slot.field
    decimals = field.decimals if isinstance(field, NumberField) else 0
    return forms.TextInput({"inputmode": "decimal" if decimals else "numeric", "class": "applications-number"})


def _email(_slot: Slot, _language: str, _own: Mapping[str, Any]) -> forms.Widget:
    return forms.EmailInput({"autocomplete": "email", "spellcheck": "false"})


def _phone(_slot: Slot, _language: str, _own: Mapping[str, Any]) -> forms.Widget:
    return forms.TextInput({"type": "tel", "autocomplete": "tel"})


def _yes_no(_slot: Slot, language: str, _own: Mapping[str, Any]) -> forms.Widget:
    return forms.RadioSelect(choices=[(str(value).lower(), text[language]) for value, text in YES_NO.items()])


def _options(slot: Slot, language: str) -> list[tuple[str, str]]:
    field = slot.field
    options = field.options if isinstance(field, EnumField) else {}
    return [(key, label_of(option, language)) for key, option in options.items()]


def _one(slot: Slot, language: str, _own: Mapping[str, Any]) -> forms.Widget:
    options = _options(slot, language)
    if len(options) >= MANY_OPTIONS:
        return forms.Select(choices=[("", _("bitte wählen")), *options])
    return forms.RadioSelect(choices=options)


def _several(slot: Slot, language: str, _own: Mapping[str, Any]) -> forms.Widget:
    return forms.CheckboxSelectMultiple(choices=_options(slot, language))


def _address(slot: Slot, _language: str, _own: Mapping[str, Any]) -> forms.Widget:
    """In town the street is enough: postcode and place are known."""
    in_town = isinstance(slot.field, AddressField) and slot.field.in_town
    return Parts(ADDRESS[:2], suggest="street") if in_town else Parts(ADDRESS)


def _files(slot: Slot, _language: str, own: Mapping[str, Any]) -> forms.Widget:
    field = slot.field
    assert isinstance(field, FileField)  # noqa: S101  (WIDGETS says so)
    return Files(field.max_items > 1, field.media_types, own)


def _bounds(field: Field) -> str:
    """What a field takes, where people cannot see it."""
    if isinstance(field, FileField):
        return _file_bounds(field)
    if isinstance(field, DateField):
        return _("Zum Beispiel 27 3 2026.")
    if isinstance(field, PeriodField):
        return _("Zum Beispiel 27.3.2026. Für einen einzigen Tag nennen Sie ihn zweimal.")
    if isinstance(field, MoneyField):
        return _("In Euro.")
    return ""


def _file_bounds(field: FileField) -> str:
    told = {"kinds": field.kinds_told, "size": field.max_bytes // 1_000_000, "count": field.max_items}
    one, several = (
        _("%(kinds)s, höchstens %(size)d MB."),
        _("%(kinds)s, höchstens %(count)d Dateien, jede höchstens %(size)d MB."),
    )
    bounds = (one if field.max_items == 1 else several) % told
    return f"{bounds} {_('Gesichter und Kennzeichen in Bildern verdecken wir.')}" if field.photo else bounds


WIDGETS: tuple[tuple[type[Field], Callable[[Slot, str, Mapping[str, Any]], forms.Widget]], ...] = (
    (MultiField, _several),
    (EnumField, _one),
    (BooleanField, _yes_no),
    (DateField, lambda *_given: Parts(DAY)),
    (PeriodField, lambda *_given: Parts(PERIOD)),
    (AddressField, _address),
    (NumberField, _number),
    (EmailField, _email),
    (PhoneField, _phone),
    (FileField, _files),
    (Field, _text),
)
"""The input of each type; the first that fits counts."""

WRITTEN: tuple[tuple[type[Field], Callable[[Any, Plain, str], Any]], ...] = (
    (DateField, _day),
    (PeriodField, _ends),
    (BooleanField, lambda _field, plain, _language: "true" if plain else "false"),
    (NumberField, lambda _field, plain, language: plain.replace(".", ",") if language == "de" else plain),
    (PhoneField, lambda field, plain, language: field.show(plain, language)),
    (IbanField, lambda field, plain, language: field.show(plain, language)),
    (TaxIdField, lambda field, plain, language: field.show(plain, language)),
)
"""How an answer stands in its input, where that is not as it is kept."""
