# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Proposed synonyms with their measured effect, and the question set they are measured with."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from allmende.kernel.accounts.access import require
from allmende.kernel.evaluation.gates import ObjectedError, Objection
from allmende.modules.assistant.staff import access, rules, service, words
from allmende.modules.assistant.staff.forms import LANGUAGE_TITLES, OverrideForm, QuestionSetForm, WordForm
from allmende.modules.assistant.staff.question_set import QuestionSetError
from allmende.modules.assistant.staff.times import hour
from allmende.modules.assistant.staff.views.groups import job_of, may_improve, measuring, person

STEPS: dict[str, tuple[Callable[..., Any], Any]] = {
    "approve": (service.approve, gettext_lazy("Angenommen. Die Leistung wird jetzt auch unter diesem Wort gefunden.")),
    "reject": (service.reject, gettext_lazy("Abgelehnt.")),
    "withdraw": (service.withdraw, gettext_lazy("Zurückgenommen. Das Wort steht nicht mehr bei der Leistung.")),
    "enter_again": (service.enter_again, gettext_lazy("Das Wort steht wieder bei der Leistung.")),
}
"""What can be done with a proposal, and what is said afterwards."""
GATED = (service.approve, service.enter_again)
"""What a gate may stop, and a written reason lets pass."""


@require(access.REVIEW)
@require_GET
@never_cache
def proposals(request: HttpRequest) -> HttpResponse:
    """What is proposed and what became of earlier proposals."""
    return _page(request)


@require(access.REVIEW)
@require_GET
@never_cache
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One proposal: where it comes from and which questions would change."""
    return _word(request, proposal_id)


def _word(request: HttpRequest, proposal_id: int, objections: Sequence[Objection] = ()) -> HttpResponse:
    """The page of a proposal; with `objections` after a gate stopped it."""
    found = words.word(proposal_id, request.user)
    if found is None:
        raise Http404
    context = {
        "here": "words",
        "word": found,
        "evidence": [(answer, hour(answer.asked_at)) for answer in words.evidence(proposal_id)],
        "changed": words.changed(found.lift) if found.lift else [],
        "may_improve": may_improve(request),
        "job": job_of(request),
        "objections": objections,
        "override_form": OverrideForm(),
        **_words_of(),
    }
    return render(request, "assistant/staff/word.html", context, status=409 if objections else 200)


@require(access.IMPROVE)
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a word of one's own."""
    form = WordForm(request.POST)
    if not form.is_valid():
        return _page(request, word=form, status=422)
    given = form.cleaned_data
    try:
        row = service.propose(given["service"], given["term"], language=given["language"], actor=person(request))
    except service.NotPossibleError as problem:
        form.add_error("term", str(problem))
        return _page(request, word=form, status=422)
    messages.success(request, _("Vorgeschlagen. Die Wirkung wird gemessen; annehmen muss eine zweite Person."))
    return measuring(request, row.pk)


@require(access.IMPROVE)
@require_POST
def step(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Approve, reject, withdraw or enter a proposal again."""
    if request.POST.get("step") not in STEPS:
        raise Http404
    verb, done = STEPS[request.POST["step"]]
    address, reason = reverse("review_word", args=[proposal_id]), request.POST.get("reason", "")
    try:
        verb(proposal_id, actor=person(request), **({"reason": reason} if verb in GATED else {}))
    except ObjectedError as objected:
        return _word(request, proposal_id, objected.objections)
    except service.NotPossibleError as problem:
        messages.error(request, str(problem))
        return redirect(address)
    messages.success(request, str(done))
    return redirect(address)


@require(access.IMPROVE)
@require_POST
def measure(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Measure a proposal again and show the progress."""
    try:
        return measuring(request, proposal_id)
    except service.NotPossibleError as problem:
        messages.error(request, str(problem))
        return redirect("review_word", proposal_id)


@require(access.IMPROVE)
@require_POST
def put_questions(request: HttpRequest) -> HttpResponse:
    """Replace the town's question set by an uploaded file."""
    form = QuestionSetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, questions=form, status=422)
    file = form.cleaned_data["file"]
    try:
        changed = service.put_question_set(file.name, file.read(), actor=person(request))
    except QuestionSetError as error:
        for fault in error.faults:
            form.add_error("file", str(fault))
        return _page(request, questions=form, status=422)
    messages.success(
        request, _("Der Fragensatz ist ersetzt.") if changed else _("Das ist der Fragensatz, der schon gilt.")
    )
    return redirect("review_words")


def _page(
    request: HttpRequest, *, word: WordForm | None = None, questions: QuestionSetForm | None = None, status: int = 200
) -> HttpResponse:
    found = words.open_words(request.user)
    context = {
        "here": "words",
        "open": [row for row in found if not row.idle],
        "idle": [row for row in found if row.idle],
        "decided": words.decided_words(request.user),
        "known_set": words.known_set(),
        "word_form": word or WordForm(initial={"language": "de"}),
        "set_form": questions or QuestionSetForm(),
        "error_form": word or questions,
        "may_improve": may_improve(request),
        **_words_of(),
    }
    return render(request, "assistant/staff/words.html", context, status=status)


def _words_of() -> dict[str, Any]:
    return {
        "state_titles": rules.titles("proposal_states"),
        "state_kinds": rules.kinds("proposal_states"),
        "language_titles": LANGUAGE_TITLES,
        "least_changes": rules.proposing().least_changes,
    }
