# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie is handed over to Alice: when he can be, what she reads, who may write, and that the assistant is silent meanwhile."""

import json
import logging
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.cases.models import Case
from allmende.kernel.cases.protection import erase, export
from allmende.modules.assistant import tasks
from allmende.modules.assistant.live import presence, queries, service
from allmende.modules.assistant.live.models import Chat, ChatMessage
from allmende.modules.assistant.models import Answer, Conversation

from .conftest import MONDAY_AT_TEN

pytestmark = pytest.mark.django_db

SECRET = "Ich heiße Karoline Wüstenfeld, Aktenzeichen 4711."


def ask(client: Client, question: str) -> str:
    """The page after a question."""
    client.post("/fragen/", {"q": question})
    return client.get("/fragen/").content.decode()


def hand_over(client: Client, **changes: str) -> Any:
    return client.post("/fragen/mensch/", {"shared": "masked", "consent": "on", **changes})


def write(client: Client, text: str, address: str = "/fragen/mensch/nachricht/", **more: str) -> Any:
    return client.post(address, {"text": text, "ticket": str(uuid.uuid4()), **more})


def said(chat: Chat) -> list[str]:
    return [line.text for line in queries.lines(chat.pk, reader="clerk", language="de")]


# --- when a person is offered


def test_it_works(client: Client, there: Any) -> None:
    ask(client, "Was kostet ein Reisepass?")
    page = ask(client, "Mensch")
    assert "Jetzt mit einem Menschen schreiben" in page
    assert hand_over(client).url == "/fragen/#live"
    chat = Chat.objects.get()
    assert (chat.case.kind, chat.case.unit, chat.case.title) == (
        "assistant.conversation",
        "buergerbuero",
        "Was kostet ein Reisepass?",
    )
    desk = Client()
    desk.force_login(there)
    assert "Was kostet ein Reisepass?" in desk.get("/assistent/gespraeche/").content.decode()
    desk.post(f"/assistent/gespraeche/{chat.pk}/uebernehmen/")
    write(desk, "Guten Tag, 70 Euro.", f"/assistent/gespraeche/{chat.pk}/nachricht/")
    page = client.get("/fragen/").content.decode()
    assert "alice schreibt jetzt mit Ihnen." in page
    assert "Guten Tag, 70 Euro." in page
    write(client, "Danke.")
    finish = {"summary": "Gebühr genannt", "done": "on"}
    assert desk.post(f"/assistent/gespraeche/{chat.pk}/abschluss/", finish).url == "/assistent/gespraeche/"
    case = Case.objects.get()
    assert (case.state, case.assignee, case.notes.get().text) == ("done", there, "Gebühr genannt")
    assert said(chat) == [
        "Die Bürgerin oder der Bürger wartet.",
        "alice hat das Gespräch übernommen.",
        "Guten Tag, 70 Euro.",
        "Danke.",
        "alice hat das Gespräch beendet.",
    ]
    assert "Ihre Frage" in client.get("/fragen/").content.decode()


def test_nobody_is_offered_a_person_who_is_not_there(
    client: Client, monday: None, alice: Any, frida: Any, at: Any
) -> None:
    assert not presence.available("buergerbuero", "de")
    presence.mark(frida, present=True)
    assert not presence.available("buergerbuero", "de"), "the tax office does not answer for the Bürgerbüro"
    assert presence.available("finanzen", "de")
    presence.mark(alice, present=True)
    assert presence.available("buergerbuero", "de")
    at(MONDAY_AT_TEN + timedelta(minutes=121))
    assert not presence.available("buergerbuero", "de"), "two hours without a step"
    at(MONDAY_AT_TEN)
    for clerk in (alice, frida):
        presence.mark(clerk, present=False)
    page = ask(client, "Mensch")
    assert "Jetzt mit einem Menschen schreiben" not in page
    assert "Rückruf vereinbaren" in page
    assert "Rückruf vereinbaren" in client.get("/fragen/mensch/").content.decode()


