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
MESSAGES = frozenset({WRITES, DELETES})
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
    return OBJECTS.get(name.rpartition(":")[2].lower().removesuffix("erweitert"), "")


def key_of(node: Node | None, agency: str = "") -> str:
    """``agency:id`` of an identifier, or the id alone where no agency is known; empty when there is none."""
    if node is None or not node.text():
        return ""
    agency = node.attributes.get("schemeAgencyID", "").strip() or agency
    return f"{agency}:{node.text()}" if agency else node.text()


def bare(key: str) -> str:
    """The id of a key, without its agency."""
    return key.rpartition(":")[2]


def closest(key: str, references: Iterable[tuple[str, str]]) -> list[str]:
    """Of (key that is meant, key of who says so) those who mean `key`. An agency may be missing on either side.

    Who names it exactly goes before who leaves out the agency and has the same one, and those before all others.
    """
    given = [(named, by) for named, by in references if bare(named) == bare(key)]
    exact = [by for named, by in given if named == key]
    open_ones = [by for named, by in given if bare(key) in (named, key)]
    near = [by for by in open_ones if _agency_of(by) == _agency_of(key)]
    return exact or near or open_ones


def _agency_of(key: str) -> str:
    return key.rpartition(":")[0]


def record_of(kind: str, node: Node) -> Record:
    """The record of an element below ``schreibe``."""
    return READERS[kind](node)


def target_of(node: Node) -> tuple[str | None, str]:
    """Kind and key of what a ``loesche`` names: by its class and id, or by an element as in ``schreibe``.

    The kind is None for a class that nobody needs, and empty where the message does not say of what the id is.
    """
    named = node.attributes.get("klasse", "") or node.text("klasse")
    if named:
        return kind_of(named) or None, key_of(node.first("id"))
    for part in node.children():
        if kind := kind_of(part.name.removesuffix("ID")):
            return kind, key_of(_identity(part) or part)
    return ("" if node.first("id") else None), ""


def object_of(node: Node) -> tuple[str, str, Node] | None:
    """Kind, key and element of what a ``schreibe`` brings, or of an object that stands alone; None when we know none."""
    for part in (node, *node.children()):
        if kind := kind_of(part.name):
            return kind, key_of(_identity(part)), part
    return None


def _identity(node: Node) -> Node | None:
    return node.first("id") or node.first("zustaendigkeit", "id")


def _service(node: Node) -> Record:
    return {
        "leika": _codes(node.all("referenzLeiKa")),
        "areas": [area.text() for area in node.all("gueltigkeitGebietID") if area.text()],
        "valid": _validity(node),
        "approved": node.text("modulFachlicheFreigabe", "fachlichFreigegebenAm"),
        "changed": node.text("versionsinformation", "geaendertDatumZeit"),
        **_modules(node),
    }


def _specialisation(node: Node) -> Record:
    return _service(node) | {"service": key_of(node.first("leistungID"))}


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
        "valid": _validity(node),
        "text": _texts(node.all("inhalt")),
        "links": [
            {"language": _language(link), "uri": link.text("uri"), "title": link.text("titel")}
            for link in _in_order(node.all("weiterfuehrenderLink"))
            if link.text("uri")
        ],
    }


def _deadline(node: Node) -> Record:
    spans = [
        {
            **span,
            "what": _named(given.first("typ") or given.first("fristTyp")),
            "text": _texts(given.all("beschreibung")),
        }
        for given in node.all("frist")
        for span in _spans(given)
    ]
    return {"text": _texts(node.all("beschreibung")), "spans": spans}


def _duration(node: Node) -> Record:
    spans = [span for given in node.all("bearbeitungsdauer") for span in _spans(given)]
    return {"text": _texts(node.all("beschreibung")), "spans": spans}


