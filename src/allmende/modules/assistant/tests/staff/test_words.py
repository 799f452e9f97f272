# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Citizens say Wuffke, the town says Hund: the word is found, measured, approved by a second person, and can be taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from allmende.kernel.audit.models import Entry
from allmende.kernel.jobs.service import Progress
from allmende.kernel.search import trial
from allmende.kernel.search.queries import PUBLIC, search
from allmende.kernel.town import service as town
from allmende.modules.assistant import service as assistant
from allmende.modules.assistant.models import Answer, Conversation
from allmende.modules.assistant.staff import lift, proposing, service, tasks, words
from allmende.modules.assistant.staff.labels import PICKED, REPHRASED, Label, labels
from allmende.modules.assistant.staff.lift import Change, Judge, Lift
from allmende.modules.assistant.staff.models import Evidence, Proposal
from allmende.modules.assistant.staff.question_set import Line
from allmende.modules.assistant.staff.wording import wording
from allmende.modules.assistant.tests.staff.conftest import CARD

pytestmark = pytest.mark.django_db
DOG = "hundesteuer-anmelden"
OFFER = [{"service": DOG, "label": "Hund anmelden"}, {"service": "reisepass", "label": "Reisepass"}]
QUESTION = "Was ist mit meinem Wuffke?"

Ask = Callable[..., Answer]


