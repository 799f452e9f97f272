# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A day in the town hall: everything that matters is in the audit, nothing secret is anywhere in clear text."""

import logging
import re

import pytest
from django.db import DatabaseError, connection, transaction

from allmende.kernel.audit import service as audit
from allmende.kernel.audit.models import Entry
from allmende.kernel.audit.testing import without_triggers

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "Kastanie-im-Hof-23"


@pytest.fixture
def day(client, person, sign_in, caplog):
    """Dora makes an account, a token and an export; Alice mistypes, signs in, changes her password. Returns the day's secrets."""
    caplog.set_level(logging.DEBUG)
    dora = person("dora")
    person("alice")
    office = dora.browser()
    page = office.post(
        "/konten/neu/", {"username": "erwin", "email": "erwin@lindental.example", "role": "clerk", "unit": ""}
    )
    one_time = re.search(
        r"<code[^>]*>\s*([^<\s]+)\s*</code>|<strong[^>]*>\s*([^<\s]+)\s*</strong>", page.content.decode()
    )
    page = office.post("/konto/token/", {"name": "Abgleich", "rights": ["audit.read"], "days": "30"})
    token = re.search(r"allmende_[\w-]+", page.content.decode()).group()
    b"".join(office.get("/protokoll/export.csv").streaming_content)
    sign_in(client, "alice", "Lindenbaum-am-Markt-8")
    sign_in(client, "Lindenbaum-am-Markt-7", "alice")  # both fields mixed up
    sign_in(client, "alice")
    session = client.cookies["sessionid"].value
    client.post(
        "/konto/password/change/",
        {"oldpassword": "Lindenbaum-am-Markt-7", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    client.post("/konto/logout/")
    return {
        "one-time password": next(group for group in one_time.groups() if group),
        "token": token,
        "mistyped password": "Lindenbaum-am-Markt-8",
        "password": "Lindenbaum-am-Markt-7",
        "new password": NEW_PASSWORD,
        "session": session,
        "session of Dora": dora.cookies["sessionid"].value,
    }


def test_no_secret_of_the_day_is_in_the_log_or_the_audit(day, caplog):
    logged = caplog.text + str([record.__dict__ for record in caplog.records])
    audited = str(list(Entry.objects.values()))
    assert [name for name, secret in day.items() if secret in logged] == []
    assert [name for name, secret in day.items() if secret in audited] == []


def test_no_password_or_token_of_the_day_is_anywhere_in_the_database(day, traces):
    for name in ("one-time password", "token", "mistyped password", "password", "new password"):
        assert traces(day[name]) == [], name
    assert traces(day["session of Dora"]), "the search finds what is there"


def test_everything_that_mattered_is_in_the_audit_and_the_chain_holds(day):
    actions = set(Entry.objects.values_list("action", flat=True))
    assert {"accounts.login", "accounts.login_failed", "accounts.logout", "audit.exported"} <= actions
    assert {
        "accounts.user.created",
        "accounts.one_time_password.issued",
        "accounts.password.changed",
        "accounts.api_key.created",
    } <= actions
    report = audit.verify()
    assert not report.breaches
    assert report.entries == Entry.objects.count() >= 8


@pytest.mark.parametrize("column", ["actor_name", "actor_id", "action", "subject", "previous_hash", "hash"])
def test_no_entry_of_the_day_can_be_changed_and_a_change_behind_our_back_is_found(day, column):
    entry = Entry.objects.get(action="audit.exported")
    statement = f"UPDATE audit_entry SET {column} = 'accounts.forged' WHERE seq = {entry.seq}"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(seq=entry.seq).delete()
    assert not audit.verify().breaches
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert audit.verify().breaches


def test_the_end_of_the_audit_cannot_be_cut_off_unnoticed(day):
    last = Entry.objects.first()
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM audit_entry WHERE seq = {last.seq}")
    assert audit.verify().breaches


def test_a_token_is_good_for_its_rights_until_it_is_revoked_or_its_owner_loses_them(day, person):
    """House-level: the token of the day against a door that is guarded as every door of the API is."""
    from django.http import Http404, HttpRequest

    from allmende.kernel.accounts import queries, service
    from allmende.kernel.accounts.access import TokenAuth

    dora, door, other = person("dora").user, TokenAuth("audit.read"), TokenAuth("accounts.manage")
    assert door.authenticate(HttpRequest(), day["token"]) == dora
    with pytest.raises(Http404):
        other.authenticate(HttpRequest(), day["token"])
    service.revoke_token(queries.token(day["token"]), actor=dora)
    assert door.authenticate(HttpRequest(), day["token"]) is None


def test_a_token_is_never_accepted_in_an_address_or_a_cookie(day, client):
    for request in (
        {"path": f"/protokoll/?token={day['token']}"},
        {"path": "/protokoll/", "HTTP_AUTHORIZATION": f"Bearer {day['token']}"},
    ):
        assert client.get(**request).status_code == 302, "pages are for people who signed in"
    client.cookies["sessionid"] = day["token"]
    assert client.get("/protokoll/").status_code == 302


@pytest.mark.parametrize("address", ["/konten/neu/", "/konto/token/"])
def test_a_page_that_shows_a_secret_once_is_kept_by_no_cache(address, person):
    form = {"username": "erwin", "role": "clerk", "name": "x", "rights": ["audit.read"], "days": "30"}
    response = person("dora").browser().post(address, form)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
