# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages that say how much is missed in the town's own pictures: draw a sample, look at each, read the interval."""

import uuid
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from allmende.kernel.accounts.access import require
from allmende.modules.anonymiser import access, queries, rules, sampling
from allmende.modules.anonymiser.errors import NotPossibleError
from allmende.modules.anonymiser.forms import DrawForm, SeenForm
from allmende.modules.anonymiser.models import Sample
from allmende.modules.anonymiser.views.answers import attempt, person

WRONG = 422


@require(access.ESTIMATE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    """All samples with what they say; POST draws another."""
    form = DrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("anonymiser_estimate", sampling.draw(form.cleaned_data["size"], actor=person(request)).pk)
        except NotPossibleError as problem:
            form.add_error("size", str(problem))
    rows = [(row, queries.estimates(row)) for row in queries.samples()]
    context = {"form": form, "rows": rows, "drawable": queries.drawable().count()}
    return render(request, "anonymiser/estimates.html", context, status=WRONG if form.errors else 200)


@require(access.ESTIMATE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sample(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The next picture of a sample; POST keeps what was seen in it."""
    row = queries.sample(pk)
    if row is None:
        raise Http404
    item = queries.next_item(row)
    if item is None:
        return _sample(request, row, None)
    form = SeenForm(
        request.POST if request.method == "POST" else None, found=item.found, labels=queries.labels_of(item)
    )
    if request.method != "POST" or not form.is_valid() or request.POST.get("position") != str(item.position):
        return _sample(request, row, form, status=WRONG if form.errors else 200)
    verb = partial(sampling.look, item, form.seen, actor=person(request))
    return attempt(request, verb, _("Bild %(number)d ist festgehalten.") % {"number": item.position}, request.path)


def _sample(request: HttpRequest, row: Sample, form: SeenForm | None, status: int = 200) -> HttpResponse:
    context = {
        "sample": row,
        "item": queries.next_item(row),
        "form": form,
        "estimates": queries.estimates(row),
        "least": rules.part("estimate")["least"],
    }
    return render(request, "anonymiser/estimate.html", context, status=status)
