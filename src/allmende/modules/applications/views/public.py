# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages for everybody, before anything is filled in: which applications there are, what one needs, going on with one that was begun."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from allmende.kernel.accounts.access import has_right, require
from allmende.kernel.town import queries as town
from allmende.kernel.web.throttling import PublicThrottle
from allmende.modules.applications import access, drafts, house, queries, rules, sources
from allmende.modules.applications.drafts import NotOfferedError
from allmende.modules.applications.engine.listing import checklist
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.simulate import simulate
from allmende.modules.applications.forms.resuming import CodeForm, FileForm
from allmende.modules.applications.views.holding import PHONE, hold, language

FORM = "form"
TOO_MANY, WRONG = 429, 422
BEGINNING = PublicThrottle(rules.drafts()["begin_rate"], scope="application-begin")
RESUMING = PublicThrottle(rules.drafts()["resume_rate"], scope="application-resume")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Everything that can be applied for here, by name."""
    return render(request, "applications/list.html", {"flows": _offered(), "language": language()})


@require(access.PHONE)
@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    """For clerks: the same applications, filled in for somebody on the phone."""
    return render(request, "applications/phone.html", {"flows": _offered(), "language": language()})


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, flow: str) -> HttpResponse:
    """What one needs for an application; POST begins it."""
    found = _flow(flow)
    if request.method == "GET":
        return render(request, "applications/start.html", _facts(found))
    if not BEGINNING.allow_request(request):
        return render(request, "applications/too_often.html", {"phone": _phone()}, status=TOO_MANY)
    spoken = request.POST.get("channel") == PHONE and has_right(request.user, access.PHONE)
    return hold(request, drafts.begin(flow, language(), PHONE if spoken else FORM))


@require_safe
def printable(request: HttpRequest, flow: str) -> HttpResponse:
    """The questions on paper, to gather what one needs."""
    found = _flow(flow)
    return render(request, "applications/checklist.html", _facts(found) | {"questions": checklist(found, language())})


@never_cache
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Go on with an application, by its code or its file."""
    forms: dict[str, Any] = {"code": CodeForm(), "file": FileForm()}
    if request.method == "GET":
        return render(request, "applications/resume.html", forms)
    if not RESUMING.allow_request(request):
        return render(request, "applications/too_often.html", {"phone": _phone()}, status=TOO_MANY)
    sent = CodeForm(request.POST) if "code" in request.POST else FileForm(request.POST, request.FILES)
    if sent.is_valid():
        return _held(request, sent)
    forms["file" if isinstance(sent, FileForm) else "code"] = sent
    return render(request, "applications/resume.html", forms | {"wrong": sent}, status=WRONG)


def _held(request: HttpRequest, sent: CodeForm | FileForm) -> HttpResponse:
    try:
        return hold(request, sent.token())
    except NotOfferedError:
        messages.error(request, _("Dieser Antrag wird nicht mehr so angeboten. Bitte beginnen Sie ihn neu."))
        return redirect("applications")


def _flow(name: str) -> Flow:
    version = queries.current(name)
    if version is None:
        raise Http404
    return queries.flow_of(version)


def _offered() -> list[tuple[str, str]]:
    """Id and name of each flow, by name."""
    named = [(version.flow, queries.flow_of(version).name[language()]) for version in queries.offered()]
    return sorted(named, key=lambda pair: town.fold(pair[1]))


def _facts(flow: Flow) -> dict[str, Any]:
    """What a citizen wants to know before beginning."""
    chosen = language()
    run = simulate(flow, {}, house.setting(chosen))
    return {
        "flow": flow.id,
        "name": flow.name[chosen],
        "said": [notice.say[chosen] for notice in run.notices_at(run.at) if notice.say],
        "most": flow.stops_left[flow.start],
        "legal_basis": flow.legal_basis,
        "unit": town.unit(flow.unit, chosen),
        "service": town.service_card(flow.service, chosen) if flow.service else None,
        "sources": sources.shown(flow.sources, chosen),
        "sends": any(step.action == "submit" for step in flow.steps.values()),
        "version": flow.version,
        "hours": rules.drafts()["hours"],
        "language": chosen,
    }


def _phone() -> str:
    found = town.town()
    return found.phone if found else ""
