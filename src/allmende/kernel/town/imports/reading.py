# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the files of a delivery to arrivals: what came, under which key, from where. Nothing is judged and nothing stored."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from allmende.kernel.town.imports import rules
from allmende.kernel.town.imports.delivery import Delivery, File
from allmende.kernel.town.imports.engine import listing, table, xzufi
from allmende.kernel.town.imports.engine.stream import Reader
from allmende.kernel.town.imports.engine.xml import Message, XmlRefused

FILE = "file"
NAMELESS = "#"
"""Begins the key of a record that has none of its own: it can only be recognised by its place."""


@dataclass(frozen=True)
class Arrival:
    """A record that came, or that the source deletes (`gone`), or one that cannot be read (`fault`, and a `detail` of it).

    `facts` is what other records need to know of it. `line` counts from 1.
    """

    kind: str
    key: str
    file: str
    line: int
    record: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    gone: bool = False
    fault: str = ""
    detail: str = ""


def arrivals(delivery: Delivery, form: str) -> Iterator[Arrival]:
    """All records of the delivery in their order; a file that cannot be read any further is an arrival of its own."""
    for file in delivery.files:
        yield from _of_file(file, form)


def _of_file(file: File, form: str) -> Iterator[Arrival]:
    if file.open is None:
        yield _broken(file, "absent", 0)
        return
    try:
        yield from READERS[form](file)
    except (XmlRefused, listing.JsonRefused) as error:
        yield _broken(file, error.code, error.line)
    except table.TableRefused as error:
        yield _broken(file, f"table_{error.code}", 1, error.detail)
    except csv.Error:
        yield _broken(file, "broken", 0)
    else:
        yield Arrival(FILE, file.name, file.name, 0, gone=True)  # whatever was wrong with it before is mended


def _broken(file: File, fault: str, line: int, detail: str = "") -> Arrival:
    return Arrival(FILE, file.name[: rules.limits()["key_characters"]], file.name, line, fault=fault, detail=detail)


def _of_xml(file: File) -> Iterator[Arrival]:
    limits = rules.limits()
    with _opener(file)() as stream:
        reader = Reader(
            stream,
            depth=limits["depth"],
            characters=limits["record_characters"],
            names=xzufi.MESSAGES,
            holders=frozenset({xzufi.WRITES}),
        )
        for number, message in enumerate(reader, 1):
            if reader.head.namespace != xzufi.NAMESPACE:
                break
            arrival = _of_message(message, file.name, number)
            if arrival:
                yield arrival
        if reader.head.namespace != xzufi.NAMESPACE:
            version = reader.head.namespace.removeprefix(xzufi.FAMILY).replace("_", ".")
            known = reader.head.namespace.startswith(xzufi.FAMILY)
            yield _broken(file, "version" if known else "foreign", 1, version if known else reader.head.name)


def _of_message(message: Message, file: str, number: int) -> Arrival | None:
    if message.name == xzufi.DELETES and not message.fault:
        return _of_deletion(message, file, number)
    code, detail = _fault_of(message)
    found = xzufi.object_of(message.node)
    if found is None:
        lost = Arrival(xzufi.SERVICE, _nameless(file, number), file, message.line, fault=code, detail=detail)
        return lost if code else None
    kind, key, node = found
    record = xzufi.record_of(kind, node)
    facts = _facts(kind, record)
    if not key or len(key) > rules.limits()["key_characters"]:
        key, code = _nameless(file, number), code or "no_id"
    return Arrival(kind, key, file, message.line, record, facts, fault=code, detail=detail)


def _fault_of(message: Message) -> tuple[str, str]:
    """Code and detail of why a message cannot be read as a whole; empty when it can."""
    if message.fault is None:
        return "", ""
    code = message.fault.code
    return (code if code == "too_large" else f"record_{code}"), str(message.fault.line)


def _of_deletion(message: Message, file: str, number: int) -> Arrival | None:
    kind, key = xzufi.target_of(message.node)
    if kind and key:
        return Arrival(kind, key, file, message.line, gone=True)
    unclear = kind is not None
    return Arrival(xzufi.SERVICE, _nameless(file, number), file, message.line, fault="unclear") if unclear else None


def _facts(kind: str, record: dict[str, Any]) -> dict[str, Any]:
    if kind in (xzufi.UNIT, xzufi.ONLINE):
        facts = {"responsibilities": record.pop("responsibilities")}
        return facts | ({"links": record["links"]} if kind == xzufi.ONLINE else {})
    if kind == xzufi.RESPONSIBILITY:
        return dict(record)
    if kind == xzufi.SPECIALISATION:
        return {"service": record["service"], "areas": record["areas"]}
    return {}


def _of_json(file: File) -> Iterator[Arrival]:
    with _opener(file)() as stream:
        content = stream.read()
    for number, entry in enumerate(listing.entries(content), 1):
        known = entry.value if isinstance(entry.value, dict) else {}
        fault = "" if isinstance(entry.value, dict) else "no_object"
        if entry.size > rules.limits()["record_characters"]:
            fault, known = "too_large", {"id": known.get("id")}
        if entry.fault:
            fault = "record_json"
        yield _of_record(known, file.name, entry.line, number, fault, str(entry.fault or ""))


def _of_csv(file: File) -> Iterator[Arrival]:
    rows = table.rows(_opener(file), rules.columns(), rules.limits()["record_characters"])
    for number, row in enumerate(rows, 1):
        yield _of_record(row.record, file.name, row.line, number, row.fault)


def _of_record(record: dict[str, Any], file: str, line: int, number: int, fault: str, detail: str = "") -> Arrival:
    given = record.get("id")
    key = given.strip() if isinstance(given, str) else ""
    if len(key) > rules.limits()["key_characters"] or key.startswith(NAMELESS):
        key = ""
    return Arrival(xzufi.SERVICE, key or _nameless(file, number), file, line, record, fault=fault, detail=detail)


def _nameless(file: str, number: int) -> str:
    room = rules.limits()["key_characters"] - 12
    return f"{NAMELESS}{file[-room:]}{NAMELESS}{number}"


def _opener(file: File) -> Callable[[], Any]:
    if file.open is None:
        raise ValueError(f"{file.name} is not there")
    return file.open


READERS: dict[str, Callable[[File], Iterable[Arrival]]] = {"xzufi": _of_xml, "json": _of_json, "csv": _of_csv}
FORMS = tuple(READERS)
