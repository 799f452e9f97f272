# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dora looks after the outbox."""

import pytest
from django.urls import reverse

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.messages import delivery, sealing, service
from allmende.kernel.messages.models import Destination, Message

pytestmark = pytest.mark.one_database

PAGE = "/post/"
NEW = "/post/ziele/neu/webhook/"


@pytest.fixture
def desk(client, dora):
    client.force_login(dora)
    return client


@pytest.fixture
def failed(mail_server, letter) -> Message:
    mail_server.refuses = {"RCPT": "550 no such person"}
    message = letter()
    delivery.attempt(message.pk)
    mail_server.refuses = {}
    return message


def test_dora_sees_what_failed_and_why_and_not_what_is_in_it(desk, failed):
    html = desk.get(PAGE).content.decode()
    assert "Brief vom Garten" in html
    assert "lehnt die Nachricht ab" in html
    assert "geheim" not in html


def test_dora_sends_it_again(desk, failed, mail_server):
    desk.post(reverse("messages_send_anew", args=[failed.pk]))
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("queued", 0)
    assert delivery.attempt(failed.pk) == ""
    assert len(mail_server.received) == 1
    assert Entry.objects.filter(action="messages.message.sent_anew").count() == 1


def test_dora_gives_it_up_and_takes_that_back(desk, failed):
    desk.post(reverse("messages_give_up", args=[failed.pk]))
    failed.refresh_from_db()
    assert failed.state == "stopped"
    assert "aufgegeben" in desk.get(PAGE, {"state": "stopped"}).content.decode()
    desk.post(reverse("messages_send_anew", args=[failed.pk]))
    failed.refresh_from_db()
    assert failed.state == "queued"


def test_what_has_left_is_neither_sent_again_nor_given_up(desk, mail_server, letter):
    message = letter()
    delivery.attempt(message.pk)
    for name in ("messages_send_anew", "messages_give_up"):
        answer = desk.post(reverse(name, args=[message.pk]), follow=True)
        assert "kern-alert--danger" in answer.content.decode()
    assert delivery.attempt(message.pk) == ""
    assert len(mail_server.received) == 1


def test_a_webhook_is_set_up_and_its_secret_shown_once(desk, settings):
    settings.OUTBOUND_HOSTS = ["fach.example"]
    form = {"title": "Fachverfahren", "slug": "fach", "address": "https://fach.example/haken"}
    html = desk.post(NEW, form).content.decode()
    secret = sealing.unseal_secret(Destination.objects.get().sealed_secret)
    assert secret in html
    assert secret not in desk.get(PAGE).content.decode()
    assert desk.post(NEW, form).status_code == 422, "the name is taken"
    desk.post(reverse("messages_remove_destination", args=["fach"]))
    assert not Destination.objects.exists()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://evil.example/haken", "nicht auf der Liste"),
        ("http://fach.example/haken", "nur mit https://"),
        ("ftp://fach.example/", "beginnt mit https://"),
        ("https://a@fach.example/", "Kennwort"),
        ("https://fach.example/?x=1", "kein ?"),
        ("http://169.254.169.254/", "nicht auf der Liste"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused_with_its_reason(desk, settings, url, sentence):
    settings.OUTBOUND_HOSTS = ["fach.example"]
    answer = desk.post(NEW, {"title": "x", "slug": "x", "address": url})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Destination.objects.exists()


@pytest.mark.parametrize(
    ("kind", "form", "kept"),
    [
        ("email", {"address": "steuern@lindental.example"}, {}),
        ("directory", {"address": "steueramt"}, {}),
        (
            "fitconnect",
            {
                "address": "https://submission.example",
                "token_url": "https://auth.example/token",
                "client_id": "allmende",
                "client_secret": "s3cret",
                "destination": "879ee109-a690-4db8-ab32-424b2e0f3d1c",
                "schema_uri": "urn:de:fim:s1",
                "format": "application/xml",
                "leika": "",
            },
            {
                "client_id": "allmende",
                "destination": "879ee109-a690-4db8-ab32-424b2e0f3d1c",
                "format": "application/xml",
            },
        ),
    ],
)
def test_dora_says_where_applications_go(desk, settings, kind, form, kept):
    settings.OUTBOUND_HOSTS = ["submission.example", "auth.example"]
    common = {"title": "Steueramt", "slug": "steuern", "serves": "hundesteuer-anmelden\nfinanzen"}
    page = desk.post(f"/post/ziele/neu/{kind}/", common | form, follow=True).content.decode()
    destination = Destination.objects.get()
    assert (destination.kind, destination.address) == (kind, form["address"])
    assert destination.serves == ["hundesteuer-anmelden", "finanzen"]
    assert destination.options.items() >= kept.items()
    assert "hundesteuer-anmelden, finanzen" in page
    assert "s3cret" not in page + str(Destination.objects.values().get())
    if kind == "fitconnect":
        assert sealing.unseal_secret(destination.sealed_secret) == "s3cret"
    entry = Entry.objects.get(action="messages.destination.added")
    assert (entry.subject, entry.detail["kind"]) == ("destination:steuern", kind)


def test_dora_sends_other_applications_to_a_destination_and_its_secret_stays(desk, hook):
    page = reverse("messages_change_destination", args=["fach"])
    assert "Fachverfahren" in desk.get(page).content.decode()
    assert desk.post(page, {"title": "Fach", "serves": "a b/c"}).status_code == 422
    desk.post(page, {"title": "Fach", "serves": "sperrmuell\nsperrmuell"})
    changed = Destination.objects.get()
    assert (changed.title, changed.serves) == ("Fach", ["sperrmuell"])
    assert changed.sealed_secret == hook.sealed_secret
    assert Entry.objects.get(action="messages.destination.changed").detail == {"serves": ["sperrmuell"]}


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("email", {"address": "niemand"}),
        ("directory", {"address": "../outside"}),
        ("directory", {"address": "gut", "serves": "a/b"}),
        ("fitconnect", {"address": "https://evil.example"}),
    ],
)
def test_a_destination_that_cannot_be_is_refused(desk, kind, form):
    answer = desk.post(f"/post/ziele/neu/{kind}/", {"title": "x", "slug": "x", **form})
    assert answer.status_code == 422
    assert not Destination.objects.exists()
    assert desk.get("/post/ziele/neu/brieftaube/").status_code == 404


def test_alice_finds_no_such_page(client, failed):
    client.force_login(make_user("alice", "clerk"))
    assert client.get(PAGE).status_code == 404
    for name in ("messages_send_anew", "messages_give_up"):
        assert client.post(reverse(name, args=[failed.pk])).status_code == 404


def test_a_long_list_costs_no_more_queries(desk, letter, django_assert_max_num_queries):
    for _number in range(60):
        letter()
    with django_assert_max_num_queries(9):
        desk.get(PAGE, {"state": "queued"})


def test_a_person_is_found_and_forgotten(letter, hook):
    from allmende.kernel.messages import personal

    letter(about="2026-000001")
    letter(to="dora@lindental.example", about="2026-000002")
    service.send_webhook("fach", key="w", event="case.opened", data={}, about="2026-000001")
    assert len(personal.find("Charlie@lindental.example")) == 1
    assert len(personal.find("2026-000001")) == 2
    assert personal.erase("2026-000001") == 2
    assert personal.find("2026-000001") == []
    assert Message.objects.filter(state="stopped").count() == 2
    assert Message.objects.get(about="2026-000002").state == "queued"
