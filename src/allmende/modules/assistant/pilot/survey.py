# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The clerks' survey: rounds, one-time links, and answers of which only counts are kept.

That somebody signed in has answered is kept as a digest that the server can compute again, so that nobody answers twice; nothing leads
from it to an answer. Results are shown only of closed rounds with enough answers, so that nobody can watch a count grow.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from allmende.kernel.accounts.access import has_right
from allmende.kernel.audit.service import record
from allmende.kernel.evaluation.service import metrics
from allmende.modules.assistant.pilot import access, rules
from allmende.modules.assistant.pilot.models import SurveyCount, SurveyPass, SurveyRound
from allmende.modules.assistant.pilot.service import NotPossibleError

SALT = "allmende.modules.assistant.pilot.survey"


@dataclass(frozen=True)
class Result:
    """One question of a closed round. `share` is None where too few people answered."""

    text: str
    share_of: str
    share: metrics.Share | None


@transaction.atomic
def open_round(phase: str, *, note: str = "", actor: AbstractBaseUser) -> SurveyRound:
    """Begin a round. Raises Http404 for an unknown phase, NotPossibleError while another one is open."""
    access.check_run(actor)
    if phase not in rules.phases():
        raise Http404
    if open_one() is not None:
        raise NotPossibleError(_("Eine Runde läuft schon. Schließen Sie sie zuerst."))
    row = SurveyRound.objects.create(
        phase=phase, note=note.strip()[:200], questions=rules.survey_questions(), by_id=actor.pk
    )
    SurveyCount.objects.bulk_create(
        SurveyCount(round=row, question=question["name"], choice=choice)
        for question in row.questions
        for choice in range(len(question["choices"]))
    )
    record("assistant.pilot.survey_opened", actor=actor, subject=f"survey_round:{row.pk}", detail={"phase": phase})
    return row


@transaction.atomic
def close_round(round_id: int, *, actor: AbstractBaseUser) -> None:
    """End a round for good; links that were not used are deleted. Raises Http404."""
    access.check_run(actor)
    row = SurveyRound.objects.select_for_update().filter(pk=round_id, closed_at=None).first()
    if row is None:
        raise Http404
    row.closed_at = timezone.now()
    row.save(update_fields=["closed_at"])
    row.passes.all().delete()
    record("assistant.pilot.survey_closed", actor=actor, subject=f"survey_round:{row.pk}")


@transaction.atomic
def make_links(round_id: int, count: int, *, actor: AbstractBaseUser) -> list[str]:
    """Tokens that each allow one answer; they are shown once, only their digests are kept. Raises Http404."""
    access.check_run(actor)
    row = SurveyRound.objects.filter(pk=round_id, closed_at=None).first()
    if row is None:
        raise Http404
    tokens = [secrets.token_urlsafe(16) for _number in range(min(count, rules.most_links()))]
    SurveyPass.objects.bulk_create(SurveyPass(round=row, digest=_digest(token)) for token in tokens)
    detail = {"links": len(tokens)}
    record("assistant.pilot.survey_links", actor=actor, subject=f"survey_round:{row.pk}", detail=detail)
    return tokens


def round_of(token: str) -> SurveyRound | None:
    """The open round that this link may still answer."""
    found = SurveyPass.objects.filter(digest=_digest(token), used=False, round__closed_at=None)
    row = found.select_related("round").first()
    return row.round if row else None


def round_for(person: AbstractBaseUser) -> SurveyRound | None:
    """The open round that this person has not answered."""
    row = open_one()
    if row is None or row.passes.filter(digest=_person(row, person)).exists():
        return None
    return row


def open_one() -> SurveyRound | None:
    """The round that is open now."""
    return SurveyRound.objects.filter(closed_at=None).first()


@transaction.atomic
def answer_by_link(token: str, choices: Mapping[str, int]) -> None:
    """Count the choices of somebody with a link. Raises Http404 for one that is unknown, used or too late."""
    row = round_of(token)
    if row is None or not row.passes.filter(digest=_digest(token), used=False).update(used=True):
        raise Http404
    _count(row, choices)


@transaction.atomic
def answer_as(person: AbstractBaseUser, choices: Mapping[str, int]) -> None:
    """Count the choices of a member of staff, once a round. Raises Http404 for who may not, or has already."""
    row = open_one()
    if row is None or not has_right(person, access.ANSWER):
        raise Http404
    _known, made = SurveyPass.objects.get_or_create(round=row, digest=_person(row, person), defaults={"used": True})
    if not made:
        raise Http404
    _count(row, choices)


def answered(row: SurveyRound) -> int:
    """How many people answered: each answers every question."""
    first = row.questions[0]["name"] if row.questions else ""
    return row.counts.filter(question=first).aggregate(n=Sum("count"))["n"] or 0


def rounds() -> list[SurveyRound]:
    """All rounds, the latest first."""
    return list(SurveyRound.objects.select_related("by"))


def latest(phase: str) -> SurveyRound | None:
    """The latest closed round of a phase."""
    return SurveyRound.objects.filter(phase=phase).exclude(closed_at=None).first()


def results(row: SurveyRound) -> list[Result]:
    """What a closed round says; without shares while it is open or where too few answered."""
    told = row.closed_at is not None and answered(row) >= rules.number("k")
    counts = {(one.question, one.choice): one.count for one in row.counts.all()}
    return [_result(question, counts if told else None) for question in row.questions]


def _result(question: Mapping[str, Any], counts: Mapping[tuple[str, int], int] | None) -> Result:
    share = None
    if counts is not None:
        own = {choice: count for (name, choice), count in counts.items() if name == question["name"]}
        share = metrics.share(sum(own[choice] for choice in question["counts"]), sum(own.values()))
    return Result(rules.said(question["text"]), rules.said(question["share"]), share)


def _count(row: SurveyRound, choices: Mapping[str, int]) -> None:
    """Nothing says who or when; the audit knows only that an answer came in."""
    for question in row.questions:
        found = row.counts.filter(question=question["name"], choice=choices[question["name"]])
        if not found.update(count=F("count") + 1):
            raise Http404
    record("assistant.pilot.survey_answered", actor=None, subject=f"survey_round:{row.pk}")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _person(row: SurveyRound, person: AbstractBaseUser) -> str:
    return salted_hmac(SALT, f"{row.pk}:{person.pk}", algorithm="sha256").hexdigest()
