# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A flow that does not exist yet, as a file: the least there can be, or what a data schema of FIM says."""

from collections.abc import Mapping
from typing import Any

import yaml
from django.utils.translation import gettext as _

from allmende.kernel.web.editing.ids import id_from
from allmende.modules.applications import rules
from allmende.modules.applications.engine.fim.drafting import draft_flow
from allmende.modules.applications.engine.fim.reading import read_schema
from allmende.modules.applications.engine.problems import Fault, Place, Refused


class SchemaError(ValueError):
    """The data schema cannot be read; the text is for people."""


def file(entered: Mapping[str, Any], language: str) -> tuple[str, list[str]]:
    """The file of a new flow and notes on what was left out. Raises SchemaError."""
    schema, name, unit = entered["schema"], entered["name"], entered["unit"]
    data, notes = _from_fim(schema, unit, language) if schema else (_least(name, unit), [])
    if schema and id_from(name):
        data |= {"id": id_from(name), "name": {"de": name}}
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=140), notes


def _from_fim(schema: Any, unit: str, language: str) -> tuple[dict[str, Any], list[str]]:
    try:
        data, notes = draft_flow(read_schema(schema.read()), schema.name, unit, rules.fim(), {})
    except Refused as refused:
        raise SchemaError(rules.messages().fault(Fault(Place(""), refused.key, refused.params), language)) from None
    return data, [rules.messages().problem(note, language) for note in notes]


def _least(name: str, unit: str) -> dict[str, Any]:
    """A beginning, a review and the two ends that every flow needs. The compiler lists what is still missing."""
    return {
        "schema": "flow/1",
        "id": id_from(name),
        "version": 1,
        "status": "draft",
        "unit": unit,
        "name": {"de": name},
        "slots": {},
        "steps": [
            {"id": "start", "say": {"de": _("Ich führe Sie durch den Antrag.")}, "next": "pruefen"},
            {"id": "pruefen", "review": "all", "confirm": ["wahrheit", "datenschutz"], "next": "einreichen"},
            {"id": "einreichen", "action": "submit"},
            {"id": "mensch", "action": "handover"},
        ],
        "tests": [],
    }
