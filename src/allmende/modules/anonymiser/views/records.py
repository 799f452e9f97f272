# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signed records: the list for the data protection officer, each as JSON and PDF, and the public keys for everybody."""

import json
import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from allmende.kernel.accounts.access import has_right, require
from allmende.kernel.printing.service import PrintingFailed
from allmende.modules.anonymiser import access, papers, queries, records
from allmende.modules.anonymiser.models import Record
from allmende.modules.anonymiser.views.answers import saved

PAGE_SIZE = 25


@require(access.RECORDS)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All records, and the requests for originals."""
    page = Paginator(queries.records(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "unlocks": queries.unlocks()[:PAGE_SIZE],
        "days": settings.PICTURE_RECORD_RETENTION_DAYS,
        "may_decide": has_right(request.user, access.UNLOCK),
    }
    return render(request, "anonymiser/records.html", context)


@login_required
@require_safe
def as_json(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The latest record of a picture or batch; `nr` names an earlier one."""
    row = _record(request, pk)
    text = json.dumps(row.content, ensure_ascii=False, indent=2)
    return saved(text.encode(), "application/json", f"nachweis-{row.subject}.json")


@login_required
@require_safe
def as_pdf(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The same on paper."""
    row = _record(request, pk)
    try:
        paper = papers.pdf(row, (get_language() or "de").split("-")[0])
    except PrintingFailed as failed:
        messages.error(request, str(failed))
        return redirect("anonymiser_records")
    return saved(paper, "application/pdf", f"nachweis-{row.subject}.pdf")


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys that prove the records, and how."""
    return render(request, "anonymiser/keys.html", {"keys": queries.public_keys().items()})


def _record(request: HttpRequest, pk: uuid.UUID) -> Record:
    """A record, for those who read all of them or may see what it is about. Raises Http404."""
    number = request.GET.get("nr", "")
    row = queries.record(pk, int(number) if number.isdecimal() else None)
    if row is None:
        raise Http404
    if not has_right(request.user, access.RECORDS):
        (access.batch if row.kind == records.BATCH else access.picture)(request.user, pk)
    return row
