# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A message that arrives, from either side: without scripts as a form that leads back to the page, with them as JSON."""

from collections.abc import Callable

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from allmende.kernel.web.throttling import PublicThrottle
from allmende.modules.assistant.door import language
from allmende.modules.assistant.live import queries, rules, service
from allmende.modules.assistant.live.forms import MessageForm
from allmende.modules.assistant.live.models import Chat
from allmende.modules.assistant.live.queries import CITIZEN, CLERK

Page = Callable[[MessageForm, int], HttpResponse]
throttle = PublicThrottle(rules.bound("say_rate"), scope="live-say")


def receive(request: HttpRequest, chat: Chat, *, actor: AbstractBaseUser | None, page: Page, back: str) -> HttpResponse:
    """Keep the message. `page` shows a form with what is wrong, or with what is half written when only new messages are wanted."""
    if "look" in request.POST:
        return page(MessageForm(initial={"text": request.POST.get("text", "")}), 200)
    form = MessageForm(request.POST)
    status = _keep(request, chat, form, actor)
    if request.headers.get("Accept") == "application/json":
        return _as_json(request, chat, form, status, CLERK if actor else CITIZEN)
    return redirect(back) if status == 200 else page(form, status)


def behind(request: HttpRequest) -> int:
    """The number of the last message that the browser has: what it says when it comes back, else what its page said."""
    given = request.headers.get("Last-Event-ID") or request.POST.get("after") or request.GET.get("after", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _keep(request: HttpRequest, chat: Chat, form: MessageForm, actor: AbstractBaseUser | None) -> int:
    """The status: 200, or why not: 422 for a fault, 429 for too many, 409 when the chat has ended."""
    if not form.is_valid():
        return 422
    if not throttle.allow_request(request):
        form.add_error("text", _("Das waren viele Nachrichten in kurzer Zeit. Bitte warten Sie eine Minute."))
        return 429
    try:
        service.say(chat, **form.cleaned_data, actor=actor)
    except service.EndedError:
        form.add_error("text", _("Das Gespräch ist beendet. Ihre Nachricht wurde nicht gesendet."))
        return 409
    return 200


def _as_json(request: HttpRequest, chat: Chat, form: MessageForm, status: int, reader: str) -> JsonResponse:
    lines = queries.lines(chat.pk, reader=reader, language=language(), after=behind(request))
    told = {
        "lines": [line.as_dict() for line in lines],
        "ticket": str(MessageForm()["ticket"].initial),
        "problem": next((str(errors[0]) for errors in form.errors.values()), ""),
    }
    return JsonResponse(told, status=status)