@pytest.fixture(autouse=True)
def by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on the first minutes of an installation; nothing waits for the model."""
    monkeypatch.setattr("allmende.kernel.search.queries.question_vector", lambda _text: None)
    monkeypatch.setattr("allmende.modules.assistant.composing.foreignness", lambda _text: 0.0)


def conversation(asked: Ask, *turns: dict[str, Any], minutes: float = 1) -> list[Answer]:
    """Turns of one conversation, so many minutes apart."""
    together, begin = Conversation.objects.create(), timezone.now() - timedelta(hours=1)
    return [
        asked(**turn, conversation=together, at=begin + timedelta(minutes=minutes * number))
        for number, turn in enumerate(turns)
    ]


ASKED_BACK: dict[str, Any] = {"question": QUESTION, "status": "clarification", "options": OFFER}
CHOSEN: dict[str, Any] = {"question": QUESTION, "status": "answered", "card": CARD, "confidence": 1.0}
MISSED: dict[str, Any] = {"question": QUESTION, "status": "no_source"}
AGAIN: dict[str, Any] = {"question": "Wuffke und Hund anmelden", "status": "answered", "card": CARD, "confidence": 0.9}


def found() -> list[tuple[str, str, str]]:
    return [(label.question, label.service, label.kind) for label in labels(wording(), None)]


@pytest.mark.parametrize(
    ("turns", "kind"),
    [
        ((ASKED_BACK, CHOSEN), PICKED),
        (({**ASKED_BACK, "status": "answered", "sure": False}, CHOSEN), PICKED),
        ((MISSED, AGAIN), REPHRASED),
        (({**MISSED, "status": "out_of_scope"}, AGAIN), REPHRASED),
        (({**MISSED, "status": "answered", "helpful": False}, AGAIN), REPHRASED),
        ((ASKED_BACK, {**CHOSEN, "card": {**CARD, "service": "sperrmuell"}}), None),  # not among those offered
        ((ASKED_BACK, {**CHOSEN, "question": "Was kostet ein Pass?"}), None),
        ((ASKED_BACK, {**CHOSEN, "helpful": False}), None),
        ((MISSED, {**AGAIN, "sure": False}), None),
        ((MISSED, {**AGAIN, "helpful": False}), None),
        ((MISSED, {**AGAIN, "question": "Was kostet ein Reisepass?"}), None),  # another matter
        ((MISSED, {**AGAIN, "question": QUESTION}), None),
        (({**MISSED, "status": "answered"}, AGAIN), None),
        ((MISSED, {**AGAIN, "card": None}), None),
    ],
)
def test_what_citizens_tell_us_for_free(asked: Ask, lindental: None, turns: tuple[Any, ...], kind: str | None) -> None:
    conversation(asked, *turns)
    assert found() == ([(QUESTION, DOG, kind)] if kind else [])


def test_a_question_asked_again_much_later_says_nothing(asked: Ask, lindental: None) -> None:
    conversation(asked, MISSED, AGAIN, minutes=16)
    assert found() == []


def test_two_conversations_are_never_joined(asked: Ask, lindental: None) -> None:
    asked(**MISSED)
    asked(**AGAIN)
    assert found() == []


def test_by_meaning_a_second_wording_needs_no_common_word(
    asked: Ask, lindental: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    near, far = np.eye(384, dtype=np.float32)[:2]
    vectors = {QUESTION: near, "Hund anmelden": near, "Pass": far}
    monkeypatch.setattr("allmende.kernel.search.queries.question_vector", vectors.get)
    conversation(asked, MISSED, {**AGAIN, "question": "Hund anmelden"})
    conversation(asked, MISSED, {**AGAIN, "question": "Pass"})
    assert found() == [(QUESTION, DOG, REPHRASED)]


def line(name: str, question: str, **right: Any) -> Line:
    return Line(**{"id": name, "question": question, "status": "answered", **right})


def test_a_question_is_judged_as_the_assistant_would_answer_it(lindental: None) -> None:
    now = trial.now()
    assert lift.is_right(line("a", "Was kostet ein Hund?", services=[DOG]), now)
    assert not lift.is_right(line("b", "Was kostet ein Hund?", services=["reisepass"]), now)
    assert not lift.is_right(line("c", QUESTION, services=[DOG]), now)
    assert lift.is_right(line("d", "Wuffke", status="no_source"), now)
    assert lift.is_right(line("e", "ummelden", status="no_source", status_also=["clarification"]), now)
    assert lift.is_right(line("f", "Was kostet ein Hund?"), now), "any answer will do where nothing is said"


def test_the_lift_counts_what_becomes_right_and_what_becomes_wrong(lindental: None) -> None:
    before = Judge(trial.now())
    after = before.with_synonyms(f"services/{DOG}", ["Wuffke"])
    measured = lift.measure(
        before,
        after,
        source=[line("s", QUESTION, services=[DOG])],
        labels=[line("l", "wuffke bitte", services=[DOG]), line("same", f" {QUESTION.upper()} ", services=[DOG])],
        town=[line("t", "Wuffke", status="no_source"), line("p", "Was kostet ein Reisepass?", services=["reisepass"])],
    )
    assert measured.source == Change(1, 0, 1, ["s"], [])
    assert measured.labels == Change(1, 0, 1, ["l"], []), "the source itself does not count again"
    assert measured.town == Change(2, 2, 1, [], ["t"]), "harm shows as well"
    assert lift.read(measured.as_json()) == measured


def test_measuring_changes_nothing_in_the_towns_search(lindental: None) -> None:
    Judge(trial.now()).with_synonyms(f"services/{DOG}", ["Wuffke"])
    assert not [hit for hit in search(QUESTION, asker=PUBLIC).hits if "Wuffke" in hit.synonyms]
    assert not Entry.objects.filter(action__contains="synonym").exists()


def test_words_are_derived_from_what_was_answered_wrongly(lindental: None, asked: Ask) -> None:
    first, second = asked(QUESTION), asked("Mein Wuffke braucht eine Marke im Jahr 2026")
    wrong = [Label(row.pk, row.question, "de", DOG, PICKED) for row in (first, second)]
    derived = proposing.derive(wrong, wording(), proposing.catalogue())
    assert [witness.answer for witness in derived[DOG, "de", "wuffke"]] == [first.pk, second.pk]
    assert [term for _service, _language, term in derived] == ["wuffke"], "no word of one question alone"
    assert proposing.derive([wrong[0], wrong[0]], wording(), proposing.catalogue()) == {}, "nor of one asked twice"


@pytest.fixture
def wuffke(lindental: None, asked: Ask, silent: Progress) -> Proposal:
    """Three citizens said Wuffke and then chose the dog; the night's work is done."""
    for question in (QUESTION, "Hallo, mein Wuffke", "wuffke bitte"):
        conversation(asked, {**ASKED_BACK, "question": question}, {**CHOSEN, "question": question})
    tasks.analyse(silent)
    row = next(row for row in proposing.with_evidence(Proposal.objects.all()) if proposing.term_of(row) == "Wuffke")
    assert row.automatic
    return row


