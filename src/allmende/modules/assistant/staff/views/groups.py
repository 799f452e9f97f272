# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was not answered, in groups: see, decide, take back, evaluate anew."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from allmende.kernel.accounts.access import has_right, require
from allmende.kernel.jobs import access as jobs_access
from allmende.modules.assistant.staff import access, gaps, rules, service
from allmende.modules.assistant.staff.forms import DecisionForm, WordForm
from allmende.modules.assistant.staff.times import hour
from allmende.modules.assistant.staff.views.questions import words_of

PAGE_SIZE = 20
MEMBERS = 25
DECIDED = "decided"


@require(access.REVIEW)
@require_GET
@never_cache
def groups(request: HttpRequest) -> HttpResponse:
    """Groups that wait for a decision, or with `?show=decided` the others."""
    decided = request.GET.get("show") == DECIDED
    page = Paginator(gaps.groups(decided=decided), PAGE_SIZE).get_page(request.GET.get("page"))
    waiting, done, alone = gaps.counts()
    context = {
        "here": "groups",
        "page": page,
        "rows": list(gaps.shown(list(page))),
        "decided": decided,
        "waiting": waiting,
        "done": done,
        "alone": alone,
        "analysis": gaps.analysis(),
        "job": job_of(request),
        "decision_titles": rules.titles("decisions"),
        "may_improve": may_improve(request),
        **words_of(),
    }
    return render(request, "assistant/staff/groups.html", context)


@require(access.REVIEW)
@require_GET
@never_cache
def group(request: HttpRequest, group_id: int) -> HttpResponse:
    """One group with its questions and what can be done about it."""
    return _group_page(request, group_id)


@require(access.IMPROVE)
@require_POST
def decide(request: HttpRequest, group_id: int) -> HttpResponse:
    """Keep what somebody says about a group; a missing search term leads on to its form."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _group_page(request, group_id, decision=form, status=422)
    kind = form.cleaned_data["kind"]
    service.decide(group_id, kind, actor=person(request))
    messages.success(request, _("Entschieden. Die Gruppe erscheint wieder, wenn neue Fragen dazukommen."))
    if kind == service.MISSING_SYNONYM:
        return redirect(f"{reverse('review_group', args=[group_id])}#suchwort")
    return redirect("review_groups")


@require(access.IMPROVE)
@require_POST
def undo(request: HttpRequest, group_id: int) -> HttpResponse:
    """Open a group again."""
    service.undo(group_id, actor=person(request))
    messages.success(request, _("Die Entscheidung ist zurückgenommen. Die Gruppe ist wieder offen."))
    return redirect("review_group", group_id)


@require(access.IMPROVE)
@require_POST
def propose(request: HttpRequest, group_id: int) -> HttpResponse:
    """Propose a word of this group as a synonym."""
    form = WordForm(request.POST)
    if form.is_valid():
        try:
            row = service.propose(
                form.cleaned_data["service"],
                form.cleaned_data["term"],
                language=form.cleaned_data["language"],
                group_id=group_id,
                actor=person(request),
            )
        except service.NotPossibleError as problem:
            form.add_error("term", str(problem))
        else:
            messages.success(request, _("Vorgeschlagen. Die Wirkung wird gemessen; annehmen muss eine zweite Person."))
            return measuring(request, row.pk)
    return _group_page(request, group_id, word=form, status=422)


@require(access.IMPROVE)
@require_POST
def analyse(request: HttpRequest) -> HttpResponse:
    """Start the evaluation and show its progress."""
    job = service.start_analysis(actor=person(request))
    return redirect(f"{reverse('review_groups')}?job={job}")


def measuring(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Lead to a proposal that waits to be measured, with the progress of its job."""
    job = service.measure(proposal_id, actor=person(request))
    return redirect(f"{reverse('review_word', args=[proposal_id])}?job={job}")


def job_of(request: HttpRequest) -> Any:
    """The job whose progress is asked for, if this person may see it; a note that it runs already otherwise."""
    try:
        wanted = UUID(request.GET.get("job", ""))
    except ValueError:
        return None
    try:
        return jobs_access.get_job(request.user, wanted)
    except Http404:
        messages.info(request, _("Die Auswertung läuft bereits. Laden Sie die Seite in einigen Minuten neu."))
        return None


def may_improve(request: HttpRequest) -> bool:
    """Whether the reader may act, too."""
    return has_right(request.user, access.IMPROVE)


def person(request: HttpRequest) -> AbstractBaseUser:
    """Who acts; `require` has made sure that it is somebody."""
    return cast(AbstractBaseUser, request.user)


def editor_url(service_id: str) -> str:
    """Where editors change a service; without an id where they write a new one. Empty where the town has no editor."""
    try:
        if service_id:
            return reverse("town_edit_text", args=["leistungen", service_id])
        return reverse("town_edit_new", args=["leistungen"])
    except NoReverseMatch:
        return ""


def _group_page(
    request: HttpRequest,
    group_id: int,
    *,
    decision: DecisionForm | None = None,
    word: WordForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = gaps.group(group_id)
    if found is None:
        raise Http404
    page = Paginator(gaps.members(group_id), MEMBERS).get_page(request.GET.get("page"))
    nearest = found.service.id if found.service else ""
    initial = {"term": next(iter(found.words), ""), "service": nearest, "language": "de"}
    context = {
        "here": "groups",
        "group": found,
        "page": page,
        "rows": [(gap, hour(gap.answer.asked_at)) for gap in page],
        "made": gaps.decision(group_id),
        "decision_form": decision or DecisionForm(),
        "word_form": word or WordForm(initial=initial),
        "error_form": decision or word,
        "edit_url": editor_url(nearest),
        "new_url": editor_url(""),
        "may_improve": may_improve(request),
        "decision_titles": rules.titles("decisions"),
        **words_of(),
    }
    return render(request, "assistant/staff/group.html", context, status=status)
