# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie follows the private link to his case."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from allmende.kernel.cases import rules, service
from allmende.kernel.cases.models import Case, Letter
from allmende.kernel.cases.tests import garden
from allmende.kernel.messages import links
from allmende.kernel.messages.models import Link


@pytest.fixture
def link(opened, alice) -> str:
    return service.citizen_link(opened()).removeprefix("http://testserver")


def ticket(html: str) -> str:
    return re.search(r'name="ticket" value="([^"]+)"', html)[1]


def test_charlie_reads_what_he_sent_and_what_the_town_wrote(client, link, alice, monkeypatch):
    service.answer(Case.objects.get(), "Die Linde darf fallen.", ticket=uuid.uuid4(), actor=alice)
    service.note(Case.objects.get(), "Nur für uns", actor=alice)
    assert "Die Linde darf fallen." not in client.get(link).content.decode(), "Alice may still take it back"
    monkeypatch.setattr(rules, "ANSWER_SECONDS", 0)
    html = client.get(link).content.decode()
    assert "Baumart: Linde" in html
    assert "Die Linde darf fallen." in html
    assert "Nur für uns" not in html


def test_the_page_is_for_no_search_engine_cache_or_foreign_log(client, link):
    answer = client.get(link)
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in answer.content.decode()


def test_the_token_stands_nowhere_in_the_database(link):
    token = link.rstrip("/").rpartition("/")[2]
    assert len(token) >= 43
    assert token not in str(list(Link.objects.values()))


@pytest.mark.parametrize("token", ["x", "", "0" * 43, "../vorgaenge"])
def test_a_guessed_link_leads_nowhere(client, link, token):
    assert client.get(f"/vorgang/{token}/").status_code == 404


def test_a_link_ends(client, link):
    Link.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(link).status_code == 404
    assert client.post(link, {"do": "withdraw"}).status_code == 404
    assert Case.objects.get().state == "new"


def test_alice_revokes_all_links(client, link, alice):
    other = service.citizen_link(Case.objects.get()).removeprefix("http://testserver")
    assert service.revoke_links(Case.objects.get(), actor=alice) == 2
    for address in (link, other):
        assert client.get(address).status_code == 404


def test_a_link_about_something_else_opens_no_case(client, link):
    case = Case.objects.get()
    for about in (f"other:{case.pk}", str(case.pk)):
        assert client.get(f"/vorgang/{links.make(about, days=1)}/").status_code == 404


def test_a_caller_who_tries_and_tries_must_wait(client, link, settings):
    for number in range(30):
        client.get(f"/vorgang/{number}/")
    answer = client.get(link)
    assert answer.status_code == 429
    assert "in einer Minute" in answer.content.decode()


def test_charlie_writes_back_once_however_often_he_sends_it(client, link):
    form = {"do": "reply", "text": "Hier ist das Foto.", "ticket": ticket(client.get(link).content.decode())}
    for _time in range(2):
        answer = client.post(link, form, follow=True)
        assert "Ihre Nachricht ist angekommen." in answer.content.decode()
    assert Letter.objects.get().incoming


def test_an_empty_message_is_pointed_out(client, link):
    answer = client.post(link, {"do": "reply", "text": "", "ticket": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "Bitte schreiben Sie etwas." in answer.content.decode()


def test_charlie_withdraws_and_thinks_again(client, link):
    html = client.post(link, {"do": "withdraw"}, follow=True).content.decode()
    assert "Sie haben den Vorgang zurückgezogen." in html
    assert Case.objects.get().state == "withdrawn"
    client.post(link, {"do": "undo"}, follow=True)
    assert Case.objects.get().state == "new"


def test_what_alice_did_is_not_taken_back_by_the_link(client, link, alice):
    service.move(Case.objects.get(), "done", actor=alice)
    client.post(link, {"do": "undo"})
    assert Case.objects.get().state == "done"
    answer = client.post(link, {"do": "withdraw"}, follow=True)
    assert "schon abgeschlossen" in answer.content.decode()


def test_a_form_of_another_site_does_nothing(link):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, {"do": "withdraw"}).status_code == 403
    assert Case.objects.get().state == "new"


def test_a_case_that_was_deleted_is_not_there(client, link):
    Case.objects.all().delete()
    assert client.get(link).status_code == 404


def test_the_page_speaks_english(client, link):
    html = client.get(link, headers={"accept-language": "en"}).content.decode()
    assert "Species: Linde" in html
    assert "Your case" in html
    assert garden.TREE not in html
