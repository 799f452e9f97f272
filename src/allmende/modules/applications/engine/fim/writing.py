# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What another program gets of an application: the record's answers as JSON and as XML, with the ids of FIM where a slot carries one.

FIM names the elements of a message by the ids of its fields and groups (``F60000227``, ``G60000086``); so does this one. A flow that is
bound to a data schema sends an instance of it (`instance`). Any other has a message in a namespace of our own: what has no id stands
as ``angabe``, a repeated group as ``gruppe``. The same record is the same message, byte by byte.
"""

import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from allmende.modules.applications.engine.fim.reading import FIM_ID

SCHEMA = "message/1"
NAMESPACE = "urn:allmende:antrag:1"
GERMAN = "de"
NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (section 2.2), and the carriage return, which its readers change."""
Parts = Mapping[str, Mapping[str, str]]
Message = dict[str, Any]


def message(record: Mapping[str, Any], number: str) -> Message:
    """The message of a record (``record/1``) with the number of its case, as plain data; texts are German."""
    flow = record["flow"]
    return {
        "schema": SCHEMA,
        "number": number,
        "moment": record["moment"],
        "language": record["language"],
        "channel": record["channel"],
        "unit": record["unit"],
        "flow": {
            "id": flow["id"],
            "version": flow["version"],
            "hash": flow["hash"],
            "name": flow["name"][GERMAN],
            "data_schema": dict(flow.get("data_schema", {})),
        },
        "leika": list(flow["leika"]),
        "legal_basis": list(record["legal_basis"]),
        "applicant": dict(record["applicant"]),
        "answers": [_answer(row) for step in record["steps"] for row in step["rows"]],
        "confirmations": [{"name": each["name"], "text": each["text"][GERMAN]} for each in record["confirmations"]],
    }


def as_json(content: Message) -> bytes:
    """The message as JSON (UTF-8)."""
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def as_xml(content: Message, parts: Parts) -> bytes:
    """The message as XML (UTF-8). `parts` of data/fim.yaml: groups that one answer fills, and the fields of its parts."""
    root = Element("antrag", xmlns=NAMESPACE)
    _head(SubElement(root, "kopf"), content)
    data = SubElement(root, "daten")
    for (slot, item), rows in groupby(content["answers"], key=lambda row: (row["slot"], row["item"])):
        parent = data
        found = list(rows)
        if item is not None:
            parent = SubElement(data, "gruppe", slot=slot, nummer=str(item + 1), bezeichnung=_clean(found[0]["group"]))
        for row in found:
            _element(parent, row, parts)
    confirmed = SubElement(root, "bestaetigungen")
    for each in content["confirmations"]:
        _leaf(confirmed, "bestaetigung", each["text"], name=each["name"])
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _answer(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "slot": row["slot"],
        "item": row["item"],
        "field": row["field"],
        "kind": row["kind"],
        "label": row["label"][GERMAN],
        "group": row["item_label"].get(GERMAN, ""),
        "fim": row["fim"],
        "within": row.get("within", ""),
        "code": row.get("code"),
        "value": row["answer"],
        "shown": row["shown"][GERMAN],
    }


def _head(head: Element, content: Message) -> None:
    flow = content["flow"]
    for name, text in (
        ("nummer", content["number"]),
        ("eingang", content["moment"]),
        ("zustaendig", content["unit"]),
        ("sprache", content["language"]),
        ("weg", content["channel"]),
    ):
        _leaf(head, name, text)
    _leaf(head, "ablauf", flow["name"], kennung=flow["id"], version=str(flow["version"]), pruefsumme=flow["hash"])
    _leaf(head, "antragsteller", content["applicant"]["name"], email=content["applicant"]["email"])
    for name, texts in (("leistungsschluessel", content["leika"]), ("rechtsgrundlage", content["legal_basis"])):
        for text in texts:
            _leaf(head, name, text)


def _element(parent: Element, row: Mapping[str, Any], parts: Parts) -> None:
    """One answer: an element named by its FIM id, or ``angabe``; empty for what was left empty."""
    name = row["fim"] if FIM_ID.fullmatch(row["fim"]) else "angabe"
    own = row["field"] or row["slot"]
    element = SubElement(parent, name, slot=own, typ=row["kind"], bezeichnung=_clean(row["label"]))
    if row["shown"]:
        element.set("anzeige", _clean(row["shown"]))
    value = row["value"]
    fields = parts.get(name, {})
    if fields and value is not None:
        for part, text in parts_of(value):
            _leaf(element, fields.get(part, part), text)
    else:
        _fill(element, value)


def parts_of(value: Any) -> Iterable[tuple[str, str]]:
    """The parts of an address, or of a day."""
    if isinstance(value, dict):
        return value.items()
    return zip(("year", "month", "day"), str(value).split("-"), strict=False)


def _fill(element: Element, value: Any) -> None:
    """A simple value as text, parts as elements, several values as ``wert``."""
    if isinstance(value, dict):
        for name, text in value.items():
            _leaf(element, name, text)
    elif isinstance(value, list):
        for each in value:
            _fill(SubElement(element, "wert"), each)
    elif value is not None:
        element.text = plain(value)


def _leaf(parent: Element, tag: str, text: Any, /, **attributes: str) -> None:
    element = SubElement(parent, tag, {key: _clean(value) for key, value in attributes.items()})
    element.text = plain(text)


def plain(value: Any) -> str:
    """A simple value as XML writes it."""
    return ("true" if value else "false") if isinstance(value, bool) else _clean(str(value))


def _clean(text: str) -> str:
    return NOT_XML.sub("", text.replace("\r\n", "\n"))
