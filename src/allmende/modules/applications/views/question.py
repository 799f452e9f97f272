# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages of a draft: one question each, check your answers, and where it ends without being sent."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from allmende.kernel.town import queries as town
from allmende.kernel.web.throttling import PublicThrottle
from allmende.modules.applications import drafts, rules, sources, submissions, uploads
from allmende.modules.applications.drafts import ChangedElsewhereError, NotTakenError, Opened
from allmende.modules.applications.engine.model import Step
from allmende.modules.applications.engine.reviewing import Row, review
from allmende.modules.applications.engine.simulate import simulate
from allmende.modules.applications.forms.confirming import ConfirmForm
from allmende.modules.applications.forms.question import QuestionForm
from allmende.modules.applications.submissions import NotReadyError
from allmende.modules.applications.views.holding import held, is_clerk, key_of

CHANGE = "aendern"
"""In the address of a question that somebody came to from the review, and wants to go back to it."""
WRONG, CONFLICT, TOO_MANY = 422, 409, 429
UPLOADING = PublicThrottle(rules.drafts()["upload_rate"], scope="application-upload")


@require_safe
@held
def current(request: HttpRequest, token: str, draft: Opened) -> HttpResponse:  # noqa: ARG001  (a page of the draft like the others)
    """The open question."""
    return to(token, draft, draft.run.at)


@require_http_methods(["GET", "POST"])
@held
def page(request: HttpRequest, token: str, draft: Opened, step: str) -> HttpResponse:
    """A step that the answers have reached; any other leads to the open question."""
    if not draft.run.reaches(step) or step not in (*draft.run.stops, draft.run.at):
        return to(token, draft, draft.run.at)
    found = draft.flow.steps[step]
    if found.action == submissions.SUBMIT:  # everything is confirmed, and it was not sent yet
        return to(token, draft, draft.run.stops[-1])
    show = {"collect": _question, "review": _review}.get(found.kind, _end)
    return show(request, token, draft, found)


def to(token: str, draft: Opened, step: str, query: str = "") -> HttpResponse:
    """Go to a step; past the last question to the review, as long as it was not sent."""
    run = draft.run
    if run.outcome == submissions.SUBMIT and step == run.at:
        step = run.stops[-1]
    return redirect(f"{reverse('application_step', args=[key_of(token), step])}{query}")


def _question(request: HttpRequest, token: str, draft: Opened, step: Step) -> HttpResponse:
    if request.method == "POST":
        return _answer(request, token, draft, step)
    return _show(request, token, draft, step, QuestionForm(draft, step, own=uploads.own(token, draft)))


def _answer(request: HttpRequest, token: str, draft: Opened, step: Step) -> HttpResponse:
    form = QuestionForm(draft, step, request.POST.copy(), uploads.own(token, draft))
    if not _may_upload(request):
        form.refuse_files(request.FILES)
        return _show(request, token, draft, step, form, TOO_MANY)
    form.take_in(request.FILES, lambda upload, field: uploads.attach(token, [upload], field)[0])
    if rearranged := form.rearranged(request.POST.get("do", "")):
        return _show(request, token, draft, step, rearranged)
    answers, faults = form.read()
    form.complain(faults)
    if form.errors:
        return _show(request, token, draft, step, form, WRONG)
    try:
        after = drafts.answer(token, step.id, answers, revision=_revision(request), language=draft.language)
    except NotTakenError as refused:
        form.complain(refused.faults)
        return _show(request, token, draft, step, form, WRONG)
    except ChangedElsewhereError as changed:
        return _show(request, token, changed.draft, step, form, CONFLICT)
    return to(token, after, after.run.at if CHANGE in request.GET else after.run.forward(step.id))


def _may_upload(request: HttpRequest) -> bool:
    """Whether this address may upload so many files more."""
    return all(UPLOADING.allow_request(request) for _name, files in request.FILES.lists() for _file in files)


def _show(
    request: HttpRequest, token: str, draft: Opened, step: Step, form: QuestionForm, status: int = 200
) -> HttpResponse:
    language, run = draft.language, draft.run
    context = {
        **frame(request, token, draft),
        "step": step.id,
        "ask": step.ask[language],
        "help": step.help.get(language, ""),
        "said": _said(draft, step)
        if run.stops[0] != step.id or is_clerk(request, draft)
        else [],  # the start page said it
        "sources": sources.shown(step.sources, language),
        "form": form,
        "revision": draft.revision,
        "back": _address(token, run.stops[-1]) if CHANGE in request.GET else _back(token, draft, step),
        "number": run.stops.index(step.id) + 1,
        "most": run.stops.index(step.id) + draft.flow.stops_left[step.id],
        "elsewhere": _elsewhere(draft, step) if status == CONFLICT else (),
    }
    return render(request, "applications/question.html", context, status=status)


