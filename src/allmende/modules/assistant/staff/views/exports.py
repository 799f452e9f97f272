# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each list as a file: CSV in words for spreadsheets, JSON Lines with names for programs. What the lists show and nothing more.

Who took what out of the house is audited; the words that were looked for are not noted.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from allmende.kernel.accounts.access import require
from allmende.kernel.audit.service import record
from allmende.kernel.web.exports import csv_response, json_lines_response
from allmende.modules.assistant.staff import access, gaps, queries, rules, words
from allmende.modules.assistant.staff import sources as reading
from allmende.modules.assistant.staff.forms import QuestionFilter
from allmende.modules.assistant.staff.queries import Selection
from allmende.modules.assistant.staff.views.groups import person
from allmende.modules.assistant.staff.views.sources import period_of

CHUNK = 500
CSV = "csv"
Row = dict[str, Any]

QUESTIONS = {
    "id": gettext_lazy("Kennung"),
    "hour": gettext_lazy("Stunde"),
    "question": gettext_lazy("Frage"),
    "status": gettext_lazy("Ergebnis"),
    "sure": gettext_lazy("sicher"),
    "language": gettext_lazy("Sprache"),
    "channel": gettext_lazy("Kanal"),
    "confidence": gettext_lazy("Sicherheit"),
    "helpful": gettext_lazy("hilfreich"),
    "comment": gettext_lazy("Kommentar"),
    "milliseconds": gettext_lazy("Millisekunden"),
    "version": gettext_lazy("Version"),
}
GROUPS = {
    "number": gettext_lazy("Nummer"),
    "questions": gettext_lazy("Fragen"),
    "new": gettext_lazy("davon neu"),
    "typical": gettext_lazy("Typische Frage"),
    "words": gettext_lazy("Wörter"),
    "reasons": gettext_lazy("Gründe"),
    "first": gettext_lazy("Erste Frage am"),
    "last": gettext_lazy("Letzte Frage am"),
    "service": gettext_lazy("Nächste Leistung"),
    "decision": gettext_lazy("Entscheidung"),
}
WORDS = {
    "number": gettext_lazy("Nummer"),
    "term": gettext_lazy("Suchwort"),
    "service": gettext_lazy("Leistung"),
    "language": gettext_lazy("Sprache"),
    "automatic": gettext_lazy("aus Fragen abgeleitet"),
    "state": gettext_lazy("Zustand"),
    "better": gettext_lazy("wird richtig"),
    "worse": gettext_lazy("wird falsch"),
    "enough": gettext_lazy("genug für ein Urteil"),
    "evidence": gettext_lazy("Belege"),
    "measured": gettext_lazy("Gemessen am"),
    "decided": gettext_lazy("Entschieden am"),
}
SOURCES = {
    "key": gettext_lazy("Kennung"),
    "title": gettext_lazy("Quelle"),
    "kind": gettext_lazy("Art"),
    "language": gettext_lazy("Sprache"),
    "updated": gettext_lazy("Stand"),
    "age": gettext_lazy("Alter in Tagen"),
    "limit": gettext_lazy("nachsehen nach Tagen"),
    "ends": gettext_lazy("Endet am"),
    "gone": gettext_lazy("gibt es nicht mehr"),
    "answers": gettext_lazy("Antworten"),
    "outdated": gettext_lazy("davon mit geändertem Wortlaut"),
    "care": gettext_lazy("braucht Pflege"),
}
"""The columns of each file: name in JSON Lines → title in CSV."""


@require(access.REVIEW)
@require_GET
@never_cache
def questions(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The filtered questions; a filter that is wrong leads to the list, which names the fault, and never to another selection."""
    form = QuestionFilter(request.GET)
    if form.errors:
        return redirect(f"{reverse('review_questions')}?{request.GET.urlencode()}")
    selection = form.selection
    _record(request, kind, "questions", selection.names)
    return _file(kind, _("fragen"), QUESTIONS, _questions(selection))


@require(access.REVIEW)
@require_GET
@never_cache
def groups(request: HttpRequest, kind: str) -> HttpResponseBase:
    """All groups, waiting and decided."""
    _record(request, kind, "groups")
    return _file(kind, _("luecken"), GROUPS, _groups())


@require(access.REVIEW)
@require_GET
@never_cache
def proposals(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The search terms of the page with their measured effect."""
    _record(request, kind, "synonyms")
    rows = [*words.open_words(request.user), *words.decided_words(request.user)]
    return _file(kind, _("suchwoerter"), WORDS, map(_word, rows))


@require(access.REVIEW)
@require_GET
@never_cache
def sources(request: HttpRequest, kind: str) -> HttpResponseBase:
    """All sources with their age and how often answers of the period showed them."""
    _record(request, kind, "sources")
    _days, period = period_of(request)
    return _file(kind, _("quellen"), SOURCES, map(_source, reading.sources(period.since, period.until)))


def _record(request: HttpRequest, kind: str, what: str, filters: Iterable[str] = ()) -> None:
    record(f"assistant.{what}.exported", actor=person(request), detail={"format": kind, "filters": list(filters)})


def _file(kind: str, what: str, columns: Mapping[str, Any], rows: Iterable[Row]) -> HttpResponseBase:
    name = f"{what}-{timezone.localdate().isoformat()}"
    if kind != CSV:
        return json_lines_response(name, rows)
    titles = _titles()
    cells = ([_cell(row[column], titles.get(column, {})) for column in columns] for row in rows)
    return csv_response(name, [str(title) for title in columns.values()], cells)


def _titles() -> dict[str, dict[str, str]]:
    """Column → its names in words."""
    return {
        "status": rules.titles("statuses"),
        "channel": rules.titles("channels"),
        "reasons": rules.titles("reasons"),
        "decision": rules.titles("decisions"),
        "state": rules.titles("proposal_states"),
        "kind": rules.titles("sources"),
    }


def _cell(value: object, titles: Mapping[str, str]) -> object:
    """A value in words; lists and counts in one cell."""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, dict):
        return ", ".join(f"{titles.get(name, name)} {count}" for name, count in value.items())
    if isinstance(value, list):
        return ", ".join(value)
    return titles.get(value, value) if isinstance(value, str) else value


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
            yield from map(_group, gaps.shown(list(pages.page(number))))


def _group(row: gaps.GroupView) -> Row:
    return {
        "number": row.id,
        "questions": row.size,
        "new": row.fresh,
        "typical": row.question,
        "words": row.words,
        "reasons": dict(row.reasons),
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "service": row.service.id if row.service else "",
        "decision": row.decision,
    }


def _word(row: words.WordView) -> Row:
    measured = row.lift is not None
    return {
        "number": row.id,
        "term": row.term,
        "service": row.service_id,
        "language": row.language,
        "automatic": row.automatic,
        "state": row.state,
        "better": row.better if measured else None,
        "worse": row.worse if measured else None,
        "enough": row.enough if measured else None,
        "evidence": row.evidence,
        "measured": timezone.localdate(row.measured_at).isoformat() if row.measured_at else None,
        "decided": row.decided_on.isoformat() if row.decided_on else None,
    }


def _source(row: reading.SourceView) -> Row:
    return {
        "key": row.key,
        "title": row.title,
        "kind": row.collection,
        "language": row.language,
        "updated": row.updated_on.isoformat() if row.updated_on else None,
        "age": row.age,
        "limit": row.limit,
        "ends": row.valid_to.isoformat() if row.valid_to else None,
        "gone": row.gone,
        "answers": row.used,
        "outdated": row.outdated,
        "care": row.needs_care,
    }
