# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was not answered well is found, grouped, decided about, and forgotten together with its conversation."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.apps import apps
from django.http import Http404
from django.utils import timezone

from allmende.kernel.search import embedding
from allmende.modules.assistant import service as assistant
from allmende.modules.assistant.models import Answer, Conversation, Feedback
from allmende.modules.assistant.staff import gaps, grouping, rules, service
from allmende.modules.assistant.staff.models import Analysis, Decision, Gap, QuestionGroup

pytestmark = pytest.mark.django_db
FIBRE = ["Wann kommt Glasfaser nach Oberbach?", "glasfaser ausbau oberbach", "Glasfaser Ausbau in Oberbach wann"]
WASPS = ["Wer entfernt ein Wespennest?", "wespennest am balkon", "Ein Wespennest entfernen lassen"]

Ask = Callable[..., Answer]
Run = Callable[[], None]


def by_question() -> dict[str, list[str]]:
    """Typical question → all questions, of the groups that wait."""
    return {
        view.question: [gap.answer.question for gap in gaps.members(view.id)]
        for view in gaps.shown(list(gaps.groups()))
    }


@pytest.fixture
def fibre_and_wasps(asked: Ask, group_now: Run) -> None:
    for question in [*FIBRE, *WASPS]:
        asked(question)
    group_now()


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        ({"status": "no_source"}, "no_source"),
        ({"status": "out_of_scope"}, "out_of_scope"),
        ({"status": "answered", "sure": False}, "unsure"),
        ({"status": "answered", "helpful": False}, "thumbs_down"),
        ({"status": "no_source", "helpful": False}, "thumbs_down"),
        ({"status": "answered"}, None),
        ({"status": "answered", "sure": False, "helpful": True}, "unsure"),
        ({"status": "clarification"}, None),
        ({"status": "guarded"}, None),
    ],
)
def test_why_a_question_is_a_gap(asked: Ask, stored: dict[str, Any], reason: str | None) -> None:
    asked(**stored)
    list(grouping.collect_gaps())
    assert [gap.reason for gap in Gap.objects.all()] == ([reason] if reason else [])


def test_an_opinion_that_comes_later_changes_what_is_a_gap(asked: Ask) -> None:
    row = asked(status="answered")
    list(grouping.collect_gaps())
    assert not Gap.objects.exists()
    Feedback.objects.create(answer=row, helpful=False)
    list(grouping.collect_gaps())
    assert Gap.objects.get().reason == "thumbs_down"
    Feedback.objects.update(helpful=True)
    list(grouping.collect_gaps())
    assert not Gap.objects.exists()


def test_the_reason_follows_the_opinion(asked: Ask) -> None:
    row = asked(status="no_source")
    list(grouping.collect_gaps())
    Feedback.objects.create(answer=row, helpful=False)
    list(grouping.collect_gaps())
    assert Gap.objects.get().reason == "thumbs_down"


def test_collecting_goes_batch_by_batch_and_twice_changes_nothing(asked: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "BATCH", 2)
    for number in range(5):
        asked(f"Frage {number}")
    assert list(grouping.collect_gaps()) == [2, 2, 1]
    assert list(grouping.collect_gaps()) == []
    assert Gap.objects.count() == 5


def test_questions_about_the_same_stand_together(fibre_and_wasps: None) -> None:
    found = by_question()
    assert sorted(map(sorted, found.values())) == sorted([sorted(FIBRE), sorted(WASPS)])
    assert Analysis.objects.get().method == grouping.WORDS
    assert Analysis.objects.get().questions == 6


def test_a_group_is_labelled_by_its_most_typical_question_and_its_words(fibre_and_wasps: None) -> None:
    views = list(gaps.shown(list(gaps.groups())))
    assert {view.size for view in views} == {3}
    words = {word.lower() for view in views for word in view.words}
    assert {"glasfaser", "wespennest"} <= words
    assert not {"wann", "ein", "nach"} & words
    for view in views:
        assert view.question in {*FIBRE, *WASPS}
        assert view.reasons == [("no_source", 3)]


@pytest.mark.parametrize(("distance", "named"), [(None, True), (0.6, True), (0.61, False)])
def test_only_a_service_that_is_near_is_named_beside_a_group(
    lindental: None, fibre_and_wasps: None, distance: float | None, named: bool
) -> None:
    QuestionGroup.objects.update(service="hundesteuer-anmelden", distance=distance)
    view = next(gaps.shown(list(gaps.groups())))
    assert (view.service is not None) is named


