# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page with the kill switches."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from allmende.kernel.accounts.access import require
from allmende.modules.assistant import rules
from allmende.modules.assistant import switches as domain
from allmende.modules.assistant.door import language
from allmende.modules.assistant.forms import SwitchForm
from allmende.modules.assistant.switches import Switch


@require(domain.RIGHT)
@require_http_methods(["GET", "POST"])
@never_cache
def switches(request: HttpRequest) -> HttpResponse:
    """See what is on, switch it with a reason, see who did so before."""
    name = request.POST.get("name", "")
    if request.method == "POST" and name not in rules.switches():
        raise Http404
    wrong: dict[str, SwitchForm] = {}
    if request.method == "POST":
        form = _form(domain.states()[name], request.POST)
        if form.is_valid():
            return _turned(request, name, form)
        wrong[name] = form
    rows = [_row(switch, wrong.get(switch.name)) for switch in domain.states().values()]
    titles = {row["switch"].name: row["title"] for row in rows}
    history = [(titles.get(row.name, row.name), row) for row in domain.history()]
    context = {"rows": rows, "history": history, "form": wrong.get(name)}
    return render(request, "assistant/switches.html", context, status=422 if wrong else 200)


def _turned(request: HttpRequest, name: str, form: SwitchForm) -> HttpResponse:
    given, on = form.cleaned_data, request.POST.get("on") == "1"
    message = {"de": given["message_de"], "en": given["message_en"]}
    domain.turn(name, on=on, reason=given["reason"], message=message, actor=cast(AbstractBaseUser, request.user))
    title = rules.switches()[name]["title"][language()]
    done = _("Eingeschaltet: %(title)s.") if on else _("Abgeschaltet: %(title)s. Das gilt ab sofort.")
    messages.success(request, done % {"title": title})
    return redirect("switches")


def _row(switch: Switch, form: SwitchForm | None) -> dict[str, Any]:
    words = rules.switches()[switch.name]
    return {
        "switch": switch,
        "title": words["title"][language()],
        "effect": words["effect"][language()],
        "shown": switch.message[language()],
        "open": form is not None,
        "form": form or _form(switch),
    }


def _form(switch: Switch, data: QueryDict | None = None) -> SwitchForm:
    """The form of one switch; its ids carry the switch's name, because three of them stand on one page."""
    words = {"message_de": switch.message["de"], "message_en": switch.message["en"]}
    return SwitchForm(data, initial=words, auto_id=f"id_{switch.name}_%s")
