# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two states of a record beside one another, field by field, as people read them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allmende.kernel.registry import Text
from allmende.kernel.web.editing.choices import Offered
from allmende.kernel.web.editing.entries import get, typed
from allmende.kernel.web.editing.layout import LISTS, Field, Input, Layout, Rows, parts
from allmende.kernel.web.engine.diff import Line, diff


@dataclass(frozen=True)
class Difference:
    """A field that changed: its title, the section of the form it stands in, and its lines."""

    title: Text
    section: str
    lines: tuple[Line, ...]


CONTEXT_LINES = 1
"""Unchanged lines that are shown around a change."""
LIKE_LINES = 0.4
"""From which likeness (0 to 1) on two lines count as one that was changed, and are compared word by word."""


def differences(
    layout: Layout, old: Mapping[str, Any], new: Mapping[str, Any], offered: Offered
) -> tuple[Difference, ...]:
    """What changed from the old record to the new one, in the order of the form."""
    found = (
        (part, section.name, as_text(part, get(old, part.path), offered), as_text(part, get(new, part.path), offered))
        for section in layout
        for part in section.parts
    )
    return tuple(
        Difference(part.title, name, diff(before, after, context=CONTEXT_LINES, likeness=LIKE_LINES))
        for part, name, before, after in found
        if before != after
    )


def as_text(part: Field | Rows, value: Any, offered: Offered) -> str:
    """A value, or all rows of a list, one a line, as text."""
    if isinstance(part, Field):
        return _field_text(part, value, offered)
    return "\n".join(_row_text(part, row, offered) for row in value or ())


def shown(layout: Layout, data: Mapping[str, Any], offered: Offered) -> Iterator[tuple[Text, str]]:
    """Title and text of every field that is filled."""
    for part in parts(layout):
        text = as_text(part, get(data, part.path), offered)
        if text:
            yield part.title, text


def _row_text(rows: Rows, row: Any, offered: Offered) -> str:
    values = ((field, get(row, field.path) if field.path else row) for field in rows.fields)
    texts = ((field, _field_text(field, value, offered)) for field, value in values)
    named = ((text if field is rows.fields[0] else f"{field.title}: {text}") for field, text in texts if text)
    return " · ".join(named)


def _field_text(field: Field, value: Any, offered: Offered) -> str:
    if field.input is Input.CHECK:
        return _("ja") if value else _("nein")
    if value in (None, "", []):
        return ""
    if field.input is Input.DATE:
        return _day(value)
    if field.options and field.input is not Input.PICK:
        values = value if isinstance(value, list) else [value]
        return ", ".join(offered.title(field.options, item) for item in values)
    if field.input in LISTS:
        return ("\n" if field.input is Input.LINES else ", ").join(value)
    return typed(field, value)[0]


def _day(value: str) -> str:
    """A date as people write it; what is no date stays as it is."""
    try:
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    except ValueError:
        return value