def test_when_the_office_is_closed_a_callback_is_offered(client: Client, there: Any, at: Any) -> None:
    at(MONDAY_AT_TEN + timedelta(hours=2, minutes=30))
    presence.mark(there, present=True)
    assert "Gerade ist niemand da" in client.get("/fragen/mensch/").content.decode()
    assert hand_over(client, shared="none").status_code == 409
    assert not Chat.objects.exists()
    assert not Case.objects.exists()


def test_a_full_queue_offers_no_more(begun: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    begun()
    monkeypatch.setitem(queries.rules._data(), "most_waiting", 1)
    assert not presence.available("buergerbuero", "de")


# --- consent


@pytest.mark.parametrize(
    ("shared", "reads"),
    [
        ("masked", "Was kostet ein Reisepass für [Name]?"),
        ("edited", "Nur das hier"),
        ("none", "Vom bisherigen Gespräch wurde nichts weitergegeben."),
    ],
)
def test_alice_reads_what_charlie_agreed_to(client: Client, there: Any, shared: str, reads: str) -> None:
    ask(client, "Mein Name ist Karoline Wüstenfeld. Was kostet ein Reisepass?")
    masked = Answer.objects.get().question
    assert "Wüstenfeld" not in masked
    hand_over(client, shared=shared, transcript="Nur das hier")
    chat = Chat.objects.get()
    client.force_login(there)
    page = client.get(f"/assistent/gespraeche/{chat.pk}/").content.decode()
    assert (masked if shared == "masked" else reads) in page
    assert (masked in page) == (shared == "masked")
    kept = chat.case.payload
    assert kept["shared"] == shared
    assert kept["consent"].startswith("Ich bin einverstanden, dass die Stadt speichert")
    assert "14 Tage" in kept["consent"]


def test_without_consent_nothing_begins(client: Client, there: Any) -> None:
    page = hand_over(client, shared="none", consent="")
    assert page.status_code == 422
    assert "Ohne Ihr Einverständnis beginnt kein Gespräch." in page.content.decode()
    assert not Chat.objects.exists()


def test_a_form_that_is_sent_twice_is_one_chat_and_one_message(client: Client, there: Any) -> None:
    client.get("/fragen/mensch/")
    hand_over(client, shared="none")
    hand_over(client, shared="none")
    chat = Chat.objects.get()
    ticket = str(uuid.uuid4())
    for _time in range(2):
        client.post("/fragen/mensch/nachricht/", {"text": "Hallo", "ticket": ticket})
    assert said(chat).count("Hallo") == 1


# --- the assistant is silent


def test_a_question_of_a_second_tab_goes_to_the_person(client: Client, there: Any) -> None:
    ask(client, "Es brennt im Haus")
    hand_over(client)
    before = Answer.objects.count()
    assert client.post("/fragen/", {"q": "Was kostet ein Hund?"}).url == "/fragen/#live"
    scripted = client.post("/fragen/", {"q": "Und jetzt?"}, headers={"HX-Request": "true"})
    assert scripted.headers["HX-Refresh"] == "true"
    body = json.dumps({"question": "Über die Schnittstelle", "conversation": str(Conversation.objects.get().pk)})
    told = client.post("/api/v1/assistant/answers", body, content_type="application/json")
    assert told.status_code == 409
    assert said(Chat.objects.get())[1:] == ["Was kostet ein Hund?", "Und jetzt?", "Über die Schnittstelle"]
    assert Answer.objects.count() == before
    client.post("/fragen/mensch/ende/")
    assert "Es brennt" in ask(client, "Es brennt wieder")
    assert Answer.objects.count() == before + 1


# --- writing


def test_what_is_half_written_stays_without_scripts(client: Client, begun: Any, there: Any) -> None:
    hand_over(client, shared="none")
    page = client.post("/fragen/mensch/nachricht/", {"text": "Ich woll", "look": "1"}).content.decode()
    assert ">\nIch woll</textarea>" in page
    empty = write(client, "  ")
    assert empty.status_code == 422
    assert "Bitte schreiben Sie etwas." in empty.content.decode()
    service.end(Chat.objects.get(conversation=client.session["conversation"]))
    late = write(client, "Zu spät")
    assert late.status_code == 409
    assert ">Zu spät</textarea>" in late.content.decode(), "in the field for questions"


def test_with_scripts_the_answer_brings_what_is_new(client: Client, there: Any) -> None:
    hand_over(client, shared="none")
    headers = {"Accept": "application/json"}
    first = client.post(
        "/fragen/mensch/nachricht/", {"text": "Eins", "ticket": str(uuid.uuid4()), "after": "1"}, headers=headers
    )
    told = first.json()
    assert [(line["number"], line["who"], line["text"]) for line in told["lines"]] == [(2, "Sie", "Eins")]
    wrong = client.post("/fragen/mensch/nachricht/", {"text": "", "ticket": told["ticket"]}, headers=headers)
    assert (wrong.status_code, wrong.json()["problem"]) == (422, "Bitte schreiben Sie etwas.")


def test_who_waits_too_long_is_offered_a_callback(client: Client, there: Any, at: Any) -> None:
    hand_over(client, shared="none")
    assert "data-live-late hidden" in client.get("/fragen/").content.decode()
    at(MONDAY_AT_TEN + timedelta(minutes=6))
    page = client.get("/fragen/").content.decode()
    assert "data-live-late>Es dauert länger als gedacht." in page


def test_a_script_in_a_message_stays_text(client: Client, there: Any) -> None:
    hand_over(client, shared="none")
    write(client, "<img src=x onerror=alert(1)>")
    chat = Chat.objects.get()
    desk = Client()
    desk.force_login(there)
    for page in (
        client.get("/fragen/"),
        desk.get(f"/assistent/gespraeche/{chat.pk}/"),
        desk.get(f"/vorgaenge/{chat.case_id}/"),
    ):
        assert "<img src=x" not in page.content.decode()
        assert "&lt;img src=x" in page.content.decode()


# --- the clerks


def test_only_the_office_sees_it_and_only_who_accepted_it_writes(begun: Any, there: Any, frida: Any) -> None:
    anton = make_user("anton", "clerk", units=["buergerbuero"])
    chat = begun()
    with pytest.raises(Http404):
        service.accept(chat, actor=frida)
    service.accept(chat, actor=there)
    with pytest.raises(service.OtherClerkError):
        service.accept(chat, actor=anton)
    for person in (anton, frida):
        with pytest.raises(Http404):
            service.say(chat, "Ich auch", ticket=uuid.uuid4(), actor=person)
        with pytest.raises(Http404):
            service.finish(chat, "Fertig", done=True, actor=person)
    assert [row.chat for row in queries.queue(there, "de")] == [chat]
    assert queries.queue(anton, "de") == []


def test_a_summary_can_follow_when_charlie_has_gone(client: Client, begun: Any, there: Any) -> None:
    chat = begun()
    service.accept(chat, actor=there)
    service.end(chat)
    assert [row.chat.state for row in queries.queue(there, "de")] == ["ended"]
    client.force_login(there)
    empty = client.post(f"/assistent/gespraeche/{chat.pk}/abschluss/", {"summary": ""})
    assert empty.status_code == 422
    client.post(f"/assistent/gespraeche/{chat.pk}/abschluss/", {"summary": "Ging ohne Antwort"})
    assert queries.queue(there, "de") == []
    assert Case.objects.get().state == "in_progress"


def test_who_goes_before_anybody_came_withdraws_the_case(begun: Any) -> None:
    service.end(begun())
    assert Case.objects.get().state == "withdrawn"


# --- what is kept


def test_what_is_written_is_sealed_and_reaches_neither_audit_nor_log(client: Client, there: Any, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    ask(client, "Es brennt im Haus")
    hand_over(client, shared="edited", transcript=SECRET)
    chat = Chat.objects.get()
    write(client, SECRET)
    service.accept(chat, actor=there)
    service.say(chat, SECRET, ticket=uuid.uuid4(), actor=there)
    service.finish(chat, "Erledigt", done=True, actor=there)
    rows = [*ChatMessage.objects.values(), *Chat.objects.values(), *Entry.objects.values(), *Case.objects.values()]
    everywhere = json.dumps([caplog.text, *rows], default=str, ensure_ascii=False)
    assert "Wüstenfeld" not in everywhere
    assert "Aktenzeichen" not in everywhere
    assert said(chat).count(SECRET) == 2
    actions = Entry.objects.filter(subject=f"chat:{chat.pk}").order_by("seq").values_list("action", "detail")
    assert list(actions) == [
        ("assistant.chat.opened", {"unit": "", "shared": "edited"}),
        ("assistant.chat.accepted", {}),
        ("assistant.chat.ended", {"by": "clerk"}),
    ]


def test_charlie_deletes_the_conversation_and_its_words_are_gone(client: Client, there: Any) -> None:
    ask(client, "Es brennt im Haus")
    hand_over(client)
    write(client, SECRET)
    chat = Chat.objects.get()
    client.post("/fragen/neu/")
    chat.refresh_from_db()
    assert (chat.conversation, chat.state, queries.handed_over(chat)) == (None, "ended", "")
    assert said(chat) == [
        "Die Bürgerin oder der Bürger wartet.",
        "Die Bürgerin oder der Bürger hat das Gespräch beendet.",
    ]
    client.force_login(there)
    assert client.get(f"/vorgaenge/{chat.case_id}/").status_code == 200


def test_after_its_time_it_is_deleted_and_an_abandoned_one_is_ended(begun: Any, at: Any) -> None:
    from allmende.kernel.jobs.service import Progress

    class Quiet(Progress):
        def __init__(self) -> None:
            pass

        def message(self, text: str, **_more: Any) -> None:
            pass

    old, abandoned = begun(), begun()
    service.end(old)
    Chat.objects.filter(pk=old.pk).update(delete_on=MONDAY_AT_TEN.date())
    at(MONDAY_AT_TEN + timedelta(hours=13))
    tasks.end_and_delete_chats(Quiet())
    left = Chat.objects.get()
    assert (left.pk, left.state) == (abandoned.pk, "ended")
    assert (left.delete_on - MONDAY_AT_TEN.date()).days == 14
    assert Entry.objects.get(action="assistant.chats.expired").detail == {"count": 1}
    assert Case.objects.count() == 2


def test_bob_discloses_and_erases_by_the_number_of_the_case(begun: Any) -> None:
    bob = make_user("bob", "data_protection_officer")
    chat = begun(transcript="Frage: Reisepass?")
    service.say(chat, SECRET, ticket=uuid.uuid4())
    [held] = export(chat.case.number, actor=bob)["assistant.chats"]
    assert held["handed_over"] == "Frage: Reisepass?"
    assert [message["text"] for message in held["messages"]][-1] == SECRET
    assert erase(chat.case.number, reason="Antrag", actor=bob)["assistant.chats"] == 1
    assert export(chat.case.number, actor=bob)["assistant.chats"] == []
    assert Chat.objects.get().state == "ended"


def test_from_the_window_on_another_site_only_the_words_come_along(client: Client, there: Any) -> None:
    """The chat belongs to the browser that begins it; whoever knows the window's token does not read it."""
    window = Client(enforce_csrf_checks=True)
    told = window.post("/fragen/widget/", {"q": "Was kostet ein Reisepass?"}, headers={"HX-Request": "true"})
    token = re.search(r'name="t" value="([^"]+)"', told.content.decode())
    assert token
    carried = {"t": token[1], "shared": "masked", "consent": "on"}
    page = window.post("/fragen/mensch/neben-dem-fenster/", carried).content.decode()
    assert "Was kostet ein Reisepass?" in page
    assert window.post("/fragen/mensch/", carried).status_code == 403, "what begins a chat has the CSRF token"
    assert Chat.objects.count() == 0
    assert hand_over(client, **carried).url == "/fragen/#live"
    chat = Chat.objects.get()
    assert chat.case.title == "Was kostet ein Reisepass?"
    assert chat.conversation_id != Answer.objects.get().conversation_id
    write(client, SECRET)
    assert SECRET not in window.get("/fragen/widget/", {"t": token[1]}).content.decode()
