# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""An application inside its case: for the clerk (with its files) and the citizen as a page, for disclosure as plain data."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from allmende.kernel.cases.records import Record
from allmende.modules.applications import receipts
from allmende.modules.applications.engine import telling
from allmende.modules.applications.models import Attachment, Submission


def detail(record: Record, language: str) -> str:
    """The application as HTML: questions, answers, confirmations, version of the flow. Empty once it was deleted."""
    found = _record_of(record)
    if not found:
        return ""
    files = Attachment.objects.filter(submission__case_id=record.id).select_related("file") if record.staff else ()
    return render_to_string("applications/record.html", {**_shown(found, language), "files": files})


def export(record: Record, _language: str) -> Any:
    """The application as it was sent."""
    return _record_of(record)


def paper(record: Record, language: str) -> tuple[str, bytes] | None:
    """The receipt, for whoever has the private link; None once the application was deleted. Raises PrintingFailed."""
    found = _record_of(record)
    if not found:
        return None
    return receipts.file_name(record.number, language), receipts.pdf(found, record.number, language)


def _record_of(record: Record) -> dict[str, Any]:
    found = Submission.objects.filter(case_id=record.id).values_list("record", flat=True).first()
    return found or {}


def _shown(record: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The record in one language: each question with its answers, in a group item by item."""
    return {
        "questions": list(telling.questions(record, language)),
        "confirmations": [each["text"][language] for each in record["confirmations"]],
        "legal_basis": record["legal_basis"],
        "flow": record["flow"],
    }
