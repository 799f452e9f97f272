# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alice signs in and out; Mallory tries other ways."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from allmende.kernel.accounts import service
from allmende.kernel.audit.models import Entry

pytestmark = pytest.mark.django_db


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_alice_signs_in_with_her_name_or_her_address(client, alice, sign_in):
    for login in ("alice", "ALICE", "alice@lindental.example"):
        assert sign_in(client, login).status_code == 302
        assert is_signed_in(client)
        client.post(reverse("account_logout"))
        assert not is_signed_in(client)


def test_a_wrong_password_does_not(client, alice, sign_in):
    answer = sign_in(client, "alice", "falsch")
    assert answer.status_code == 200
    assert not is_signed_in(client)


def test_a_closed_account_does_not(client, alice, sign_in):
    service.set_active(alice, False, actor=None)
    sign_in(client, "alice")
    assert not is_signed_in(client)


def test_closing_an_account_ends_its_sessions(client, alice, sign_in):
    sign_in(client, "alice")
    assert client.get(reverse("accounts_profile")).status_code == 200
    service.set_active(alice, False, actor=None)
    assert client.get(reverse("accounts_profile")).status_code == 302


def test_a_one_time_password_ends_older_sessions(client, alice, sign_in):
    sign_in(client, "alice")
    service.issue_one_time_password(alice, actor=None)
    assert client.get(reverse("accounts_profile")).url.startswith(reverse("account_login"))


def test_the_session_id_rotates_at_login_and_ends_at_logout(client, alice, sign_in):
    session = client.session
    session["before"] = True
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    sign_in(client, "alice")
    during = client.cookies["sessionid"].value
    assert during != before
    assert not Session.objects.filter(session_key=before).exists()
    client.post(reverse("account_logout"))
    assert not Session.objects.filter(session_key=during).exists()
    thief = Client()
    thief.cookies["sessionid"] = during
    assert thief.get(reverse("accounts_profile")).status_code == 302


def test_logging_out_takes_a_form_not_a_link(client, alice, sign_in):
    sign_in(client, "alice")
    client.get(reverse("account_logout"))
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "https://testserver@evil.example/",
        "\thttps://evil.example",
        "///evil.example",
    ],
)
def test_next_never_leads_to_a_foreign_site(client, alice, sign_in, target):
    answer = client.post(
        reverse("account_login"), {"login": "alice", "password": "Lindenbaum-am-Markt-7", "next": target}
    )
    assert answer.status_code == 302
    assert answer.url.startswith("/")
    assert "evil" not in answer.url
    assert "evil" not in client.post(reverse("account_logout"), {"next": target}).url


def test_next_leads_to_a_page_of_this_site(client, alice):
    target = reverse("accounts_tokens")
    answer = client.post(
        reverse("account_login"), {"login": "alice", "password": "Lindenbaum-am-Markt-7", "next": target}
    )
    assert answer.url == target


def test_nobody_registers_by_himself(client, db):
    from allmende.kernel.accounts.models import User

    form = {
        "username": "mallory",
        "email": "m@x.example",
        "password1": "Sehr-langes-Wort-9",
        "password2": "Sehr-langes-Wort-9",
    }
    client.post(reverse("account_signup"), form)
    assert not User.objects.filter(username="mallory").exists()


def test_logins_failures_and_logouts_are_logged_without_what_was_typed(client, alice, sign_in):
    sign_in(client, "alice", "falsch-getippt")
    sign_in(client, "mein-passwort-im-falschen-feld", "x")
    sign_in(client, "alice")
    client.post(reverse("account_logout"))
    entries = list(Entry.objects.filter(action__startswith="accounts.log").order_by("seq"))
    assert [(entry.action, entry.subject) for entry in entries] == [
        ("accounts.login_failed", "user:alice"),
        ("accounts.login_failed", ""),
        ("accounts.login", "user:alice"),
        ("accounts.logout", "user:alice"),
    ]
    written = str([(entry.subject, entry.detail) for entry in entries])
    assert "falsch" not in written
    assert entries[0].detail == {"address": "127.0.0.1", "known": True}


def test_a_one_time_password_must_be_replaced_before_anything_else(client, alice, sign_in):
    password = service.issue_one_time_password(alice, actor=None)
    sign_in(client, "alice", password)
    change = reverse("account_change_password")
    assert client.get(reverse("accounts_profile")).url == change
    assert client.get(reverse("accounts_tokens")).url == change
    assert client.get(change).status_code == 200
    same = {"oldpassword": password, "password1": password, "password2": password}
    assert client.post(change, same).status_code == 200, "the one-time password cannot be chosen again"
    client.post(
        change, {"oldpassword": password, "password1": "Neue-Linde-am-Bach-3", "password2": "Neue-Linde-am-Bach-3"}
    )
    assert client.get(reverse("accounts_profile")).status_code == 200
    assert Entry.objects.filter(action="accounts.password.changed", subject="user:alice").exists()


def test_a_one_time_password_ends_after_seven_days(client, alice, sign_in):
    from datetime import timedelta

    from django.utils import timezone

    password = service.issue_one_time_password(alice, actor=None)
    alice.one_time_password_until = timezone.now() - timedelta(seconds=1)
    alice.save()
    answer = sign_in(client, "alice", password)
    assert not is_signed_in(client)
    assert "abgelaufen" in client.get(answer.url).content.decode()


def test_a_forgotten_password_is_replaced_through_a_letter(client, alice, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": "alice@lindental.example"})
    link = next(word for word in mailoutbox[0].body.split() if "/password/reset/key/" in word)
    form = client.get(link.replace("http://testserver", "")).url
    client.post(form, {"password1": "Neue-Linde-am-Bach-3", "password2": "Neue-Linde-am-Bach-3"})
    alice.refresh_from_db()
    assert alice.check_password("Neue-Linde-am-Bach-3")
    assert not is_signed_in(client), "the letter alone signs nobody in"


def test_a_letter_is_not_sent_to_strangers(client, db, mailoutbox):
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@lindental.example"})
    assert answer.status_code == 302, "the page does not say whether an account exists"
    assert mailoutbox == []


def test_password_managers_find_the_fields_and_a_name_has_an_end(client, db, sign_in):
    page = client.get(reverse("account_login")).content.decode()
    login = re.search(r'<input[^>]*name="login"[^>]*>', page).group()
    password = re.search(r'<input[^>]*name="password"[^>]*>', page).group()
    assert 'autocomplete="username"' in login
    assert 'autocomplete="current-password"' in password
    assert sign_in(client, "a" * 255).context["form"].errors.keys() == {"login"}
