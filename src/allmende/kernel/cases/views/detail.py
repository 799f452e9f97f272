# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One case: read it, and take a step with it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from allmende.kernel.accounts.access import require
from allmende.kernel.cases import access, kinds, queries, rules, service
from allmende.kernel.cases.correspondence import about
from allmende.kernel.cases.engine.workflow import STAFF
from allmende.kernel.cases.forms import AnswerForm, AssignForm, HandOverForm, MoveForm, NoteForm, StepForm
from allmende.kernel.cases.models import Case
from allmende.kernel.cases.views.desk import Desk, offer_undo, person
from allmende.kernel.messages import queries as outbox

DONE = {
    "take": gettext_lazy("Sie haben den Vorgang übernommen."),
    "assign": gettext_lazy("Der Vorgang ist zugewiesen."),
    "hand_over": gettext_lazy("Der Vorgang ist abgegeben."),
    "move": gettext_lazy("Der Stand ist geändert."),
    "note": gettext_lazy("Die Notiz ist gespeichert."),
    "answer": gettext_lazy("Die Antwort ist geschrieben. Eine Minute lang können Sie das zurücknehmen."),
}


@require(access.WORK)
@require_http_methods(["GET", "POST"])
@never_cache
def detail(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """The case beside the list; POST takes the step `do`."""
    case = _get(request, case_id)
    if request.method == "POST":
        return _act(request, case)
    return _page(Desk(request), case)


@require(access.WORK)
@require_GET
def download(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Everything about the case as JSON."""
    case = _get(request, case_id)
    service.note_export(case, actor=person(request))
    response = JsonResponse(
        queries.full_record(case, rules.language()), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response["Content-Disposition"] = f'attachment; filename="{case.number}.json"'
    return response


def _get(request: HttpRequest, case_id: uuid.UUID) -> Case:
    case = access.visible(request.user).select_related("assignee").filter(pk=case_id).first()
    if case is None:
        raise Http404
    return case


def _forms(desk: Desk, case: Case) -> dict[str, StepForm]:
    """An empty form for each step."""
    return {name: make(desk, case, None) for name, make in FORMS.items()}


FORMS: dict[str, Callable[[Desk, Case, Any], StepForm]] = {
    "take": lambda _desk, case, data: StepForm(data, case=case),
    "assign": lambda desk, case, data: AssignForm(data, case=case, people=desk.people),
    "hand_over": lambda desk, case, data: HandOverForm(data, case=case, units=desk.units),
    "move": lambda _desk, case, data: MoveForm(data, case=case),
    "note": lambda _desk, case, data: NoteForm(data, case=case),
    "answer": lambda _desk, case, data: AnswerForm(data, case=case),
    "revoke": lambda _desk, case, data: StepForm(data, case=case),
}


def _act(request: HttpRequest, case: Case) -> HttpResponse:
    desk, name = Desk(request), request.POST.get("do", "")
    make = FORMS.get(name)
    if make is None:
        return _page(desk, case, status=422)
    form = make(desk, case, request.POST)
    if not form.is_valid():
        return _page(desk, case, {name: form}, status=422)
    try:
        _step(request, name, case, form.cleaned_data)
    except service.OtherPersonError:
        messages.error(request, _("Inzwischen hat jemand den Vorgang geändert. Ihr Schritt wurde nicht ausgeführt."))
    return _back(request, desk, case)


def _step(request: HttpRequest, name: str, case: Case, given: dict[str, Any]) -> None:
    """Take the step and offer to take it back."""
    actor, batch = person(request), uuid.uuid4()
    if name == "revoke":
        service.revoke_links(case, actor=actor)
        messages.success(request, _("Die privaten Links zu diesem Vorgang sind gesperrt."))
        return
    verb: Callable[..., object] = getattr(service, name)
    verb(case, **given, actor=actor, batch=batch)
    offer_undo(request, batch, str(DONE[name]))


def _back(request: HttpRequest, desk: Desk, case: Case) -> HttpResponse:
    """To the case, or to the list when it is no longer one's own to see."""
    if access.visible(request.user).filter(pk=case.pk).exists():
        return redirect(f"{reverse('cases_detail', args=[case.pk])}?{desk.query}")
    return redirect(f"{reverse('cases_inbox')}?{desk.query}")


def _page(desk: Desk, case: Case, forms: dict[str, StepForm] | None = None, status: int = 200) -> HttpResponse:
    kind = kinds.kind(case.kind)
    letters = list(case.letters.all())
    sent = outbox.by_key(letter.message_key for letter in letters if not letter.incoming)
    context = {
        "open": desk.row(case),
        "content": "" if case.anonymised_at else kind.shown(queries.as_record(case), desk.language),
        "further": [(step.name, step.title_in(desk.language)) for step in kind.flow.next(case.state, STAFF)],
        "history": list(desk.history(case)),
        "notes": case.notes.all(),
        "letters": [(letter, sent.get(letter.message_key)) for letter in letters],
        "good_links": outbox.good_links(about(case)),
        "forms": _forms(desk, case) | (forms or {}),
    }
    return desk.render(context, status)