def test_the_first_question_is_the_source_and_the_others_confirm_it(wuffke: Proposal) -> None:
    evidence = list(wuffke.evidence.order_by("pk"))
    assert [one.source for one in evidence] == [True, False, False]
    measured = lift.read(Proposal.objects.get(pk=wuffke.pk).measured)
    assert (measured.source.n, measured.source.after) == (1, 1)
    assert (measured.labels.n, measured.labels.before, measured.labels.after) == (2, 0, 2)
    assert measured.town.n == 0


def test_an_automatic_proposal_holds_its_word_only_in_its_questions(wuffke: Proposal) -> None:
    assert wuffke.term == ""
    for row in Conversation.objects.all():
        assistant.forget(row.pk)
    assert not Evidence.objects.exists()
    assert words.open_words(_nobody()) == []


def shown(question: str) -> str:
    """The service whose card a citizen gets."""
    card = assistant.answer(question, language="de", channel="web").card
    return card.service if card else ""


def _nobody() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


def test_evaluating_again_proposes_nothing_twice(wuffke: Proposal, silent: Progress) -> None:
    before = sorted(Proposal.objects.values_list("pk", flat=True))
    tasks.analyse(silent)
    assert sorted(Proposal.objects.values_list("pk", flat=True)) == before


def test_what_was_rejected_does_not_come_back(wuffke: Proposal, silent: Progress, people: dict[str, Any]) -> None:
    service.reject(wuffke.pk, actor=people["erika"])
    tasks.analyse(silent)
    assert Proposal.objects.get(pk=wuffke.pk).state == "rejected"
    assert not [row for row in words.open_words(_nobody()) if row.term == "Wuffke"]


def test_erika_approves_and_the_town_finds_the_dog_under_its_new_name(
    wuffke: Proposal, people: dict[str, Any], silent: Progress
) -> None:
    before = Entry.objects.count()
    assert shown(QUESTION) != DOG
    service.approve(wuffke.pk, actor=people["erika"])
    assert shown(QUESTION) == DOG
    row = Proposal.objects.get(pk=wuffke.pk)
    assert (row.state, row.term, row.decided_by) == ("approved", "Wuffke", people["erika"])
    new = [entry.action for entry in Entry.objects.order_by("seq")[before:]]
    assert "town.service.published" in new
    assert new[-1] == "assistant.synonym.approved"
    assert "Wuffke" not in str(Entry.objects.get(action="assistant.synonym.approved").detail)
    tasks.analyse(silent)
    assert not [one for one in words.open_words(_nobody()) if one.term == "Wuffke"], "it is not proposed again"


def test_an_approved_word_is_taken_back(wuffke: Proposal, people: dict[str, Any]) -> None:
    service.approve(wuffke.pk, actor=people["erika"])
    service.withdraw(wuffke.pk, actor=people["emil"])
    assert shown(QUESTION) != DOG
    assert Proposal.objects.get(pk=wuffke.pk).state == "withdrawn"
    with pytest.raises(service.NotPossibleError):
        service.withdraw(wuffke.pk, actor=people["emil"])


