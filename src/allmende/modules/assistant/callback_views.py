# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Callbacks on pages: the citizen's form and private page, and the clerks' list."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from allmende.kernel.accounts.access import require
from allmende.kernel.town import queries as town
from allmende.kernel.web.throttling import PublicThrottle
from allmende.modules.assistant import access, callbacks, handover, rules
from allmende.modules.assistant.callback_forms import CallbackForm, OutcomeForm
from allmende.modules.assistant.door import PAGE, Door, language
from allmende.modules.assistant.models import Callback

PAGE_SIZE = 25
THROTTLE = PublicThrottle(rules.callbacks()["rate"], scope="callback")


@never_cache
@require_http_methods(["GET", "POST"])
def form_page(request: HttpRequest) -> HttpResponse:
    """Ask for a callback; afterwards the citizen's own page of it."""
    outcome = fill_in(request, PAGE, access.conversation_of(request))
    if isinstance(outcome, HttpResponse):
        return outcome
    request.session[access.CALLBACK_KEY] = str(outcome.pk)
    return redirect("ask_callback_shown", callbacks.link(outcome))


@never_cache
@require_http_methods(["GET", "POST"])
def own_page(request: HttpRequest, link: str) -> HttpResponse:
    """What was stored and until when; POST deletes it. Whoever has the link may."""
    callback = callbacks.by_link(link)
    if request.method == "POST":
        callbacks.withdraw(callback)
        messages.success(request, _("Ihr Rückrufwunsch ist gelöscht. Es ist nichts davon gespeichert."))
        return redirect("ask")
    return render(request, "assistant/callback_shown.html", shown(request, PAGE, callback))


def fill_in(request: HttpRequest, door: Door, conversation_id: uuid.UUID | None) -> HttpResponse | Callback:
    """Show the form, or take it: the page to show, or the callback once it is stored."""
    about = _uuid(request.POST.get("about") or request.GET.get("about", ""))
    unit_id = handover.unit_of(conversation_id, about)
    office = handover.office_for(unit_id, language())
    times = handover.slots(office, language()) if office else []
    first = {"note": handover.question_of(conversation_id)[:500], "ticket": callbacks.ticket(), "about": about}
    form = CallbackForm(_sent(request), initial=first, slots=times, deleted_on=callbacks.deleted_on())
    status = 200
    if request.method == "POST":
        status = _refused(request, form)
        if not status and form.key:
            return callbacks.request(form.key, form.wish(), language=language(), unit_id=unit_id, channel=door.channel)
    context = {
        "form": form,
        "door": door,
        "office": office,
        "board": town.town(),
        "earliest": handover.earliest(office) if office else None,
    }
    return render(request, "assistant/callback_form.html", context, status=status)


def shown(request: HttpRequest, door: Door, callback: Callback) -> dict[str, Any]:
    """What the citizen's own page of a callback needs."""
    link = callbacks.link(callback)
    office = handover.office_for(callback.unit, language())
    return {
        "callback": callback,
        "door": door,
        "office": office,
        "link": link,
        "address": request.build_absolute_uri(reverse("ask_callback_shown", args=[link])),
        "state": rules.callback_states()[callback.state]["title"][language()],
    }


@require(callbacks.RIGHT)
@require_GET
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """The callbacks that this clerk may see, the earliest first; those that are done on request."""
    states = rules.callback_states()
    state = request.GET.get("state", "")
    found = callbacks.visible(request.user)
    found = found.filter(state=state) if state in states else found.exclude(state=callbacks.DONE)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    units = {unit.id: str(unit.name) for unit in town.units(language())}
    rows = [_row(callback, units.get(callback.unit, "")) for callback in page]
    context = {"page": page, "rows": rows, "state": state, "states": _titles()}
    return render(request, "assistant/callbacks.html", context)


@require(callbacks.RIGHT)
@require_http_methods(["GET", "POST"])
@never_cache
def detail(request: HttpRequest, callback_id: uuid.UUID) -> HttpResponse:
    """One callback: take it, give it back, finish it."""
    callback = callbacks.get(request.user, callback_id)
    form = OutcomeForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            callbacks.move(
                callback, request.POST.get("state", ""), actor=cast(AbstractBaseUser, request.user), **form.cleaned_data
            )
            messages.success(request, _("Gespeichert."))
        except callbacks.OtherClerkError:
            messages.error(request, _("Jemand anderes war schneller. Es wurde nichts geändert."))
        return redirect("callback", callback.pk)
    unit = town.unit(callback.unit, language()) if callback.unit else None
    row = _row(callback, str(unit.name) if unit else "")
    context = {"row": row, "form": form, "next": rules.callback_states()[callback.state]["next"]}
    return render(request, "assistant/callback_detail.html", context, status=422 if form.errors else 200)


def _refused(request: HttpRequest, form: CallbackForm) -> int:
    """The status of a refusal: 422 for what is wrong in the form, 429 for too many; 0 when it may be stored."""
    if not form.is_valid():
        return 422
    if not THROTTLE.allow_request(request):
        form.add_error(None, _("Von hier kamen schon viele Rückrufwünsche. Bitte rufen Sie uns an."))
        return 429
    return 0


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _row(callback: Callback, unit: str) -> dict[str, Any]:
    state = rules.callback_states()[callback.state]
    return {
        "callback": callback,
        "unit": unit,
        "state": state["title"][language()],
        "kind": state["kind"],
    }


def _titles() -> list[tuple[str, str]]:
    return [(name, state["title"][language()]) for name, state in rules.callback_states().items()]


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
