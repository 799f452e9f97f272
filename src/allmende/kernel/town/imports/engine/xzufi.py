# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""XZuFi 2.2: a message's element as a plain record, texts still as they came (HTML), nothing judged.

Elements may be single or repeated, ``code`` and ``name`` of code types are in no namespace, texts carry a languageCode
(de, de-DE, de-x-leicht, en …). Structure after the messages of the Portalverbund (root, ``schreibe`` and ``loesche``).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from allmende.kernel.town.imports.engine.xml import Node

NAMESPACE = "http://xoev.de/schemata/xzufi/2_2_0"
FAMILY = "http://xoev.de/schemata/xzufi/"
WRITES, DELETES = "schreibe", "loesche"
SERVICE, SPECIALISATION, UNIT, ONLINE, RESPONSIBILITY = "service", "specialisation", "unit", "online", "responsibility"
OBJECTS = {
    "leistung": SERVICE,
    "spezialisierung": SPECIALISATION,
    "leistungspezialisierung": SPECIALISATION,
    "leistungsspezialisierung": SPECIALISATION,
    "organisationseinheit": UNIT,
    "onlinedienst": ONLINE,
    "zustaendigkeittransferobjekt": RESPONSIBILITY,
    "zustaendigkeit": RESPONSIBILITY,
}
"""The objects of messages: names of elements, and of classes in ``loesche``, in lower case."""

Record = dict[str, Any]
Texts = dict[str, str]


def kind_of(name: str) -> str:
    """Which kind of record an element or class of that name is; empty for those nobody needs."""
    return OBJECTS.get(name.lower().removesuffix("erweitert"), "")


def key_of(node: Node | None, agency: str = "") -> str:
    """``agency:id`` of an identifier, or the id alone where no agency is known; empty when there is none."""
    if node is None or not node.text():
        return ""
    agency = node.attributes.get("schemeAgencyID", "").strip() or agency
    return f"{agency}:{node.text()}" if agency else node.text()


def record_of(kind: str, node: Node) -> Record:
    """The record of an element below ``schreibe``."""
    return READERS[kind](node)


def target_of(node: Node) -> tuple[str, str]:
    """Kind and key of what a ``loesche`` names: by its class and id, or by an element as in ``schreibe``."""
    named = kind_of(node.attributes.get("klasse", ""))
    if named:
        return named, key_of(node.first("id"))
    for part in node.content:
        if isinstance(part, Node) and kind_of(part.name):
            return kind_of(part.name), key_of(_identity(part))
    return "", ""


def object_of(node: Node) -> tuple[str, str, Node] | None:
    """Kind, key and element of what a ``schreibe`` brings; None when it brings nothing we know."""
    for part in node.content:
        if isinstance(part, Node) and kind_of(part.name):
            return kind_of(part.name), key_of(_identity(part)), part
    return None


def _identity(node: Node) -> Node | None:
    return node.first("id") or node.first("zustaendigkeit", "id")


def _service(node: Node) -> Record:
    return {
        "leika": _codes(node.all("referenzLeiKa")),
        "areas": [area.text() for area in node.all("gueltigkeitGebietID") if area.text()],
        "valid": _validity(node.first("gueltigkeit")),
        "approved": node.text("modulFachlicheFreigabe", "fachlichFreigegebenAm"),
        "changed": node.text("versionsinformation", "geaendertDatumZeit"),
        **_modules(node),
    }


def _specialisation(node: Node) -> Record:
    return _service(node) | {"service": key_of(node.first("leistungID"), _agency(node))}


def _modules(node: Node) -> Record:
    return {
        "texts": [_text_module(module) for module in node.all("modulText")],
        "deadlines": [_deadline(module) for module in node.all("modulFrist")],
        "costs": [_cost(module) for module in node.all("modulKosten")],
        "durations": [_duration(module) for module in node.all("modulBearbeitungsdauer")],
        "terms": [term for module in node.all("modulBegriffImKontext") for term in _terms(module)],
        "origins": [
            {"language": _language(origin), "uri": origin.text("uri")}
            for origin in _in_order(node.all("modulUrsprungsportal"))
            if origin.text("uri")
        ],
    }


def _text_module(node: Node) -> Record:
    return {
        "code": node.text("leikaTextmodul", "code"),
        "position": node.text("positionDarstellung"),
        "valid": _validity(node.first("gueltigkeit")),
        "text": _texts(node.all("inhalt")),
        "links": [
            {"language": _language(link), "uri": link.text("uri"), "title": link.text("titel")}
            for link in _in_order(node.all("weiterfuehrenderLink"))
            if link.text("uri")
        ],
    }


def _deadline(node: Node) -> Record:
    spans = [_span(choice) for frist in node.all("frist") for choice in _spans(frist)]
    return {"text": _texts(node.all("beschreibung")), "spans": [span for span in spans if span]}