def test_a_word_that_a_later_change_dropped_is_noticed_and_entered_again(
    wuffke: Proposal, people: dict[str, Any]
) -> None:
    service.approve(wuffke.pk, actor=people["erika"])
    assert not words.decided_words(people["emil"])[0].missing
    town.remove_service_synonym(DOG, "Wuffke")
    assert words.decided_words(people["emil"])[0].missing
    service.enter_again(wuffke.pk, actor=people["emil"])
    assert not words.decided_words(people["emil"])[0].missing


def test_a_word_that_somebody_has_entered_meanwhile_is_not_approved(wuffke: Proposal, people: dict[str, Any]) -> None:
    """Else taking the approval back would take away what an editor wrote."""
    town.add_service_synonym(DOG, "Wuffke")
    with pytest.raises(service.NotPossibleError, match="schon gefunden"):
        service.approve(wuffke.pk, actor=people["erika"])
    assert Proposal.objects.get(pk=wuffke.pk).state == "open"


def test_a_word_for_a_service_that_is_gone_is_neither_approved_nor_taken_back(
    wuffke: Proposal, people: dict[str, Any], browser: Callable[[str], Client]
) -> None:
    town.withdraw_service(DOG)
    page = browser("erika").post(reverse("review_word_step", args=[wuffke.pk]), {"step": "approve"}, follow=True)
    assert "Diese Leistung gibt es nicht." in page.content.decode()
    Proposal.objects.filter(pk=wuffke.pk).update(state="approved", term="Wuffke")
    for verb in (service.withdraw, service.enter_again):
        with pytest.raises(service.NotPossibleError, match="gibt es nicht"):
            verb(wuffke.pk, actor=people["erika"])


def test_nobody_approves_what_they_proposed_themselves(
    lindental: None, people: dict[str, Any], silent: Progress
) -> None:
    row = service.propose(DOG, "  Kläffer ", actor=people["erika"])
    assert (row.term, row.automatic) == ("Kläffer", False)
    tasks.measure(silent, proposal=row.pk)
    with pytest.raises(service.NotPossibleError, match="zweite Person"):
        service.approve(row.pk, actor=people["erika"])
    assert Proposal.objects.get(pk=row.pk).state == "open"
    service.approve(row.pk, actor=people["emil"])
    assert any("Kläffer" in hit.synonyms for hit in search("Kläffer", asker=PUBLIC).hits)


def test_what_was_not_measured_is_not_approved(lindental: None, people: dict[str, Any]) -> None:
    row = service.propose(DOG, "Kläffer", actor=people["erika"])
    with pytest.raises(service.NotPossibleError, match="noch nicht gemessen"):
        service.approve(row.pk, actor=people["emil"])


def test_two_people_cannot_decide_the_same_proposal(wuffke: Proposal, people: dict[str, Any]) -> None:
    service.approve(wuffke.pk, actor=people["erika"])
    for verb in (service.approve, service.reject):
        with pytest.raises(service.NotPossibleError, match="inzwischen anders"):
            verb(wuffke.pk, actor=people["emil"])


@pytest.mark.parametrize(
    ("service_id", "term", "sentence"),
    [
        ("gibt-es-nicht", "Wuffke", "Diese Leistung gibt es nicht"),
        (DOG, "HUNDEMARKE", "schon gefunden"),
        (DOG, "Hund anmelden (Hundesteuer)", "schon gefunden"),
    ],
)
def test_a_proposal_that_makes_no_sense_is_refused(
    lindental: None, people: dict[str, Any], service_id: str, term: str, sentence: str
) -> None:
    with pytest.raises(service.NotPossibleError, match=sentence):
        service.propose(service_id, term, actor=people["erika"])
    assert not Proposal.objects.exists()


def test_the_same_word_is_proposed_once(wuffke: Proposal, people: dict[str, Any]) -> None:
    with pytest.raises(service.NotPossibleError, match="schon vorgeschlagen"):
        service.propose(DOG, "wuffke", actor=people["erika"])


