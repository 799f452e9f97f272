# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The log for those who may read it (right ``audit.read``)."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from allmende.kernel.audit import queries, service
from allmende.kernel.audit.access import readers_only
from allmende.kernel.audit.forms import FilterForm
from allmende.kernel.audit.models import Entry
from allmende.kernel.web.exports import csv_response

PAGE_SIZE = 50


@readers_only
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """The list, newest first, filtered by action, person, subject and period."""
    form, given = _filter(request)
    page = Paginator(queries.entries(**given), PAGE_SIZE).get_page(request.GET.get("page"))
    parameters = request.GET.copy()
    parameters.pop("page", None)
    context = {"form": form, "page": page, "filtered": any(given.values()), "parameters": parameters.urlencode()}
    return render(request, "audit/list.html", context, status=400 if form.errors else 200)


def _filter(request: HttpRequest) -> tuple[FilterForm, dict[str, Any]]:
    form = FilterForm(request.GET)
    return form, (form.cleaned_data if form.is_valid() else {})


@readers_only
@require_GET
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry with everything it holds."""
    found = get_object_or_404(Entry, seq=seq)
    detail = json.dumps(found.detail, ensure_ascii=False, indent=2, sort_keys=True)
    return render(request, "audit/entry.html", {"entry": found, "detail": detail, **queries.neighbours(found)})


@readers_only
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute the chain now and show what was found. The verification itself is logged, too."""
    report = service.verify()
    detail: dict[str, object] = {"entries": report.entries, "breaches": [breach.seq for breach in report.breaches]}
    with suppress(
        DatabaseError, service.AuditDamagedError
    ):  # a broken chain may refuse the entry; the result is shown all the same
        service.record("audit.verified", actor=_actor(request), detail=detail)
    return render(request, "audit/verified.html", {"report": report})


@readers_only
@require_GET
def export(request: HttpRequest) -> HttpResponseBase:
    """The filtered list as CSV."""
    _form, given = _filter(request)
    header = [_("Nummer"), _("Zeitpunkt"), _("Ereignis"), _("Wer"), _("Gegenstand"), _("Einzelheiten"), _("Prüfsumme")]
    service.record(
        "audit.exported",
        actor=_actor(request),
        detail={"filters": sorted(name for name, value in given.items() if value)},
    )
    return csv_response(f"protokoll-{timezone.localdate().isoformat()}", header, _rows(given))


def _rows(given: dict[str, Any]) -> Iterator[list[object]]:
    for found in queries.entries(**given).iterator(chunk_size=2000):
        moment = timezone.localtime(found.at).isoformat(timespec="seconds")
        detail = json.dumps(found.detail, ensure_ascii=False, sort_keys=True) if found.detail else ""
        yield [found.seq, moment, found.action, found.actor_name, found.subject, detail, found.hash]


def _actor(request: HttpRequest) -> AbstractBaseUser:
    return cast(AbstractBaseUser, request.user)