def _spans(node: Node) -> Iterator[Record]:
    """Durations in figures and units: directly, or below the choice between a duration and a day."""
    length = node.first("dauer")
    if length is None:
        for part in node.children():
            yield from _spans(part)
    elif length.text():
        unit = (
            _named(node.first("einheitBis")) or _named(node.first("einheit")) or length.attributes.get("unitCode", "")
        )
        yield {"from": length.text(), "to": node.text("dauerBis"), "unit": unit}


def _named(node: Node | None) -> str:
    """What a code type says: its name, else its code, else its own text."""
    return (node.text("name") or node.text("code") or node.text()) if node else ""


def _cost(node: Node) -> Record:
    return {"text": _texts(node.all("beschreibung")), "amounts": [_amount(cost) for cost in node.all("kosten")]}


def _amount(node: Node) -> Record:
    types = (part.attributes.get("type", "") for part in (node, *node.every()))
    money = next(node.every("betrag"), None)
    return {
        "type": next(filter(None, types), "").rpartition(":")[2],
        "what": node.text("typ", "name"),
        "text": _texts(node.all("beschreibung")) or _texts(node.all("bezeichnung")),
        "varies": _texts(node.every("beschreibungVariabilitaet")),
        "amount": _figure(node, "betrag"),
        "least": _figure(node, "betragUntergrenze") or _figure(node, "kostenVon"),
        "most": _figure(node, "betragObergrenze") or _figure(node, "kostenBis"),
        "currency": _named(next(node.every("waehrung"), None))
        or (money.attributes.get("currencyID", "") if money else ""),
    }


def _figure(node: Node, name: str) -> str:
    return next((text for part in node.every(name) if (text := part.text())), "")


def _terms(node: Node) -> Iterator[Record]:
    for term in node.all("begriffImKontext"):
        for word in term.all("begriff"):
            if word.text():
                yield {"language": _language(word), "term": word.text()}


def _unit(node: Node) -> Record:
    return {
        "name": _texts(part for name in node.all("name") for part in (list(name.all("name")) or [name])),
        "description": _texts(node.all("beschreibung")),
        "hours": _texts(node.all("infoOeffnungszeitenText")),
        "addresses": [_address(address) for address in node.all("anschrift")],
        "contacts": [
            {"channel": way.text("kanal", "code"), "name": _named(way.first("kanal")), "value": way.text("kennung")}
            for way in node.all("kommunikation")
        ],
        "websites": [site.text("uri") for site in node.all("internetadresse") if site.text("uri")],
        "responsibilities": [_responsible(task) for task in node.all("zustaendigkeit")],
    }


def _address(node: Node) -> Record:
    box = node.text("postfach")
    return {
        "street": f"{node.text('strasse')} {node.text('hausnummer')}".strip(),
        "box": f"Postfach {box}" if box.isdecimal() else box,
        "postcode": node.text("postleitzahl"),
        "city": node.text("ort"),
    }


def _online(node: Node) -> Record:
    return {
        "name": _texts(node.all("bezeichnung")),
        "links": [link.text("link") or link.text("uri") or link.text() for link in node.all("link")],
        "responsibilities": [_responsible(task) for task in node.all("zustaendigkeit")],
    }


def _responsibility(node: Node) -> Record:
    task = node.first("zustaendigkeit") or node
    return {"owner": key_of(node.first("uebergeordnetesObjektID"), _agency(task)), **_responsible(task)}


def _responsible(node: Node) -> Record:
    return {
        "services": [key for key in map(key_of, node.all("leistungID")) if key],
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


def _validity(node: Node) -> list[str]:
    """First and last day as given, either may be empty, of the span that ends last; nothing when there is no bound."""
    spans = [(span.text("beginn"), span.text("ende")) for span in node.all("gueltigkeit")]
    last = max(spans, key=lambda span: (not span[1], span[1], span[0]), default=("", ""))
    return list(last) if any(last) else []


def _in_order(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: _position(node.text("positionDarstellung")))


def _position(text: str) -> int:
    return int(text) if text.isdigit() else 0