@pytest.mark.parametrize("name", ["bob", "alice", "charlie"])
def test_others_neither_propose_nor_decide(wuffke: Proposal, people: dict[str, Any], name: str) -> None:
    person = people[name]
    with pytest.raises(Http404):
        service.propose(DOG, "Kläffer", actor=person)
    for verb in (service.approve, service.reject, service.withdraw, service.enter_again, service.measure):
        with pytest.raises(Http404):
            verb(wuffke.pk, actor=person)
    with pytest.raises(Http404):
        service.put_question_set("x", b"{}", actor=person)
    assert Proposal.objects.get(pk=wuffke.pk).state == "open"


def test_a_proposal_for_a_service_that_is_gone_cannot_be_measured(wuffke: Proposal, silent: Progress) -> None:
    town.withdraw_service(DOG)
    tasks.measure(silent, proposal=wuffke.pk)
    row = Proposal.objects.get(pk=wuffke.pk)
    assert row.measured is None
    assert row.measured_at is not None


def test_a_decision_is_not_overwritten_by_a_late_measurement(wuffke: Proposal, people: dict[str, Any]) -> None:
    service.reject(wuffke.pk, actor=people["erika"])
    before = Proposal.objects.get(pk=wuffke.pk).measured
    nothing = Lift(Change(), Change(), Change())
    proposing.store_lift(wuffke.pk, nothing)
    assert Proposal.objects.get(pk=wuffke.pk).measured == before


def test_the_page_shows_the_lift_and_is_honest_about_small_numbers(
    wuffke: Proposal, browser: Callable[[str], Client]
) -> None:
    page = browser("erika").get(reverse("review_word", args=[wuffke.pk])).content.decode()
    assert "„Wuffke“ für „Hund anmelden (Hundesteuer)“" in page
    assert "Zu wenige Fragen für ein sicheres Urteil" in page
    assert "wuffke bitte" in page, "a question that would change"
    assert "Annehmen" in page
    assert "Annehmen" not in browser("bob").get(reverse("review_word", args=[wuffke.pk])).content.decode()


def test_erika_approves_on_the_page(wuffke: Proposal, browser: Callable[[str], Client]) -> None:
    done = browser("erika").post(reverse("review_word_step", args=[wuffke.pk]), {"step": "approve"}, follow=True)
    page = done.content.decode()
    assert "Die Leistung wird jetzt auch unter diesem Wort gefunden." in page
    assert "Annahme zurücknehmen" in page


def test_ones_own_proposal_offers_no_approval(
    lindental: None, browser: Callable[[str], Client], silent: Progress
) -> None:
    erika = browser("erika")
    given = {"term": "Kläffer", "service": DOG, "language": "de"}
    where = erika.post(reverse("review_propose"), given).url
    tasks.measure(silent, proposal=Proposal.objects.get().pk)
    page = erika.get(where).content.decode()
    assert "Annehmen muss es eine zweite Person" in page
    assert 'value="approve"' not in page
    assert 'value="approve"' in browser("emil").get(where).content.decode()


@pytest.mark.parametrize(
    "given",
    [{}, {"term": "x", "service": DOG, "language": "de"}, {"term": "Wuffke", "service": "", "language": "de"}],
)
def test_an_incomplete_proposal_is_named(
    lindental: None, browser: Callable[[str], Client], given: dict[str, str]
) -> None:
    assert browser("erika").post(reverse("review_propose"), given).status_code == 422
    assert not Proposal.objects.exists()


def test_the_pages_of_words_cost_a_fixed_number_of_queries(
    wuffke: Proposal, browser: Callable[[str], Client], people: dict[str, Any], django_assert_max_num_queries
) -> None:
    erika = browser("erika")
    for number in range(10):
        Proposal.objects.create(service=DOG, language="de", term=f"Wort{number}", proposed_by=people["emil"])
    erika.get(reverse("review_words"))
    with django_assert_max_num_queries(26):
        erika.get(reverse("review_words"))
