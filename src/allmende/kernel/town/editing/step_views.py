# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The buttons: submit, recall, give back, publish, withdraw, discard, adopt, restore. A refused step says why and changes nothing."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allmende.kernel.accounts.access import require
from allmende.kernel.accounts.models import User
from allmende.kernel.evaluation.gates import ObjectedError
from allmende.kernel.town.access import EDIT, PUBLISH
from allmende.kernel.town.editing import drafting, queries, service
from allmende.kernel.town.editing.errors import ConflictError, NotPossibleError, OutdatedError
from allmende.kernel.town.editing.kinds import by_slug
from allmende.kernel.town.editing.opened import number
from allmende.kernel.town.editing.queries import Text
from allmende.kernel.town.editing.views import show
from allmende.kernel.town.errors import TownDataError

Act = Callable[[Text, User, int], str]
"""Takes the step as this person with the draft of that revision; says what was done."""


@require(EDIT)
@require_POST
def submit(request: HttpRequest, slug: str, record_id: str) -> HttpResponse:
    """Hand the draft in for review."""

    def act(text: Text, actor: User, revision: int) -> str:
        service.submit(text.kind, text.id, actor=actor, revision=revision)
        return _("Der Entwurf ist zur Prüfung gegeben.")

    return _take(request, slug, record_id, act)


@require(EDIT)
@require_POST
def recall(request: HttpRequest, slug: str, record_id: str) -> HttpResponse:
    """Take the draft back from review."""

    def act(text: Text, actor: User, revision: int) -> str:
        service.recall(text.kind, text.id, actor=actor, revision=revision)
        return _("Der Entwurf ist wieder bei Ihnen.")

    return _take(request, slug, record_id, act)


@require(EDIT)
@require_POST
def discard(request: HttpRequest, slug: str, record_id: str) -> HttpResponse:
    """Throw the draft away."""

    def act(text: Text, actor: User, revision: int) -> str:
        service.discard(text.kind, text.id, actor=actor, revision=revision)
        return _("Der Entwurf ist verworfen.")

    return _take(request, slug, record_id, act)


@require(EDIT)
@require_POST
def adopt(request: HttpRequest, slug: str, record_id: str) -> HttpResponse:
    """Put the draft on top of what was published meanwhile."""

    def act(text: Text, actor: User, revision: int) -> str:
        _draft, merged = drafting.adopt(text.kind, text.id, actor=actor, revision=revision)
        if not merged.clashes:
            return _("Die veröffentlichten Änderungen sind in den Entwurf übernommen.")
        fields = ", ".join(str(clash.part.title) for clash in merged.clashes)
        return _("Übernommen. In diesen Feldern gilt weiter der Entwurf: {fields}.").format(fields=fields)

    return _take(request, slug, record_id, act)


@require(PUBLISH)
@require_POST
def give_back(request: HttpRequest, slug: str, record_id: str) -> HttpResponse:
    """Return the draft with a reason."""

    def act(text: Text, actor: User, revision: int) -> str:
        service.give_back(text.kind, text.id, actor=actor, revision=revision, reason=_reason(request))
        return _("Der Entwurf ist zurückgegeben.")

    return _take(request, slug, record_id, act)


@require(PUBLISH)
@require_POST
def publish(request: HttpRequest, slug: str, record_id: str) -> HttpResponse:
    """Publish the draft of somebody else."""

    def act(text: Text, actor: User, revision: int) -> str:
        approve, reason = "approve" in request.POST, _reason(request)
        service.publish(text.kind, text.id, actor=actor, revision=revision, approve=approve, reason=reason)
        return _("Veröffentlicht. Suche und Assistent kennen den neuen Text schon.")

    return _take(request, slug, record_id, act)


@require(PUBLISH)
@require_POST
def withdraw(request: HttpRequest, slug: str, record_id: str) -> HttpResponse:
    """Take the text out of public."""

    def act(text: Text, actor: User, _revision: int) -> str:
        service.withdraw(text.kind, text.id, actor=actor, reason=_reason(request))
        return _("Zurückgezogen. Auf der Website und in der Suche steht der Text nicht mehr.")

    return _take(request, slug, record_id, act)


@require(EDIT)
@require_POST
def restore(request: HttpRequest, slug: str, record_id: str, number: int) -> HttpResponse:
    """Make an older version the draft."""

    def act(text: Text, actor: User, _revision: int) -> str:
        drafting.restore(text.kind, text.id, number, actor=actor)
        return _("Die ältere Fassung ist jetzt Ihr Entwurf. Geben Sie ihn zur Prüfung, wenn er stimmt.")

    return _take(request, slug, record_id, act)


def _take(request: HttpRequest, slug: str, record_id: str, act: Act) -> HttpResponse:
    """Take the step, and lead back to the text or, when nothing is left of it, to the list."""
    text = queries.text(by_slug(slug), record_id)
    try:
        done = act(text, cast(User, request.user), number(request.POST, "revision"))
    except ObjectedError as refusal:
        return show(request, queries.text(text.kind, text.id), objections=refusal.objections, status=409)
    except (NotPossibleError, OutdatedError, ConflictError, TownDataError) as refusal:
        return show(request, queries.text(text.kind, text.id), problems=_reasons(refusal), status=409)
    messages.success(request, done)
    if text.version is None and not queries.exists(text.kind, text.id):
        return redirect("town_edit")
    return redirect("town_edit_text", slug, record_id)


def _reasons(refusal: Exception) -> list[str]:
    if isinstance(refusal, TownDataError):
        return [str(problem) for problem in refusal.problems]
    if isinstance(refusal, ConflictError):
        return [_("Der Entwurf ist inzwischen ein anderer. Sehen Sie ihn sich bitte noch einmal an.")]
    if isinstance(refusal, OutdatedError):
        return [
            _("Der veröffentlichte Text wurde geändert, nachdem der Entwurf begonnen war. Übernehmen Sie ihn zuerst.")
        ]
    return [str(refusal)]


def _reason(request: HttpRequest) -> str:
    return request.POST.get("comment", "").strip()[:2000]
