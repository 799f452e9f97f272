# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The clerk's side: who waits, accept, write, end with a summary."""

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from allmende.kernel.accounts.access import require
from allmende.kernel.cases.service import OtherPersonError
from allmende.kernel.town import queries as town
from allmende.kernel.web.sse import event_stream
from allmende.modules.assistant.door import language
from allmende.modules.assistant.live import access, presence, queries, rules, service
from allmende.modules.assistant.live.forms import FinishForm, MessageForm
from allmende.modules.assistant.live.models import Chat
from allmende.modules.assistant.live.queries import CLERK
from allmende.modules.assistant.live.stream import chat_events, queue_events
from allmende.modules.assistant.live.views.talking import behind, receive


@require(access.RIGHT)
@require_GET
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Who waits, in which chats one is, which still need a summary; and whether one is there."""
    context = {
        "rows": queries.queue(request.user, language()),
        "signs": queries.signs(request.user),
        "until": presence.until(request.user),
        "hours": rules.bound("present_minutes") // 60,
    }
    return render(request, "assistant/live/queue.html", context)


@require(access.RIGHT)
@require_GET
@never_cache
def queue_stream(request: HttpRequest) -> HttpResponseBase:
    """An event whenever the list changes."""
    seen = request.headers.get("Last-Event-ID") or request.GET.get("seen", "")
    return event_stream(queue_events(_actor(request).pk, language=language(), seen=seen))


@require(access.RIGHT)
@require_POST
def mark_present(request: HttpRequest) -> HttpResponse:
    """Say that one is there, or that one is not."""
    presence.mark(_actor(request), present=request.POST.get("present") == "1")
    return redirect("live_queue")


@require(access.RIGHT)
@require_GET
@never_cache
def chat(request: HttpRequest, chat_id: uuid.UUID) -> HttpResponse:
    """One chat: what was handed over, what is said, write, end."""
    return _page(request, access.get(request.user, chat_id))


@require(access.RIGHT)
@require_POST
def accept(request: HttpRequest, chat_id: uuid.UUID) -> HttpResponse:
    """Make a waiting chat one's own."""
    found = access.get(request.user, chat_id)
    try:
        service.accept(found, actor=_actor(request))
    except service.OtherClerkError:
        messages.error(request, _("Das Gespräch hat schon jemand übernommen, oder es ist beendet."))
        return redirect("live_queue")
    return redirect("live_chat", found.pk)


@require(access.RIGHT)
@require_POST
@never_cache
def say(request: HttpRequest, chat_id: uuid.UUID) -> HttpResponse:
    """Keep a message for the citizen."""
    found = access.get(request.user, chat_id)
    access.check_own(_actor(request), found)

    def page(form: MessageForm, status: int) -> HttpResponse:
        return _page(request, access.get(request.user, chat_id), message=form, status=status)

    back = f"{reverse('live_chat', args=[found.pk])}#live"
    return receive(request, found, actor=_actor(request), page=page, back=back)


@require(access.RIGHT)
@require_POST
@never_cache
def finish(request: HttpRequest, chat_id: uuid.UUID) -> HttpResponse:
    """End the chat with a summary for its case."""
    found = access.get(request.user, chat_id)
    access.check_own(_actor(request), found)
    form = FinishForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        service.finish(found, **form.cleaned_data, actor=_actor(request))
    except OtherPersonError:
        messages.error(request, _("Der Vorgang lässt sich so nicht abschließen. Es wurde nichts geändert."))
        return redirect("live_chat", found.pk)
    messages.success(request, _("Das Gespräch ist beendet, die Zusammenfassung steht im Vorgang."))
    return redirect("live_queue")


@require(access.RIGHT)
@require_GET
@never_cache
def stream(request: HttpRequest, chat_id: uuid.UUID) -> HttpResponseBase:
    """The messages of a chat as they come."""
    found = access.get(request.user, chat_id)
    return event_stream(chat_events(found, reader=CLERK, language=language(), after=behind(request)))


def _page(
    request: HttpRequest,
    found: Chat,
    form: FinishForm | None = None,
    *,
    message: MessageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    unit = town.unit(found.case.unit, language()) if found.case.unit else None
    state, kind = rules.state(found.state, language())
    context = {
        "chat": found,
        "state": state,
        "kind": kind,
        "unit": unit.name if unit else "",
        "passed": queries.handed_over(found),
        "lines": queries.lines(found.pk, reader=CLERK, language=language()),
        "mine": found.clerk_id == _actor(request).pk,
        "message": message or MessageForm(),
        "form": form or FinishForm(),
    }
    return render(request, "assistant/live/chat.html", context, status=status)


def _actor(request: HttpRequest) -> AbstractBaseUser:
    return cast(AbstractBaseUser, request.user)
