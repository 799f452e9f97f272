# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list: filter it, keep a view of it, give several cases away, and take the last step back."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from allmende.kernel.accounts.access import require
from allmende.kernel.cases import access, queries, rules, service
from allmende.kernel.cases.forms import BulkForm, SaveFilterForm
from allmende.kernel.cases.views.desk import Desk, offer_undo, person


@require(access.WORK)
@require_GET
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """The cases that this person may see."""
    return Desk(request).render()


@require(access.WORK)
@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give the chosen cases to somebody, or to nobody."""
    desk = Desk(request)
    form = BulkForm(request.POST, people=desk.people, visible=access.visible(request.user))
    if not form.is_valid():
        return desk.render({"bulk_form": form}, status=422)
    to = form.cleaned_data["to"]
    try:
        batch, count = service.assign_all((case.pk for case in form.cleaned_data["cases"]), to, actor=person(request))
    except Http404:
        text = _("{name} darf nicht alle ausgewählten Vorgänge sehen. Es wurde nichts geändert.").format(name=to)
        form.add_error("to", text)
        return desk.render({"bulk_form": form}, status=422)
    done = ngettext("%(count)d Vorgang ist zugewiesen.", "%(count)d Vorgänge sind zugewiesen.", count)
    offer_undo(request, batch, done % {"count": count})
    return redirect(f"{reverse('cases_inbox')}?{desk.query}")


@require(access.WORK)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what was done in one go."""
    try:
        cases = service.undo(uuid.UUID(request.POST.get("batch", "")), actor=person(request))
    except ValueError:
        cases = []
    except service.OtherPersonError:
        messages.error(request, _("Inzwischen ist etwas Neues geschehen. Es wurde nichts rückgängig gemacht."))
        return _back(request)
    except service.TooLateError:
        messages.error(request, _("Dafür ist es zu spät; die Antwort ist unterwegs oder der Schritt zu lange her."))
        return _back(request)
    if not cases:
        raise Http404
    messages.success(request, _("Rückgängig gemacht."))
    if len(cases) == 1 and access.visible(request.user).filter(pk=cases[0].pk).exists():
        return redirect(f"{reverse('cases_detail', args=[cases[0].pk])}?{Desk(request).query}")
    return _back(request)


@require(access.WORK)
@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep what the list shows under a name."""
    form = SaveFilterForm(request.POST, auto_id="save_%s")
    if form.is_valid() and queries.saved_filters(person(request)).count() >= rules.SAVED_FILTERS:
        form.add_error("name", _("Sie haben schon viele Ansichten gemerkt. Bitte löschen Sie eine."))
    if not form.is_valid():
        return Desk(request).render({"save_form": form}, status=422)
    service.save_filter(form.cleaned_data["name"], form.cleaned_data["query"], owner=person(request))
    return redirect(f"{reverse('cases_inbox')}?{form.cleaned_data['query']}")


@require(access.WORK)
@require_POST
def forget_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one of one's own views."""
    service.forget_filter(pk, owner=person(request))
    return redirect("cases_inbox")


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('cases_inbox')}?{Desk(request).query}")
