# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages as Erika, Bob and the others see them, and what they take home as files."""

import csv
import io
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from allmende.kernel.audit.models import Entry
from allmende.modules.assistant.models import Answer, Conversation
from allmende.modules.assistant.staff import gaps, queries
from allmende.modules.assistant.staff.models import Decision, Proposal, QuestionSet
from allmende.modules.assistant.tests.staff.conftest import CARD

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PAGES = ("review_questions", "review_groups", "review_words", "review_sources")
FILES = tuple(f"{page}_{kind}" for page in PAGES for kind in ("csv", "json"))

Ask = Callable[..., Answer]
Browser = Callable[[str], Client]


def text(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode()


@pytest.mark.parametrize("name", [*PAGES, *FILES])
@pytest.mark.parametrize(
    ("who", "status"), [("erika", 200), ("dora", 200), ("bob", 200), ("alice", 404), ("charlie", 404)]
)
def test_who_sees_the_pages(browser: Browser, who: str, status: int, name: str) -> None:
    assert browser(who).get(reverse(name)).status_code == status


def test_nobody_learns_of_them_without_a_login(client: Client, db) -> None:
    assert client.get(reverse("review_questions")).url.startswith("/konto/login/")


def test_bob_may_look_but_not_touch(browser: Browser, asked: Ask, group_now: Callable[[], None]) -> None:
    asked("Glasfaser Ausbau")
    asked("Ausbau Glasfaser")
    group_now()
    number = gaps.groups()[0].pk
    bob = browser("bob")
    page = text(bob.get(reverse("review_group", args=[number])))
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    for name, arguments in (("review_decide", [number]), ("review_undo", [number]), ("review_group_word", [number])):
        assert bob.post(reverse(name, args=arguments), {"kind": "not_ours"}).status_code == 404
    for name in ("review_analyse", "review_propose", "review_question_set"):
        assert bob.post(reverse(name)).status_code == 404
    assert not Decision.objects.exists()


def test_every_filter_narrows_the_list(browser: Browser, asked: Ask) -> None:
    long_ago = timezone.now() - timedelta(days=10)
    asked("Hund", "answered", helpful=True)
    asked("Katze", "no_source", helpful=False, comment="Schade")
    asked("Dog", "answered", language="en", channel="api")
    asked("Maus", "answered", sure=False)
    asked("Alt", at=long_ago)
    erika = browser("erika")

    def found(**given: str) -> set[str]:
        page = text(erika.get(reverse("review_questions"), given))
        return {word for word in ("Hund", "Katze", "Dog", "Maus", "Alt") if f">{word}</a>" in page}

    today, then = timezone.localdate().isoformat(), timezone.localtime(long_ago).date().isoformat()
    assert found() == {"Hund", "Katze", "Dog", "Maus", "Alt"}
    assert found(status="no_source") == {"Katze", "Alt"}
    assert found(status="unsure") == {"Maus"}
    assert found(language="en") == {"Dog"}
    assert found(channel="api") == {"Dog"}
    assert found(rating="up") == {"Hund"}
    assert found(rating="down") == {"Katze"}
    assert found(rating="comment") == {"Katze"}
    assert found(rating="none") == {"Dog", "Maus", "Alt"}
    assert found(words="kat") == {"Katze"}
    assert found(since=today) == {"Hund", "Katze", "Dog", "Maus"}
    assert found(until=then) == {"Alt"}
    assert found(status="answered", rating="up") == {"Hund"}


def test_a_period_that_runs_backwards_is_named(browser: Browser) -> None:
    response = browser("erika").get(reverse("review_questions"), {"since": "2026-02-01", "until": "2026-01-01"})
    assert response.status_code == 400
    assert "Das Ende liegt vor dem Anfang." in text(response)


def test_the_figures_count_what_they_say(asked: Ask) -> None:
    for helpful in (True, True, False, None):
        asked("Hund", "answered", helpful=helpful)
    asked("Maus", "answered", sure=False)
    asked("Katze", "no_source")
    asked("Beispiel", "guarded", channel="demo")
    found = queries.figures(queries.recent())
    assert found.total == 7
    assert {bar.name: bar.count for bar in found.statuses if bar.count} == {"answered": 5, "no_source": 1, "guarded": 1}
    assert (found.helpful["n"], found.helpful_count, found.helpful["value"]) == (3, 2, 0.6667)
    assert found.helpful["low"] < 0.6667 < found.helpful["high"]
    assert (found.unsure_count, found.unsure["n"]) == (1, 5)
    assert found.examples == 1


def test_figures_of_nothing_are_no_error(browser: Browser) -> None:
    page = text(browser("erika").get(reverse("review_questions")))
    assert "0 Fragen" in page
    assert "noch keine Bewertung" in page
    assert "In diesem Zeitraum hat niemand gefragt" in page


def test_the_list_costs_the_same_with_one_question_and_with_many(
    browser: Browser, asked: Ask, django_assert_num_queries
) -> None:
    erika = browser("erika")
    asked(helpful=True, comment="Danke")
    erika.get(reverse("review_questions"))
    with django_assert_num_queries(10):
        erika.get(reverse("review_questions"))
    for _number in range(30):
        asked(helpful=False)
    with django_assert_num_queries(10):
        erika.get(reverse("review_questions"))


def test_one_group_costs_the_same_with_two_questions_and_with_many(
    browser: Browser, asked: Ask, group_now: Callable[[], None], django_assert_num_queries
) -> None:
    erika = browser("erika")
    for _number in range(2):
        asked("Glasfaser Ausbau")
    group_now()
    where = reverse("review_group", args=[gaps.groups()[0].pk])
    erika.get(where)
    with django_assert_num_queries(12):
        erika.get(where)
    for _number in range(20):
        asked("Ausbau Glasfaser")
    group_now()
    with django_assert_num_queries(12):
        assert "22 Fragen" in text(erika.get(where))


def test_one_answer_is_shown_as_it_was_given(browser: Browser, asked: Ask) -> None:
    passage = {
        "title": "Hundesteuersatzung",
        "heading": "Steuersatz",
        "section": "§ 5",
        "text": "Die Steuer beträgt 96 €.",
    }
    passage |= {"url": "/ortsrecht/x/", "language": "de", "updated_on": "2025-01-01", "source_key": "statutes/x"}
    row = asked(
        "Was kostet <b>Rex</b>?",
        "answered",
        helpful=False,
        comment="Es fehlt <i>etwas</i>",
        card=CARD,
        passages=[passage],
        options=[{"service": "hundesteuer-abmelden", "label": "Hund abmelden"}],
        sure=False,
        masked=["Name"],
        confidence=0.31,
    )
    page = text(browser("erika").get(reverse("review_answer", args=[row.pk])))
    for words in ("Hund anmelden (Hundesteuer)", "Die Steuer beträgt 96 €.", "§ 5", "Hund abmelden", "80 ms", "0.1.0"):
        assert words in page
    assert "31 %" in page
    assert "Vor dem Speichern verdeckt: Name" in page
    assert "&lt;b&gt;Rex" in page
    assert "&lt;i&gt;etwas" in page
    assert "gibt es nicht mehr" in page, "neither source is in this empty town"
    assert str(row.conversation_id) not in page


def test_an_answer_that_does_not_exist_is_not_found(browser: Browser) -> None:
    assert browser("erika").get(reverse("review_answer", args=[uuid.uuid4()])).status_code == 404
    assert browser("erika").get(reverse("review_group", args=[4711])).status_code == 404
    assert browser("erika").get(reverse("review_word", args=[4711])).status_code == 404


def test_no_page_and_no_file_tells_when_to_the_minute_or_which_conversation(
    browser: Browser, asked: Ask, group_now: Callable[[], None]
) -> None:
    """Second by second, times could be laid beside the log of the web server."""
    moment = timezone.now().replace(minute=47, second=11, microsecond=123456) - timedelta(days=1)
    conversation = Conversation.objects.create()
    rows = [asked(question, at=moment, conversation=conversation) for question in ("Glasfaser da", "da Glasfaser")]
    group_now()
    erika = browser("erika")
    number = gaps.groups()[0].pk
    addresses = [reverse(name) for name in (*PAGES[:2], *FILES)]
    addresses += [reverse("review_answer", args=[rows[0].pk]), reverse("review_group", args=[number])]
    for address in addresses:
        page = text(erika.get(address)).partition("Ausgewertet am")
        shown = page[0] + page[2][20:]
        assert ":47" not in shown, address
        assert str(conversation.pk) not in shown, address


def test_erika_decides_about_a_group_and_takes_it_back(
    browser: Browser, asked: Ask, group_now: Callable[[], None]
) -> None:
    asked("Glasfaser Ausbau")
    asked("Ausbau Glasfaser")
    group_now()
    number, erika = gaps.groups()[0].pk, browser("erika")
    where = reverse("review_group", args=[number])
    wrong = erika.post(reverse("review_decide", args=[number]), {})
    assert wrong.status_code == 422
    assert "Was fehlt?" in text(wrong)
    done = erika.post(reverse("review_decide", args=[number]), {"kind": "missing_text"}, follow=True)
    assert "Entschieden. Die Gruppe erscheint wieder" in text(done)
    assert "Glasfaser" not in text(erika.get(reverse("review_groups")))
    assert "Text fehlt" in text(erika.get(f"{reverse('review_groups')}?show=decided"))
    assert "entschieden am" in text(erika.get(where))
    erika.post(reverse("review_undo", args=[number]))
    assert "Glasfaser" in text(erika.get(reverse("review_groups")))


def test_a_missing_search_term_leads_to_its_form(browser: Browser, asked: Ask, group_now: Callable[[], None]) -> None:
    asked("Glasfaser Ausbau")
    asked("Ausbau Glasfaser")
    group_now()
    number = gaps.groups()[0].pk
    done = browser("erika").post(reverse("review_decide", args=[number]), {"kind": "missing_synonym"})
    assert done.url == f"{reverse('review_group', args=[number])}#suchwort"


def test_the_evaluation_runs_as_a_job_of_the_one_who_started_it(browser: Browser, people: dict[str, Any]) -> None:
    erika = browser("erika")
    started = erika.post(reverse("review_analyse"))
    assert "?job=" in started.url
    assert "data-jobs-events" in text(erika.get(started.url))
    again = browser("emil").post(reverse("review_analyse"))
    assert again.url == started.url, "the running one is not started twice"
    page = text(browser("emil").get(again.url))
    assert "Die Auswertung läuft bereits." in page
    assert "data-jobs-events" not in page


@pytest.mark.parametrize("job", ["x", "5b0c1a5e-6d0f-4a57-9b1d-6f3f0b7a2c11"])
def test_an_unknown_job_breaks_no_page(browser: Browser, job: str) -> None:
    assert browser("erika").get(reverse("review_groups"), {"job": job}).status_code == 200


def rows_of(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(response).removeprefix("\ufeff")), delimiter=";"))


