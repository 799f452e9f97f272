# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages of batches: hand pictures in, watch the work, take the results home."""

import tempfile
import uuid
import zipfile

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.kernel.accounts.access import require
from allmende.kernel.files.service import UploadRefused
from allmende.modules.anonymiser import access, filming, queries, rules, service
from allmende.modules.anonymiser.errors import NothingTakenError
from allmende.modules.anonymiser.forms import BeginForm
from allmende.modules.anonymiser.models import Batch
from allmende.modules.anonymiser.naming import result_name
from allmende.modules.anonymiser.results import shown
from allmende.modules.anonymiser.views.answers import person

PAGE_SIZE = 25
IN_MEMORY = 8 * 1024**2
"""Bytes of a ZIP that are not written to a temporary file."""


@require(access.USE)
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """One's own batches, and the form for another one."""
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form, begun = BeginForm(*given), None
    if request.method == "POST" and form.is_valid():
        begun = _begin(form, person(request))
        if begun and not form.errors:
            return redirect(begun.pictures.get() if begun.pictures.count() == 1 else begun)
    page = Paginator(queries.batches(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    to_decide = access.to_decide(request.user).count()
    longest = filming.clock(rules.part("film")["seconds"])
    context = {"form": form, "page": page, "to_decide": to_decide, "longest": longest, "begun": begun}
    return render(request, "anonymiser/home.html", context, status=400 if form.errors and not begun else 200)


def _begin(form: BeginForm, actor: AbstractBaseUser) -> Batch | None:
    """Take in what can be taken; what cannot is named beside the field. None where nothing was taken."""
    try:
        begun = service.begin(form.wish, form.cleaned_data["pictures"], actor=actor)
    except NothingTakenError as nothing:
        form.not_taken(nothing.reasons)
    except UploadRefused as refusal:
        form.not_taken([str(refusal)])
    else:
        form.not_taken(queries.objections(begun.pictures.all()))
        return begun
    return None


@login_required
@require_safe
@never_cache
def batch(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One batch: how far it is, its pictures, what can be taken home."""
    found = access.batch(request.user, pk)
    counts = queries.counts(found)
    context = {
        "batch": found,
        "job": found.job,
        "page": Paginator(queries.pictures(found), PAGE_SIZE).get_page(request.GET.get("page")),
        "counts": [(title, counts[state]) for state, title in rules.STATE_TITLES.items() if state in counts],
        "published": counts.get(rules.PUBLISHED, 0),
        "record": queries.record(found.pk),
        "until": queries.kept_until(found),
        "owns": found.owner_id == request.user.pk,
        "labels": [rules.LABEL_TITLES[label] for label in found.settings["labels"]],
        "fill": rules.FILL_TITLES[found.settings["fill"]],
        "films": found.pictures.filter(kind=rules.FILM).exists(),
    }
    return render(request, "anonymiser/batch.html", context)


@login_required
@require_safe
@never_cache
def results(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """All published pictures of a batch as ZIP."""
    found = access.batch(request.user, pk)
    packed = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (the response closes it)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for row in queries.pictures(found).filter(state=rules.PUBLISHED):
            archive.writestr(f"{row.position:04d}-{result_name(row)}", shown(row))
    packed.seek(0)
    return FileResponse(packed, as_attachment=True, filename="anonymisiert.zip", content_type="application/zip")


@require(access.USE)
@require_POST
def delete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Delete one's own batch with everything in it."""
    service.delete(access.batch(request.user, pk), actor=person(request))
    messages.success(request, _("Die Bilder sind gelöscht. Die Nachweise bleiben länger."))
    return redirect("anonymiser")
