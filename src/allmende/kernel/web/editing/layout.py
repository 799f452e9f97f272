# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a record is laid out for an editor: sections, fields and repeatable rows, each with its place in the data.

A place is a path in the data of the record: ``name.de``, ``fees`` (rows), in a row ``label.de``. In the form a
field goes by its path with dashes, rows counted from 1: ``fees-2-label-de``. So a problem that is reported at
``fees.2.label.de`` finds its field by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from allmende.kernel.registry import Text


class Input(StrEnum):
    """How a value is entered."""

    LINE = "line"
    AREA = "area"
    LINES = "lines"
    LIST = "list"
    DATE = "date"
    TIME = "time"
    AMOUNT = "amount"
    NUMBER = "number"
    CHECK = "check"
    CHOICE = "choice"
    CHOICES = "choices"
    PICK = "pick"
    URL = "url"
    EMAIL = "email"
    PHONE = "tel"


LISTS = frozenset({Input.LINES, Input.LIST, Input.CHOICES})
"""Inputs whose value is a list: one a line, separated by commas, several boxes."""


@dataclass(frozen=True)
class Field:
    """One value. `options` names where choices come from (`choices`); `small` ones stand three in a line."""

    path: str
    title: Text
    input: Input = Input.LINE
    hint: Text = ""
    required: bool = False
    options: str = ""
    small: bool = False

    @property
    def place(self) -> str:
        """Where it stands: German and English beside one another, a long text over the full width."""
        language = self.path.rpartition(".")[2]
        if self.small:
            return "small"
        if language in ("de", "en"):
            return language
        return "wide" if self.input in (Input.AREA, Input.CHOICES) else "half"


@dataclass(frozen=True)
class Rows:
    """A list of values of the same kind; `item` is what one row is called."""

    path: str
    title: Text
    item: Text
    fields: tuple[Field, ...]
    hint: Text = ""


@dataclass(frozen=True)
class Section:
    """A part of the form under a heading; `name` is its anchor."""

    name: str
    title: Text
    parts: tuple[Field | Rows, ...]
    hint: Text = ""


Layout = tuple[Section, ...]


def parts(layout: Layout) -> Iterator[Field | Rows]:
    """All fields and rows in their order."""
    for section in layout:
        yield from section.parts


def name(path: str) -> str:
    """The name of a place in the form."""
    return path.replace(".", "-")


def row_name(rows: Rows, number: int, field: Field) -> str:
    """The name of a field in the n-th row."""
    return name(f"{rows.path}.{number}.{field.path}".rstrip("."))
