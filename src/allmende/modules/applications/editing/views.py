# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What editors look at: all flows, one version with all that is known of it, two versions beside one another, a trial."""

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from allmende.kernel.accounts.access import has_right, require
from allmende.kernel.evaluation.gates import Objection
from allmende.modules.applications.access import EDIT, PUBLISH
from allmende.modules.applications.editing import choices, comparing, queries, trying
from allmende.modules.applications.editing.forms import ReasonForm
from allmende.modules.applications.editing.judging import BASICS, Judged, judged
from allmende.modules.applications.engine import diagram
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.paths import count_paths, paths
from allmende.modules.applications.models import FlowVersion

Status = FlowVersion.Status
MOST_WAYS = 60
"""Ways that a page lists; the command `allmende flows check` lists more."""


@require(EDIT)
@never_cache
@require_safe
def flows(request: HttpRequest) -> HttpResponse:
    """All flows with state, version, coverage, and who waits for whom."""
    found = queries.items()
    person = cast(Any, request.user)
    context = {
        "items": found,
        "waiting": [item for item in found if queries.waits_for(person, item.draft)],
    }
    return render(request, "applications/editing/list.html", context)


@require(EDIT)
@never_cache
@require_safe
def version(request: HttpRequest, flow: str, number: int) -> HttpResponse:
    """One version: what stands against it, its ways, tests and diagram, and what can be done."""
    return show(request, queries.version(flow, number))


def show(
    request: HttpRequest,
    row: FlowVersion,
    *,
    refused: str = "",
    objections: Sequence[Objection] = (),
    status: int = 200,
) -> HttpResponse:
    """The page of a version; with `refused` after a step that was not taken, with `objections` after a gate stopped it."""
    found, rows = judged(row), queries.versions(row.flow)
    context = {
        **about(found),
        "refused": refused,
        "objections": objections,
        "override_form": ReasonForm("override-%s"),
        "versions": rows,
        "draft": next((other for other in rows if other.status in queries.OPEN), None),
        "ways": _ways(found),
        "tests": _tests(found),
        "may": _may(request, row, rows),
        "return_form": ReasonForm("return-%s"),
        "withdraw_form": ReasonForm("withdraw-%s"),
    }
    return render(request, "applications/editing/version.html", context, status=status)


def about(found: Judged) -> dict[str, Any]:
    """What every page about a version says: its name, and what is wrong with which part."""
    said = queries.told(found, choices.language())
    named = {part.place: part for part in found.parts}
    return {
        "found": found,
        "row": found.row,
        "name": found.name["de"],
        "open": found.row.status in queries.OPEN,
        "said": said,
        "wrong": [(place, named.get(place), [text for _path, text in texts]) for place, texts in said.items()],
        "basics": BASICS,
    }


@require(EDIT)
@never_cache
@require_safe
def compare(request: HttpRequest, flow: str) -> HttpResponse:
    """All versions of a flow, and what changed between two of them."""
    rows = queries.versions(flow)
    known = {row.version: row for row in rows}
    wanted = sorted(_number(request.GET.get(name, ""), default) for name, default in _newest(rows).items())
    older, newer = (known.get(number) for number in wanted)
    context: dict[str, Any] = {"flow": flow, "versions": rows, "older": older, "newer": newer}
    context |= about(judged(newer or rows[0]))
    if older and newer and older != newer:
        pair = judged(older), judged(newer)
        context["changes"] = comparing.changes(*pair, choices.offered(pair[1].data))
    return render(request, "applications/editing/compare.html", context)


@require(EDIT)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: HttpRequest, flow: str, number: int) -> HttpResponse:
    """Walk a version with one's own answers. They stand in the page alone: nothing is stored, nothing sent."""
    found = judged(queries.version(flow, number))
    context = about(found)
    if found.compiled and found.compiled.sound and found.compiled.flow:
        context["trial"] = trying.trial(found.compiled.flow, request.POST)
    return render(request, "applications/editing/trial.html", context)


def _may(request: HttpRequest, row: FlowVersion, rows: Sequence[FlowVersion]) -> dict[str, bool]:
    publishes, own = has_right(request.user, PUBLISH), row.was_written_by(request.user)
    review, draft = row.status == Status.REVIEW, row.status == Status.DRAFT
    return {
        "edit": review or draft,
        "begin": row == rows[0] and not (review or draft),
        "submit": draft,
        "recall": review and own,
        "discard": draft,
        "decide": review and publishes and not own,
        "withdraw": row.status == Status.PUBLISHED and publishes,
    }


def _ways(found: Judged) -> dict[str, Any]:
    """All ways, how many there are, what the tests take of them, and the picture; nothing for a flow that cannot be run."""
    if not (found.compiled and found.compiled.sound and found.compiled.flow and found.compiled.coverage):
        return {}
    flow, coverage = found.compiled.flow, found.compiled.coverage
    return {
        "count": count_paths(flow),
        "listed": [path for path, _number in zip(paths(flow), range(MOST_WAYS), strict=False)],
        "edges": len(coverage.edges),
        "taken": len(coverage.edges) - len(coverage.untested),
        "percent": round(100 * coverage.share),
        "picture": _picture(flow),
        "steps": flow.steps.values(),
    }


def _picture(flow: Flow) -> SafeString:
    return mark_safe(diagram.svg(flow, choices.language()))  # noqa: S308  (the engine escapes every text)


def _tests(found: Judged) -> list[tuple[Any, list[str]]]:
    """Each test with what is wrong with it."""
    flow = found.compiled.flow if found.compiled else None
    said = queries.told(found, choices.language())
    return [(test, [text for _path, text in said.get(f"tests.{test.name}", ())]) for test in flow.tests] if flow else []


def _newest(rows: Sequence[FlowVersion]) -> dict[str, int]:
    """The two versions that are compared by default: the newest and the one before."""
    return {"from": rows[min(1, len(rows) - 1)].version, "to": rows[0].version}


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else default
