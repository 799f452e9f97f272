# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The clerks' survey: open and close rounds, hand out links, answer, read the results."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allmende.kernel.accounts.access import has_right, require
from allmende.modules.assistant.pilot import access, rules, survey
from allmende.modules.assistant.pilot.forms import AnswersForm, LinksForm, RoundForm
from allmende.modules.assistant.pilot.models import SurveyRound
from allmende.modules.assistant.pilot.service import NotPossibleError
from allmende.modules.assistant.staff.views.groups import person

ANSWERING = ["GET", "HEAD", "POST"]
STAFF, PUBLIC = "web/staff.html", "web/base.html"


@require(access.READ)
@require_GET
@never_cache
def rounds(request: HttpRequest) -> HttpResponse:
    """All rounds with their results."""
    return _rounds(request)


@require(access.RUN)
@require_POST
def open_round(request: HttpRequest) -> HttpResponse:
    """Begin a round."""
    form = RoundForm(request.POST)
    if form.is_valid():
        try:
            survey.open_round(form.cleaned_data["phase"], note=form.cleaned_data["note"], actor=person(request))
        except NotPossibleError as problem:
            form.add_error("phase", str(problem))
        else:
            messages.success(request, _("Die Runde läuft. Beschäftigte sehen sie unter „Umfrage“."))
            return redirect("pilot_survey")
    return _rounds(request, form, status=422)


@require(access.RUN)
@require_POST
def close_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """End a round."""
    survey.close_round(round_id, actor=person(request))
    messages.success(request, _("Die Runde ist geschlossen."))
    return redirect("pilot_survey")


@require(access.RUN)
@require_POST
@never_cache
def make_links(request: HttpRequest, round_id: int) -> HttpResponse:
    """Make links for those without an account and show them once."""
    form = LinksForm(request.POST)
    if not form.is_valid():
        return _rounds(request, links=form, status=422)
    tokens = survey.make_links(round_id, form.cleaned_data["count"], actor=person(request))
    links = [request.build_absolute_uri(reverse("pilot_survey_link", args=[token])) for token in tokens]
    return render(request, "assistant/pilot/survey_links.html", {"here": "survey", "links": links})


@require(access.ANSWER)
@require_http_methods(ANSWERING)
@never_cache
def take_part(request: HttpRequest) -> HttpResponse:
    """Answer the open round, once."""
    row = survey.round_for(person(request))
    if row is None:
        return _done(request, STAFF, waiting=survey.open_one() is None)
    form = AnswersForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        survey.answer_as(person(request), form.choices)
        return redirect("pilot_survey_take_part")
    return _form(request, row, form, STAFF)


@require_http_methods(ANSWERING)
@never_cache
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with a one-time link, without an account."""
    row = survey.round_of(token)
    if row is None:
        raise Http404
    form = AnswersForm(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        survey.answer_by_link(token, form.choices)
        return _done(request, PUBLIC)
    return _form(request, row, form, PUBLIC)


def _form(request: HttpRequest, row: SurveyRound, form: AnswersForm, frame: str) -> HttpResponse:
    context = {"form": form, "round": row, "frame": frame}
    return render(request, "assistant/pilot/survey_form.html", context, status=422 if form.errors else 200)


def _done(request: HttpRequest, frame: str, *, waiting: bool = False) -> HttpResponse:
    return render(request, "assistant/pilot/survey_done.html", {"frame": frame, "waiting": waiting})


def _rounds(
    request: HttpRequest, form: RoundForm | None = None, links: LinksForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "here": "survey",
        "rounds": [
            (row, survey.answered(row) if row.closed_at else None, survey.results(row)) for row in survey.rounds()
        ],
        "phase_titles": rules.phases(),
        "least": rules.number("k"),
        "form": form or RoundForm(),
        "links_form": links or LinksForm(),
        "error_form": form or links,
        "open": survey.open_one(),
        "may_run": has_right(request.user, access.RUN),
    }
    return render(request, "assistant/pilot/survey.html", context, status=status)
