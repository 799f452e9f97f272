# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""An application inside its case: for the clerk and the citizen as a page, for disclosure as plain data."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string

from allmende.kernel.cases.records import Record
from allmende.modules.applications.models import Submission


def detail(record: Record, language: str) -> str:
    """The application as HTML: questions, answers, confirmations, version of the flow. Empty once it was deleted."""
    found = _record_of(record)
    return render_to_string("applications/record.html", _shown(found, language)) if found else ""


def export(record: Record, _language: str) -> Any:
    """The application as it was sent."""
    return _record_of(record)


def _record_of(record: Record) -> dict[str, Any]:
    found = Submission.objects.filter(case_id=record.id).values_list("record", flat=True).first()
    return found or {}


def _shown(record: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The record in one language: each question with its answers, in a group item by item."""
    return {
        "questions": [
            (step["ask"][language], _items(step["rows"], language)) for step in record["steps"] if step["rows"]
        ],
        "confirmations": [each["text"][language] for each in record["confirmations"]],
        "legal_basis": record["legal_basis"],
        "flow": record["flow"],
    }


def _items(rows: list[dict[str, Any]], language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """(``Hund 2``, its answers with their labels); outside a group without a name."""
    found = []
    for item, lines in groupby(rows, key=lambda row: row["item"]):
        shown = [(row["item_label"], row["label"][language], row["shown"][language]) for row in lines]
        name = "" if item is None else f"{shown[0][0][language]} {item + 1}"
        found.append((name, [(label, text) for _item, label, text in shown]))
    return found
