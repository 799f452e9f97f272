# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""XZuFi as the town's own fields (`town.formats`). Nothing is invented: what the source leaves open stays open."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from allmende.kernel.town.imports import rules
from allmende.kernel.town.imports.engine import html
from allmende.kernel.town.imports.engine.languages import ENGLISH, GERMAN, plain_tag, wanted

Record = Mapping[str, Any]
Data = dict[str, Any]
DAY = re.compile(r"^\d{4}-\d{2}-\d{2}")
EMPTY: tuple[Any, ...] = ("", None, [], {}, ())
NAMED_BY_MODULE = ("service", "specialisation")
MODULES = ("texts", "deadlines", "costs", "durations", "terms", "origins")


def specialised(record: Record, specialisations: Sequence[Record]) -> Data:
    """The record with what its specialisations say instead: text modules by code, other modules as a whole."""
    merged = dict(record)
    for special in specialisations:
        given = {module["code"] for module in special["texts"]}
        kept = [module for module in merged["texts"] if module["code"] not in given]
        replaced = {name: special[name] for name in MODULES if special[name]}
        merged |= replaced | {"texts": kept + special["texts"]}
    return merged


def service(record: Record, *, unit: str, online: str, day: str) -> Data:
    """The fields of `ServiceShape`, without id and status. Texts whose validity ended before `day` (ISO) are left out."""
    modules = _by_code(record["texts"], day)
    name, also = _names(modules)
    lines, texts = _split_documents(_texts(modules))
    fees, free = _costs(record["costs"])
    valid = [*record["valid"], "", ""][:2]
    data = {
        "leika": list(dict.fromkeys(record["leika"])),
        "unit": unit,
        "approved_on": iso_day(record["approved"]),
        "valid_from": iso_day(valid[0]),
        "valid_to": iso_day(valid[1]),
        "name": name,
        "synonyms": _synonyms(record["terms"], also),
        "online": online,
        "source": _origin(record["origins"]),
        "text": texts,
        "fees": fees,
        "free": free,
        "documents": lines,
        "deadlines": _deadlines(record["deadlines"]),
        "processing_time": _duration(record["durations"]),
    }
    return {field: value for field, value in data.items() if value not in EMPTY} | {"name": name, "text": texts}


def unit(record: Record) -> Data:
    """The fields of `UnitShape`, without id and status."""
    given = [address for address in record["addresses"] if address["street"]] or record["addresses"]
    address = {**given[0], "street": given[0]["street"] or given[0]["box"]} if given else {}
    emails = [way["value"] for way in record["contacts"] if "@" in way["value"]]
    phones = [way["value"] for way in record["contacts"] if _is_telephone(way)]
    data = {
        "kind": "office",
        "name": _lines(record["name"]),
        "description": _lines(record["description"]),
        "address": {field: value for field, value in address.items() if value and field != "box"},
        "phone": next(iter(phones), ""),
        "email": next(iter(emails), ""),
        "website": next((site for site in record["websites"] if html.is_safe(site)), ""),
        "closed_note": _lines(record["hours"]),
    }
    return {field: value for field, value in data.items() if value not in EMPTY} | {"address": data["address"]}


def name_of(kind: str, record: Record, form: str) -> str:
    """What people call the record, for lists; empty when it has no German name."""
    if form == "xzufi":
        given = _names(_by_code(record["texts"], ""))[0] if kind in NAMED_BY_MODULE else _lines(record.get("name", {}))
        return given.get(GERMAN, "")
    name = record.get("name")
    return str(name.get(GERMAN, "")) if isinstance(name, Mapping) else ""


def iso_day(text: str) -> str:
    """The day of a date or a point in time (``2025-03-01T10:00:00Z``); what is neither stays, to be refused by name."""
    found = DAY.match(text.strip())
    return found[0] if found else text.strip()


def _by_code(modules: Iterable[Record], day: str) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for module in sorted(modules, key=lambda module: _number(module["position"])):
        ends = iso_day(module["valid"][1]) if module["valid"] else ""
        if not (ends and day and ends < day):
            found.setdefault(module["code"], []).append(module)
    return found


