# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A by-law or a page from a document: read it, look at what was recognised, keep it. Nothing is kept in between."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allmende.kernel.accounts.access import require
from allmende.kernel.accounts.models import User
from allmende.kernel.files import service as files
from allmende.kernel.town import queries as town
from allmende.kernel.town.access import EDIT
from allmende.kernel.town.editing import outline
from allmende.kernel.town.errors import TownDataError
from allmende.kernel.town.imports import bylaws, exporting
from allmende.kernel.town.imports.forms import DocumentForm, WordingForm
from allmende.kernel.town.imports.views import units

PURPOSE = "town.document"


@require(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest) -> HttpResponse:
    """First the file, then the wording that was recognised in it."""
    if request.method == "POST" and "text" in request.POST:
        return _keep(request)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DocumentForm(*given)
    if request.method == "POST" and form.is_valid():
        try:
            return _recognised(request, form.cleaned_data["what"], form.cleaned_data["file"])
        except (files.UploadRefused, bylaws.DocumentRefused) as refusal:
            form.add_error("file", str(refusal))
    return render(request, "town/import_document.html", {"form": form}, status=400 if form.errors else 200)


def _recognised(request: HttpRequest, what: str, upload: Any) -> HttpResponse:
    examined = files.examine(upload, purpose=PURPOSE)
    found = bylaws.recognise(examined.content, examined.name)
    initial = {
        "what": what,
        "title": found.title,
        "record_id": bylaws.suggested_id(what, found.title),
        "kind": found.law,
        "text": found.text(what),
        "document": examined.name,
    }
    return _wording(request, what, _form(what, initial=initial), found.text(what))


def _keep(request: HttpRequest) -> HttpResponse:
    what = bylaws.PAGE if request.POST.get("what") == bylaws.PAGE else bylaws.STATUTE
    form = _form(what, data=request.POST)
    if form.is_valid() and "look" not in request.POST:
        fields = {
            name: value for name, value in form.cleaned_data.items() if value not in ("", None) and name != "what"
        }
        try:
            kept = bylaws.keep(what, actor=cast(User, request.user), **fields)
            messages.success(request, _("Der Entwurf ist gespeichert. Geben Sie ihn zur Prüfung, wenn er stimmt."))
            return redirect(exporting.editing_url(what, kept.id))
        except TownDataError as error:
            for problem in error.problems:
                form.add_error(problem.field if problem.field in form.fields else None, problem.message)
    status = 400 if form.errors else 200
    return _wording(request, what, form, str(request.POST.get("text", "")), status=status)


def _form(what: str, **given: Any) -> WordingForm:
    statutes = [(link.id, link.short_title) for link in town.statutes()]
    return WordingForm(what=what, units=units(), statutes=statutes, **given)


def _wording(request: HttpRequest, what: str, form: WordingForm, text: str, *, status: int = 200) -> HttpResponse:
    is_statute = what == bylaws.STATUTE
    context = {"form": form, "is_statute": is_statute, "outline": outline.of("", text) if is_statute else None}
    return render(request, "town/import_wording.html", context, status=status)
