# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie fills applications in at /fragen: offered beside an answer, begun after a yes, corrected, asked in between, sent once."""

import logging
import re
import uuid
from typing import Any

import pytest

from allmende.modules.applications.models import Draft, Submission
from allmende.modules.assistant.live import presence, service
from allmende.modules.assistant.models import Answer
from tests.dialogs.conftest import Charlie

pytestmark = pytest.mark.django_db

CONFIRM = {"do": "send", "confirm": ["wahrheit", "datenschutz"]}


def talk(charlie: Charlie, *turns: Any) -> str:
    """One turn after the other: a sentence, (value,) for a choice, None for a question that is left empty."""
    page = ""
    for turn in turns:
        page = (
            charlie.choose(*turn)
            if isinstance(turn, tuple)
            else charlie.say(turn or "", **({} if turn else {"do": "skip"}))
        )
    return page


def test_two_dogs_with_a_correction_and_a_question_in_between(charlie: Charlie) -> None:
    charlie.client.post("/fragen/", {"q": "Hund anmelden"})
    charlie.look()
    assert 'href="/fragen/antrag/applications/hundesteuer-anmelden/"' in charlie.page
    asked = charlie.look("/fragen/antrag/applications/hundesteuer-anmelden/")
    assert "Sollen wir das jetzt zusammen ausfüllen?" in asked
    assert "Der Bescheid und die Hundemarke kommen mit der Post." in asked
    assert not Draft.objects.exists(), "before the yes nothing begins"
    assert "Halten Sie den Hund ausschließlich, um Einnahmen zu erzielen" in charlie.begin("hundesteuer-anmelden")
    page = talk(charlie, "Was kostet das eigentlich?")
    assert "96 € je Jahr" in page, "the question names nothing, so it is about what Charlie is applying for"
    assert page.rstrip().count("Halten Sie den Hund ausschließlich, um Einnahmen zu erzielen") == 1
    page = talk(
        charlie, ("false",), "Charlie", "Muster", "Lindenallee 5, 99998 Lindental", "zwei Hunde", "Dackel", "10.1.2026"
    )
    assert "Hund 1: Ist der Hund weiblich oder männlich?" in page
    answers = Answer.objects.count()
    page = talk(charlie, ("weiblich",), "Was kostet ein Hund?")
    assert "96 € je Jahr" in page
    assert page.rstrip().count("Hund 1: Welche Farbe hat das Fell?") == 1, "the question stands there again"
    assert Answer.objects.count() == answers + 1
    page = talk(charlie, "nein, am 11. Januar 2026")
    assert "Geändert: Hund 1: Wurftag: 11.01.2026" in page
    assert "Hund 1: Welche Farbe hat das Fell?" in page
    page = talk(charlie, "braun", "20.5.2026", ("person",), "Zucht Beispiel, Waldweg 1", None, ("false",))
    assert "Hund 1: Hat der Hund eine Aufgabe" in page, "each dog may have its own exemption"
    page = talk(charlie, ("keine",))
    assert "Hund 2: Welche Rasse hat der Hund?" in page
    talk(charlie, "Pudel", "3.3.2022", ("maennlich",), "grau", "25.5.2026", ("zuzug",), None, ("false",), ("keine",))
    page = talk(charlie, None)
    assert "Bitte prüfen Sie alles, bevor Sie es senden." in page
    assert "Bitte bestätigen Sie jeden Punkt" in charlie.say(do="send", confirm=["wahrheit"])
    assert not Submission.objects.exists()
    page = charlie.say(**CONFIRM)
    sent = Submission.objects.get()
    assert f"Ihr Antrag ist angekommen: {sent.case.number}" in page
    assert sent.case.unit == "finanzen"
    assert [dog["wurftag"] for dog in sent.record["answers"]["hunde"]] == ["2026-01-11", "2022-03-03"]
    assert charlie.say(**CONFIRM).count(sent.case.number) == 1
    assert Submission.objects.count() == 1, "sent again it is still one"
    charlie.client.post("/fragen/antrag/verwerfen/")
    assert "Frage stellen" in charlie.look()


@pytest.mark.parametrize("yes", ["ja", "Ja, bitte!", "gern", "yes please"])
def test_a_typed_yes_begins_what_was_offered(charlie: Charlie, yes: str) -> None:
    charlie.client.post("/fragen/", {"q": "Hund anmelden"})
    assert "Dann schreiben Sie „ja“" in charlie.look()
    charlie.client.post("/fragen/", {"q": yes})
    assert "Halten Sie den Hund ausschließlich, um Einnahmen zu erzielen" in charlie.look()
    assert Draft.objects.count() == 1


def test_a_no_and_a_yes_with_a_question_behind_it_begin_nothing(charlie: Charlie) -> None:
    for text in ("Hund anmelden", "nein danke", "ja"):
        charlie.client.post("/fragen/", {"q": text})
    assert "Gut, dann nicht." in charlie.look()
    for text in ("Hund anmelden", "Ja, aber was kostet das?"):
        charlie.client.post("/fragen/", {"q": text})
    assert "96 € je Jahr" in charlie.look()
    assert not Draft.objects.exists()


