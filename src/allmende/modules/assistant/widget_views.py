# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The script that other sites include, the pages inside the frame, and the page where the snippet is made.

Pages inside the frame know their visitor by the signed token alone; none of them reads or sets a cookie.
"""

import hashlib
import uuid
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_GET, require_http_methods, require_POST, require_safe

from allmende.kernel.accounts.access import require
from allmende.kernel.web.throttling import PublicThrottle
from allmende.modules.assistant import access, callbacks, queries, service, switches, widget
from allmende.modules.assistant.callback_views import fill_in, shown
from allmende.modules.assistant.door import conversation, offered, reminder, take
from allmende.modules.assistant.forms import OpinionForm, QuestionForm
from allmende.modules.assistant.views import Request
from allmende.modules.assistant.widget import Visit, framed, visit_of
from allmende.modules.assistant.widget_recipe import RecipeForm, recipe_of
from allmende.modules.assistant.wording.views import respond

SECONDS_IN_CACHE = 60
throttle = PublicThrottle("30/m", scope="ask-widget")
wording_throttle = PublicThrottle("30/m", scope="wording-widget")


def _etag(_request: HttpRequest) -> str:
    return f'"{hashlib.sha256(widget.script().encode()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_etag)
def script(_request: HttpRequest) -> HttpResponse:
    """The script. Its address stays the same for ever, so browsers ask for it again after a minute."""
    response = HttpResponse(widget.script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={SECONDS_IN_CACHE}"
    return response


@require_http_methods(["GET", "POST"])
@framed
def ask(request: Request) -> HttpResponse:
    """Show the conversation of the token; take a question and answer it."""
    visit = visit_of(request)
    if request.method == "GET":
        return _page(request, visit, QuestionForm())
    form, answer, status = take(request, visit.door, throttle, visit.conversation)
    if answer is None:
        return _page(request, visit, form, status)
    visit = replace(visit, conversation=answer.conversation)
    if request.htmx:
        asks = offered(answer, on=switches.is_on(switches.MODEL))
        context = {"answer": answer, "fresh": True, "offered": asks, **reminder(visit.callback)}
        return render(request, "assistant/turn.html", {"door": visit.door, **context})
    return _back(visit, f"#a-{answer.id}")


@csrf_exempt
@never_cache
@require_POST
def wording(request: HttpRequest, answer_id: uuid.UUID) -> HttpResponseBase:
    """Let a language model reword an answer of the token's conversation: server-sent events, or 204."""
    row = access.answer_of(visit_of(request).conversation, answer_id)
    if not wording_throttle.allow_request(request):
        return HttpResponse(status=429)
    return respond(row) if switches.is_on(switches.WIDGET) else HttpResponse(status=204)


@require_POST
@framed
def rate(request: Request, answer_id: uuid.UUID) -> HttpResponse:
    """Keep a thumb and a comment for an answer of the token's conversation."""
    visit = visit_of(request)
    row = access.answer_of(visit.conversation, answer_id)
    form = OpinionForm(request.POST)
    if form.is_valid():
        service.rate(row, **form.cleaned_data)
    if request.htmx:
        return render(request, "assistant/feedback.html", {"door": visit.door, "answer": queries.view(row)})
    return _back(visit, f"#a-{answer_id}")


@require_POST
@framed
def forget(request: HttpRequest) -> HttpResponse:
    """Delete the conversation and begin anew."""
    visit = visit_of(request)
    service.forget(visit.conversation)
    return _back(replace(visit, conversation=None))


@require_http_methods(["GET", "POST"])
@framed
def form_page(request: HttpRequest) -> HttpResponse:
    """Ask for a callback inside the frame."""
    visit = visit_of(request)
    outcome = fill_in(request, visit.door, visit.conversation)
    if isinstance(outcome, HttpResponse):
        return outcome
    visit = replace(visit, callback=outcome.pk)
    address = reverse("widget_callback_shown", args=[callbacks.link(outcome)])
    return redirect(f"{address}?{visit.door.query[1:]}")


@require_http_methods(["GET", "POST"])
@framed
def own_page(request: HttpRequest, link: str) -> HttpResponse:
    """What was stored for a callback and until when, inside the frame; POST deletes it."""
    visit, callback = visit_of(request), callbacks.by_link(link)
    if request.method == "POST":
        callbacks.withdraw(callback)
        return _back(replace(visit, callback=None))
    return render(request, "assistant/callback_shown.html", shown(request, visit.door, callback))


@require(switches.RIGHT)
@require_GET
@never_cache
def recipe(request: HttpRequest) -> HttpResponse:
    """Choose how the window looks, see it, copy what another site needs."""
    form = RecipeForm(request.GET or None)
    context = {
        "form": form,
        "recipe": recipe_of(form),
        "origins": settings.WIDGET_ORIGINS,
        "house": settings.BASE_URL,
        "on": switches.is_on(switches.WIDGET),
    }
    response = render(request, "assistant/widget_recipe.html", context)
    response._csp_replace = {"frame-src": ["'self'"]}  # type: ignore[attr-defined]  # the preview
    return response


def _back(visit: Visit, anchor: str = "") -> HttpResponse:
    return redirect(f"{reverse('widget')}?{visit.door.query[1:]}{anchor}")


def _page(request: Request, visit: Visit, form: QuestionForm, status: int = 200) -> HttpResponse:
    context = conversation(visit.door, form, conversation_id=visit.conversation, callback_key=visit.callback)
    if request.htmx and status != 200:  # htmx takes only what comes with 200 into the page
        return render(request, "assistant/closed.html" if context["closed"] else "assistant/form.html", context)
    return render(request, "assistant/ask.html", context, status=status)
