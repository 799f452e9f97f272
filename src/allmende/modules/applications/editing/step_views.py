# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The steps from a draft to what citizens are offered, and back."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allmende.kernel.accounts.access import require
from allmende.kernel.evaluation.gates import ObjectedError
from allmende.modules.applications import rules, service
from allmende.modules.applications.access import EDIT, PUBLISH
from allmende.modules.applications.editing import choices, queries
from allmende.modules.applications.editing.views import show
from allmende.modules.applications.models import FlowVersion

Act = Callable[[FlowVersion, str, str, Any], Any]
"""What a step does with a version, the hash that was seen, a reason, and who does it."""


@require(EDIT)
@require_POST
def begin(request: HttpRequest, flow: str) -> HttpResponse:
    """The draft of a flow."""
    row = service.begin(flow, actor=cast(Any, request.user))
    return redirect("flow_form", row.flow, row.version)


@require(EDIT)
@require_POST
def submit(request: HttpRequest, flow: str, number: int) -> HttpResponse:
    """Ask a second person to look at it."""
    done = _("Eine zweite Person ist gebeten, den Entwurf anzusehen.")
    return _take(request, flow, number, done, lambda row, seen, _r, who: service.submit(row, seen=seen, actor=who))


@require(EDIT)
@require_POST
def recall(request: HttpRequest, flow: str, number: int) -> HttpResponse:
    """Take it back from review."""
    done = _("Der Entwurf ist wieder bei Ihnen.")
    return _take(request, flow, number, done, lambda row, seen, _r, who: service.recall(row, seen=seen, actor=who))


@require(EDIT)
@require_POST
def discard(request: HttpRequest, flow: str, number: int) -> HttpResponse:
    """Throw it away."""
    done = _("Der Entwurf ist verworfen.")
    return _take(request, flow, number, done, lambda row, seen, _r, who: service.discard(row, seen=seen, actor=who))


@require(PUBLISH)
@require_POST
def give_back(request: HttpRequest, flow: str, number: int) -> HttpResponse:
    """Return it with a reason."""
    done = _("Der Entwurf ist zurückgegeben.")
    return _take(
        request,
        flow,
        number,
        done,
        lambda row, seen, reason, who: service.give_back(row, seen=seen, reason=reason, actor=who),
    )


@require(PUBLISH)
@require_POST
def publish(request: HttpRequest, flow: str, number: int) -> HttpResponse:
    """Offer the draft of somebody else to citizens."""
    done = _("Veröffentlicht. Neue Anträge beginnen mit dieser Version.")
    return _take(
        request,
        flow,
        number,
        done,
        lambda row, seen, reason, who: service.publish(row, seen=seen, reason=reason, actor=who),
    )


@require(PUBLISH)
@require_POST
def withdraw(request: HttpRequest, flow: str, number: int) -> HttpResponse:
    """Take the flow back in all its versions."""
    done = _("Zurückgezogen. Angefangene Anträge können nicht mehr abgeschickt werden.")
    return _take(
        request, flow, number, done, lambda row, _s, reason, who: service.withdraw(row.flow, reason=reason, actor=who)
    )


def _take(request: HttpRequest, flow: str, number: int, done: str, act: Act) -> HttpResponse:
    """Take the step, and lead back to the version or, when it is gone, to the list."""
    row, post = queries.version(flow, number), request.POST
    try:
        act(row, post.get("seen", ""), post.get("reason", ""), request.user)
    except ObjectedError as objected:
        return show(request, row, objections=objected.objections, status=409)
    except service.FlowRefusedError as refused:
        return show(request, row, refused=_refusal(refused), status=409)
    except service.ChangedError:
        now = queries.version(flow, number)
        said = _("Der Entwurf ist inzwischen ein anderer. Sehen Sie ihn sich bitte noch einmal an.")
        return show(request, now, refused=said, status=409)
    messages.success(request, done)
    gone = not FlowVersion.objects.filter(pk=row.pk).exists()
    return redirect("flows") if gone else redirect("flow_version", flow, number)


def _refusal(refused: service.FlowRefusedError) -> str:
    """Why, with everything that is red."""
    if not refused.problems:
        return str(refused)
    tests = [
        problem for problem in refused.problems if problem.place.startswith("tests.") or ".untested" in problem.key
    ]
    sentence = _("Nicht veröffentlicht: {compiler} Meldungen des Compilers, {tests} der Tests. Die erste: {first}")
    first = rules.messages().problem(refused.problems[0], choices.language())
    return sentence.format(compiler=len(refused.problems) - len(tests), tests=len(tests), first=first)
