# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What editors look at: all texts, one text with its draft, the preview, the history."""

from collections.abc import Sequence
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allmende.kernel.accounts.access import require
from allmende.kernel.accounts.models import User
from allmende.kernel.evaluation.gates import Objection
from allmende.kernel.town import rules
from allmende.kernel.town.access import EDIT
from allmende.kernel.town.editing import access, queries
from allmende.kernel.town.editing import history as versions
from allmende.kernel.town.editing import preview as previewing
from allmende.kernel.town.editing.choices import offered
from allmende.kernel.town.editing.forms import FilterForm, ReasonForm
from allmende.kernel.town.editing.kinds import KINDS, WORDS_ID, Editable, by_slug
from allmende.kernel.town.editing.models import Version
from allmende.kernel.town.editing.opened import number
from allmende.kernel.town.errors import TownDataError
from allmende.kernel.web.editing import comparing

LISTED = [kind for kind in KINDS.values() if kind.name in queries.ROWS]
STEPS = ("save", "submit", "recall", "discard", "return", "publish", "adopt")


@require(EDIT)
@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    """All texts with their drafts, narrowed by kind, name, state, unit and age."""
    person, units = cast(User, request.user), queries.unit_names()
    form = FilterForm(request.GET, units.items())
    kind = next((kind for kind in LISTED if kind.slug == request.GET.get("kind")), None)
    found = queries.narrowed(queries.items(), kind=kind.name if kind else "", **form.given)
    waiting, own = list(queries.waiting_for(person)), list(queries.drafts_of(person))
    context = {
        "form": form,
        "kinds": LISTED,
        "chosen": kind,
        "page": Paginator(found, rules.editing()["page_size"]).get_page(request.GET.get("page")),
        "units": units,
        "waiting": [(KINDS[draft.kind], draft) for draft in waiting],
        "own": [(KINDS[draft.kind], draft) for draft in own],
        "narrowed": bool(form.given) or kind is not None,
        "words": (KINDS["words"], WORDS_ID),
    }
    return render(request, "town/edit/list.html", context)


@require(EDIT)
@never_cache
@require_safe
def text(request: HttpRequest, slug: str, record_id: str) -> HttpResponse:
    """One text: what holds, what is about to, and what can be done."""
    return show(request, queries.text(by_slug(slug), record_id))


def show(
    request: HttpRequest,
    shown: queries.Text,
    *,
    problems: Sequence[str] = (),
    objections: Sequence[Objection] = (),
    status: int = 200,
) -> HttpResponse:
    """The page of a text; with `problems` after a step that was refused, with `objections` after a gate stopped it."""
    person, choices = cast(User, request.user), offered()
    base = _version(shown.kind, shown.id, shown.draft.base) if shown.outdated and shown.draft else None
    context = {
        "text": shown,
        "problems": problems,
        "objections": objections,
        "override_form": ReasonForm(_("Warum wird trotzdem veröffentlicht?"), "override-%s"),
        "unit": choices.title("units", shown.data.get("unit", "")),
        "changes": comparing.differences(shown.kind.layout, shown.published, shown.data, choices)
        if shown.draft
        else (),
        "meanwhile": comparing.differences(
            shown.kind.layout, queries.content(base) if base else {}, shown.published, choices
        )
        if shown.outdated
        else (),
        "may": {step: access.may(person, step, shown.draft) for step in STEPS},
        "waits": queries.waits_for(person, shown.draft),
        "may_withdraw": shown.public and access.has_right_for(person, "withdraw"),
        "may_amend": shown.kind.name == "statute" and shown.public and shown.draft is None,
        "shown": list(comparing.shown(shown.kind.layout, shown.published, choices)) if not shown.kind.page[0] else (),
        "return_form": ReasonForm(_("Was ist noch zu ändern?"), "return-%s"),
        "withdraw_form": ReasonForm(_("Warum wird der Text zurückgezogen?"), "withdraw-%s"),
        "jumps": [section for section in shown.kind.layout if section.name != "basics"],
    }
    return render(request, "town/edit/text.html", context, status=status)


@require(EDIT)
@never_cache
@require_safe
def preview(request: HttpRequest, slug: str, record_id: str) -> HttpResponse:
    """The draft as citizens will see it."""
    shown = queries.text(by_slug(slug), record_id)
    if not shown.kind.page[0]:
        raise Http404
    try:
        return previewing.page(request, shown)
    except TownDataError as error:
        return show(request, shown, problems=[str(problem) for problem in error.problems], status=409)


@require(EDIT)
@never_cache
@require_safe
def history(request: HttpRequest, slug: str, record_id: str) -> HttpResponse:
    """All versions of a text, and what changed between two of them."""
    shown = queries.text(by_slug(slug), record_id)
    rows = list(versions.versions(shown.kind.name, shown.id))
    older, newer = _pair(request, rows)
    context: dict[str, Any] = {"text": shown, "versions": rows, "older": older, "newer": newer}
    if newer:
        before = queries.content(older) if older else {}
        context["changes"] = comparing.differences(shown.kind.layout, before, queries.content(newer), offered())
    return render(request, "town/edit/history.html", context)


def _pair(request: HttpRequest, rows: Sequence[Version]) -> tuple[Version | None, Version | None]:
    """The two versions to compare: those asked for, else the newest and the one before. The older one comes first."""
    known = {row.number: row for row in rows}
    newest = rows[0].number if rows else 0
    wanted = number(request.GET, "from") or newest - 1, number(request.GET, "to") or newest
    return known.get(min(wanted)), known.get(max(wanted))


def _version(kind: Editable, record_id: str, wanted: int) -> Version | None:
    return versions.versions(kind.name, record_id).filter(number=wanted).first()
