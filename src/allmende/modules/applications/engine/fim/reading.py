# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""XDatenfelder 2 and 3: a data schema of the federal information management (FIM) as a tree.

Real files differ: prefixes and namespaces, codes inside their own element or as text, bounds as JSON or as attributes, elements that
are missing or empty, help texts in HTML. What can be read is read; only what is no data schema at all is refused.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from allmende.modules.applications.engine.problems import Refused

FIM_ID = re.compile(r"[FG]\d{3,20}")
LARGEST = 20_000_000
"""Bytes of a file."""
DEEPEST = 30
"""Levels of groups in groups; a schema has fewer than ten."""
BLOCKS = frozenset({"p", "br", "li", "ul", "ol", "div", "h1", "h2", "h3", "h4", "tr"})


@dataclass(frozen=True)
class Node:
    """A field or a group. `most` is None where there is no limit."""

    id: str
    name: str
    group: bool
    label: str = ""
    help: str = ""
    least: int = 1
    most: int | None = 1
    art: str = "input"
    datatype: str = "text"
    content: str = ""
    bounds: Mapping[str, str] = field(default_factory=dict)
    values: tuple[tuple[str, str], ...] = ()
    code_list: str = ""
    laws: tuple[str, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()
    children: "tuple[Node, ...]" = ()


CodeLists = Mapping[str, tuple[tuple[str, str], ...]]
"""URN of a code list, with or without its version → (code, name)."""


def read_schema(document: bytes) -> Node:
    """The schema as a group without a limit. Raises Refused."""
    root = _parsed(document)
    schema = next((element for element in root.iter() if _local(element) == "stammdatenschema"), None)
    if schema is None:
        raise Refused("fim.schema")
    return _node(schema, 0)


def read_code_list(document: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """URN and values of a code list in the format genericode. The key is the column that the list names as such, else the first."""
    root = _parsed(document)
    columns = [column.get("Id", "") for column in root.iter() if _local(column) == "Column"]
    keys = [
        reference.get("Ref", "")
        for key in root.iter()
        if _local(key) == "Key"
        for reference in key
        if _local(reference) == "ColumnRef"
    ]
    key = keys[0] if keys else next(iter(columns), "")
    name = next((column for column in columns if column != key), key)
    rows = []
    for row in (element for element in root.iter() if _local(element) == "Row"):
        cells = {
            cell.get("ColumnRef", ""): " ".join("".join(cell.itertext()).split())
            for cell in row
            if _local(cell) == "Value"
        }
        if cells.get(key):
            rows.append((cells[key], cells.get(name) or cells[key]))
    urn = next(
        (
            text_of(element)
            for tag in ("CanonicalVersionUri", "CanonicalUri")
            for element in root.iter()
            if _local(element) == tag
        ),
        "",
    )
    return urn, tuple(rows)


def plain_text(html: str) -> str:
    """A help text without tags; paragraphs and items stay on lines of their own."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line)


class _Text(HTMLParser):
    """Gathers the text between tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in BLOCKS:
            self.parts.append("\n– " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")


def _parsed(document: bytes) -> Element:
    if len(document) > LARGEST:
        raise Refused("fim.large")
    try:
        root: Element = fromstring(document)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Refused("fim.xml") from error
    return root


def _node(element: Element, depth: int, counted: str = "1:1") -> Node:
    if depth > DEEPEST:
        raise Refused("fim.deep")
    group = _local(element) != "datenfeld"
    name = text_of(_child(element, "name")) or text_of(_child(element, "bezeichnungEingabe"))
    label = text_of(_child(element, "bezeichnungEingabe")) or name or text_of(_child(element, "bezeichnungAusgabe"))
    identity = text_of(_child(_child(element, "identifikation"), "id")) or text_of(_child(element, "id"))
    least, most = _count(counted)
    return Node(
        id=identity,
        name=plain_text(name) or identity or _local(element),
        group=group,
        label=plain_text(label) or identity or _local(element),
        help=plain_text(text_of(_child(element, "hilfetextEingabe")) or text_of(_child(element, "hilfetext"))),
        least=least,
        most=most,
        art=_code(_child(element, "feldart")) or "input",
        datatype=_code(_child(element, "datentyp")) or "text",
        content=plain_text(text_of(_child(element, "inhalt"))),
        bounds=_bounds(_child(element, "praezisierung")),
        values=tuple(_values(element)),
        code_list=_code_list(_child(element, "codelisteReferenz")),
        laws=tuple(law for each in _children(element, "bezug") if (law := " ".join(text_of(each).split()))),
        rules=tuple(_rules(element)),
        children=tuple(_contained(element, depth + 1)) if group else (),
    )


def _contained(element: Element, depth: int) -> Iterator[Node]:
    for structure in _children(element, "struktur"):
        counted = text_of(_child(structure, "anzahl")) or "1:1"
        for inside in _children(structure, "enthaelt") or [structure]:
            for part in inside:
                if _local(part) in ("datenfeld", "datenfeldgruppe"):
                    yield _node(part, depth, counted)


def _count(text: str) -> tuple[int, int | None]:
    """(least, most) of "0:1", "1:*", "1:n"."""
    match = re.fullmatch(r"\s*(\d+)\s*(?::|\.\.)\s*(\d+|\*|n)\s*", text)
    if match is None:
        return 1, 1
    return int(match[1]), int(match[2]) if match[2].isdigit() else None


def _bounds(element: Element | None) -> dict[str, str]:
    """From attributes (version 3), or from JSON in the text (version 2), which is sometimes no JSON."""
    if element is None:
        return {}
    found: dict[str, Any] = dict(element.attrib)
    text = text_of(element)
    if text.startswith("{"):
        try:
            read = json.loads(text)
        except (ValueError, RecursionError):
            read = {"unreadable": text}
        found |= read if isinstance(read, dict) else {}
    elif text:
        found["unreadable"] = text
    return {name: str(value).strip() for name, value in found.items() if value not in (None, "")}


def _values(element: Element) -> Iterator[tuple[str, str]]:
    for row in (each for values in _children(element, "werte") for each in _children(values, "wert")):
        code = text_of(_child(row, "code"))
        if code:
            yield code, plain_text(text_of(_child(row, "name"))) or code


def _code_list(element: Element | None) -> str:
    """The URN with its version, wherever it stands."""
    if element is None:
        return ""
    found = {_local(each): text_of(each) for each in element.iter()}
    return found.get("canonicalVersionUri") or found.get("canonicalIdentification") or found.get("id", "")


def _rules(element: Element) -> Iterator[tuple[str, str]]:
    for rule in _children(element, "regel"):
        name = text_of(_child(_child(rule, "identifikation"), "id")) or text_of(_child(rule, "name"))
        told = (text_of(_child(rule, tag)) for tag in ("freitextRegel", "definition", "beschreibung", "name"))
        yield name, plain_text(next((text for text in told if text), ""))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [child for child in element if _local(child) == name]


def _child(element: Element | None, name: str) -> Element | None:
    return next(iter(_children(element, name)), None)


def _code(element: Element | None) -> str:
    return text_of(_child(element, "code")) or text_of(element)


def text_of(element: Element | None) -> str:
    """The text of an element, without surrounding space; empty for none."""
    return (element.text or "").strip() if element is not None else ""
