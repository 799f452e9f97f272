# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The questions with their figures, and one answer as the citizen got it."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from allmende.kernel.accounts.access import require
from allmende.modules.assistant import door
from allmende.modules.assistant.staff import access, queries, rules, sources
from allmende.modules.assistant.staff.forms import QuestionFilter
from allmende.modules.assistant.wording.rules import reasons

PAGE_SIZE = 25
PERIODS = (7, 30, 90)


@require(access.REVIEW)
@require_GET
@never_cache
def questions(request: HttpRequest) -> HttpResponse:
    """What was asked, the youngest first, narrowed by the form; above it the figures of the period."""
    form = QuestionFilter(request.GET)
    selection = form.selection
    page = Paginator(queries.questions(selection), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "here": "questions",
        "form": form,
        "selection": selection,
        "periods": [(days, queries.recent(days)) for days in PERIODS],
        "figures": queries.figures(selection),
        "page": page,
        "rows": list(queries.shown(page)),
        "source_title": sources.title(selection.source) if selection.source else "",
        "narrowed": bool(set(selection.names) - {"since", "until"}),
        "parameters": _parameters(request),
        **words_of(),
    }
    return render(request, "assistant/staff/questions.html", context, status=400 if form.errors else 200)


@require(access.REVIEW)
@require_GET
@never_cache
def answer(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """One answer as it was given, what the citizen thought of it, and whether its sources still say so."""
    told = queries.answer(answer_id)
    if told is None:
        raise Http404
    context = {
        "here": "questions",
        "told": told,
        "cited": sources.cited(answer_id),
        "wording_reasons": reasons(door.language()),
        **words_of(),
    }
    return render(request, "assistant/staff/answer.html", context)


def words_of() -> dict[str, Any]:
    """The words of the rules' names in the reader's language."""
    return {
        "status_titles": rules.titles("statuses"),
        "status_kinds": rules.kinds("statuses"),
        "channel_titles": rules.titles("channels"),
        "reason_titles": rules.titles("reasons"),
    }


def _parameters(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()
