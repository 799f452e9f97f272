# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One case: read it, and take a step with it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
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
from allmende.kernel.registry import Text


@dataclass(frozen=True)
class Step:
    """A step of the page: its form, the verb it leads to, what is said afterwards, and whether that can be undone."""

    form: Callable[[Desk, Case, Any], StepForm]
    verb: Callable[..., object]
    done: Text
    undo: bool = True


STEPS = {
    "take": Step(
        lambda _desk, case, data: StepForm(data, case=case), service.take, _("Sie haben den Vorgang übernommen.")
    ),
    "assign": Step(
        lambda desk, case, data: AssignForm(data, case=case, people=desk.people),
        service.assign,
        _("Der Vorgang ist zugewiesen."),
    ),
    "hand_over": Step(
        lambda desk, case, data: HandOverForm(data, case=case, units=desk.units),
        service.hand_over,
        _("Der Vorgang ist abgegeben."),
    ),
    "move": Step(lambda _desk, case, data: MoveForm(data, case=case), service.move, _("Der Stand ist geändert.")),
    "note": Step(lambda _desk, case, data: NoteForm(data, case=case), service.note, _("Die Notiz ist gespeichert.")),
    "answer": Step(
        lambda _desk, case, data: AnswerForm(data, case=case),
        service.answer,
        _("Die Antwort ist geschrieben. Eine Minute lang können Sie das zurücknehmen."),
    ),
    "revoke": Step(
        lambda _desk, case, data: StepForm(data, case=case),
        service.revoke_links,
        _("Die privaten Links zu diesem Vorgang sind gesperrt."),
        undo=False,
    ),
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


def _act(request: HttpRequest, case: Case) -> HttpResponse:
    desk, name = Desk(request), request.POST.get("do", "")
    step = STEPS.get(name)
    if step is None:
        return _page(desk, case, status=422)
    form = step.form(desk, case, request.POST)
    if not form.is_valid():
        return _page(desk, case, {name: form}, status=422)
    batch = uuid.uuid4()
    try:
        step.verb(case, **form.cleaned_data, actor=person(request), batch=batch)
    except service.OtherPersonError:
        return _overtaken(request, desk, name, case)
    _tell(request, batch, step)
    return _back(request, desk, case)


def _overtaken(request: HttpRequest, desk: Desk, name: str, case: Case) -> HttpResponse:
    """Somebody was faster. What was written stays in its form, which knows the case as it is now."""
    messages.error(request, gettext("Inzwischen hat jemand den Vorgang geändert. Ihr Schritt wurde nicht ausgeführt."))
    now = access.visible(request.user).select_related("assignee").filter(pk=case.pk).first()
    if now is None or "text" not in request.POST:
        return _back(request, desk, case)
    messages.info(request, gettext("Ihr Text steht noch im Feld. Bitte sehen Sie nach und senden Sie ihn noch einmal."))
    data = request.POST.copy()
    data["revision"] = str(now.revision)
    return _page(desk, now, {name: STEPS[name].form(desk, now, data)}, status=409)


def _tell(request: HttpRequest, batch: uuid.UUID, step: Step) -> None:
    """Say what was done and, where that is possible, offer to take it back."""
    if step.undo:
        offer_undo(request, batch, str(step.done))
    else:
        messages.success(request, str(step.done))


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
        "content": "" if case.anonymised_at else kind.shown(queries.as_record(case, staff=True), desk.language),
        "further": [(step.name, step.title_in(desk.language)) for step in kind.flow.next(case.state, STAFF)],
        "history": list(desk.history(case)),
        "notes": case.notes.all(),
        "letters": [(letter, sent.get(letter.message_key)) for letter in letters],
        "good_links": outbox.good_links(about(case)),
        "forms": {name: step.form(desk, case, None) for name, step in STEPS.items()} | (forms or {}),
    }
    return desk.render(context, status)