def test_the_csv_holds_the_selection_and_runs_no_formula(browser: Browser, asked: Ask) -> None:
    row = asked('=HYPERLINK("http://x")', "answered", helpful=False, comment="@SUM(A1)", confidence=0.5)
    asked("Katze", "no_source")
    found = rows_of(browser("erika").get(reverse("review_questions_csv"), {"status": "answered"}))
    assert len(found) == 1
    assert found[0]["Frage"] == '\'=HYPERLINK("http://x")'
    assert found[0]["Kommentar"] == "'@SUM(A1)"
    assert found[0]["Kennung"] == str(row.pk)
    assert found[0]["hilfreich"] == "nein"
    assert found[0]["Ergebnis"] == "beantwortet"
    entry = Entry.objects.get(action="assistant.questions.exported")
    assert entry.detail == {"format": "csv", "filters": ["since", "status", "until"]}


@pytest.mark.parametrize("name", FILES[:2])
def test_a_wrong_filter_takes_nothing_home(browser: Browser, asked: Ask, name: str) -> None:
    asked()
    wrong = {"since": "2026-02-01", "until": "2026-01-01"}
    erika = browser("erika")
    response = erika.get(reverse(name), wrong)
    assert response.url == f"{reverse('review_questions')}?since=2026-02-01&until=2026-01-01"
    assert "Das Ende liegt vor dem Anfang." in text(erika.get(response.url))
    assert not Entry.objects.filter(action="assistant.questions.exported").exists()


