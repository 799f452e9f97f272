# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Originals: delete now, ask for a locked one, decide as the second person, fetch once."""

import uuid
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allmende.kernel.accounts.access import require
from allmende.modules.anonymiser import access, originals
from allmende.modules.anonymiser.errors import NotPossibleError
from allmende.modules.anonymiser.forms import ReasonForm
from allmende.modules.anonymiser.vault import GoneError
from allmende.modules.anonymiser.views.answers import attempt, person, saved


@login_required
@require_POST
def delete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Delete the original of a decided picture before its time."""
    row = access.own_work(request.user, pk)
    return attempt(request, partial(originals.delete, row, actor=person(request)), _("Das Original ist gelöscht."), row)


@login_required
@require_POST
def ask(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for a locked original, with a reason."""
    row = access.own_work(request.user, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Bitte nennen Sie einen Grund."))
        return redirect(row)
    verb = partial(originals.ask, row, form.cleaned_data["reason"], actor=person(request))
    return attempt(request, verb, _("Angefragt. Eine zweite Person entscheidet."), row)


@require(access.UNLOCK)
@require_POST
def decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Allow or refuse somebody else's request."""
    allowed = request.POST.get("action") == "allow"
    done = _("Erlaubt.") if allowed else _("Verweigert.")
    verb = partial(originals.decide, pk, allowed=allowed, actor=person(request))
    return attempt(request, verb, done, "anonymiser_records")


@login_required
@require_POST
def fetch(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The original, once, as an attachment."""
    row = access.own_unlock(request.user, pk)
    try:
        original, content = originals.fetch(row.pk, actor=person(request))
    except (NotPossibleError, GoneError) as problem:
        messages.error(request, str(problem) or _("Dieses Original ist nicht mehr lesbar."))
        return redirect(row.picture or "anonymiser")
    return saved(content, "application/octet-stream", original.picture.name)
