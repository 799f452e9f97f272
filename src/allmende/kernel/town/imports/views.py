# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of imports: begin one, watch it, and deal with what it kept back."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import yaml
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from allmende.kernel.accounts.access import has_right, require
from allmende.kernel.accounts.models import User
from allmende.kernel.files.service import UploadRefused
from allmende.kernel.town import queries as town
from allmende.kernel.town.access import DELIVER, EDIT, PUBLISH
from allmende.kernel.town.editing.forms import ReasonForm
from allmende.kernel.town.imports import exporting, queries, rules, service
from allmende.kernel.town.imports.forms import QuarantineForm, RetryForm, UploadForm
from allmende.kernel.town.imports.models import ImportedRecord
from allmende.kernel.web.exports import csv_response

PAGE_SIZE = 25
LATEST = 15


@require(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The latest imports, and the form for another one."""
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*given, units=units(), may_publish=has_right(request.user, DELIVER))
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            begun = service.begin(fields.pop("file"), actor=cast(User, request.user), **fields)
            return redirect(begun)
        except (UploadRefused, service.ImportRefused) as refusal:
            form.add_error("file", str(refusal))
    context = {"form": form, "runs": queries.runs()[:LATEST], "waiting": queries.waiting()}
    return render(request, "town/imports.html", context, status=400 if form.errors else 200)


@require(EDIT)
@require_safe
def run(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One import: its progress, then its summary and what waits in quarantine."""
    found = queries.run(uuid)
    if found is None:
        raise Http404
    waiting = queries.records(run_id=found.pk)
    context = {"run": found, "job": found.job, "rows": waiting[:PAGE_SIZE], "waiting": waiting.count()}
    return render(request, "town/import.html", context)


@require(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def quarantine(request: HttpRequest) -> HttpResponse:
    """What waits for an editor, filtered; several records at once may be tried again or discarded."""
    if request.method == "POST":
        return _several(request)
    form = QuarantineForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    found = queries.records(
        state=given.get("state", ""), source=given.get("source", ""), words=given.get("q", "").strip()
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "filtered": any(given.values()), "here": request.get_full_path()}
    return render(request, "town/import_quarantine.html", context, status=400 if form.errors else 200)


@require(EDIT)
@require_safe
def quarantined(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: why it waits, what arrived, and what can be done."""
    row = _record(pk)
    content = _without_gaps(row.record)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100) if content else ""
    limit = rules.limits()["excerpt_characters"]
    context = {
        "row": row,
        "kind": rules.kinds()[row.kind]["title"][_language()],
        "excerpt": text[:limit],
        "is_cut": len(text) > limit,
        "form": RetryForm(units=units()),
        "may_retry": not row.fault and row.kind in service.RETRIED,
        "may_accept": row.meaning.accept and has_right(request.user, PUBLISH),
        "loses": row.state == rules.OBJECTED,
        "is_own": queries.was_begun_by(row, cast(User, request.user)),
        "override_form": ReasonForm(_("Warum wird trotzdem veröffentlicht?"), "override-%s"),
        "text_url": _text_url(row),
    }
    return render(request, "town/import_quarantined.html", context)


@require(EDIT)
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one record again, perhaps with another unit."""
    row, form = _record(pk), RetryForm(request.POST, units=units())
    unit = form.cleaned_data["unit"] if form.is_valid() else ""
    done = _attempt(request, lambda: service.retry([row], actor=cast(User, request.user), unit=unit))
    if done:
        messages.success(request, _("Der Eintrag ist übernommen."))
    elif done == 0:
        messages.warning(request, _("Der Eintrag ist noch nicht in Ordnung."))
    return redirect("quarantine") if done else redirect("quarantined", pk=pk)


@require(PUBLISH)
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the source's wording replace ours."""
    row = _record(pk)
    reason = request.POST.get("comment", "").strip()[:2000]

    def let_in() -> int:
        service.accept(row, actor=cast(User, request.user), reason=reason)
        return int(row.state == rules.TAKEN)

    done = _attempt(request, let_in)
    if done:
        messages.success(request, _("Die Fassung der Quelle ist übernommen."))
        return redirect("quarantine")
    if done == 0:
        messages.warning(request, _("Nicht übernommen. Der Grund steht hier."))
    return redirect("quarantined", pk=pk)


@require(EDIT)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave one record out."""
    service.discard([_record(pk)], actor=cast(User, request.user))
    messages.success(request, _("Der Eintrag ist verworfen, bis die Quelle etwas anderes schickt."))
    return redirect("quarantine")


@require(EDIT)
@require_GET
def template(request: HttpRequest) -> HttpResponseBase:
    """All services of the town as CSV, in the columns an import reads."""
    header, rows = exporting.as_table()
    return csv_response("leistungen", header, rows)


def units() -> list[tuple[str, str]]:
    """The town's offices as choices."""
    return [(card.id, str(card.name)) for card in town.units(_language())]


def _several(request: HttpRequest) -> HttpResponse:
    chosen = [int(pk) for pk in request.POST.getlist("record") if pk.isdigit()][:PAGE_SIZE]
    rows = [row for row in map(queries.record, chosen) if row is not None]
    actor = cast(User, request.user)
    if not rows:
        messages.warning(request, _("Bitte wählen Sie zuerst Einträge aus."))
    elif request.POST.get("action") == "discard":
        done = service.discard(rows, actor=actor)
        messages.success(request, ngettext("%d Eintrag verworfen.", "%d Einträge verworfen.", done) % done)
    else:
        able = [row for row in rows if not row.fault and row.kind in service.RETRIED]
        done = service.retry(able, actor=actor)
        text = ngettext(
            "%(done)d Eintrag übernommen, %(left)d noch nicht.",
            "%(done)d Einträge übernommen, %(left)d noch nicht.",
            done,
        )
        messages.info(request, text % {"done": done, "left": len(rows) - done})
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith(reverse("quarantine"))
    return redirect(back if safe else "quarantine")


def _record(pk: int) -> ImportedRecord:
    row = queries.record(pk)
    if row is None:
        raise Http404
    return row


def _attempt(request: HttpRequest, verb: Callable[[], int]) -> int | None:
    """What the verb returns; None, with a message, when it is not possible."""
    try:
        return verb()
    except service.NotPossibleError as problem:
        messages.error(request, str(problem))
        return None


def _without_gaps(value: Any) -> Any:
    """What arrived without the fields that are empty."""
    if isinstance(value, dict):
        return {name: kept for name, inner in value.items() if (kept := _without_gaps(inner)) not in (None, "", [], {})}
    return [_without_gaps(inner) for inner in value] if isinstance(value, list) else value


def _text_url(row: ImportedRecord) -> str:
    """Where the record is edited here, if it is here."""
    if not (row.local_id and row.written):
        return ""
    return exporting.editing_url(row.kind, row.local_id)


def _language() -> str:
    return (get_language() or rules.DEFAULT_LANGUAGE).split("-")[0]