def test_the_json_lines_hold_the_same(browser: Browser, asked: Ask) -> None:
    asked("Zeile\u2028mit Umbruch", "answered", sure=False, confidence=0.1234567)
    lines = text(browser("bob").get(reverse("review_questions_json"))).split("\n")
    found = [json.loads(line) for line in lines if line]
    assert len(found) == 1
    assert found[0]["question"] == "Zeile\u2028mit Umbruch"
    assert (found[0]["sure"], found[0]["confidence"], found[0]["helpful"]) == (False, 0.123, None)
    assert set(found[0]) == {
        "id", "hour", "question", "status", "sure", "language", "channel", "confidence", "helpful", "comment",
        "milliseconds", "version",
    }  # fmt: skip


def test_groups_are_taken_home_with_counts_and_decisions(
    browser: Browser, asked: Ask, group_now: Callable[[], None]
) -> None:
    for question in ("Glasfaser Ausbau", "Ausbau Glasfaser", "=1+1 Wespennest", "Wespennest =1+1"):
        asked(question)
    group_now()
    erika = browser("erika")
    number = gaps.groups()[0].pk
    erika.post(reverse("review_decide", args=[number]), {"kind": "not_ours"})
    table = rows_of(erika.get(reverse("review_groups_csv")))
    assert sorted(row["Entscheidung"] for row in table) == ["", "nicht unsere Aufgabe"]
    assert {row["Fragen"] for row in table} == {"2"}
    assert all(not row["Typische Frage"].startswith("=") for row in table)
    lines = [json.loads(line) for line in text(erika.get(reverse("review_groups_json"))).splitlines()]
    assert [line["reasons"] for line in lines] == [{"no_source": 2}, {"no_source": 2}]
    assert Entry.objects.filter(action="assistant.groups.exported").count() == 2


