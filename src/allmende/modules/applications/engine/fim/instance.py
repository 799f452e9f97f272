# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""An application as an instance of the XSD of a FIM data schema: its elements, named by their ids, in its order, and nothing else.

FIM's portal makes an XSD of a data schema. In it the elements are fields and groups, named by their ids, qualified and nested as in the
data schema; XDatenfelder itself prescribes no form of messages. What the flow must know for it stands in its `data_schema`: namespace and
root element, as that XSD has them, and `content`, the order of the ids: ``G60000001(F60000227 G60000086(F60000246)) F00000010``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from allmende.modules.applications.engine.fim.reading import FIM_ID, Node
from allmende.modules.applications.engine.fim.writing import Message, Parts, parts_of, plain

TOKEN = re.compile(r"[FG]\d{3,20}|[()]")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Knot:
    """A field or a group of the data schema, and what is inside."""

    id: str
    children: "tuple[Knot, ...]" = ()


def outline_of(schema: Node) -> str:
    """The `content` of a data schema as it was read; texts without an answer, and what has no id, are left out."""
    kept = (child for child in schema.children if child.art != "label" and FIM_ID.fullmatch(child.id))
    return " ".join(map(_told, kept))


def _told(node: Node) -> str:
    return f"{node.id}({outline_of(node)})" if node.group else node.id


def read_outline(content: str) -> tuple[Knot, ...]:
    """The tree of a `content`. Raises ValueError where brackets do not match or something else stands there."""
    tokens = TOKEN.findall(content)
    if "".join(tokens) != "".join(content.split()):
        raise ValueError(content)
    found, rest = _knots(tokens)
    if rest:
        raise ValueError(content)
    return found


def _knots(tokens: Sequence[str]) -> tuple[tuple[Knot, ...], Sequence[str]]:
    found: list[Knot] = []
    while tokens and tokens[0] != ")":
        name, tokens = tokens[0], tokens[1:]
        if name == "(":
            raise ValueError(name)
        inside: tuple[Knot, ...] = ()
        if tokens[:1] == ["("]:
            inside, tokens = _knots(tokens[1:])
            if tokens[:1] != [")"]:
                raise ValueError(name)
            tokens = tokens[1:]
        found.append(Knot(name, inside))
    return tuple(found), tokens


def has_instance(content: Message) -> bool:
    """Whether the flow of a message names namespace and root of an XSD."""
    schema = content["flow"]["data_schema"]
    return bool(schema.get("namespace") and schema.get("root"))


def as_instance(content: Message, parts: Parts) -> bytes:
    """The answers of a message as XML (UTF-8); what the data schema does not name is left out, as is what was left empty."""
    schema = content["flow"]["data_schema"]
    root = Element(schema["root"], xmlns=schema["namespace"])
    _fill(root, read_outline(schema["content"]), _Rows(content["answers"]), parts)
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


class _Rows:
    """Answers that no element has taken yet; of two with one id the first goes first."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._left = list(rows)

    def take(self, name: str) -> Row | None:
        """The answer to a field, or to a group that one answer fills."""
        row = next((row for row in self._left if row["fim"] == name and not row["within"]), None)
        if row is not None:
            self._left.remove(row)
        return row

    def items(self, name: str) -> "Iterator[_Rows]":
        """The answers of each item of a repeated group."""
        own = [row for row in self._left if row["within"] == name]
        self._left = [row for row in self._left if row["within"] != name]
        for number in sorted({row["item"] for row in own}):
            yield _Rows({**row, "within": ""} for row in own if row["item"] == number)


def _fill(parent: Element, knots: Iterable[Knot], rows: _Rows, parts: Parts) -> None:
    for knot in knots:
        row = rows.take(knot.id)
        if row is not None:
            _answer(parent, knot.id, row, parts)
        elif knot.children:
            for inner in list(rows.items(knot.id)) or [rows]:
                _group(parent, knot, inner, parts)


def _group(parent: Element, knot: Knot, rows: _Rows, parts: Parts) -> None:
    """A group with what was answered of it; none where nothing was."""
    element = SubElement(parent, knot.id)
    _fill(element, knot.children, rows, parts)
    if not len(element):
        parent.remove(element)


def _answer(parent: Element, name: str, row: Row, parts: Parts) -> None:
    """An element for each value; a group that one answer fills has the fields of its parts."""
    coded = row["value"] if row["code"] is None else row["code"]
    if coded is None:
        return
    if name in parts:
        element = SubElement(parent, name)
        for part, text in parts_of(coded):
            SubElement(element, parts[name][part]).text = plain(text)
        return
    for value in coded if isinstance(coded, list) else [coded]:
        SubElement(parent, name).text = plain(value["name"] if isinstance(value, dict) else value)