def _review(request: HttpRequest, token: str, draft: Opened, step: Step) -> HttpResponse:
    form = ConfirmForm(draft, step, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            return _confirmed(request, token, draft, step, form)
        status = WRONG
    return _shown_review(request, token, draft, step, form, status)


def _confirmed(request: HttpRequest, token: str, draft: Opened, step: Step, form: ConfirmForm) -> HttpResponse:
    """Keep what was confirmed; send the application where that was the last thing to do."""
    try:
        after = drafts.confirm(token, step.confirm, revision=_revision(request), language=draft.language)
        if after.run.outcome != submissions.SUBMIT:
            return to(token, after, after.run.forward(step.id))
        actor = request.user if is_clerk(request, draft) else None
        submissions.submit(token, revision=after.revision, actor=actor)  # type: ignore[arg-type]  # whoever is_clerk() is signed in
    except ChangedElsewhereError as changed:
        return _shown_review(request, token, changed.draft, step, form, CONFLICT)
    except NotReadyError:
        return to(token, drafts.load(token), step.id)
    return redirect("application_done", key_of(token))


def _shown_review(
    request: HttpRequest, token: str, draft: Opened, step: Step, form: ConfirmForm, status: int
) -> HttpResponse:
    confirmed = simulate(draft.flow, draft.answers, draft.setting, draft.flow.confirmations)
    context = {
        **frame(request, token, draft),
        "form": form,
        "groups": _answers(token, draft),
        "said": _said(draft, step),
        "revision": draft.revision,
        "back": _back(token, draft, step),
        "sends": confirmed.outcome == submissions.SUBMIT,
        "conflict": status == CONFLICT,
    }
    return render(request, "applications/review.html", context, status=status)


def _end(request: HttpRequest, token: str, draft: Opened, step: Step) -> HttpResponse:
    """Nothing was sent: a person goes on, or there is nothing to send."""
    language = draft.language
    notices = [notice for notice in draft.run.notices_at(step.id) if notice.say or notice.link]
    context = {
        **frame(request, token, draft),
        "outcome": step.action,
        "notices": [(notice.say.get(language, ""), notice.link) for notice in notices],
        "groups": _answers(token, draft),
        "unit": town.unit(draft.run.queue, language),
        "back": _back(token, draft, step),
    }
    return render(request, "applications/end.html", context)


def frame(request: HttpRequest, token: str, draft: Opened) -> dict[str, Any]:
    """What every page of a draft shows around it."""
    clerk = is_clerk(request, draft)
    return {
        "base": "web/staff.html" if clerk else "web/base.html",
        "clerk": clerk,
        "name": draft.flow.name[draft.language],
        "flow": draft.flow.id,
        "key": key_of(token),
        "draft": draft,
        "language": draft.language,
    }


def _said(draft: Opened, step: Step) -> list[str]:
    return [notice.say[draft.language] for notice in draft.run.notices_at(step.id) if notice.say]


def _answers(token: str, draft: Opened) -> list[dict[str, Any]]:
    """Each question with its answers and the way to change them; in a group item by item."""
    rows = list(review(draft.flow, draft.run, draft.language))
    return [
        {
            "ask": draft.flow.steps[step].ask[draft.language],
            "change": f"{_address(token, step)}?{CHANGE}",
            "rows": [
                (item, [(row.label[draft.language], row.text) for row in own]) for item, own in _by_item(same, draft)
            ],
        }
        for step, same in groupby(rows, key=lambda row: row.step)
    ]


def _by_item(rows: Iterable[Row], draft: Opened) -> Iterator[tuple[str, Iterator[Row]]]:
    """``Hund 1`` and its answers; outside of a group without a name."""
    return groupby(rows, key=lambda row: f"{row.item[draft.language]} {(row.place.item or 0) + 1}" if row.item else "")


def _elsewhere(draft: Opened, step: Step) -> list[tuple[str, str]]:
    """What another window answered to this question."""
    rows = review(draft.flow, draft.run, draft.language)
    return [(row.label[draft.language], row.text) for row in rows if row.step == step.id]


def _back(token: str, draft: Opened, step: Step) -> str:
    """The question before; the start page before the first."""
    before = draft.run.back(step.id)
    return _address(token, before) if before else reverse("application_start", args=[draft.flow.id])


def _address(token: str, step: str) -> str:
    return reverse("application_step", args=[key_of(token), step])


def _revision(request: HttpRequest) -> int:
    sent = request.POST.get("revision", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0