def test_search_terms_are_taken_home_with_their_state_and_run_no_formula(
    browser: Browser, people: dict[str, Any]
) -> None:
    Proposal.objects.create(service="x", language="de", term="=1+1", proposed_by=people["emil"])
    Proposal.objects.create(service="x", language="de", term="Köter", state="rejected", decided_at=timezone.now())
    bob = browser("bob")
    first, second = rows_of(bob.get(reverse("review_words_csv")))
    assert (first["Suchwort"], first["Zustand"], first["wird richtig"]) == ("'=1+1", "offen", "")
    assert (second["Suchwort"], second["Zustand"]) == ("Köter", "abgelehnt")
    lines = [json.loads(line) for line in text(bob.get(reverse("review_words_json"))).splitlines()]
    assert [line["state"] for line in lines] == ["open", "rejected"]
    assert "emil" not in str(lines), "who proposed it stays in the house"
    assert Entry.objects.filter(action="assistant.synonyms.exported").count() == 2


def test_a_long_selection_is_exported_with_a_few_queries(
    browser: Browser, asked: Ask, django_assert_max_num_queries
) -> None:
    for _number in range(40):
        asked()
    erika = browser("erika")
    with django_assert_max_num_queries(20):
        assert len(rows_of(erika.get(reverse("review_questions_csv")))) == 40


