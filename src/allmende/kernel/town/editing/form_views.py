# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forms: a text is changed, a new one begun, a statute amended. A refused form keeps all that was typed."""

from functools import partial
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from allmende.kernel.accounts.access import require
from allmende.kernel.accounts.models import User
from allmende.kernel.town.access import EDIT
from allmende.kernel.town.editing import drafting, merging, opened, outline, queries, service
from allmende.kernel.town.editing.choices import offered
from allmende.kernel.town.editing.errors import ConflictError, NotPossibleError, OutdatedError
from allmende.kernel.town.editing.forms import AmendmentForm
from allmende.kernel.town.editing.kinds import by_slug
from allmende.kernel.town.editing.limits import attributes
from allmende.kernel.town.editing.models import Draft
from allmende.kernel.town.editing.opened import Opened
from allmende.kernel.town.errors import Problem, TownDataError
from allmende.kernel.web.editing import comparing, entries
from allmende.kernel.web.editing.forms import RecordForm
from allmende.kernel.web.editing.layout import name

METHODS = ["GET", "HEAD", "POST"]


@require(EDIT)
@never_cache
@require_http_methods(METHODS)
def edit(request: HttpRequest, slug: str, record_id: str) -> HttpResponse:
    """The form of a text; what is published stays as it is until somebody else has checked the draft."""
    text = queries.text(by_slug(slug), record_id)
    if request.method != "POST":
        return _show(request, opened.fresh(text))
    return _answer(request, opened.sent(text, request))


@require(EDIT)
@never_cache
@require_http_methods(METHODS)
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a text that does not exist yet."""
    kind = by_slug(slug)
    if kind.name not in queries.ROWS:
        raise Http404
    text = queries.Text(kind, "", None, None)
    if request.method != "POST":
        return _show(request, opened.fresh(text, new=True))
    return _answer(request, opened.sent(text, request, new=True))


@require(EDIT)
@never_cache
@require_http_methods(METHODS)
def amend(request: HttpRequest, slug: str, record_id: str) -> HttpResponse:
    """Begin a new version of a statute."""
    text = queries.text(by_slug(slug), record_id)
    if text.kind.name != "statute" or text.version is None:
        raise Http404
    form = AmendmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            drafting.amend(text.kind, text.id, actor=_actor(request), valid_from=form.cleaned_data["valid_from"])
        except TownDataError as error:
            for problem in error.problems:
                form.add_error("valid_from", problem.message)
        except NotPossibleError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Der Entwurf der neuen Fassung ist angelegt. Ändern Sie jetzt den Wortlaut."))
            return redirect("town_edit_form", text.kind.slug, text.id)
    status = 400 if request.method == "POST" else 200
    return render(request, "town/edit/amend.html", {"form": form, "text": text}, status=status)


def _answer(request: HttpRequest, form: Opened) -> HttpResponse:
    """What the pressed button asks for."""
    if wish := request.POST.get("rows"):
        return _show(request, opened.rearranged(form, wish))
    entries.without_empty_rows(form.layout, form.entries)
    wish = request.POST.get("do", "save")
    if wish == "merge":
        return _show(request, opened.chosen(form, request.POST))
    if wish == "outline":
        return _show(request, form)
    try:
        draft = _save(request, form)
    except TownDataError as error:
        return _show(request, form, error.problems)
    except ConflictError as conflict:
        return _show_conflict(request, form, conflict)
    return _after(request, form, draft, wish)


def _save(request: HttpRequest, form: Opened) -> Draft | None:
    data, actor = form.data(), _actor(request)
    if not form.text.id:
        return drafting.create(form.kind, data, actor=actor, comment=form.comment)
    return drafting.save(
        form.kind,
        form.text.id,
        data,
        actor=actor,
        revision=form.revision,
        base=form.base,
        comment=form.comment,
    )


def _after(request: HttpRequest, form: Opened, draft: Draft | None, wish: str) -> HttpResponse:
    """Where a saved form leads: into review, to the preview, or to the page of the text."""
    if draft is None:
        messages.info(request, _("Es ist nichts geändert; darum gibt es keinen Entwurf."))
        return redirect("town_edit_text", form.kind.slug, form.text.id)
    if wish == "preview":
        return redirect("town_edit_preview", form.kind.slug, draft.record_id)
    done = _("Der Entwurf ist gespeichert. Veröffentlicht ist er noch nicht.")
    if wish == "submit":
        try:
            service.submit(form.kind, draft.record_id, actor=_actor(request), revision=draft.revision)
            done = _("Der Entwurf ist zur Prüfung gegeben.")
        except OutdatedError:
            messages.warning(
                request, _("Gespeichert, aber nicht zur Prüfung gegeben: Der veröffentlichte Text ist neu.")
            )
            return redirect("town_edit_text", form.kind.slug, draft.record_id)
    messages.success(request, done)
    return redirect("town_edit_text", form.kind.slug, draft.record_id)


def _show(request: HttpRequest, form: Opened, problems: tuple[Problem, ...] = ()) -> HttpResponse:
    shown = RecordForm(form.layout, form.entries, offered(), partial(attributes, form.kind.shape), focus=form.focus)
    shown.tell((problem.field, problem.typed) for problem in problems)
    context = {"form": shown, "opened": form, "text": form.text}
    if form.kind.name == "statute":
        context["outline"] = outline.of(form.text.id, str(form.data().get("text", "")))
    return render(request, "town/edit/form.html", context, status=400 if problems else 200)


def _show_conflict(request: HttpRequest, form: Opened, conflict: ConflictError) -> HttpResponse:
    """Both texts beside one another; nothing of either is lost."""
    theirs = queries.text(form.kind, form.text.id)
    merged = merging.merge(form.layout, form.marks, form.data(), theirs.data)
    choices = offered()
    clashes = [
        (
            name(clash.part.path),
            clash.part.title,
            comparing.as_text(clash.part, clash.mine, choices),
            comparing.as_text(clash.part, clash.theirs, choices),
        )
        for clash in merged.clashes
    ]
    context = {
        "text": theirs,
        "opened": form,
        "who": conflict.draft.changed_by if conflict.draft else theirs.version and theirs.version.reviewer,
        "when": conflict.draft.changed_at if conflict.draft else theirs.version and theirs.version.made_at,
        "clashes": clashes,
        "taken": [part.title for part in merged.taken],
        "kept": entries.entries_of(form.layout, merged.data).lists(),
    }
    return render(request, "town/edit/conflict.html", context, status=409)


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)