def test_a_question_in_the_words_of_a_flow_is_offered_it_whatever_was_found(charlie: Charlie) -> None:
    for text in ("Wir haben einen Hund aus dem Tierheim geholt", "Die Bank will eine Meldebescheinigung sehen"):
        charlie.client.post("/fragen/", {"q": text})
    charlie.look()
    for flow in ("hundesteuer-anmelden", "meldebescheinigung"):
        assert f'href="/fragen/antrag/applications/{flow}/"' in charlie.page
    charlie.client.post("/fragen/", {"q": "Wer singt dieses Lied?"})
    assert charlie.look().count("Hier im Gespräch ausfüllen") == 2


def test_bulky_waste(charlie: Charlie) -> None:
    charlie.begin("sperrmuell")
    assert "Sofa" in talk(charlie, ("false",), "einen", "Sofa", "1", "2")
    page = talk(charlie, ("false",), ("normal",), "0")
    assert "Diese Abholung ist kostenfrei." in page
    page = talk(charlie, "Bachstraße 3, 99998 Lindental", "Charlie Muster", "charlie@example.org", None)
    assert "Bitte prüfen Sie alles" in page
    charlie.say(**CONFIRM)
    assert Submission.objects.get().channel == "chat"


def test_what_is_not_taken_is_said_and_kept(charlie: Charlie) -> None:
    charlie.begin("hundesteuer-anmelden")
    page = talk(charlie, ("false",), "Charlie", "Muster", "Nirgendweg 7")
    assert 'value="Nirgendweg 7"' in charlie.page
    assert 'aria-invalid="true"' in charlie.page
    assert "Wo in Lindental leben Sie mit dem Hund?" in page
    assert "Familienname" in talk(charlie, "zurück"), "the question before is open again"
    assert "Vorname" in charlie.say(do="back")


def test_a_person_an_emergency_and_stopping_come_first(charlie: Charlie) -> None:
    charlie.begin("sperrmuell")
    assert "069 90009-0" in charlie.say("Mensch")
    assert "112" in charlie.say("Es brennt im Haus")
    assert "Abfall aus" not in charlie.look().partition("Sperrmüll anmelden")[0]
    asked = charlie.say("abbrechen")
    assert "Antrag verwerfen?" in asked
    assert Draft.objects.count() == 1, "not before the yes"
    charlie.client.post("/fragen/antrag/verwerfen/")
    assert not Draft.objects.exists()
    assert "Frage stellen" in charlie.look()


def test_while_a_person_has_the_conversation_they_get_what_is_said(
    charlie: Charlie, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "available", lambda _unit, _language: True)
    charlie.client.post("/fragen/", {"q": "Es brennt im Haus"})
    charlie.begin("sperrmuell")
    mine = uuid.UUID(charlie.client.session["conversation"])
    chat = service.begin(mine, service.Wish("", "Gespräch", "none", "", "Ja"), language="de")
    before = Draft.objects.get().sealed
    assert "Wir suchen einen Menschen für Sie" in charlie.say("nein")
    assert chat.messages.filter(by="citizen").count() == 1
    assert Draft.objects.get().sealed == before


def test_what_is_said_stands_nowhere_but_sealed(charlie: Charlie, caplog: Any, client: Any) -> None:
    caplog.set_level(logging.DEBUG)
    charlie.begin("hundesteuer-anmelden")
    talk(charlie, ("false",), "Karoline", "Wüstenfeld", "Lindenallee 5, 99998 Lindental")
    assert not Answer.objects.exists()
    assert "Wüstenfeld" not in caplog.text
    assert "Wüstenfeld" not in Draft.objects.get().sealed
    assert "Wüstenfeld" not in str(dict(client.session))
    cookie = client.cookies["antrag"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/fragen/", True, "Lax")
    assert cookie.value.partition(".")[2] not in charlie.page
    Draft.objects.all().delete()
    assert "Der angefangene Antrag ist abgelaufen." in charlie.look()
    assert "Frage stellen" in charlie.look()


def test_chat_and_form_go_on_with_each_others_answers(charlie: Charlie) -> None:
    charlie.begin("sperrmuell")
    talk(charlie, ("false",), "einen", "Sofa", "1")
    token = charlie.client.cookies["antrag"].value.partition(".")[2]
    form = charlie.client.post("/fragen/antrag/formular/", follow=True)
    address = form.redirect_chain[-1][0]
    assert address.endswith("/schritt/menge/")
    answered = charlie.client.post(address, {"menge": "2", "revision": "9"}, follow=True).content.decode()
    back = re.search(r'action="(/antrag/\w+/gespraech/)"', answered)
    assert back
    assert token not in answered
    charlie.client.post(back[1])
    assert "Menge in Kubikmetern 2" in charlie.look()
    assert Draft.objects.count() == 1
