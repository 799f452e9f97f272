# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page /fragen: a conversation that works without JavaScript and feels like one with htmx."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from allmende.kernel.registry import DialogTurn
from allmende.kernel.web import dialogs
from allmende.kernel.web.throttling import PublicThrottle
from allmende.modules.assistant import access, guided, queries, service, switches
from allmende.modules.assistant.door import PAGE, conversation, language, offered, reminder, take
from allmende.modules.assistant.forms import OpinionForm, QuestionForm
from allmende.modules.assistant.schemas import MAX_QUESTION
from allmende.modules.assistant.wording.views import respond

TAKEN_OVER = 409
GONE = "gone"
throttle = PublicThrottle("30/m", scope="ask-page")
wording_throttle = PublicThrottle("30/m", scope="wording-page")


class Request(HttpRequest):
    """A request as the middleware leaves it."""

    htmx: HtmxDetails


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: Request) -> HttpResponse:
    """Show the conversation; take a question and answer it."""
    if request.method == "GET":
        return page(request, QuestionForm(initial={"q": request.GET.get("q", "")[:MAX_QUESTION]}))
    form, answer, status = take(request, PAGE, throttle, access.conversation_of(request))
    if status == TAKEN_OVER:
        return _to_person(request)
    if answer is None:
        return page(request, form, status)
    request.session[access.SESSION_KEY] = str(answer.conversation)
    there = HttpResponseClientRefresh() if request.htmx else redirect(f"{reverse('ask')}#dialog")
    if begun := guided.hold_agreed(request, answer, there, language()):
        return begun
    if request.htmx:
        asks = offered(answer, on=switches.is_on(switches.MODEL))
        context = {"answer": answer, "fresh": True, "offered": asks, **reminder(access.callback_of(request))}
        return render(request, "assistant/turn.html", {"door": PAGE, **context})
    return redirect(f"{reverse('ask')}#a-{answer.id}")


@never_cache
@require_POST
def wording(request: HttpRequest, answer_id: uuid.UUID) -> HttpResponseBase:
    """Let a language model reword an answer of one's own conversation: server-sent events, or 204."""
    row = access.own_answer(request, answer_id)
    return respond(row) if wording_throttle.allow_request(request) else HttpResponse(status=429)


@require_POST
def rate(request: Request, answer_id: uuid.UUID) -> HttpResponse:
    """Keep a thumb and a comment for an answer of one's own conversation."""
    row = access.own_answer(request, answer_id)
    form = OpinionForm(request.POST)
    if form.is_valid():
        service.rate(row, **form.cleaned_data)
    if request.htmx:
        return render(request, "assistant/feedback.html", {"door": PAGE, "answer": queries.view(row)})
    return redirect(f"{reverse('ask')}#a-{answer_id}")


@require_POST
def forget(request: Request) -> HttpResponse:
    """Delete the conversation and begin anew."""
    service.forget(access.conversation_of(request))
    request.session.pop(access.SESSION_KEY, None)
    return redirect("ask")


def _to_person(request: Request) -> HttpResponse:
    """To the chat with the person who has the question now: a page from before it shows no chat."""
    return HttpResponseClientRefresh() if request.htmx else redirect(f"{reverse('ask')}#live")


def page(request: Request, form: QuestionForm, status: int = 200, turn: DialogTurn | None = None) -> HttpResponse:
    """The conversation with this form. In a dialog `turn` is what came of the last turn, else it is asked where it stands."""
    mine = {"conversation_id": access.conversation_of(request), "callback_key": access.callback_of(request)}
    context = conversation(PAGE, form, **mine) | {"dialog": None}
    dialog = guided.held(request)
    if dialog is not None:
        return _with_dialog(request, context, status, turn or dialog.show(language()), dialog)
    if request.htmx and status != 200:  # htmx takes only what comes with 200 into the page
        return render(request, "assistant/closed.html" if context["closed"] else "assistant/form.html", context)
    return render(request, "assistant/ask.html", context, status=status)


def _with_dialog(
    request: Request, context: dict[str, Any], status: int, turn: DialogTurn, dialog: guided.Held
) -> HttpResponse:
    """The same with the dialog in place of the form for questions; without it when its time is over."""
    if turn.state == GONE:
        said = " ".join(turn.says) or _("Der angefangene Antrag ist abgelaufen. Davon ist nichts mehr gespeichert.")
        messages.warning(request, said)
        return dialogs.let_go(render(request, "assistant/ask.html", context, status=status))
    changed = request.GET.get("geaendert", "")
    context |= {
        "dialog": turn,
        "has_form": dialog.has_form,
        "corrected": next((row for row in turn.rows if row.key == changed), None),
    }
    return render(request, "assistant/ask.html", context, status=status)
