# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sources of the answers and how fresh they are."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from allmende.kernel.accounts.access import require
from allmende.modules.assistant.staff import access, gaps, queries, rules
from allmende.modules.assistant.staff import sources as reading

PAGE_SIZE = 50
PERIODS = (7, 30, 90)


@require(access.REVIEW)
@require_GET
@never_cache
def sources(request: HttpRequest) -> HttpResponse:
    """Sources that need care, with `?show=all` every one; those that answers of the period used most come first."""
    days, period = period_of(request)
    found = reading.sources(period.since, period.until)
    care = [row for row in found if row.needs_care]
    everything = request.GET.get("show") == "all"
    context = {
        "here": "sources",
        "days": days,
        "periods": PERIODS,
        "all": everything,
        "care": len(care),
        "total": len(found),
        "changed": any(row.outdated for row in found),
        "answers_url": f"{reverse('review_questions')}?since={period.since}&until={period.until}",
        "page": Paginator(found if everything else care, PAGE_SIZE).get_page(request.GET.get("page")),
        "analysis": gaps.analysis(),
        "collection_titles": rules.titles("sources"),
    }
    return render(request, "assistant/staff/sources.html", context)


def period_of(request: HttpRequest) -> tuple[int, queries.Selection]:
    """How many days are asked for, and those days."""
    given = request.GET.get("days", "")
    days = int(given) if given in {str(known) for known in PERIODS} else rules.number("period_days")
    return days, queries.recent(days)
