# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of one picture or film, and its bytes: before, as long as somebody may compare, and after."""

import uuid
from collections import Counter

from csp.constants import SELF
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allmende.kernel.accounts.access import has_right
from allmende.modules.anonymiser import access, naming, opening, originals, queries, results, rules, vault
from allmende.modules.anonymiser.forms import ReasonForm
from allmende.modules.anonymiser.models import Original, Picture
from allmende.modules.anonymiser.views.answers import person, played, saved, shown


@login_required
@require_safe
@never_cache
def picture(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Where a picture stands; before and after for those who work on it."""
    row = access.picture(request.user, pk)
    works = access.works_on(request.user, row)
    original = queries.original(row)
    counts = Counter(row.film.get("tracks")) if row.is_film else queries.mask_counts(row)
    context = {
        "picture": row,
        "batch": row.batch,
        "works": works,
        "reviews": has_right(request.user, access.REVIEW),
        "original": original,
        "job": row.batch.job if row.is_film and row.meaning.work else None,
        "compares": works and original is not None and _comparable(row, original),
        "has_result": row.result_sha256 and (row.meaning.shown or works),
        "unlock": queries.unlock_of(row, request.user) if works else None,
        "reason": ReasonForm(),
        "masked": [(title, n) for label, title in rules.LABEL_TITLES.items() if (n := counts[label])],
        "sound": rules.SOUND_TITLES.get(row.film.get("sound", "")),
        "record": queries.record(row.pk),
        "until": queries.kept_until(row.batch),
    }
    response = render(request, "anonymiser/picture.html", context)
    if row.is_film:
        response._csp_replace = {"media-src": [SELF]}  # type: ignore[attr-defined]
    return response


def _comparable(row: Picture, original: Original) -> bool:
    """Whether before and after can be seen side by side."""
    return bool(original.is_open and row.result_sha256 and not row.meaning.work and not row.is_film)


@login_required
@require_safe
@never_cache
def before(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The original for the eye: upright, bounded, drawn anew; audited. 404 once it is locked or gone."""
    original = access.original(request.user, pk)
    try:
        content = originals.look_at(original, actor=person(request))
    except vault.GoneError:
        raise Http404 from None
    return _for_the_eye(content)


@login_required
@require_safe
@never_cache
def after(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The result of a picture for the eye, in the same size as the original beside it."""
    row = access.result(request.user, pk)
    if row.is_film:
        raise Http404
    return _for_the_eye(results.shown(row))


def _for_the_eye(content: bytes) -> HttpResponse:
    try:
        return shown(opening.preview(content), opening.PREVIEW_TYPE)
    except opening.UnreadableError:
        raise Http404 from None


@login_required
@require_safe
@never_cache
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The result itself; only what is published."""
    row = access.result(request.user, pk)
    if not row.meaning.shown:
        raise Http404
    return saved(results.shown(row), row.media_type, naming.result_name(row))


@login_required
@require_safe
@never_cache
def film(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A finished film for the player of its page, in pieces as it asks for them."""
    return played(access.film(request.user, pk), request.headers.get("Range", ""))


@login_required
@require_safe
@never_cache
def poster(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The first frame of a finished film, masked."""
    row = access.film(request.user, pk)
    try:
        return shown(results.read(row, vault.POSTER), opening.PREVIEW_TYPE)
    except vault.GoneError:
        raise Http404 from None
