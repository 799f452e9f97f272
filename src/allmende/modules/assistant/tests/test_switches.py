# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erika, an editor, switches the assistant off; everybody hears of it at the next question."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.http import Http404
from django.test import Client

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.modules.assistant import service, switches
from allmende.modules.assistant.cli import ask as ask_command
from allmende.modules.assistant.models import Answer, Conversation, Switching

pytestmark = pytest.mark.django_db
REASON = "Falsche Gebühr in einer Antwort"


@pytest.fixture
def erika(db) -> Any:
    return make_user("erika", "editor", units=["buergerbuero"])


@pytest.fixture
def off(erika: Any) -> Any:
    """Switch a part off, with a message of Erika's."""

    def turn(name: str, message: str = "", *, on: bool = False) -> None:
        texts = {"de": message, "en": message and f"{message} (en)"}
        switches.turn(name, on=on, reason=REASON, message=texts, actor=erika)

    return turn


def ask_api(client: Client, **more: str):
    body = json.dumps({"question": "Mein Haus brennt!", **more})
    return client.post("/api/v1/assistant/answers", body, content_type="application/json")


def test_it_works(client: Client, lindental: None, erika: Any) -> None:
    client.force_login(erika)
    form = {"name": "answers", "on": "0", "reason": REASON, "message_de": "Wir prüfen die Antworten.", "message_en": ""}
    assert client.post("/assistent/schalter/", form).status_code == 302
    page = client.get("/assistent/schalter/").content.decode()
    assert REASON in page
    assert "erika" in page
    assert not switches.is_on("answers")
    citizen = Client().get("/fragen/").content.decode()
    assert "Wir prüfen die Antworten." in citizen
    assert "069 90009-0" in citizen
    assert "112" in citizen
    assert 'href="/leistungen/"' in citizen
    assert "<textarea" not in citizen


def test_everything_is_on_until_somebody_switches_it_off(db) -> None:
    assert all(switch.on for switch in switches.states().values())
    assert [switches.is_on(name) for name in (switches.ANSWERS, switches.MODEL, switches.WIDGET)] == [True] * 3


def test_a_switch_that_nobody_knows_is_an_error(db) -> None:
    with pytest.raises(KeyError):
        switches.is_on("heating")


def test_the_api_says_so_with_503_and_the_numbers_of_the_town(client: Client, lindental: None, off: Any) -> None:
    off("answers", "Wir prüfen die Antworten.")
    answer = ask_api(client)
    assert answer.status_code == 503
    body = answer.json()
    assert body["detail"] == "Wir prüfen die Antworten."
    assert [number["number"] for number in body["numbers"]] == ["069 90009-0", "112", "110"]
    assert body["services"] == "/leistungen/"
    assert ask_api(client, language="en").json()["detail"] == "Wir prüfen die Antworten. (en)"


