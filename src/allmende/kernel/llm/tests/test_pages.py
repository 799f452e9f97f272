# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dora sets providers up, Bob sees what goes where, Alice sees nothing of it."""

import json

import pytest
from django.test import AsyncClient, Client
from django.urls import reverse

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.llm import circuit, health, service
from allmende.kernel.llm.models import Call, Provider, RoleQuota
from allmende.kernel.llm.testing import failure, hangs_up, streamed
from allmende.kernel.llm.tests.conftest import KEY, OPTIONS, QUESTION, run

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

FIELDS = {
    "name": "Rechenzentrum der Region",
    "url": "https://ki.region.example/v1/",
    "location": "eu",
    "classes": ["public", "internal"],
    "chat_model": "modell-8b",
    "embeddings_model": "",
    "key": KEY,
    "timeout": "60",
    "daily_tokens": "",
    "position": "10",
}


@pytest.fixture
def office(dora) -> Client:
    client = Client()
    client.force_login(dora)
    return client


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response) -> str:
    return response.content.decode()


def change(office, slug, **values):
    return office.post(reverse("llm:provider", args=[slug]), {**FIELDS, "key": "", **values})


def test_a_house_without_a_model_says_so_and_is_healthy(office):
    page = text(office.get(reverse("llm:list")))
    assert "Noch kein Anbieter" in page
    assert "Besonders geschützt" in page
    assert health.check() == "Kein Sprachmodell eingerichtet. Alles andere arbeitet ohne."


def test_dora_adds_a_provider_and_never_sees_the_key_again(office):
    answer = office.post(reverse("llm:create"), FIELDS)
    assert answer.url == "/sprachmodelle/anbieter/rechenzentrum-der-region/"
    row = Provider.objects.get()
    assert (row.url, row.classes) == ("https://ki.region.example/v1", ["public", "internal"])
    for address in (answer.url, reverse("llm:list"), reverse("llm:use"), reverse("llm:quotas")):
        page = office.get(address)
        assert page.status_code == 200
        assert KEY not in text(page)
        assert row.sealed_key not in text(page)
    assert "hinterlegt" in text(office.get(answer.url))
    entry = Entry.objects.get(action="llm.provider.created")
    assert entry.subject == "llm.provider:rechenzentrum-der-region"
    assert KEY not in str(entry.detail)


def test_a_form_with_a_mistake_does_not_hand_the_key_back(office):
    answer = office.post(reverse("llm:create"), {**FIELDS, "name": ""})
    assert answer.status_code == 400
    assert KEY not in text(answer)
    assert "no-store" in answer["Cache-Control"]