def test_a_canary_reaches_neither_page_nor_file(lindental: None, browser: Browser, client: Client) -> None:
    """Charlie writes who he is; what Erika sees and takes home has placeholders."""
    name, iban = "Karoline Wüstenfeld", "DE89370400440532013000"
    client.post("/fragen/", {"q": f"Mein Name ist {name}, IBAN {iban}. Wann kommt die Marsfähre?"})
    row = Answer.objects.get()
    client.post(f"/fragen/{row.pk}/bewertung/", {"helpful": "0", "comment": f"Ich bin {name}, {iban}"})
    erika = browser("erika")
    addresses = [reverse(name) for name in (*PAGES, *FILES)] + [reverse("review_answer", args=[row.pk])]
    everything = "".join(text(erika.get(address)) for address in addresses)
    assert "Marsfähre" in everything
    assert "[IBAN]" in everything
    assert not [secret for secret in (name, "Wüstenfeld", iban) if secret in everything]


def test_english_pages_are_english(browser: Browser, asked: Ask, group_now: Callable[[], None]) -> None:
    asked("Glasfaser Ausbau")
    asked("Ausbau Glasfaser")
    group_now()
    erika = browser("erika")
    german = (
        "Fragen und Lücken",
        "Nicht beantwortet",
        "Suchwörter",
        "Quellen",
        "Ergebnis",
        "keine Quelle",
        "Sicherheit",
    )
    for name in PAGES:
        main = text(erika.get(reverse(name), headers={"accept-language": "en"})).partition("<main")[2]
        assert not [word for word in german if word in main], name
    assert "Questions and gaps" in text(erika.get(reverse("review_questions"), headers={"accept-language": "en"}))


def upload(client: Client, content: str) -> Any:
    file = io.BytesIO(content.encode())
    file.name = "fragen.jsonl"
    return client.post(reverse("review_question_set"), {"file": file}, follow=True)


LINE = {"id": "a", "question": "Was kostet ein Hund?", "language": "de", "status": "answered", "services": ["x"]}


def test_erika_replaces_the_question_set(browser: Browser) -> None:
    erika = browser("erika")
    page = text(upload(erika, json.dumps(LINE)))
    assert "Der Fragensatz ist ersetzt." in page
    assert "fragen.jsonl: 1 Frage mit richtiger Antwort" in page
    assert "Das ist der Fragensatz, der schon gilt." in text(upload(erika, json.dumps(LINE)))
    assert Entry.objects.get(action="assistant.question_set.replaced").detail == {"questions": 1}


def test_a_wrong_question_set_is_refused_with_every_fault_and_the_old_one_stays(browser: Browser) -> None:
    erika = browser("erika")
    upload(erika, json.dumps(LINE))
    wrong = "\n".join(["kein json", json.dumps({**LINE, "status": "vielleicht"}), json.dumps(LINE), json.dumps(LINE)])
    response = upload(erika, wrong)
    assert response.status_code == 422
    page = text(response)
    assert "Zeile 1: Das ist kein JSON-Objekt." in page
    assert "Zeile 2: Diese Felder fehlen oder passen nicht: status." in page
    assert "Zeile 4: Die Kennung „a“ gibt es schon." in page
    assert len(QuestionSet.objects.get().questions) == 1


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_question_set_is_refused(browser: Browser, content: str) -> None:
    assert upload(browser("erika"), content).status_code == 422
    assert not QuestionSet.objects.exists()


def test_an_unknown_step_is_not_found(browser: Browser) -> None:
    row = Proposal.objects.create(service="x", language="de", term="Wuffke")
    assert browser("erika").post(reverse("review_word_step", args=[row.pk]), {"step": "explode"}).status_code == 404