def test_the_503_stands_in_the_description_of_the_api(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/assistant/answers"]["post"]["responses"]
    assert described["503"]["content"]["application/json"]["schema"]["$ref"].endswith("/Closed")


def test_the_command_line_ends_with_1_and_the_notice(lindental: None, off: Any) -> None:
    off("answers")
    result = CliRunner().invoke(ask_command, ["Was kostet ein Hund?"])
    assert result.exit_code == 1
    assert "beantwortet zurzeit keine Fragen" in result.output
    assert "069 90009-0" in result.output
    assert "/leistungen/" in result.output


def test_nothing_is_stored_of_a_question_that_is_not_answered(client: Client, lindental: None, off: Any) -> None:
    off("answers")
    page = client.post("/fragen/", {"q": "Was kostet mein Hund Waldi?"})
    assert page.status_code == 503
    assert "nicht beantwortet und nicht gespeichert" in page.content.decode()
    assert "Waldi" in page.content.decode(), "what was typed can be copied"
    with pytest.raises(switches.SwitchedOffError):
        service.answer("Was kostet ein Hund?", language="de", channel="test")
    assert not Answer.objects.exists()
    assert not Conversation.objects.exists()


def test_with_htmx_the_notice_takes_the_place_of_the_form(client: Client, lindental: None, off: Any) -> None:
    off("answers")
    part = client.post("/fragen/", {"q": "Was kostet ein Hund?"}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert 'id="ask-form"' in part.content.decode()
    assert "beantwortet zurzeit keine Fragen" in part.content.decode()


def test_an_earlier_conversation_can_still_be_read_and_deleted(client: Client, lindental: None, off: Any) -> None:
    client.post("/fragen/", {"q": "Was kostet ein Hund?"})
    off("answers")
    assert "96 € je Jahr" in client.get("/fragen/").content.decode()
    client.post("/fragen/neu/")
    assert not Answer.objects.exists()


def test_it_is_on_again_at_the_next_question(client: Client, lindental: None, off: Any) -> None:
    off("answers")
    assert ask_api(client).status_code == 503
    off("answers", on=True)
    assert ask_api(client).status_code == 201


def test_only_the_widget_is_off(client: Client, lindental: None, off: Any) -> None:
    off("widget", "Hier gerade nicht.")
    frame = client.get("/fragen/widget/").content.decode()
    assert "Hier gerade nicht." in frame
    assert 'href="/fragen/"' in frame
    assert client.post("/fragen/widget/", {"q": "Mein Haus brennt!"}).status_code == 503
    assert client.post("/fragen/", {"q": "Mein Haus brennt!"}).status_code == 302
    assert ask_api(client).status_code == 201


def test_the_model_is_off_and_people_may_be_told(client: Client, lindental: None, off: Any) -> None:
    off("model", "Heute nur Zitate.")
    assert not switches.is_on(switches.MODEL)
    assert "Heute nur Zitate." in client.get("/fragen/").content.decode()
    assert client.post("/fragen/", {"q": "Was kostet ein Hund?"}).status_code == 302


def test_without_a_message_the_usual_one_is_shown_in_both_languages(client: Client, lindental: None, off: Any) -> None:
    off("answers")
    english = client.get("/fragen/", headers={"Accept-Language": "en"}).content.decode()
    assert "is not answering questions at the moment" in english
    assert "Services from A to Z" in english


def test_who_when_and_why_stay_visible_after_it_is_on_again(client: Client, erika: Any, off: Any) -> None:
    off("answers")
    off("answers", on=True)
    client.force_login(erika)
    page = client.get("/assistent/schalter/").content.decode()
    assert page.count(REASON) == 3, "at the switch, and twice in the history"
    assert [row.on for row in switches.history()] == [True, False]


def test_switching_is_in_the_audit_without_what_somebody_wrote(off: Any, erika: Any) -> None:
    off("answers", "Wir prüfen die Antworten.")
    off("answers", on=True)
    entries = Entry.objects.filter(subject="switch:answers").order_by("seq")
    assert [entry.action for entry in entries] == ["assistant.switch.turned_off", "assistant.switch.turned_on"]
    assert {entry.actor_name for entry in entries} == {"erika"}
    assert not [entry for entry in Entry.objects.all() if REASON in json.dumps(entry.detail, ensure_ascii=False)]


def test_a_reason_is_needed_and_the_form_keeps_what_was_written(client: Client, erika: Any) -> None:
    client.force_login(erika)
    page = client.post("/assistent/schalter/", {"name": "answers", "on": "0", "reason": " ", "message_de": "Pause"})
    assert page.status_code == 422
    assert "Bitte nennen Sie den Grund." in page.content.decode()
    assert 'value="Pause"' in page.content.decode()
    assert not Switching.objects.exists()


def test_alice_the_clerk_may_not(client: Client) -> None:
    alice = make_user("alice", "clerk")
    client.force_login(alice)
    assert client.get("/assistent/schalter/").status_code == 404
    assert client.post("/assistent/schalter/", {"name": "answers", "on": "0", "reason": "x"}).status_code == 404
    with pytest.raises(Http404):
        switches.turn("answers", on=False, reason="x", message={}, actor=alice)
    assert switches.is_on("answers")


def test_looking_at_the_switches_costs_one_query(off: Any, django_assert_num_queries) -> None:
    off("answers")
    off("widget")
    with django_assert_num_queries(1):
        states = switches.states()
    assert [switch.on for switch in states.values()] == [False, True, False]
    with django_assert_num_queries(1):
        switches.is_on("model")
