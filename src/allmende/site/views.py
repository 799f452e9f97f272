# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages that belong to no single room: the start page, the workplace of staff, the health of the system."""

import logging
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allmende.kernel.accounts.access import has_right
from allmende.kernel.registry import HealthCheck, Text, registry, resolve
from allmende.site.start import popular_services

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """What one health check said."""

    name: str
    title: Text
    sound: bool
    detail: str


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
    findings = [_examine(check) for check in registry().all(HealthCheck)]
    sound = all(finding.sound for finding in findings)
    status = 200 if sound else 503
    detailed = has_right(request.user, "health.read")
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        checks = [_as_json(finding, detailed) for finding in findings]
        response: HttpResponse = JsonResponse({"status": "ok" if sound else "failing", "checks": checks}, status=status)
    else:
        context = {"findings": findings, "sound": sound, "detailed": detailed}
        response = render(request, "site/health.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _examine(check: HealthCheck) -> Finding:
    try:
        return Finding(check.name, check.title, sound=True, detail=str(resolve(check.check)()))
    except Exception as error:  # whatever goes wrong in a check is its finding
        logger.exception("Health check %s failed", check.name)
        return Finding(check.name, check.title, sound=False, detail=f"{type(error).__name__}: {error}")


def _as_json(finding: Finding, detailed: bool) -> dict[str, object]:
    shown: dict[str, object] = {"name": finding.name, "ok": finding.sound}
    return {**shown, "detail": finding.detail} if detailed else shown
