# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A dialog inside the conversation: asked before it begins, one turn after the other, stopped, gone on with.

The order in a turn: emergency, what a person who has taken over gets, the dialog (command words, the open question), a question in
between, which is answered like every other one before the open question is shown again.
"""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from allmende.kernel.registry import Said
from allmende.kernel.web import dialogs
from allmende.kernel.web.throttling import PublicThrottle
from allmende.modules.assistant import access, guided
from allmende.modules.assistant.door import PAGE, language, take
from allmende.modules.assistant.forms import QuestionForm, TurnForm
from allmende.modules.assistant.guided import Held
from allmende.modules.assistant.live import queries as live
from allmende.modules.assistant.views import TAKEN_OVER, Request, page
from allmende.modules.assistant.views import throttle as asking

throttle = PublicThrottle("60/m", scope="guided")
OURS = ("question", "person")
"""What a sentence inside a dialog can mean that the assistant answers."""


@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """What is about to begin; POST is the yes. What was begun before is thrown away then."""
    found, before = guided.guide(name, key, language()), guided.held(request)
    if found is None:
        raise Http404
    status = 200
    if request.method == "POST":
        if guided.beginning.allow_request(request):
            return _begun(request, name, key, before)
        status = 429
    open_one = before.show(language()) if before else None
    context = {"door": PAGE, "guided": found, "before": open_one, "too_often": status == 429}
    return render(request, "assistant/guided/start.html", context, status=status)


@never_cache
@require_POST
def turn(request: Request) -> HttpResponse:
    """Take one turn of the dialog that this browser is in."""
    held = guided.held(request)
    if held is None:
        return redirect("ask")
    form = TurnForm(request.POST)
    if not form.is_valid():
        return _refused(request, held, str(next(iter(form.errors.values()))[0]), 422)
    if not throttle.allow_request(request):
        return _refused(request, held, _("Das waren viele Angaben in kurzer Zeit. Bitte warten Sie eine Minute."), 429)
    return _taken(request, held, form.said())


@never_cache
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Whether to throw the dialog away; POST does. What was sent stays with the town."""
    held = guided.held(request)
    if held is None:
        return redirect("ask")
    if request.method == "POST":
        held.forget()
        return dialogs.let_go(redirect("ask"))
    return render(request, "assistant/guided/leave.html", {"door": PAGE, "dialog": held.show(language())})


@never_cache
@require_POST
def as_form(request: HttpRequest) -> HttpResponse:
    """Go on with the same answers as a form."""
    held = guided.held(request)
    return held.as_form(request) if held else redirect("ask")


def _begun(request: HttpRequest, name: str, key: str, before: Held | None) -> HttpResponse:
    try:
        begun = guided.begin(name, key, language())
    except LookupError:
        raise Http404 from None
    if before is not None:
        before.forget()
    return dialogs.hold(request, redirect("ask"), begun.name, begun.token)


def _taken(request: Request, held: Held, said: Said) -> HttpResponse:
    if said.text and (guided.is_emergency(said.text) or live.open_in(access.conversation_of(request))):
        return _asked(request, held)
    after = held.turn(said, language())
    if after.meant:
        return _asked(request, held) if after.meant in OURS else redirect("ask_guided_leave")
    if after.problem:
        return page(request, QuestionForm(), 422, after)
    return redirect(f"{reverse('ask')}?geaendert={after.changed}" if after.changed else "ask")


def _asked(request: Request, held: Held) -> HttpResponse:
    """A question in between, the wish for a person, an emergency: answered as always, then the open question stands there again."""
    subject = held.show(language()).service
    form, answer, status = take(request, PAGE, asking, access.conversation_of(request), subject)
    if status == TAKEN_OVER:
        return redirect(f"{reverse('ask')}#live")
    if answer is None:
        return _refused(request, held, str(next(iter(form.errors.values()), [""])[0]), status)
    request.session[access.SESSION_KEY] = str(answer.conversation)
    return redirect(f"{reverse('ask')}#a-{answer.id}")


def _refused(request: Request, held: Held, problem: str, status: int) -> HttpResponse:
    return page(request, QuestionForm(), status, replace(held.show(language()), problem=problem))
