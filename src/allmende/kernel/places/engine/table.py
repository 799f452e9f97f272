# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A street register as CSV: rows in, streets and house numbers out, and what is wrong with the rest."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from allmende.kernel.places.engine import numbers

ENCODINGS = ("utf-8-sig", "cp1252")
SEPARATORS = ";,\t|"
PARTED = "|"
LENGTHS = {"street": 120, "district": 120, "key": 20}
POSTCODE = re.compile(r"\d{5}")
DEGREES = {"latitude": 90.0, "longitude": 180.0}


class TableRefused(ValueError):
    """The file cannot be read at all. `code`: encoding, street (no such column), rows (too many) or broken (no CSV)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RowRefused(ValueError):
    """A row that makes no sense. `code`: street, long, number, postcode, degrees, differs or key; `value` is what stands there."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code, value)
        self.code, self.value = code, value


@dataclass(frozen=True)
class Fault:
    """A row that was left out: its line in the file, and see RowRefused."""

    line: int
    code: str
    value: str


@dataclass
class House:
    """What the file says of a house number."""

    postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass
class Street:
    """What the file says of a street; `houses` by number and suffix."""

    key: str = ""
    postcode: str = ""
    spellings: list[str] = field(default_factory=list)
    houses: dict[tuple[int, str], House] = field(default_factory=dict)


@dataclass
class Table:
    """Streets by name and part of the town, and the rows that make no sense."""

    streets: dict[tuple[str, str], Street] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read(content: bytes, columns: Mapping[str, Sequence[str]], most: int) -> Table:
    """The register in a file, every row on its own. `columns`: field → what its column may be called. Raises TableRefused."""
    table, keys = Table(), dict[str, tuple[str, str]]()
    try:
        for count, (line, cells) in enumerate(_rows(_text(content), columns)):
            if count >= most:
                raise TableRefused("rows")
            _try(table, keys, line, cells)
    except csv.Error as error:
        raise TableRefused("broken") from error
    return table


def _try(table: Table, keys: dict[str, tuple[str, str]], line: int, cells: Mapping[str, str]) -> None:
    try:
        _take(table, keys, cells)
    except RowRefused as refused:
        table.faults.append(Fault(line, refused.code, refused.value))


def _text(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableRefused("encoding")


def _rows(text: str, columns: Mapping[str, Sequence[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and the cells of the known columns, without empty rows."""
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    fields = _fields(next(reader, []), columns)
    begins = reader.line_num + 1
    for cells in reader:
        found = {name: " ".join(cells[place].split()) for name, place in fields.items() if place < len(cells)}
        if any(found.values()):
            yield begins, found
        begins = reader.line_num + 1


def _fields(head: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Field → its column. Where two columns could be it, the name that stands first in the list counts."""
    titles = {re.sub(r"[ .-]+", "_", title.strip().lower()): place for place, title in reversed(list(enumerate(head)))}
    fields = {
        name: next(titles[title] for title in known if title in titles)
        for name, known in columns.items()
        if not titles.keys().isdisjoint(known)
    }
    if "street" not in fields:
        raise TableRefused("street")
    return fields


def _take(table: Table, keys: dict[str, tuple[str, str]], cells: Mapping[str, str]) -> None:
    """Add what a row says. All of it is checked before any of it is kept."""
    name = _street(cells)
    house = _house(cells)
    postcode = cells.get("postcode", "")
    if postcode and not POSTCODE.fullmatch(postcode):
        raise RowRefused("postcode", postcode)
    key = cells.get("key", "")
    if key and keys.get(key, name) != name:
        raise RowRefused("key", key)
    street = table.streets.get(name, Street())
    if key and street.key not in ("", key):
        raise RowRefused("key", key)
    degrees = _degrees(cells)
    before = street.postcode if house is None else street.houses.get(house, House()).postcode
    if before and postcode and before != postcode:
        raise RowRefused("differs", postcode)
    if house is None:
        street.postcode = postcode or before
    else:
        street.houses.setdefault(house, House(postcode, *degrees))
    street.key = key or street.key
    if key:
        keys[key] = name
    spellings = (text.strip() for text in cells.get("spellings", "").split(PARTED))
    street.spellings = list(dict.fromkeys([*street.spellings, *filter(None, spellings)]))
    table.streets[name] = street


def _street(cells: Mapping[str, str]) -> tuple[str, str]:
    if not re.search(r"[^\W\d_]", cells["street"]):
        raise RowRefused("street", cells["street"])
    for column, length in LENGTHS.items():
        if len(cells.get(column, "")) > length:
            raise RowRefused("long", cells[column])
    return cells["street"], cells.get("district", "")


def _house(cells: Mapping[str, str]) -> tuple[int, str] | None:
    """Number and suffix, which may stand in a column of its own; None for a row about the street alone."""
    text = f"{cells.get('number', '')}{cells.get('suffix', '')}"
    if not text:
        return None
    house = numbers.split(text)
    if house is None:
        raise RowRefused("number", text)
    return house


def _degrees(cells: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Latitude and longitude in degrees; a decimal comma is understood. Both or none, and no metres."""
    texts = {name: cells.get(name, "") for name in DEGREES}
    if not any(texts.values()):
        return None, None
    found = []
    for name, text in texts.items():
        try:
            degrees = float(text.replace(",", "."))
        except ValueError:
            raise RowRefused("degrees", text) from None
        if not -DEGREES[name] <= degrees <= DEGREES[name]:
            raise RowRefused("degrees", text)
        found.append(degrees)
    return found[0], found[1]
