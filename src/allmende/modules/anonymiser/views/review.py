# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages where a person decides: the queue, the editor of masks, sign, refuse, reopen."""

import uuid
from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.kernel.accounts.access import has_right, require
from allmende.modules.anonymiser import access, problems, queries, rules, service
from allmende.modules.anonymiser.errors import NotPossibleError
from allmende.modules.anonymiser.forms import MaskForm, MaskFormSet, ReasonForm, mask_changes, mask_rows
from allmende.modules.anonymiser.models import Mask, Picture
from allmende.modules.anonymiser.views.answers import attempt, person

PAGE_SIZE = 25
PREFIX = "masks"
WRONG = 422


@require(access.REVIEW)
@require_safe
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a person, the oldest first."""
    page = Paginator(access.to_decide(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "anonymiser/queue.html", {"page": page, "days": rules.number("review_days")})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def editor(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The masks of a picture that is to be reviewed, as shapes and as numbers; with a button, signed at once."""
    row = _workable(request, pk)
    known = {mask.pk: mask for mask in queries.masks(row)}
    rows = mask_rows(known)
    if request.method != "POST":
        return _editor(request, row, MaskFormSet(initial=rows, prefix=PREFIX), known)
    formset = MaskFormSet(request.POST, initial=rows, prefix=PREFIX)
    if not formset.is_valid():
        return _editor(request, row, formset, known, status=WRONG)
    add, remove = mask_changes(formset, known)
    seen = [mask for form in formset.forms if (mask := form.cleaned_data.get("mask"))]
    try:
        changed = service.change_masks(row, add=add, remove=remove, seen=seen, actor=person(request))
        if request.POST.get("action") == "sign":
            service.sign(row, actor=person(request))
            messages.success(request, _("Freigegeben. Das Bild wird geschrieben und veröffentlicht."))
            return redirect(row)
    except NotPossibleError as problem:
        messages.error(request, str(problem))
        return redirect(row)
    messages.success(request, ngettext("%d Maske geändert.", "%d Masken geändert.", changed) % changed)
    return redirect("anonymiser_editor", row.pk)


@login_required
@require_POST
def take_finding(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Make a mask of what the verification found."""
    row = _workable(request, pk)
    number = request.POST.get("number", "")
    if not number.isdecimal() or int(number) >= len(row.findings):
        raise Http404
    verb = partial(service.change_masks, row, add=[row.findings[int(number)]], actor=person(request))
    return attempt(request, verb, _("Der Befund ist jetzt eine Maske."), _to_editor(row))


@login_required
@require_POST
def decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Sign, refuse with a reason, try again, or review once more what is published."""
    row = access.own_work(request.user, pk)
    verbs: dict[str, tuple[Callable[..., object], str]] = {
        "sign": (partial(service.sign, row), _("Freigegeben. Das Bild wird geschrieben und veröffentlicht.")),
        "retry": (partial(service.retry, row), _("Das Bild wird noch einmal bearbeitet.")),
        "reopen": (partial(service.reopen, row), _("Das Bild ist nicht mehr veröffentlicht, bis jemand es freigibt.")),
    }
    action = request.POST.get("action", "")
    if action == "refuse":
        return _refuse(request, row)
    if action not in verbs:
        raise Http404
    verb, done = verbs[action]
    return attempt(request, partial(verb, actor=person(request)), done, row)


def _refuse(request: HttpRequest, row: Picture) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Bitte nennen Sie einen Grund."))
        return redirect(row)
    verb = partial(service.refuse, row, problems.said(form.cleaned_data["reason"]), actor=person(request))
    return attempt(request, verb, _("Abgelehnt. Das Original ist gelöscht."), row)


def _workable(request: HttpRequest, pk: uuid.UUID) -> Picture:
    """A picture to be reviewed whose original may be looked at. Raises Http404."""
    row = access.original(request.user, pk).picture
    if row.state != rules.REVIEW:
        raise Http404
    return access.picture(request.user, pk)


def _title(label: str) -> str:
    """What a label is called; those of plug-in detectors keep their name."""
    return str(rules.LABEL_TITLES.get(label, label))


def _to_editor(row: Picture) -> str:
    return reverse("anonymiser_editor", args=[row.pk])


def _editor(
    request: HttpRequest, row: Picture, formset: "BaseFormSet[MaskForm]", known: dict[int, Mask], status: int = 200
) -> HttpResponse:
    context = {
        "picture": row,
        "formset": formset,
        "regions": [mask.region for mask in known.values()],
        "findings": [(number, finding, _title(finding["label"])) for number, finding in enumerate(row.findings)],
        "may_sign": has_right(request.user, access.REVIEW),
    }
    return render(request, "anonymiser/editor.html", context, status=status)
