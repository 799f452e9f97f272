# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What really happened, and what rests on texts that were changed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from allmende.kernel.accounts.access import has_right, require
from allmende.modules.assistant.pilot import access, freshness, rules, service, statistics
from allmende.modules.assistant.staff.views.groups import job_of, person
from allmende.modules.assistant.staff.views.sources import PERIODS, period_of


@require(access.READ)
@require_GET
@never_cache
def figures(request: HttpRequest) -> HttpResponse:
    """Counts of a period; small ones are not told."""
    days, period = period_of(request)
    today = timezone.localdate()
    context = {
        "here": "figures",
        "days": days,
        "periods": PERIODS,
        "blocks": statistics.blocks(period.since or today, period.until or today),
        "k": rules.number("k"),
    }
    return render(request, "assistant/pilot/figures.html", context)


@require(access.READ)
@require_GET
@never_cache
def fresh(request: HttpRequest) -> HttpResponse:
    """Texts that were changed in a period, and what rests on them."""
    days, period = period_of(request)
    rows = freshness.changed(days)
    context = {
        "here": "fresh",
        "days": days,
        "periods": PERIODS,
        "rows": rows,
        "waits": any(row.waits for row in rows),
        "answers_url": f"{reverse('review_questions')}?since={period.since}&until={period.until}&changed=yes",
        "job": job_of(request),
        "may_run": has_right(request.user, access.RUN),
        "state_titles": rules.titles("resting"),
        "state_kinds": rules.kinds("resting"),
    }
    return render(request, "assistant/pilot/fresh.html", context)


@require(access.RUN)
@require_POST
def recheck(request: HttpRequest) -> HttpResponse:
    """Ask again what rests on the changed texts."""
    days, _period = period_of(request)
    job = service.start_recheck(days, actor=person(request))
    return redirect(f"{reverse('pilot_fresh')}?days={days}&job={job}")
