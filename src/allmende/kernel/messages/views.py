# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The outbox for the administrator: what waits, what failed and why; and where things may go."""

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages as notices
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allmende.kernel.accounts.access import require
from allmende.kernel.messages import queries, rules, service
from allmende.kernel.messages.access import MANAGE
from allmende.kernel.messages.forms import FORMS, ServingForm
from allmende.kernel.messages.models import Destination, Message
from allmende.kernel.registry import LetterTemplate, registry


@require(MANAGE)
@require_GET
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """Failed and waiting messages, or those of one state; the newest first."""
    state = request.GET.get("state", rules.FAILED)
    page = Paginator(queries.messages(state), rules.PAGE_SIZE).get_page(request.GET.get("page"))
    count = queries.count()
    states = [(name, _(meaning.title), count[name]) for name, meaning in rules.STATES.items()]
    context = {
        "page": page,
        "rows": [(message, _kind(message)) for message in page],
        "state": state,
        "states": states,
        "destinations": queries.destinations(),
        "kinds": [(kind, _(title)) for kind, title in rules.ADDING.items()],
    }
    return render(request, "messages/outbox.html", context)


@require(MANAGE)
@require_POST
def send_anew(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """Try a message again."""
    return _change(request, message_id, service.send_anew, _("Die Nachricht wird noch einmal gesendet."))


@require(MANAGE)
@require_POST
def give_up(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """Stop trying; it can be sent again afterwards."""
    done = _("Die Nachricht wird nicht mehr gesendet. Unter „aufgegeben“ können Sie das zurücknehmen.")
    return _change(request, message_id, service.give_up, done)


@require(MANAGE)
@require_http_methods(["GET", "POST"])
@never_cache
def add_destination(request: HttpRequest, kind: str) -> HttpResponse:
    """Note where things may go; the secret of a webhook is shown once."""
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST if request.method == "POST" else None)
    title = _(rules.ADDING[kind])
    if not form.is_valid():
        context = {"form": form, "title": title}
        return render(request, "messages/destination.html", context, status=422 if form.errors else 200)
    destination = service.add_destination(kind=kind, actor=_person(request), **form.values)
    if kind == rules.WEBHOOK:
        return render(request, "messages/webhook_added.html", {"hook": destination, "secret": form.secret})
    notices.success(request, _("Das Ziel „%(title)s“ ist eingerichtet.") % {"title": destination.title})
    return redirect("messages_list")


@require(MANAGE)
@require_http_methods(["GET", "POST"])
@never_cache
def change_destination(request: HttpRequest, slug: str) -> HttpResponse:
    """Its name and which applications go there; for another address it is removed and set up anew."""
    destination = get_object_or_404(Destination, pk=slug)
    kept = {"title": destination.title, "serves": "\n".join(destination.serves)}
    form = ServingForm(request.POST if request.method == "POST" else None, initial=kept)
    if form.is_valid():
        service.change_destination(destination, actor=_person(request), **form.cleaned_data)
        notices.success(request, _("Das Ziel „%(title)s“ ist geändert.") % {"title": form.cleaned_data["title"]})
        return redirect("messages_list")
    context = {"form": form, "title": destination.title, "change": True}
    return render(request, "messages/destination.html", context, status=422 if form.errors else 200)


@require(MANAGE)
@require_POST
def remove_destination(request: HttpRequest, slug: str) -> HttpResponse:
    """Forget a destination."""
    service.remove_destination(get_object_or_404(Destination, pk=slug), actor=_person(request))
    notices.success(request, _("Das Ziel ist entfernt. Was dorthin noch wartet, scheitert."))
    return redirect("messages_list")


def _change(request: HttpRequest, message_id: uuid.UUID, verb: Callable[..., None], done: str) -> HttpResponse:
    message = queries.message(message_id)
    if message is None:
        raise Http404
    try:
        verb(message, actor=_person(request))
        notices.success(request, done)
    except service.NotPossibleError as problem:
        notices.error(request, str(problem))
    return redirect("messages_list")


def _kind(message: Message) -> Any:
    """The title of the letter's template, or the name of the event."""
    titles = {template.name: template.title for template in registry().all(LetterTemplate)}
    return titles.get(message.kind, message.kind)


def _person(request: HttpRequest) -> AbstractBaseUser:
    return cast(AbstractBaseUser, request.user)
