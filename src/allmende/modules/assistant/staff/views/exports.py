# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions and groups as files: CSV for spreadsheets, JSON Lines for programs. What the lists show and nothing more."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from allmende.kernel.accounts.access import require
from allmende.kernel.audit.service import record
from allmende.kernel.web.exports import csv_response, json_lines_response
from allmende.modules.assistant.staff import access, gaps, queries
from allmende.modules.assistant.staff.forms import QuestionFilter
from allmende.modules.assistant.staff.queries import Selection
from allmende.modules.assistant.staff.views.groups import person

CHUNK = 500
Row = dict[str, Any]


@require(access.REVIEW)
@require_GET
@never_cache
def questions_csv(request: HttpRequest) -> HttpResponseBase:
    """The filtered questions as CSV."""
    selection = _selection(request, "csv")
    titles = {
        "id": _("Kennung"),
        "hour": _("Stunde"),
        "question": _("Frage"),
        "status": _("Ergebnis"),
        "sure": _("sicher"),
        "language": _("Sprache"),
        "channel": _("Kanal"),
        "confidence": _("Sicherheit"),
        "helpful": _("hilfreich"),
        "comment": _("Kommentar"),
        "milliseconds": _("Millisekunden"),
        "version": _("Version"),
    }
    rows = (list(row.values()) for row in _questions(selection))
    return csv_response(_name(_("fragen")), list(titles.values()), rows)


@require(access.REVIEW)
@require_GET
@never_cache
def questions_json(request: HttpRequest) -> HttpResponseBase:
    """The filtered questions as JSON Lines."""
    return json_lines_response(_name(_("fragen")), _questions(_selection(request, "jsonl")))


@require(access.REVIEW)
@require_GET
@never_cache
def groups_csv(request: HttpRequest) -> HttpResponseBase:
    """All groups, waiting and decided, as CSV."""
    _record(request, "csv", "groups", [])
    titles = {
        "number": _("Nummer"),
        "questions": _("Fragen"),
        "new": _("davon neu"),
        "typical": _("Typische Frage"),
        "words": _("Wörter"),
        "reasons": _("Gründe"),
        "first": _("Erste Frage am"),
        "last": _("Letzte Frage am"),
        "service": _("Nächste Leistung"),
        "distance": _("Abstand"),
        "decision": _("Entscheidung"),
    }
    rows = ([_cell(value) for value in row.values()] for row in _groups())
    return csv_response(_name(_("luecken")), list(titles.values()), rows)


@require(access.REVIEW)
@require_GET
@never_cache
def groups_json(request: HttpRequest) -> HttpResponseBase:
    """All groups as JSON Lines."""
    _record(request, "jsonl", "groups", [])
    return json_lines_response(_name(_("luecken")), _groups())


def _selection(request: HttpRequest, kind: str) -> Selection:
    selection = QuestionFilter(request.GET).selection
    _record(request, kind, "questions", selection.names)
    return selection


def _record(request: HttpRequest, kind: str, what: str, filters: list[str]) -> None:
    """Who took what out of the house; the words that were looked for are not noted."""
    record(f"assistant.{what}.exported", actor=person(request), detail={"format": kind, "filters": filters})


def _questions(selection: Selection) -> Iterator[Row]:
    for row in queries.shown(queries.questions(selection).iterator(chunk_size=CHUNK)):
        yield {
            "id": str(row.id),
            "hour": row.hour.isoformat(timespec="hours"),
            "question": row.question,
            "status": row.status,
            "sure": row.sure,
            "language": row.language,
            "channel": row.channel,
            "confidence": round(row.confidence, 3),
            "helpful": row.helpful,
            "comment": row.comment,
            "milliseconds": row.millis,
            "version": row.version,
        }


def _groups() -> Iterator[Row]:
    for decided in (False, True):
        pages = Paginator(gaps.groups(decided=decided), CHUNK)
        for number in pages.page_range:
            for row in gaps.shown(list(pages.page(number))):
                yield {
                    "number": row.id,
                    "questions": row.size,
                    "new": row.fresh,
                    "typical": row.question,
                    "words": row.words,
                    "reasons": dict(row.reasons),
                    "first": row.first.isoformat(),
                    "last": row.last.isoformat(),
                    "service": row.service.id if row.service else "",
                    "distance": None if row.distance is None else round(row.distance, 3),
                    "decision": row.decision,
                }


def _cell(value: object) -> object:
    """Lists and counts in one cell."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items())
    return ", ".join(value) if isinstance(value, list) else value


def _name(what: str) -> str:
    return f"{what}-{timezone.localdate().isoformat()}"
