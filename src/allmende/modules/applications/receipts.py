# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The receipt of an application: its record as an accessible PDF, in the language of the pages or another."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, timezone, translation

from allmende.kernel.messages.packages import safe_name
from allmende.kernel.printing import service as printing
from allmende.kernel.town import queries as town
from allmende.modules.applications import rules
from allmende.modules.applications.engine import telling

TEMPLATE = "allmende.modules.applications:templates/applications/receipt.typ"
HASH_SHOWN = 12


def pdf(record: Mapping[str, Any], number: str, language: str = "") -> bytes:
    """PDF/UA-1 of a record (``record/1``, engine/record.py) with the number of its case; the same record is the same file.

    Raises PrintingFailed.
    """
    spoken = language or record["language"]
    with translation.override(spoken):
        content = _content(record, number, spoken, rules.receipt(spoken))
    return printing.pdf(TEMPLATE, content, spoken, rules.receipt(spoken)["title"].format(number=number))


def file_name(number: str, language: str) -> str:
    """``Eingangsbestätigung-2026-000001.pdf``."""
    return safe_name(f"{rules.receipt(language)['title'].format(number=number)}.pdf")


def _content(record: Mapping[str, Any], number: str, language: str, words: Mapping[str, Any]) -> dict[str, Any]:
    flow = record["flow"]
    return {
        "words": words,
        "facts": [
            (words["application"], flow["name"][language]),
            (words["number"], number),
            (words["moment"], _moment(record["moment"])),
            (words["channel"], words["channels"][record["channel"]]),
            (words["unit"], _unit(record["unit"], language)),
        ],
        "questions": [
            {"ask": question.ask, "items": [_item(item, words) for item in question.items]}
            for question in telling.questions(record, language)
        ],
        "closing": [text[language] for text in record["closing"]],
        "confirmations": [each["text"][language] for each in record["confirmations"]],
        "basis": [*record["legal_basis"], *dict.fromkeys(_sources(record["sources"], language))],
        "flow": words["flow"].format(**flow | {"hash": flow["hash"][:HASH_SHOWN]}),
    }


def _item(item: telling.Item, words: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": item.name, "rows": [(label, text or words["empty"]) for label, text in item.rows]}


def _moment(text: str) -> str:
    return formats.date_format(timezone.localtime(datetime.fromisoformat(text)), "DATETIME_FORMAT")


def _unit(unit_id: str, language: str) -> str:
    """Name, address and telephone, one a line; the id of a unit that there is no more."""
    found = town.unit(unit_id, language)
    return "\n".join(filter(None, (found.name, found.address, found.phone))) if found else unit_id


def _sources(sources: list[Mapping[str, str]], language: str) -> Iterator[str]:
    """The names of the services and statutes that the flow rests on; what the town no longer has goes by its id."""
    services = town.service_cards([source["service"] for source in sources if "service" in source], language)
    statutes = {link.id: link.short_title for link in town.statutes(language)}
    for source in sources:
        if "service" in source:
            card = services.get(source["service"])
            yield card.name if card else source["service"]
        else:
            yield f"{source['section']} {statutes.get(source['statute'], source['statute'])}"