def _names(modules: Mapping[str, Sequence[Record]]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The name by language, and what else the source calls it."""
    given = [_lines(module["text"]) for code in rules.xzufi()["name"] for module in modules.get(code, ())]
    name: dict[str, str] = {}
    also: dict[str, list[str]] = {}
    for words in given:
        for language, text in words.items():
            if name.setdefault(language, text) != text:
                also.setdefault(language, []).append(text)
    return name, also


def _texts(modules: Mapping[str, Sequence[Record]]) -> dict[str, dict[str, str]]:
    """Our module → text by language; none without a German wording."""
    found = {}
    for module, codes in rules.xzufi()["texts"].items():
        found[module] = next((text for code in codes if (text := _joined(modules.get(code, ())))), {})
    for module, codes in rules.xzufi()["joined"].items():
        found[module] = _joined([given for code in codes for given in modules.get(code, ())])
    return {module: text for module, text in found.items() if text.get(GERMAN)}


def _joined(modules: Iterable[Record]) -> dict[str, str]:
    """The texts of several modules one below the other, each with its links, by language."""
    parts: dict[str, list[str]] = {}
    for module in modules:
        texts = _markdown(module["text"])
        for language in (GERMAN, ENGLISH):
            links = [link for link in module["links"] if plain_tag(link["language"]) == language]
            part = "\n\n".join(part for part in (texts.get(language, ""), _links(links)) if part)
            if part:
                parts.setdefault(language, []).append(part)
    return {language: "\n\n".join(dict.fromkeys(found)) for language, found in parts.items()}


def _links(links: Iterable[Record]) -> str:
    return "\n".join(f"- {html.link(link['title'] or link['uri'], link['uri'])}" for link in links)


def _split_documents(texts: dict[str, dict[str, str]]) -> tuple[list[Data], dict[str, dict[str, str]]]:
    """Documents that are a plain list become lines of their own; any other text stays a text."""
    given = texts.get("documents", {})
    german, english = (_items(given.get(language, "")) for language in (GERMAN, ENGLISH))
    if not german or (given.get(ENGLISH) and len(english) != len(german)):
        return [], texts
    lines = [{GERMAN: text, **({ENGLISH: english[number]} if english else {})} for number, text in enumerate(german)]
    return lines, {module: text for module, text in texts.items() if module != "documents"}


def _items(markdown: str) -> list[str]:
    """The items of Markdown that is nothing but a flat list of plain words."""
    rows = markdown.split("\n")
    plain = all(row.startswith("- ") and not re.search(r"[*\[\\]", row) for row in rows)
    return [row[2:].strip() for row in rows] if markdown and plain else []


def _costs(costs: Sequence[Record]) -> tuple[list[Data], dict[str, str]]:
    """Fees, or the sentence that there are none; where the source is silent, a fee line says so."""
    fees = [fee for cost in costs for amount in cost["amounts"] if (fee := _fee(amount))]
    texts = [_line_lists(cost["text"]) for cost in costs]
    free = any(amount["type"] == rules.xzufi()["free_type"] for cost in costs for amount in cost["amounts"])
    if not fees and (free or _says_free(texts)):
        said = {language: " ".join(lines) for text in texts for language, lines in text.items() if lines}
        return [], said if said.get(GERMAN) else dict(rules.xzufi()["free_text"])
    fees += [{"label": label} for text in texts for label in _paired(text)]
    return fees or [{"label": dict(rules.xzufi()["unknown_costs"])}], {}


def _says_free(texts: Sequence[Mapping[str, Sequence[str]]]) -> bool:
    """One short sentence without any figure that says it costs nothing."""
    german = [line for text in texts for line in text.get(GERMAN, ())]
    words = " ".join(german).lower()
    return len(german) == 1 and not re.search(r"\d", words) and any(word in words for word in rules.xzufi()["free"])


def _fee(amount: Record) -> Data | None:
    """A fee with its amount; a range, or what the source says in words only, stands in the label."""
    label = _lines(amount["text"])
    if amount["currency"].upper() not in rules.xzufi()["currency"]:
        return None
    if amount["type"] == rules.xzufi()["free_type"]:
        free = rules.xzufi()["free_text"]
        found = {language: f"{text}: {free[language]}" for language, text in label.items()}
        return {"label": found} if GERMAN in found else None
    if not (amount["amount"] or amount["least"] or amount["most"]):
        found = label if GERMAN in label else _lines(amount["varies"])
        return {"label": found} if GERMAN in found else None
    if GERMAN not in label:
        label = {GERMAN: amount["what"]} if amount["what"] else dict(rules.xzufi()["fee_text"])
    if amount["amount"]:
        return {"label": label, "amount": _decimal(amount["amount"])}
    return {"label": {language: f"{text}: {_range(amount, language)}" for language, text in label.items()}}


def _decimal(text: str) -> str:
    """``1234.50`` of ``1.234,50 €``; anything else stays, to be refused by name."""
    plain = re.sub(r"\s|€|EUR", "", text)
    return plain.replace(".", "").replace(",", ".") if "," in plain else plain


def _range(amount: Record, language: str) -> str:
    bounds = {"least": amount["least"] or "0", "most": amount["most"] or "…"}
    return str(rules.xzufi()["between"][language]).format(**bounds)


def _deadlines(modules: Sequence[Record]) -> list[Data]:
    """Deadlines in the words of the source; figures too where they have a name (``Widerspruchsfrist: 1 Monat``) or stand alone."""
    found: list[Data] = []
    for module in modules:
        spelled = list(_paired(_line_lists(module["text"])))
        spans = [(given, span) for given in module["spans"] if (span := _span(given))]
        found += [_labelled(given, span) for given, span in spans if given["what"] or not spelled]
        found += spelled
    return found


def _labelled(given: Record, span: Data) -> Data:
    """A span behind the words that say what it is, with what the source adds."""
    more = _lines(given["text"])
    what = {GERMAN: given["what"]} if given["what"] else {}
    return {
        language: ": ".join(filter(None, (what.get(language), words)))
        + (f" ({more[language]})" if language in more else "")
        for language, words in span.items()
        if language == GERMAN or not what
    }


def _duration(modules: Sequence[Record]) -> dict[str, str]:
    """How long it takes, in one line: the words of the source, else its figures."""
    parts: dict[str, list[str]] = {}
    for module in modules:
        spelled = _lines(module["text"])
        for words in [spelled] if spelled.get(GERMAN) else [_span(given) for given in module["spans"]]:
            for language, text in words.items():
                parts.setdefault(language, []).append(text)
    return {language: "; ".join(dict.fromkeys(found)) for language, found in parts.items()} if GERMAN in parts else {}


def _span(given: Record) -> dict[str, str]:
    """``2 Wochen``, ``1 bis 3 Monate``; empty for a unit of time nobody knows."""
    unit = rules.xzufi()["time_codes"].get(given["unit"], given["unit"].lower())
    known = next((words for start, words in rules.xzufi()["time_units"].items() if unit.startswith(start)), None)
    if known is None:
        return {}
    last = given["to"] or given["from"]
    found = {}
    for language in (GERMAN, ENGLISH):
        words = known[language][0 if last == "1" else 1]
        pattern = rules.xzufi()["until"][language] if given["to"] and given["to"] != given["from"] else "{last} {unit}"
        found[language] = pattern.format(first=given["from"], last=last, unit=words)
    return found


def _paired(lines: Mapping[str, Sequence[str]]) -> Iterable[dict[str, str]]:
    """German lines with the English ones beside them, where both have as many."""
    german, english = lines.get(GERMAN, ()), lines.get(ENGLISH, ())
    together = len(german) == len(english)
    for number, text in enumerate(german):
        yield {GERMAN: text, **({ENGLISH: english[number]} if together else {})}


def _synonyms(terms: Iterable[Record], also: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {language: list(words) for language, words in also.items()}
    for term in terms:
        language = plain_tag(term["language"])
        if language in (GERMAN, ENGLISH):
            found.setdefault(language, []).extend(html.line(word) for word in re.split(r"[;\n]", term["term"]))
    return {language: unique for language, words in found.items() if (unique := [*dict.fromkeys(filter(None, words))])}


def _origin(origins: Sequence[Record]) -> str:
    german = [origin["uri"] for origin in origins if plain_tag(origin["language"]) == GERMAN]
    return next(iter([*german, *(origin["uri"] for origin in origins)]), "")


def _is_telephone(way: Record) -> bool:
    other = rules.xzufi()["not_telephone"]
    named = way["name"].lower()
    figures = re.fullmatch(r"[\d\s()/+.–-]{3,40}", way["value"])
    return bool(figures) and way["channel"] not in other["codes"] and not any(word in named for word in other["names"])


def _lines(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, given in wanted(texts).items() if (text := html.line(given))}


def _line_lists(texts: Mapping[str, str]) -> dict[str, list[str]]:
    return {language: html.lines(given) for language, given in wanted(texts).items()}


def _markdown(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, given in wanted(texts).items() if (text := html.markdown(given))}


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0
