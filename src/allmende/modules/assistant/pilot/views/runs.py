# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Question sets and runs: import, start, read the report, compare, accept; the assumptions of the relief."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from allmende.kernel.accounts.access import has_right, require
from allmende.kernel.printing.service import PrintingFailed
from allmende.modules.assistant.pilot import access, queries, report, rules, service
from allmende.modules.assistant.pilot.engine import comparing
from allmende.modules.assistant.pilot.forms import AcceptForm, AssumptionsForm, SetForm
from allmende.modules.assistant.pilot.models import PilotRun
from allmende.modules.assistant.pilot.questions import QuestionSetError
from allmende.modules.assistant.staff.views.groups import job_of, person

PAGE_SIZE = 20


@require(access.READ)
@require_GET
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """The sets and their runs, the latest first."""
    return _overview(request)


@require(access.RUN)
@require_POST
def import_set(request: HttpRequest) -> HttpResponse:
    """Keep an uploaded question set."""
    form = SetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _overview(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        row = service.import_set(file.read(), str(file.name), actor=person(request))
    except QuestionSetError as error:
        for fault in error.faults:
            form.add_error("file", str(fault))
        return _overview(request, form, status=422)
    messages.success(request, _("Eingelesen: {count} Fragen.").format(count=len(row.questions)))
    return redirect("pilot")


@require(access.RUN)
@require_POST
def start(request: HttpRequest, set_id: int) -> HttpResponse:
    """Start a run and show its progress."""
    job = service.start(set_id, actor=person(request))
    return redirect(f"{reverse('pilot')}?job={job}")


@require(access.READ)
@require_GET
@never_cache
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """The report of a run."""
    return _report(request, _run(run_id))


@require(access.READ)
@require_GET
@never_cache
def printed(request: HttpRequest, run_id: int) -> HttpResponse:
    """The report of a run as PDF/UA."""
    row = _run(run_id)
    try:
        content = report.as_pdf(row)
    except PrintingFailed as failure:
        messages.error(request, str(failure))
        return redirect("pilot_run", run_id)
    name = f"{row.set.name}-{row.pk}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or ""},
    )


@require(access.RUN)
@require_POST
def accept(request: HttpRequest, run_id: int) -> HttpResponse:
    """Accept a run."""
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return _report(request, _run(run_id), form, status=422)
    try:
        service.accept(run_id, actor=person(request), note=form.cleaned_data["note"])
    except service.NotPossibleError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Abgenommen. Was dieser Lauf erreicht hat, darf keine Veröffentlichung verlieren."))
    return redirect("pilot_run", run_id)


@require(access.READ)
@require_GET
@never_cache
def compare(request: HttpRequest, run_id: int, other_id: int) -> HttpResponse:
    """Question by question, what went differently in `run_id` than in the earlier `other_id`."""
    later, earlier = _run(run_id), _run(other_id)
    found = comparing.differences(queries.outcomes(earlier), queries.outcomes(later))
    context = {"later": later, "earlier": earlier, "differences": found, **_words()}
    return render(request, "assistant/pilot/compare.html", {**context, "here": "runs"})


@require(access.READ)
@require_GET
@never_cache
def assumptions(request: HttpRequest) -> HttpResponse:
    """The assumptions of the relief."""
    return _assumptions(request, AssumptionsForm())


@require(access.RUN)
@require_POST
def assume(request: HttpRequest) -> HttpResponse:
    """Set the assumptions of the relief."""
    form = AssumptionsForm(request.POST)
    if not form.is_valid():
        return _assumptions(request, form, status=422)
    changed = service.assume(form.values, actor=person(request))
    messages.success(request, _("Gespeichert.") if changed else _("Nichts geändert."))
    return redirect("pilot_assumptions")


def _assumptions(request: HttpRequest, form: AssumptionsForm, status: int = 200) -> HttpResponse:
    may_run = has_right(request.user, access.RUN)
    context = {"here": "assumptions", "form": form, "known": queries.assumptions(), "may_run": may_run}
    return render(request, "assistant/pilot/assumptions.html", context, status=status)


def _overview(request: HttpRequest, form: SetForm | None = None, status: int = 200) -> HttpResponse:
    page = Paginator(queries.runs(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "here": "runs",
        "sets": [(row, rules.said(row.title)) for row in queries.sets()],
        "page": page,
        "rows": [(row, report.recommendation(row.figures)) for row in page],
        "job": job_of(request),
        "form": form or SetForm(),
        "may_run": has_right(request.user, access.RUN),
        "origin_titles": rules.titles("origins"),
    }
    return render(request, "assistant/pilot/runs.html", context, status=status)


def _report(request: HttpRequest, row: PilotRun, form: AcceptForm | None = None, status: int = 200) -> HttpResponse:
    context = {
        "here": "runs",
        "run": row,
        "report": report.build(row),
        "back": queries.back(row),
        "before": queries.before(row),
        "form": form or AcceptForm(),
        "may_run": has_right(request.user, access.RUN),
        **_words(),
    }
    return render(request, "assistant/pilot/run.html", context, status=status)


def _words() -> dict[str, Any]:
    return {
        "verdict_titles": rules.titles("verdicts"),
        "verdict_kinds": rules.kinds("verdicts"),
        "fault_titles": rules.titles("faults"),
        "figure_titles": rules.titles("figures"),
    }


def _run(run_id: int) -> PilotRun:
    found = queries.run(run_id)
    if found is None:
        raise Http404
    return found
