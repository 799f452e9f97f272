# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages that belong to no single room: the start page, the workplace of staff, the health of the system."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allmende.kernel.accounts.access import has_right
from allmende.kernel.registry import HealthCheck, registry
from allmende.site.examination import Finding, examine, examine_for_strangers
from allmende.site.start import popular_services


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The start page: a question, the services most in demand, four doors."""
    return render(request, "site/home.html", {"services": popular_services()})


@require_safe
@login_required
def workplace(request: HttpRequest) -> HttpResponse:
    """Where staff begin: everything their rights open, by area."""
    return render(request, "site/workplace.html")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Run every declared check: 200 when all are sound, else 503. Details are for those with the right health.read."""
    detailed = has_right(request.user, "health.read")
    checks = registry().all(HealthCheck)
    findings = examine(checks) if detailed else examine_for_strangers(checks)
    sound = all(finding.sound for finding in findings)
    status = 200 if sound else 503
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        told = [_as_json(finding, detailed) for finding in findings]
        response: HttpResponse = JsonResponse({"status": "ok" if sound else "failing", "checks": told}, status=status)
    else:
        context = {"findings": findings, "sound": sound, "detailed": detailed}
        response = render(request, "site/health.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _as_json(finding: Finding, detailed: bool) -> dict[str, object]:
    shown: dict[str, object] = {"name": finding.name, "ok": finding.sound}
    return {**shown, "detail": finding.detail} if detailed else shown
