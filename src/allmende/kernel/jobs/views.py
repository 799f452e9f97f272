# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of the room: the list, one job with its progress, cancel and retry."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from allmende.kernel.accounts.access import has_right, require
from allmende.kernel.jobs import access, queries, service
from allmende.kernel.jobs.models import Job
from allmende.kernel.jobs.rules import STATES
from allmende.kernel.jobs.stream import progress_events
from allmende.kernel.web.sse import event_stream

PAGE_SIZE = 25


@require(access.READ)
@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """All jobs, newest first, filtered by status and words."""
    status, words = request.GET.get("status", ""), request.GET.get("q", "").strip()[:100]
    found = queries.listed(request.user, status=status, words=words)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    states = [(name, _(state.title)) for name, state in STATES.items()]
    filtered = status in STATES or bool(words)
    context = {"page": page, "states": states, "status": status, "words": words, "filtered": filtered}
    return render(request, "jobs/list.html", context)


@login_required
@require_GET
def job_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One job; its owner and those who hold jobs.read see it."""
    job = access.get_job(request.user, uuid)
    context = {
        "job": job,
        "may_cancel": access.may_cancel(request.user, job),
        "may_retry": access.may_retry(request.user, job),
        "reads_all": has_right(request.user, access.READ),
    }
    return render(request, "jobs/job.html", context)


@require_GET
async def events(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The progress of one job as it happens; 404 for strangers and the anonymous, a stream has no use for a login."""
    user = await request.auser()
    await sync_to_async(access.get_job)(user, uuid)
    return event_stream(progress_events(str(uuid)))


@login_required
@require_POST
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Stop a job that is one's own or, with jobs.manage, any."""
    done = _("Der Auftrag ist abgebrochen. Was fertig war, bleibt erhalten.")
    return _change(request, uuid, access.may_cancel, service.cancel, done)


@login_required
@require_POST
def retry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Go on with a failed or cancelled job, with jobs.manage."""
    done = _("Der Auftrag geht dort weiter, wo er stehen geblieben ist.")
    return _change(request, uuid, access.may_retry, service.retry, done)


def _change(
    request: HttpRequest, uuid: UUID, may: Callable[[Any, Job], bool], verb: Callable[..., Job], done: str
) -> HttpResponse:
    job = access.get_job(request.user, uuid)
    if not may(request.user, job):
        raise Http404
    try:
        verb(job, actor=request.user)
        messages.success(request, done)
    except service.NotPossibleError as problem:
        messages.error(request, str(problem))
    return redirect(job)