def test_embeddings_bring_together_what_shares_no_word(
    lindental: None, asked: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = np.eye(384, dtype=np.float32)
    for question in ("Stromtankstelle", "Wo lade ich mein Auto?", "Yoga"):
        asked(question)
    list(grouping.collect_gaps())
    meaning = {"Stromtankstelle": near[0], "Wo lade ich mein Auto?": near[0] * 0.9 + near[1] * 0.1, "Yoga": near[2]}
    service_name = near[3] * 0.1
    monkeypatch.setattr("allmende.kernel.search.queries.question_vector", lambda text: meaning.get(text, service_name))
    done = grouping.embedded(list(grouping.without_vectors()))
    Gap.objects.bulk_update(done, ["vector", "vector_of"])
    assert {gap.vector_of for gap in Gap.objects.all()} == {embedding.version()}
    grouping.keep(grouping.grouped(lambda _done: None))
    assert Analysis.objects.get().method == grouping.MEANING
    assert [sorted(group) for group in by_question().values()] == [["Stromtankstelle", "Wo lade ich mein Auto?"]]


def test_a_house_without_a_town_compares_by_words(asked: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked("Yoga")
    list(grouping.collect_gaps())
    alike = np.eye(384, dtype=np.float32)[0]
    monkeypatch.setattr("allmende.kernel.search.queries.question_vector", lambda _text: alike)
    Gap.objects.bulk_update(grouping.embedded(list(grouping.without_vectors())), ["vector", "vector_of"])
    assert grouping.grouped(lambda _done: None).method == grouping.WORDS


def test_one_missing_vector_makes_all_be_compared_by_words(asked: Ask, group_now: Run) -> None:
    for question in FIBRE:
        asked(question)
    list(grouping.collect_gaps())
    first = Gap.objects.first()
    assert first is not None
    Gap.objects.filter(pk=first.pk).update(vector=bytes(384), vector_of=embedding.version())
    group_now()
    assert Analysis.objects.get().method == grouping.WORDS
    assert QuestionGroup.objects.count() == 1


def test_only_the_youngest_questions_are_compared(asked: Ask, group_now: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = timezone.now() - timedelta(days=3)
    for question in FIBRE:
        asked(question, at=long_ago)
    for question in WASPS:
        asked(question)
    bounds = rules.grouping()
    monkeypatch.setattr(rules, "grouping", lambda: type(bounds)(**{**vars(bounds), "most_questions": 3}))
    group_now()
    assert [sorted(group) for group in by_question().values()] == [sorted(WASPS)]
    assert Analysis.objects.get().left_out == 3


def test_a_group_keeps_its_number_while_most_of_its_questions_are_the_same(
    asked: Ask, fibre_and_wasps: None, group_now: Run
) -> None:
    before = {view.id: set(by_question()[view.question]) for view in gaps.shown(list(gaps.groups()))}
    asked("Glasfaser Ausbau Oberbach Termin")
    group_now()
    after = {view.id: set(by_question()[view.question]) for view in gaps.shown(list(gaps.groups()))}
    assert before.keys() == after.keys()
    assert all(before[number] <= after[number] for number in before)


def decide(kind: str, word: str, people: dict[str, Any]) -> int:
    number = next(view.id for view in gaps.shown(list(gaps.groups())) if word in view.question.lower())
    service.decide(number, kind, actor=people["erika"])
    return number


def test_a_decision_hides_a_group_until_new_questions_come(
    asked: Ask, fibre_and_wasps: None, group_now: Run, people: dict[str, Any]
) -> None:
    number = decide("missing_text", "glasfaser", people)
    assert number not in gaps.groups().values_list("pk", flat=True)
    assert list(gaps.groups(decided=True).values_list("pk", flat=True)) == [number]
    group_now()
    assert number not in gaps.groups().values_list("pk", flat=True), "the decision survives the next evaluation"
    asked("Glasfaser Ausbau Oberbach Termin")
    group_now()
    view = gaps.group(number)
    assert view is not None
    assert (view.size, view.fresh, view.decision) == (4, 1, "missing_text")
    assert number in gaps.groups().values_list("pk", flat=True)


def test_what_is_not_ours_comes_back_only_with_many_new_questions(
    asked: Ask, fibre_and_wasps: None, group_now: Run, people: dict[str, Any]
) -> None:
    number = decide("not_ours", "wespennest", people)
    for _number in range(rules.reopen()["not_ours"] - 1):
        asked(WASPS[0])
    group_now()
    assert number not in gaps.groups().values_list("pk", flat=True)
    asked(WASPS[0])
    group_now()
    assert number in gaps.groups().values_list("pk", flat=True)


def test_a_decision_can_be_taken_back_and_replaced(fibre_and_wasps: None, people: dict[str, Any]) -> None:
    number = decide("not_ours", "wespennest", people)
    service.decide(number, "missing_text", actor=people["emil"])
    assert [row.kind for row in Decision.objects.all()] == ["missing_text"]
    service.undo(number, actor=people["erika"])
    assert not Decision.objects.exists()
    assert number in gaps.groups().values_list("pk", flat=True)


@pytest.mark.parametrize("name", ["bob", "alice", "charlie"])
def test_who_may_only_read_decides_nothing(fibre_and_wasps: None, people: dict[str, Any], name: str) -> None:
    number = gaps.groups()[0].pk
    with pytest.raises(Http404):
        service.decide(number, "not_ours", actor=people[name])
    with pytest.raises(Http404):
        service.undo(number, actor=people[name])
    with pytest.raises(Http404):
        service.start_analysis(actor=people[name])
    assert not Decision.objects.exists()


@pytest.mark.parametrize(("number", "kind"), [(4711, "not_ours"), (None, "no_idea")])
def test_there_is_no_decision_about_nothing(
    fibre_and_wasps: None, people: dict[str, Any], number: int | None, kind: str
) -> None:
    with pytest.raises(Http404):
        service.decide(number or gaps.groups()[0].pk, kind, actor=people["erika"])


def stored_words() -> str:
    """Everything that the room's tables hold."""
    tables = apps.get_app_config("assistant").get_models()
    return json.dumps([list(table.objects.values()) for table in tables], default=str, ensure_ascii=False).lower()


def test_a_conversation_that_is_deleted_leaves_no_word_of_its_question(
    asked: Ask, group_now: Run, people: dict[str, Any]
) -> None:
    for question in ("Mein Waldpinguin braucht Futter", "waldpinguin futter", "Futter für den Waldpinguin"):
        asked(question)
    group_now()
    number = gaps.groups()[0].pk
    service.decide(number, "not_ours", actor=people["erika"])
    assert "waldpinguin" in stored_words()
    for conversation in Conversation.objects.all():
        assistant.forget(conversation.pk)
    assert "waldpinguin" not in stored_words()
    assert not Gap.objects.exists()
    assert gaps.group(number) is None
    assert list(gaps.groups()) == []


def test_when_the_time_is_over_the_groups_are_emptied_too(asked: Ask, group_now: Run, settings) -> None:
    for question in FIBRE:
        asked(question)
    group_now()
    old = timezone.now() - timedelta(days=settings.ANSWER_RETENTION_DAYS + 1)
    Conversation.objects.update(started_at=old)
    assert assistant.delete_expired() == 3
    assert "glasfaser" not in stored_words()


def test_the_label_lives_on_in_the_questions_that_are_left(asked: Ask, group_now: Run) -> None:
    rows = [asked(question) for question in FIBRE]
    group_now()
    view = next(gaps.shown(list(gaps.groups())))
    typical = next(row for row in rows if row.question == view.question)
    assistant.forget(typical.conversation_id)
    after = next(gaps.shown(list(gaps.groups())))
    assert after.size == 2
    assert after.question in FIBRE
    assert after.question != view.question
    assert "glasfaser" in {word.lower() for word in after.words}


def test_a_question_deleted_while_the_groups_are_made_is_not_brought_back(
    asked: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allmende.kernel.search.queries.question_vector", lambda _text: None)
    rows = [asked(question) for question in FIBRE]
    list(grouping.collect_gaps())
    found = grouping.grouped(lambda _done: None)
    assistant.forget(rows[0].conversation_id)
    grouping.keep(found)
    assert set(Gap.objects.values_list("pk", flat=True)) == {row.pk for row in rows[1:]}


def test_the_number_of_queries_does_not_grow_with_the_groups(
    asked: Ask, group_now: Run, django_assert_max_num_queries
) -> None:
    for topic in ("Glasfaser", "Wespennest", "Yogakurs", "Blutspende", "Nachtbus"):
        asked(f"{topic} gesucht hier")
        asked(f"{topic} gesucht hier")
    group_now()
    rows = list(gaps.groups())
    assert len(rows) == 5
    with django_assert_max_num_queries(4):
        assert len(list(gaps.shown(rows))) == 5


def test_the_audit_holds_numbers_and_no_words(fibre_and_wasps: None, people: dict[str, Any]) -> None:
    from allmende.kernel.audit.models import Entry

    number = decide("missing_text", "glasfaser", people)
    entry = Entry.objects.get(action="assistant.gap.decided")
    assert (entry.subject, entry.detail) == (f"questiongroup:{number}", {"kind": "missing_text", "questions": 3})
    assert "glasfaser" not in str(list(Entry.objects.values())).lower()
