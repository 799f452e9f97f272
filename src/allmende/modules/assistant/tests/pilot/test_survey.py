# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Clerks say how much work enquiries make, once each, and nobody learns who said what. Small counts are not told either."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.registry import Statistic
from allmende.modules.assistant.pilot import rules, statistics, survey
from allmende.modules.assistant.pilot.engine.suppressing import rounded
from allmende.modules.assistant.pilot.models import SurveyCount, SurveyPass

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
TAKE_PART = reverse("pilot_survey_take_part")
ANSWERS = {question["name"]: "3" for question in rules.survey_questions()}


def text(response: Any) -> str:
    return response.content.decode()


def test_alice_answers_once_and_nothing_leads_back_to_her(browser: Browser, people: dict[str, Any]) -> None:
    browser("erika").post(reverse("pilot_survey_open"), {"phase": "before"})
    alice = browser("alice")
    assert "Fünf Fragen" in text(alice.get(TAKE_PART))
    assert alice.post(TAKE_PART, {**ANSWERS, "trust": ""}).status_code == 422
    assert alice.post(TAKE_PART, ANSWERS).status_code == 302
    assert "sind gezählt" in text(alice.get(TAKE_PART))
    alice.post(TAKE_PART, ANSWERS)
    row = survey.open_one()
    assert survey.answered(row) == 1
    assert {field.name for field in SurveyPass._meta.fields} == {"id", "round", "digest", "used"}
    assert {field.name for field in SurveyCount._meta.fields} == {"id", "round", "question", "choice", "count"}
    entry = Entry.objects.get(action="assistant.pilot.survey_answered")
    assert (entry.actor_id, entry.detail) == ("", {})
    assert browser("charlie").get(TAKE_PART).status_code == 404


def test_a_link_is_good_for_one_answer_and_ends_with_its_round(client: Client, people: dict[str, Any]) -> None:
    row = survey.open_round("before", actor=people["erika"])
    first, second = survey.make_links(row.pk, 2, actor=people["erika"])
    address = reverse("pilot_survey_link", args=[first])
    assert client.get(address).status_code == 200
    assert "sind gezählt" in text(client.post(address, ANSWERS))
    assert client.post(address, ANSWERS).status_code == 404
    assert not SurveyPass.objects.filter(digest=first).exists()
    survey.close_round(row.pk, actor=people["erika"])
    assert client.get(reverse("pilot_survey_link", args=[second])).status_code == 404
    assert client.get(reverse("pilot_survey_link", args=["geraten"])).status_code == 404


def test_results_need_a_closed_round_and_five_people(browser: Browser, people: dict[str, Any]) -> None:
    row = survey.open_round("before", actor=people["erika"])
    for number in range(4):
        survey.answer_as(make_user(f"clerk{number}", "clerk"), {name: int(choice) for name, choice in ANSWERS.items()})
    assert [one.share for one in survey.results(row)] == [None] * 5
    survey.close_round(row.pk, actor=people["erika"])
    row.refresh_from_db()
    assert [one.share for one in survey.results(row)] == [None] * 5
    assert "Zu wenige Antworten" in text(browser("bob").get(reverse("pilot_survey")))
    later = survey.open_round("after", actor=people["erika"])
    for number in range(5):
        choice = 3 if number else 0
        survey.answer_as(make_user(f"other{number}", "clerk"), dict.fromkeys(ANSWERS, choice))
    survey.close_round(later.pk, actor=people["erika"])
    later.refresh_from_db()
    shares = [one.share for one in survey.results(later)]
    assert {(share["value"], share["n"]) for share in shares if share} == {(0.8, 5)}
    assert "80 %" in text(browser("bob").get(reverse("pilot_survey")))


def test_only_one_round_is_open_at_a_time(browser: Browser, people: dict[str, Any]) -> None:
    survey.open_round("before", actor=people["erika"])
    refused = browser("erika").post(reverse("pilot_survey_open"), {"phase": "after"})
    assert "Eine Runde läuft schon" in text(refused)


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, None), (4, None), (5, 5), (7, 5), (8, 10), (23, 25)])
def test_a_small_count_is_not_told_and_a_large_one_not_exactly(count: int, told: int | None) -> None:
    assert rounded(count, 5) == told


def steps(since: date, until: date) -> list[dict[str, Any]]:
    """What another room would declare."""
    return [
        {"group": "Hund anmelden", "label": "begonnen", "count": 41},
        {"group": "Hund anmelden", "label": "abgegeben", "count": 22, "of": 41, "seconds": 190.0},
        {"group": "Hund anmelden", "label": "bei „Rasse“ abgebrochen", "count": 3, "of": 41},
    ]


def test_other_rooms_count_for_themselves_and_small_numbers_disappear(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = Statistic(name="steps", title="Anträge", count=f"{__name__}:steps")

    class Declared:
        def all(self, kind: type) -> tuple[Statistic, ...]:
            return (declared,)

    monkeypatch.setattr(statistics, "registry", Declared)
    monkeypatch.setattr(statistics, "resolve", lambda target: steps)
    found = statistics.blocks(date(2026, 1, 1), date(2026, 1, 31))[-1]
    assert found.title == "Anträge: Hund anmelden"
    assert [(row.count, row.share) for row in found.rows] == [(40, None), (20, 0.5), (None, None)]
    monkeypatch.undo()
    assert "Ergebnisse" in text(browser("bob").get(reverse("pilot_figures")))