def _duration(node: Node) -> Record:
    spans = [_span(choice) for given in node.all("bearbeitungsdauer") for choice in _spans(given)]
    return {"text": _texts(node.all("beschreibung")), "spans": [span for span in spans if span]}


def _spans(node: Node) -> Iterator[Node]:
    """The elements that say how long: directly, or below the choice between a duration and a day."""
    if node.first("einheit"):
        yield node
        return
    for part in node.content:
        if isinstance(part, Node):
            yield from _spans(part)


def _span(node: Node) -> Record:
    """A duration in words and numbers; empty when its unit is not spelled out."""
    unit, until = node.text("einheit", "name"), node.text("einheitBis", "name")
    if not (node.text("dauer") and unit):
        return {}
    return {"from": node.text("dauer"), "to": node.text("dauerBis"), "unit": until or unit}


def _cost(node: Node) -> Record:
    return {"text": _texts(node.all("beschreibung")), "amounts": [_amount(cost) for cost in node.all("kosten")]}


def _amount(node: Node) -> Record:
    return {
        "type": node.attributes.get("type", "").rpartition(":")[2],
        "text": _texts(node.all("beschreibung")) or _texts(node.all("bezeichnung")),
        "amount": node.text("betrag"),
        "least": node.text("betragUntergrenze") or node.text("kostenVon"),
        "most": node.text("betragObergrenze") or node.text("kostenBis"),
        "currency": node.text("waehrung", "code") or node.text("waehrung"),
    }


def _terms(node: Node) -> Iterator[Record]:
    for term in node.all("begriffImKontext"):
        for word in term.all("begriff"):
            if word.text():
                yield {"language": _language(word), "term": word.text()}


def _unit(node: Node) -> Record:
    agency = _agency(node)
    names = node.first("name")
    named = list(names.all("name")) if names and names.first("name") else list(node.all("name"))
    return {
        "name": _texts(named),
        "description": _texts(node.all("beschreibung")),
        "addresses": [_address(address) for address in node.all("anschrift")],
        "contacts": [
            {"channel": way.text("kanal", "code"), "name": way.text("kanal", "name"), "value": way.text("kennung")}
            for way in node.all("kommunikation")
        ],
        "websites": [site.text("uri") for site in node.all("internetadresse") if site.text("uri")],
        "responsibilities": [_responsible(task, agency) for task in node.all("zustaendigkeit")],
    }


def _address(node: Node) -> Record:
    return {
        "street": f"{node.text('strasse')} {node.text('hausnummer')}".strip(),
        "postcode": node.text("postleitzahl"),
        "city": node.text("ort"),
    }


def _online(node: Node) -> Record:
    agency = _agency(node)
    return {
        "name": _texts(node.all("bezeichnung")),
        "links": [link.text("link") or link.text("uri") for link in node.all("link")],
        "responsibilities": [_responsible(task, agency) for task in node.all("zustaendigkeit")],
    }


def _responsibility(node: Node) -> Record:
    task = node.first("zustaendigkeit") or node
    agency = _agency(task)
    return {"owner": key_of(node.first("uebergeordnetesObjektID"), agency), **_responsible(task, agency)}


def _responsible(node: Node, agency: str) -> Record:
    return {
        "services": [key for key in (key_of(given, agency) for given in node.all("leistungID")) if key],
        "areas": [area.text() for area in node.all("gebietID") if area.text()],
    }


READERS = {
    SERVICE: _service,
    SPECIALISATION: _specialisation,
    UNIT: _unit,
    ONLINE: _online,
    RESPONSIBILITY: _responsibility,
}


def _agency(node: Node) -> str:
    identity = node.first("id")
    return identity.attributes.get("schemeAgencyID", "").strip() if identity else ""


def _language(node: Node) -> str:
    return node.attributes.get("languageCode", "").strip() or "de"


def _texts(nodes: Iterable[Node]) -> Texts:
    """Language → text; of two in one language the later is added below the earlier."""
    found: Texts = {}
    for node in nodes:
        language, text = _language(node), node.markup()
        if text:
            found[language] = f"{found[language]}\n\n{text}" if language in found else text
    return found


def _codes(nodes: Iterable[Node]) -> list[str]:
    return [code for code in (node.text("code") or node.text() for node in nodes) if code]


def _validity(node: Node | None) -> list[str]:
    """First and last day as given, either may be empty; nothing when there is no bound."""
    if node is None:
        return []
    bounds = [node.text("beginn"), node.text("ende")]
    return bounds if any(bounds) else []


def _in_order(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: _position(node.text("positionDarstellung")))


def _position(text: str) -> int:
    return int(text) if text.isdigit() else 0
