# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bob reads the log, Alice does not know that there is one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.kernel.audit.models import Entry
from allmende.kernel.audit.service import record
from allmende.kernel.audit.testing import without_triggers
from allmende.kernel.registry import resolve

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
make_user = resolve("allmende.kernel.accounts.testing:make_user")  # the room lies above this one


@pytest.fixture
def bob(client):
    user = make_user("bob", "data_protection_officer")
    client.force_login(user)
    return user


def test_bob_reads_what_happened(client, bob):
    record("town.service.published", actor=bob, subject="service:passport", detail={"version": 3})
    page = client.get(reverse("audit_list"), {"action": "town"})
    assert page.status_code == 200
    assert "service:passport" in page.content.decode()


def test_alice_a_clerk_finds_no_such_page(client):
    entry = record("town.service.published", actor=None)
    client.force_login(make_user("alice", "clerk"))
    for name, arguments in (("audit_list", []), ("audit_entry", [entry.seq]), ("audit_export", [])):
        assert client.get(reverse(name, args=arguments)).status_code == 404
    assert client.post(reverse("audit_verify")).status_code == 404


def test_a_stranger_is_led_to_the_login(client):
    answer = client.get(reverse("audit_list"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_the_list_is_filtered_by_action_person_subject_and_period(client, bob):
    record("town.service.published", actor=bob, subject="service:passport")
    record("town.service.revoked", actor=None, subject="service:parking")

    def found(**filters):
        page = client.get(reverse("audit_list"), filters).context["page"]
        return {entry.subject for entry in page}

    today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    assert found(action="town.service.published") == {"service:passport"}
    assert found(action="town") == {"service:passport", "service:parking"}
    assert found(action="town", actor="BO") == {"service:passport"}
    assert found(subject="park") == {"service:parking"}
    assert found(action="town", since=today, until=today) == {"service:passport", "service:parking"}
    assert found(action="town", since=tomorrow) == set()


def test_a_period_that_ends_before_it_begins_is_explained(client, bob):
    answer = client.get(reverse("audit_list"), {"since": "2026-02-02", "until": "2026-02-01"})
    assert answer.status_code == 400
    assert "Das Ende liegt vor dem Anfang." in answer.content.decode()


def test_an_entry_shows_its_details_as_text_not_as_html(client, bob):
    entry = record("town.service.published", actor=None, subject="<script>", detail={"title": "<img src=x>"})
    page = client.get(reverse("audit_entry", args=[entry.seq])).content.decode()
    assert "&lt;img src=x&gt;" in page
    assert "<script>" not in page.split("<main")[1]


def test_bob_verifies_the_chain_and_that_is_logged_too(client, bob):
    page = client.post(reverse("audit_verify")).content.decode()
    assert "Die Kette ist unversehrt" in page
    assert Entry.objects.first().action == "audit.verified"


def test_bob_sees_which_entry_was_changed(client, bob):
    entry = record("town.service.published", actor=None)
    with without_triggers():
        Entry.objects.filter(seq=entry.seq).update(subject="forged")
    page = client.post(reverse("audit_verify")).content.decode()
    assert "Das Protokoll wurde verändert" in page
    assert f">{entry.seq}</th>" in page


def test_verifying_needs_a_form_of_this_site(bob):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob)
    assert strict.post(reverse("audit_verify")).status_code == 403
    assert strict.get(reverse("audit_verify")).status_code == 405


def test_the_export_runs_no_formula(client, bob):
    record("town.service.published", actor=None, subject="=cmd|'/c calc'!A1")
    answer = client.get(reverse("audit_export"), {"action": "town"})
    text = b"".join(answer.streaming_content).decode()
    assert "'=cmd" in text
    assert ';"=cmd' not in text
    assert Entry.objects.first().action == "audit.exported"


def test_a_long_log_costs_no_more_queries(client, bob, django_assert_max_num_queries):
    for number in range(60):
        record("town.service.published", actor=bob, subject=f"service:{number}")
    with django_assert_max_num_queries(8):
        client.get(reverse("audit_list"))
