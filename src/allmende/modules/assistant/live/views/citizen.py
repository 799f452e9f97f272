# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The citizen's side: ask for a person, write, end. All of it is about the conversation of this browser's session."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allmende.kernel.town import queries as town
from allmende.kernel.web.sse import event_stream
from allmende.kernel.web.throttling import PublicThrottle
from allmende.modules.assistant import access, handover
from allmende.modules.assistant.door import PAGE, conversation, language
from allmende.modules.assistant.forms import QuestionForm
from allmende.modules.assistant.live import presence, queries, rules, service
from allmende.modules.assistant.live.forms import MASKED, HandOverForm, MessageForm
from allmende.modules.assistant.live.queries import CITIZEN
from allmende.modules.assistant.live.service import Wish
from allmende.modules.assistant.live.stream import chat_events
from allmende.modules.assistant.live.views.talking import behind, receive
from allmende.modules.assistant.widget import visit_of

throttle = PublicThrottle(rules.bound("open_rate"), scope="live-open")


@never_cache
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """Choose what a person gets to read, agree, begin; a callback where nobody is there."""
    mine = access.conversation_to_hand_over(request)
    if queries.open_in(mine):
        return _to_chat()
    told = visit_of(request).conversation or mine
    unit_id = handover.unit_of(told, _about(request))
    sent = request.POST if request.method == "POST" else None
    about = {"about": request.GET.get("about", "")}
    form = HandOverForm(sent, transcript=queries.transcript(told), language=language(), initial=about)
    status = 200
    if sent is not None:
        status = _refused(request, form) or _begun(form, mine, told, unit_id)
        if status == 200:
            return _to_chat()
    return render(request, "assistant/live/hand_over.html", _context(form, unit_id), status=status)


@csrf_exempt
@never_cache
@require_POST
def beside_window(request: HttpRequest) -> HttpResponse:
    """What the window on another site opens in a new tab: the same page, with what was said in the window to choose from.

    Nothing is begun by it. The chat that its form begins belongs to this browser's own conversation, never to that of the token:
    whoever made somebody open this page does not read what is written then.
    """
    visit, about = visit_of(request), _about(request)
    initial = {"about": about or "", "t": visit.token}
    form = HandOverForm(None, transcript=queries.transcript(visit.conversation), language=language(), initial=initial)
    return render(request, "assistant/live/hand_over.html", _context(form, handover.unit_of(visit.conversation, about)))


@never_cache
@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """Keep a message for the person. Where the chat has ended meanwhile, what was typed stays in the field."""
    chat = queries.latest_in(access.conversation_of(request))
    if chat is None:
        return redirect("ask")

    def page(form: MessageForm, status: int) -> HttpResponse:
        ended = {"q": form["text"].value()} if status == 409 else {}
        mine = {"conversation_id": access.conversation_of(request), "callback_key": access.callback_of(request)}
        context = conversation(PAGE, QuestionForm(initial=ended), **mine) | {"message": form}
        return render(request, "assistant/ask.html", context, status=status)

    return receive(request, chat, actor=None, page=page, back=f"{reverse('ask')}#live")


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End the chat; the assistant answers again."""
    chat = queries.open_in(access.conversation_of(request))
    if chat is not None:
        service.end(chat)
    return redirect("ask")


@never_cache
@require_GET
def stream(request: HttpRequest) -> HttpResponseBase:
    """The messages of the latest chat as they come; 204, which ends the browser's asking, without one."""
    chat = queries.latest_in(access.conversation_of(request))
    if chat is None:
        return HttpResponse(status=204)
    return event_stream(chat_events(chat, reader=CITIZEN, language=language(), after=behind(request)))


def _refused(request: HttpRequest, form: HandOverForm) -> int:
    """422 for what is wrong in the form, 429 for too many; 0 when it may begin."""
    if not form.is_valid():
        return 422
    if not throttle.allow_request(request):
        form.add_error(None, _("Von hier kamen schon viele Gespräche. Bitte rufen Sie uns an."))
        return 429
    return 0


def _begun(form: HandOverForm, mine: uuid.UUID, told: uuid.UUID, unit_id: str) -> int:
    """Begin the chat of this browser about what was told, here or in the window; 409 when nobody is there any more."""
    shared = form.cleaned_data["shared"]
    title = handover.question_of(told) if shared == MASKED else ""
    wish = Wish(unit_id, title or _("Gespräch mit einem Menschen"), shared, form.handed_over, form.words)
    try:
        service.begin(mine, wish, language=language())
    except service.NobodyThereError:
        return 409
    return 200


def _context(form: HandOverForm, unit_id: str) -> dict[str, Any]:
    office = handover.office_for(unit_id, language())
    return {
        "form": form,
        "door": PAGE,
        "office": office,
        "board": town.town(),
        "there": presence.available(unit_id, language()),
        "about": form["about"].value() or "",
    }


def _to_chat() -> HttpResponse:
    return redirect(f"{reverse('ask')}#live")


def _about(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("about") or request.GET.get("about", ""))
    except ValueError:
        return None
