# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of one picture, and its bytes: before, as long as somebody may compare, and after."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allmende.kernel.accounts.access import has_right
from allmende.modules.anonymiser import access, naming, originals, previews, queries, rules, vault
from allmende.modules.anonymiser.forms import ReasonForm
from allmende.modules.anonymiser.views.answers import person, saved, shown


@login_required
@require_safe
@never_cache
def picture(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Where a picture stands; before and after for those who work on it."""
    row = access.picture(request.user, pk)
    works = access.works_on(request.user, row)
    original = queries.original(row)
    masks = [mask.region for mask in queries.masks(row)]
    context = {
        "picture": row,
        "batch": row.batch,
        "works": works,
        "reviews": has_right(request.user, access.REVIEW),
        "original": original,
        "compares": works and original is not None and original.is_open and row.result_sha256 and not row.meaning.work,
        "has_result": row.result_sha256 and (row.meaning.shown or works),
        "unlock": queries.unlock_of(row, request.user) if works else None,
        "reason": ReasonForm(),
        "masked": [(title, n) for label, title in rules.LABEL_TITLES.items() if (n := _count(masks, label))],
        "record": queries.record(row.pk),
        "until": queries.kept_until(row.batch),
    }
    return render(request, "anonymiser/picture.html", context)


@login_required
@require_safe
@never_cache
def before(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The original for the eye: upright, bounded, drawn anew; audited. 404 once it is locked or gone."""
    original = access.original(request.user, pk)
    try:
        return shown(previews.jpeg(originals.look_at(original, actor=person(request))), previews.MEDIA_TYPE)
    except (vault.GoneError, ValueError):
        raise Http404 from None


@login_required
@require_safe
@never_cache
def after(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The result for the eye, in the same size as the original beside it."""
    row = access.result(request.user, pk)
    return shown(previews.jpeg(vault.result(row.pk)), previews.MEDIA_TYPE)


@login_required
@require_safe
@never_cache
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The result itself; only what is published."""
    row = access.result(request.user, pk)
    if not row.meaning.shown:
        raise Http404
    return saved(vault.result(row.pk), row.media_type, naming.result_name(row))


def _count(masks: list[dict[str, object]], label: str) -> int:
    return sum(mask["label"] == label for mask in masks)
