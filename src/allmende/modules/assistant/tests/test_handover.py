# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie wants a person: whom to call, whether somebody is there, and a callback that Alice makes."""

import json
import logging
import re
import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.cases import protection
from allmende.modules.assistant import callbacks, handover, rules, service
from allmende.modules.assistant.callbacks import Wish
from allmende.modules.assistant.cli import ask as ask_command
from allmende.modules.assistant.engine.phone import NotANumberError
from allmende.modules.assistant.models import Callback
from allmende.modules.assistant.schemas import AnswerView

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY_AT_TEN = datetime(2026, 11, 23, 10, 2, tzinfo=BERLIN)
BEFORE_EASTER = datetime(2027, 3, 25, 19, 0, tzinfo=BERLIN)
NAME, PHONE = "Karoline Wüstenfeld", "0171 2345678"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the clock of the town."""

    def put(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return put


def ask(question: str, **more: Any) -> AnswerView:
    return service.answer(question, **{"language": "de", "channel": "test", **more})


def wish(**changes: Any) -> Wish:
    usual = {"name": NAME, "phone": PHONE, "dial": "+491712345678", "slot": None, "note": "", "consent": "ja"}
    return Wish(**{**usual, **changes})


def stored(unit: str = "", **changes: Any) -> Callback:
    return callbacks.request(uuid.uuid4(), wish(**changes), language="de", unit_id=unit, channel="test")


def form_of(client: Client, address: str = "/fragen/rueckruf/", **changes: str) -> dict[str, str]:
    page = client.get(address).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket
    return {"ticket": ticket[1], "name": NAME, "phone": PHONE, "when": "", "note": "", "consent": "on", **changes}


# --- the wish


@pytest.mark.parametrize(
    "question",
    [
        "Mensch",
        "Ich möchte mit jemandem sprechen",
        "Ansprechpartner",
        "Kann ich bitte mit einem echten Menschen reden?",
        "Verbinden Sie mich mit einer Mitarbeiterin",
        "Ich will mit jemandem über meinen Bauantrag sprechen",
        "Rufen Sie mich bitte zurück",
        "Bitte um Rückruf",
        "Talk to a human",
        "I would like to speak with a real person",
        "Can someone call me back?",
        "Mit einem Menschen sprechen",
        "Talk to a person",
    ],
)
def test_a_wish_for_a_person_is_understood(question: str) -> None:
    assert rules.commands().asks_for_person(question)


@pytest.mark.parametrize(
    "question",
    [
        "Wer ist Ansprechpartner für die Hundesteuer?",
        "Wie viele Menschen wohnen in der Stadt?",
        "Rückruf von Lebensmitteln",
        "Ich brauche einen Personalausweis für eine andere Person",
        "Welche Öffnungszeiten hat das Bürgerbüro?",
        "Kontakt zum Bauamt",
        "Hilfe für Menschen mit Behinderung",
        "Where is the person responsible for dog tax?",
        "",
        "?!",
    ],
)
def test_a_question_that_only_mentions_people_is_a_question(question: str) -> None:
    assert not rules.commands().asks_for_person(question)


def test_it_works(lindental: None, at: Any) -> None:
    at(MONDAY_AT_TEN)
    answer = ask("Ich möchte mit jemandem sprechen")
    assert answer.status == "handed_over"
    way = answer.handover
    assert way is not None
    assert way.phone == "069 90009-0"
    assert way.office == "Bürgerbüro mit Standesamt"
    assert way.open_now
    assert way.opening == "Jetzt geöffnet, bis 12:00 Uhr."
    assert way.callback_from == datetime(2026, 11, 23, 10, 45, tzinfo=BERLIN), "half an hour later, on the quarter"
    assert way.callback == "/fragen/rueckruf/"


def test_an_emergency_still_comes_first(lindental: None) -> None:
    assert ask("Verbinden Sie mich mit einem Menschen, es brennt in der Küche").status == "guarded"


def test_before_easter_nobody_calls_until_tuesday(lindental: None, at: Any) -> None:
    at(BEFORE_EASTER)
    way = ask("Mensch").handover
    assert way is not None
    assert not way.open_now
    assert way.next_opening == way.callback_from == datetime(2027, 3, 30, 8, 0, tzinfo=BERLIN)
    assert "Jetzt geschlossen" in way.opening
    english = ask("I want to talk to a person", language="en").handover
    assert english is not None
    assert english.opening.startswith("Closed now.") or "closed" in english.opening.lower()


def test_shortly_before_closing_the_next_opening_counts(lindental: None, at: Any) -> None:
    at(datetime(2026, 11, 23, 11, 40, tzinfo=BERLIN))
    way = ask("Mensch").handover
    assert way is not None
    assert way.open_now
    assert way.callback_from == datetime(2026, 11, 23, 14, 0, tzinfo=BERLIN)


def test_the_responsible_office_is_named_when_the_conversation_was_about_one(lindental: None, at: Any) -> None:
    at(MONDAY_AT_TEN)
    dog = ask("Was kostet ein Hund?")
    at(MONDAY_AT_TEN + timedelta(minutes=1))
    move = ask("Wohnsitz ummelden", conversation_id=dog.conversation)
    assert move.card is not None
    at(MONDAY_AT_TEN + timedelta(minutes=2))
    latest = ask("Mensch", conversation_id=dog.conversation).handover
    assert latest is not None
    assert latest.unit == "buergerbuero"
    about_the_dog = ask("Mensch", conversation_id=dog.conversation, about=dog.id).handover
    assert about_the_dog is not None
    assert (about_the_dog.unit, about_the_dog.office_phone) == ("finanzen", "069 90009-300")


def test_the_dialog_goes_on_after_it(lindental: None) -> None:
    first = ask("Mensch")
    second = ask("Was kostet ein Hund?", conversation_id=first.conversation)
    assert second.status == "answered"


def test_page_api_and_command_line_say_whom_to_call(client: Client, lindental: None) -> None:
    client.post("/fragen/", {"q": "Mensch"})
    page = client.get("/fragen/").content.decode()
    assert "069 90009-0" in page
    assert 'href="/fragen/rueckruf/?about=' in page
    body = json.dumps({"question": "Mensch"})
    answer = client.post("/api/v1/assistant/answers", body, content_type="application/json").json()
    assert answer["status"] == "handed_over"
    assert answer["handover"]["phone"] == "069 90009-0"
    printed = CliRunner().invoke(ask_command, ["Mensch"]).output
    assert "[handed_over]" in printed
    assert "069 90009-0" in printed
    assert "/fragen/rueckruf/" in printed


def test_the_button_under_an_answer_asks_for_a_person_about_it(client: Client, lindental: None) -> None:
    client.post("/fragen/", {"q": "Was kostet ein Hund?"})
    page = client.get("/fragen/").content.decode()
    about = re.search(r'name="about" value="([^"]+)"', page)
    assert about
    client.post("/fragen/", {"q": "Mit einem Menschen sprechen", "about": about[1]})
    assert "069 90009-300" in client.get("/fragen/").content.decode()


def test_under_an_emergency_there_is_no_such_button(client: Client, lindental: None) -> None:
    client.post("/fragen/", {"q": "Mein Haus brennt!"})
    assert "Mit einem Menschen sprechen" not in client.get("/fragen/").content.decode()


# --- the number


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("0171 2345678", "+491712345678"),
        ("069/90009-0", "+4969900090"),
        ("+49 (0) 69 90009 0", "+4969900090"),
        ("0049 69 900090", "+4969900090"),
        ("+49 069 900090", "+4969900090"),
        ("+43 1 58858-0", "+431588580"),
    ],
)
def test_a_number_is_understood_however_it_is_written(written: str, dialled: str) -> None:
    assert rules.numbering().normalise(written) == dialled


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "form"),
        ("2345678", "form"),
        ("017", "form"),
        ("0171 2345678 oder mobil", "form"),
        ("++491712345678", "form"),
        ("0171 234567 8901234567", "form"),
        ("0900 1234567", "refused"),
        ("+49 900 1234567", "refused"),
        ("0137 1234567", "refused"),
        ("٠١٧١٢٣٤٥٦٧٨", "form"),
    ],
)
def test_a_number_that_cannot_be_called_back_is_refused_with_a_reason(written: str, reason: str) -> None:
    with pytest.raises(NotANumberError) as caught:
        rules.numbering().normalise(written)
    assert caught.value.reason == reason


# --- the callback


def test_charlie_leaves_a_number_and_sees_what_is_stored(client: Client, lindental: None, at: Any) -> None:
    at(BEFORE_EASTER)
    client.post("/fragen/", {"q": "Was kostet ein Hund?"})
    client.post("/fragen/", {"q": "Mensch"})
    asked = client.get("/fragen/rueckruf/").content.decode()
    assert "Frühestens Dienstag, 30. März, 8:00 Uhr." in asked
    assert ">Was kostet ein Hund?</textarea>" in asked.replace("\r\n", "").replace("\n", "")
    answer = client.post("/fragen/rueckruf/", form_of(client, note="Wegen Waldi", when="2027-03-31T08:00"))
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    for text in (NAME, PHONE, "Wegen Waldi", "Mittwoch, 31. März, 8:00–12:00", "8. April 2027"):
        assert text in page
    kept = Callback.objects.get()
    assert (kept.dial, kept.unit, kept.state) == ("+491712345678", "finanzen", "open")
    assert "am 8. April 2027 gelöscht" in kept.consent


def test_a_form_that_is_sent_twice_is_one_callback(client: Client, lindental: None) -> None:
    form = form_of(client)
    first = client.post("/fragen/rueckruf/", form)
    again = client.post("/fragen/rueckruf/", form)
    assert first.url == again.url
    assert Callback.objects.count() == 1
    assert Entry.objects.filter(action="assistant.callback.requested").count() == 1


def test_holidays_are_not_offered(lindental: None, at: Any) -> None:
    at(BEFORE_EASTER)
    office = handover.office_for("buergerbuero", "de")
    assert office is not None
    days = [slot.begins.date().isoformat() for slot in handover.slots(office, "de")]
    assert len(days) == 6
    assert days[0] == "2027-03-30"
    assert not {"2027-03-26", "2027-03-29"} & set(days)


def test_the_hours_of_a_swimming_pool_say_nothing_about_callbacks(lindental: None, at: Any) -> None:
    at(MONDAY_AT_TEN)
    way = handover.offer("de", "freibad")
    assert (way.unit, way.office) == ("freibad", "Bürgerbüro mit Standesamt")
    assert way.callback_from == datetime(2026, 11, 23, 10, 45, tzinfo=BERLIN)


def test_what_is_left_of_the_current_opening_is_offered(lindental: None, at: Any) -> None:
    at(MONDAY_AT_TEN)
    office = handover.office_for("buergerbuero", "de")
    assert office is not None
    first, second, *_others = handover.slots(office, "de")
    assert first.label == "heute, 10:45–12:00"
    assert second.label == "heute, 14:00–16:00"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": "2345"}, "keine vollständige Telefonnummer"),
        ({"phone": "0900 1234567"}, "können wir nicht zurückrufen"),
        ({"name": " "}, "Bitte nennen Sie Ihren Namen."),
        ({"consent": ""}, "Ohne Ihr Einverständnis"),
        ({"when": "2020-01-01T08:00"}, "nicht mehr frei"),
        ({"note": "x" * 501}, "auf 500 Zeichen"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(
    client: Client, lindental: None, changes: dict[str, str], sentence: str
) -> None:
    page = client.post("/fragen/rueckruf/", form_of(client, **changes))
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not Callback.objects.exists()


@pytest.mark.parametrize("ticket", ["", "x", "11111111-1111-1111-1111-111111111111:abc:def"])
def test_a_forged_or_old_form_is_kept_and_can_be_sent_again(client: Client, lindental: None, ticket: str) -> None:
    page = client.post("/fragen/rueckruf/", form_of(client, ticket=ticket))
    assert page.status_code == 422
    text = page.content.decode()
    assert "zu lange offen" in text
    assert NAME in text
    fresh = re.search(r'name="ticket" value="([^"]+)"', text)
    assert fresh
    assert client.post("/fragen/rueckruf/", form_of(client, ticket=fresh[1])).status_code == 302


def test_a_key_is_good_for_a_day_only(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = callbacks.ticket()
    assert callbacks.key_of(ticket)
    import time

    later = time.time() + 25 * 3600
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert callbacks.key_of(ticket) is None


def test_charlie_takes_it_back_by_the_private_link(client: Client, lindental: None) -> None:
    address = client.post("/fragen/rueckruf/", form_of(client)).url
    assert Client().post(address).status_code == 302
    assert not Callback.objects.exists()
    assert client.get(address).status_code == 404
    assert Entry.objects.filter(action="assistant.callback.withdrawn").count() == 1


def test_a_link_cannot_be_guessed_from_the_id(client: Client, lindental: None) -> None:
    callback = stored()
    for guess in (str(callback.pk), f"{callback.pk}.x", f"{callback.pk}:x"):
        assert client.get(f"/fragen/rueckruf/{guess}/").status_code == 404
        assert client.post(f"/fragen/rueckruf/{guess}/").status_code == 404
    assert client.get(f"/fragen/rueckruf/{callbacks.link(callback)}/").status_code == 200


def test_the_dialog_says_that_a_callback_is_to_come_until_it_was_made(client: Client, lindental: None) -> None:
    client.post("/fragen/rueckruf/", form_of(client))
    assert "Ein Rückruf ist vorgemerkt." in client.get("/fragen/").content.decode()
    turn = client.post("/fragen/", {"q": "Was kostet ein Hund?"}, headers={"HX-Request": "true"}).content.decode()
    assert "96 € je Jahr" in turn
    assert "Ein Rückruf ist vorgemerkt." in turn
    assert "vorgemerkt" not in Client().get("/fragen/").content.decode(), "only in the browser that asked for it"
    callbacks.move(Callback.objects.get(), "done", actor=make_user("alice", "clerk"))
    assert "vorgemerkt" not in client.get("/fragen/").content.decode()


def test_too_many_from_one_address_are_refused_and_kept(client: Client, lindental: None) -> None:
    for _number in range(10):
        assert client.post("/fragen/rueckruf/", form_of(client)).status_code == 302
    page = client.post("/fragen/rueckruf/", form_of(client, note="Der elfte"))
    assert page.status_code == 429
    assert "Der elfte" in page.content.decode()
    assert Callback.objects.count() == 10


def test_nothing_personal_reaches_the_audit_or_the_log(client: Client, lindental: None, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    address = client.post("/fragen/rueckruf/", form_of(client, note="Geheime Sache")).url
    client.post("/fragen/rueckruf/", form_of(client, phone=f"{PHONE}x"))
    callback, alice = Callback.objects.get(), make_user("alice", "clerk")
    callbacks.move(callback, "taken", actor=alice)
    callbacks.move(Callback.objects.get(), "done", actor=alice, outcome="Frau Wüstenfeld erreicht")
    client.post(address)
    logged = caplog.text + "".join(f"{record.__dict__}" for record in caplog.records)
    audited = json.dumps(list(Entry.objects.values("action", "subject", "detail")), ensure_ascii=False)
    for secret in (NAME, "Wüstenfeld", PHONE, "1712345678", "Geheime Sache"):
        assert secret not in logged
        assert secret not in audited
    assert "assistant.callback.done" in audited


def test_after_its_time_it_is_deleted_and_counted(lindental: None, settings: Any) -> None:
    settings.CALLBACK_RETENTION_DAYS = 14
    old, young = stored(), stored()
    Callback.objects.filter(pk=old.pk).update(delete_on=old.delete_on - timedelta(days=14))
    assert callbacks.delete_expired() == 1
    assert [row.pk for row in Callback.objects.all()] == [young.pk]
    entry = Entry.objects.get(action="assistant.callbacks.expired")
    assert entry.detail == {"count": 1}
    assert callbacks.delete_expired() == 0
    assert Entry.objects.filter(action="assistant.callbacks.expired").count() == 1


def test_the_nightly_job_deletes_them(lindental: None) -> None:
    from allmende.kernel.jobs.service import Progress
    from allmende.modules.assistant.tasks import delete_expired_callbacks

    Callback.objects.filter(pk=stored().pk).update(delete_on=datetime(2020, 1, 1, tzinfo=BERLIN).date())

    class Told(Progress):
        def __init__(self) -> None:
            self.told = ""

        def message(self, text: str, **_more: Any) -> None:
            self.told = text

    progress = Told()
    delete_expired_callbacks(progress)
    assert progress.told == "1"
    assert not Callback.objects.exists()


# --- the clerks


def test_alice_takes_it_calls_and_notes_how_it_went(client: Client, lindental: None) -> None:
    alice = make_user("alice", "clerk", units=["buergerbuero"])
    callback = stored("buergerbuero", note="Reisepass")
    client.force_login(alice)
    assert NAME in client.get("/assistent/rueckrufe/").content.decode()
    address = f"/assistent/rueckrufe/{callback.pk}/"
    assert 'href="tel:+491712345678"' in client.get(address).content.decode()
    client.post(address, {"state": "taken"})
    assert "übernommen" in client.get("/assistent/rueckrufe/").content.decode()
    client.post(address, {"state": "done", "outcome": "Termin am Montag"})
    assert NAME not in client.get("/assistent/rueckrufe/").content.decode()
    assert "Termin am Montag" in client.get(address).content.decode()
    assert NAME in client.get("/assistent/rueckrufe/?state=done").content.decode()
    done = Callback.objects.get()
    assert done.delete_on < callback.delete_on, "sooner than was promised"
    actions = (
        Entry.objects.filter(subject=f"callback:{callback.pk}").order_by("seq").values_list("action", "actor_name")
    )
    assert list(actions) == [
        ("assistant.callback.requested", ""),
        ("assistant.callback.taken", "alice"),
        ("assistant.callback.done", "alice"),
    ]


def test_two_clerks_do_not_take_the_same(client: Client, lindental: None) -> None:
    alice, anton = make_user("alice", "clerk"), make_user("anton", "clerk")
    stored()
    seen_by_anton = Callback.objects.get()
    callbacks.move(Callback.objects.get(), "taken", actor=alice)
    with pytest.raises(callbacks.OtherClerkError):
        callbacks.move(seen_by_anton, "taken", actor=anton)
    assert Callback.objects.get().worker == alice
    client.force_login(anton)
    page = client.post(f"/assistent/rueckrufe/{seen_by_anton.pk}/", {"state": "taken"}, follow=True).content.decode()
    assert "Jemand anderes war schneller" in page


def test_alice_can_give_it_back(lindental: None) -> None:
    alice = make_user("alice", "clerk")
    stored()
    callbacks.move(Callback.objects.get(), "taken", actor=alice)
    callbacks.move(Callback.objects.get(), "open", actor=alice)
    assert Callback.objects.get().worker is None


def test_a_clerk_sees_the_callbacks_of_her_units_and_those_that_nobody_else_would_see(lindental: None) -> None:
    alice = make_user("alice", "clerk", units=["buergerbuero"])
    frida = make_user("frida", "clerk", units=["finanzen"])
    zoe = make_user("zoe", "clerk")
    make_user("paul", "planner", units=["bauen"])
    mine, taxes, nobodys, unknown = stored("buergerbuero"), stored("finanzen"), stored("bauen"), stored()
    assert {row.pk for row in callbacks.visible(alice)} == {mine.pk, nobodys.pk, unknown.pk}
    assert {row.pk for row in callbacks.visible(frida)} == {taxes.pk, nobodys.pk, unknown.pk}
    assert callbacks.visible(zoe).count() == 4
    with pytest.raises(Http404):
        callbacks.get(alice, taxes.pk)


def test_the_list_costs_no_query_more_for_each_callback(
    client: Client, lindental: None, django_assert_num_queries
) -> None:
    client.force_login(make_user("alice", "clerk"))
    stored("buergerbuero")
    client.get("/assistent/rueckrufe/")
    with CaptureQueriesContext(connection) as one:
        assert "Bürgerbüro" in client.get("/assistent/rueckrufe/").content.decode()
    for _callback in range(5):
        stored("finanzen")
    with django_assert_num_queries(len(one)):
        assert client.get("/assistent/rueckrufe/").content.decode().count(NAME) == 6


def test_disclosure_and_erasure_find_a_callback_by_its_number_and_by_its_name(lindental: None) -> None:
    callback = stored("buergerbuero", note="Wegen des Ausweises")
    other = stored(name="Anna Beispiel", phone="069 900090", dial="+4969900090")
    bob = make_user("bob", "data_protection_officer")
    for contact in ("+49 171 2345678", "0171/2345678", NAME.upper()):
        [held] = protection.export(contact, actor=bob)["assistant.callbacks"]
        assert (held["name"], held["phone"], held["note"]) == (NAME, PHONE, "Wegen des Ausweises")
    assert protection.export("0171 2345", actor=bob)["assistant.callbacks"] == []
    assert protection.erase(PHONE, reason="Antrag", actor=bob)["assistant.callbacks"] == 1
    assert list(Callback.objects.all()) == [other]
    [entry] = Entry.objects.filter(action="assistant.callback.erased")
    assert entry.subject == f"callback:{callback.pk}"
    assert NAME not in json.dumps(entry.detail)


@pytest.mark.parametrize("role", ["citizen", "editor", "administrator", "data_protection_officer"])
def test_nobody_else_sees_any(client: Client, lindental: None, role: str) -> None:
    callback, person = stored(), make_user("someone", role)
    assert not callbacks.visible(person).exists()
    client.force_login(person)
    assert client.get("/assistent/rueckrufe/").status_code == 404
    assert client.post(f"/assistent/rueckrufe/{callback.pk}/", {"state": "done"}).status_code == 404


def test_a_script_in_a_wish_stays_text(client: Client, lindental: None) -> None:
    attack = "<img src=x onerror=alert(1)>"
    address = client.post("/fragen/rueckruf/", form_of(client, name=attack, note=attack)).url
    client.force_login(make_user("alice", "clerk"))
    pages = [address, "/assistent/rueckrufe/", f"/assistent/rueckrufe/{Callback.objects.get().pk}/"]
    for page in pages:
        text = client.get(page).content.decode()
        assert "<img src=x" not in text
        assert "&lt;img src=x" in text