MISTAKES = {
    "plain text outside the house": ({"url": "http://ki.region.example/v1"}, "nur verschlüsselt"),
    "a file": ({"url": "file:///etc/passwd"}, "beginnt mit https://"),
    "a key in the address": ({"url": "https://key@ki.example/v1"}, "gehört nicht in die Adresse"),
    "a query": ({"url": "https://ki.example/v1?a=1"}, "endet nach dem Pfad"),
    "a metadata service": ({"url": "https://169.254.169.254/v1"}, "darf von hier nicht gesendet"),
    "a private address outside the house": ({"url": "https://10.0.0.1/v1"}, "darf von hier nicht gesendet"),
    "plain text to the world": (
        {"url": "http://9.9.9.9/v1", "location": "house"}, "darf von hier nicht gesendet",
    ),
    "protected data outside": ({"classes": ["special"]}, "an Anbieter an diesem Ort nie gehen"),
    "internal data far away": ({"location": "other"}, "an Anbieter an diesem Ort nie gehen"),
    "no model": ({"chat_model": ""}, "mindestens ein Modell"),
    "a key with a line break": ({"key": "a\nb"}, "ohne Leerstellen"),
    "a key with an umlaut": ({"key": "schlüssel"}, "ohne Leerstellen"),
    "no data at all": ({"classes": []}, "Zugelassene Daten"),
    "a location nobody knows": ({"location": "mond"}, "mond"),
    "eternity": ({"timeout": "999999"}, "300"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(office, mistake):
    values, sentence = MISTAKES[mistake]
    answer = office.post(reverse("llm:create"), {**FIELDS, **values})
    assert answer.status_code == 400
    assert sentence in text(answer)
    assert not Provider.objects.exists()


def test_a_house_may_have_its_model_next_door(office, fake):
    office.post(reverse("llm:create"), {**FIELDS, "url": fake.url, "location": "house", "classes": ["special"]})
    signed_in(make_user("emil", "administrator")).post(
        reverse("llm:set_active", args=[Provider.objects.get().slug]), {"active": "1", "seen": "0"}
    )
    assert service.chat(QUESTION, room="workbench", purpose="rephrase", data_class="special").text


def test_two_providers_of_one_name_are_told_apart_and_no_one_passes_for_the_operator_s(office):
    for _number in range(2):
        office.post(reverse("llm:create"), FIELDS)
    office.post(reverse("llm:create"), {**FIELDS, "name": "Environment"})
    office.post(reverse("llm:create"), {**FIELDS, "name": "市"})
    slugs = list(Provider.objects.order_by("pk").values_list("slug", flat=True))
    assert slugs == ["rechenzentrum-der-region", "rechenzentrum-der-region-2", "environment-2", "anbieter"]


def test_dora_changes_a_provider(office, fake, add):
    row = add(fake, "Alt")
    answer = change(office, row.slug, name="Neu", url=fake.url, location="house", position="3")
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.name, row.slug, row.position) == ("Neu", "alt", 3)
    assert row.sealed_key
    entry = Entry.objects.get(action="llm.provider.changed")
    assert entry.detail["name"] == "Neu"
    assert "url" not in entry.detail


def test_another_address_needs_the_key_anew_and_the_page_says_so(office, fake, other, add):
    row = add(fake)
    answer = office.post(
        reverse("llm:provider", args=[row.slug]),
        {**FIELDS, "key": "", "url": other.url, "location": "house"},
        follow=True,
    )
    assert "wurde der gespeicherte Schlüssel gelöscht" in text(answer)
    row.refresh_from_db()
    assert row.sealed_key == ""


def test_a_provider_is_taken_out_of_operation_and_then_deleted(office, fake, add):
    row = add(fake)
    assert "Endgültig löschen" not in text(office.get(reverse("llm:provider", args=[row.slug])))
    office.post(reverse("llm:set_active", args=[row.slug]), {"active": "0"})
    with pytest.raises(service.NotConfigured):
        service.chat(QUESTION, **OPTIONS)
    page = text(office.get(reverse("llm:provider", args=[row.slug])))
    assert "außer Betrieb" in page
    assert "Endgültig löschen" in page
    office.post(reverse("llm:set_active", args=[row.slug]), {"active": "1", "seen": "0"})
    assert service.chat(QUESTION, **OPTIONS).text
    office.post(reverse("llm:delete", args=[row.slug]))
    assert not Provider.objects.exists()
    actions = list(Entry.objects.order_by("seq").values_list("action", flat=True))
    assert actions[-3:] == ["llm.provider.deactivated", "llm.provider.activated", "llm.provider.deleted"]


def test_which_model_answers_is_decided_by_two_people(office, fake, other, add):
    second = make_user("emil", "administrator")
    row = add(fake, "Alt")
    change(office, row.slug, name="Neu", url=fake.url, location="house", classes=row.classes, chat_model="echo",
           embeddings_model="vectors", timeout="120")  # fmt: skip
    assert service.chat(QUESTION, **OPTIONS).text, "another name is no other model"
    change(office, row.slug, url=fake.url, location="house", chat_model="anderes")
    with pytest.raises(service.NotConfigured):
        service.chat(QUESTION, **OPTIONS)
    row.refresh_from_db()
    address, seen = reverse("llm:set_active", args=[row.slug]), {"active": "1", "seen": row.revision}
    assert "in Betrieb nimmt ihn eine zweite Person" in text(office.post(address, seen, follow=True))
    change(office, row.slug, url=fake.url, location="house", chat_model="noch-eines")
    late = signed_in(second).post(address, seen, follow=True)
    assert "wurde inzwischen geändert" in text(late)
    assert not Provider.objects.get().is_active
    signed_in(second).post(address, {"active": "1", "seen": row.revision + 1})
    assert Provider.objects.get().is_active
    office.post(address, {"active": "0"})
    office.post(address, {"active": "1", "seen": row.revision + 1})
    assert Provider.objects.get().is_active, "what two people have agreed on needs no third"


def test_a_test_is_a_real_call_with_figures(office, fake, add):
    row = add(fake)
    page = text(office.post(reverse("llm:probe", args=[row.slug])))
    assert "Der Anbieter antwortet" in page
    assert "Was ist eine Stadtverwaltung?" in page
    assert "Dimensionen" in page
    assert [request.path for request in fake.received] == ["/v1/chat/completions", "/v1/embeddings", "/v1/models"]
    assert set(Call.objects.values_list("role", "room", "purpose")) == {("administrator", "llm", "probe")}
    assert Entry.objects.get(action="llm.provider.tested").detail == {"outcome": "answered"}


def test_a_model_the_provider_does_not_list_is_pointed_out(office, fake, add):
    row = add(fake, chat_model="tippfehler")
    page = text(office.post(reverse("llm:probe", args=[row.slug])))
    assert "nennt dieses Modell nicht in seiner Liste: tippfehler." in page
    assert "echo, vectors" in page


PROBLEMS = {
    "wrong key": (failure(401, KEY), "lehnt den Schlüssel ab"),
    "unknown model": (failure(404), "kennt den Pfad oder das Modell nicht"),
    "own trouble": (failure(500), "meldet einen eigenen Fehler"),
    "busy": (failure(429), "überlastet"),
    "redirect": (failure(301, Location="https://other.example/"), "leitet auf eine andere Adresse um"),
    "hangs up": (hangs_up, "antwortet niemand"),
    "breaks off": (streamed("Ja", finish=None), "folgt nicht der OpenAI-Schnittstelle"),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_failed_test_says_in_plain_words_what_to_do(office, fake, add, problem):
    behaviour, sentence = PROBLEMS[problem]
    row = add(fake)
    fake.behave(behaviour)
    page = text(office.post(reverse("llm:probe", args=[row.slug])))
    assert "Der Test ist fehlgeschlagen" in page
    assert sentence in page
    assert KEY not in page
    assert len(fake.received) == 1, "a test is one try"


def test_what_a_model_says_is_shown_as_text(office, fake, add):
    row = add(fake, embeddings_model="")
    fake.behave(streamed("<script>alert(1)</script>", "<img src=https://evil.example/x>", "x" * 1000))
    page = text(office.post(reverse("llm:probe", args=[row.slug])))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img src=https" not in page
    assert "x" * 400 not in page


def test_a_provider_in_trouble_can_still_be_tested_and_is_forgiven(office, fake, add, state):
    row = add(fake)
    for _number in range(5):
        circuit.note(row.slug, "unreachable")
    assert "gestört" in text(office.get(reverse("llm:list")))
    with pytest.raises(health.UnhealthyError, match="gestört: Rechenzentrum"):
        health.check()
    office.post(reverse("llm:probe", args=[row.slug]))
    assert state(row.slug) == "closed"
    assert health.check() == "1 Anbieter eingerichtet."


def read_along(user, slug: str) -> str:
    async def read() -> str:
        client = AsyncClient()
        await client.aforce_login(user)
        response = await client.post(reverse("llm:probe_stream", args=[slug]))
        assert response["Content-Type"] == "text/event-stream; charset=utf-8"
        return b"".join([part async for part in response.streaming_content]).decode()

    return run(read)


@pytest.mark.django_db(transaction=True)
def test_a_test_read_along_comes_piece_by_piece(dora, fake, add):
    row = add(fake)
    events = [part.split("\ndata: ") for part in read_along(dora, row.slug).strip().split("\n\n")]
    assert [name for name, _data in events] == ["event: piece"] * 4 + ["event: findings"]
    assert "".join(json.loads(data) for _name, data in events[:-1]) == "Was ist eine Stadtverwaltung?"
    findings = json.loads(events[-1][1])
    assert findings["sound"]
    assert findings["dimensions"] == 3


@pytest.mark.django_db(transaction=True)
def test_a_failed_test_read_along_ends_with_its_findings(dora, fake, add):
    row = add(fake)
    fake.behave(streamed("Ja", finish=None))
    body = read_along(dora, row.slug)
    assert body.startswith('event: piece\ndata: "Ja"')
    assert "folgt nicht der OpenAI-Schnittstelle" in body
    assert Entry.objects.get(action="llm.provider.tested").detail == {"outcome": "malformed"}


def test_quotas_are_set_and_audited(office):
    page = office.get(reverse("llm:quotas"))
    values = {name: field.initial for name, field in page.context["form"].fields.items()}
    assert office.post(reverse("llm:quotas"), {**values, "clerk-calls": "7"}).status_code == 302
    row = RoleQuota.objects.get()
    assert (row.role, row.calls) == ("clerk", 7)
    assert Entry.objects.get(action="llm.quotas.changed").detail == {"clerk": [7, values["clerk-tokens"]]}
    assert office.post(reverse("llm:quotas"), {**values, "clerk-calls": "-1"}).status_code == 400
    assert office.post(reverse("llm:quotas"), {}).status_code == 400


def test_the_use_is_shown_by_role_and_room_without_a_name(office, fake, add, alice, bob):
    add(fake)
    service.chat(QUESTION, **OPTIONS, actor=alice)
    page = text(signed_in(bob).get(reverse("llm:use")))
    assert "Sachbearbeitung" in page
    assert "assistant" in page
    assert "alice" not in page
    assert "Noch keine Anfrage" not in page


def test_the_data_protection_officer_sees_what_goes_where_and_changes_nothing(fake, add, bob):
    row = add(fake, "Rechenzentrum")
    client = signed_in(bob)
    page = text(client.get(reverse("llm:list")))
    assert "Rechenzentrum" in page
    assert "Anbieter hinzufügen" not in page
    for name in ("create", "quotas"):
        assert client.get(reverse(f"llm:{name}")).status_code == 404
    assert client.get(reverse("llm:provider", args=[row.slug])).status_code == 404
    for name in ("probe", "probe_stream", "delete", "set_active"):
        assert client.post(reverse(f"llm:{name}", args=[row.slug])).status_code == 404
    assert Provider.objects.exists()


def test_alice_does_not_learn_that_there_are_providers(fake, add, alice):
    row = add(fake)
    client = signed_in(alice)
    for address in (reverse("llm:list"), reverse("llm:use"), reverse("llm:provider", args=[row.slug])):
        assert client.get(address).status_code == 404
    assert "/sprachmodelle/" not in text(client.get("/"))


def test_an_unknown_provider_is_not_there(office):
    assert office.get(reverse("llm:provider", args=["nirgends"])).status_code == 404
    for name in ("probe", "probe_stream", "delete", "set_active"):
        assert office.post(reverse(f"llm:{name}", args=["nirgends"])).status_code == 404


def test_the_operator_s_provider_is_shown_tested_and_not_changed_here(office, settings, fake):
    settings.LLM = {**settings.LLM, "url": fake.url, "model": "m", "key": KEY, "location": "house"}
    page = text(office.get(reverse("llm:provider", args=["environment"])))
    assert "steht in den Einstellungen des Servers" in page
    assert KEY not in page
    assert "Angaben speichern" not in page
    assert "Der Anbieter antwortet" in text(office.post(reverse("llm:probe", args=["environment"])))
    assert office.post(reverse("llm:provider", args=["environment"]), FIELDS).status_code == 404


def test_the_pages_speak_english(office, fake, add):
    row = add(fake)
    english = {"HTTP_ACCEPT_LANGUAGE": "en"}
    for address in (
        reverse("llm:list"),
        reverse("llm:use"),
        reverse("llm:quotas"),
        reverse("llm:provider", args=[row.slug]),
    ):
        page = text(office.get(address, **english))
        assert '<html lang="en"' in page
        for german in ("Anbieter", "Kontingent", "Verbrauch", "Im Haus", "bereit<", "mit Pseudonymen", "Schlüssel"):
            assert german not in page, (address, german)
    fake.behave(failure(401))
    assert "rejects the key" in text(office.post(reverse("llm:probe", args=[row.slug]), **english))
