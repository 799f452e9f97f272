# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mallory guesses. After five attempts the door of this account is shut from her address, whatever she claims to be."""

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.urls import reverse

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry

PASSWORD = "Lindenbaum-am-Markt-7"
pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def guess(client, sign_in):
    def do(times: int = 5, login: str = "alice", **extra: object) -> int:
        status = 0
        for _number in range(times):
            status = sign_in(client, login, "geraten", **{"REMOTE_ADDR": HERE, **extra}).status_code
        return status

    return do


def test_the_fifth_wrong_password_locks_the_account_from_this_address(client, alice, guess, sign_in):
    assert guess(4) == 200
    assert guess(1) == 429
    assert sign_in(client, "alice", PASSWORD, REMOTE_ADDR=HERE).status_code == 429


def test_the_page_says_in_german_what_to_do(client, alice, guess, sign_in):
    guess(5)
    answer = sign_in(client, "alice", REMOTE_ADDR=HERE)
    page = answer.content.decode()
    assert "Die Anmeldung ist vorübergehend gesperrt" in page
    assert "30 Minuten" in page
    assert answer["Retry-After"] == "1800"


def test_alice_herself_still_gets_in_from_her_own_desk(client, alice, guess, sign_in):
    guess(5)
    assert sign_in(client, "alice", REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_others_at_the_same_address_still_get_in(client, alice, guess, sign_in):
    make_user("erika", "editor", password=PASSWORD)
    guess(5)
    assert sign_in(client, "erika", REMOTE_ADDR=HERE).status_code == 302


def test_a_forged_header_changes_nothing(client, alice, guess, sign_in):
    for number in range(5):
        status = guess(1, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
    assert status == 429
    assert sign_in(client, "alice", REMOTE_ADDR=HERE, HTTP_X_FORWARDED_FOR=ELSEWHERE).status_code == 429


def test_behind_one_proxy_the_address_it_saw_counts(client, alice, guess, sign_in, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(5):
        status = guess(1, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, {HERE}")
    assert status == 429
    own_desk = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": f"{HERE}, {ELSEWHERE}"}
    assert sign_in(client, "alice", **own_desk).status_code == 302


def test_name_and_address_of_one_account_count_together(client, alice, guess):
    assert guess(3, login="alice") == 200
    assert guess(1, login="ALICE") == 200
    assert guess(1, login="alice@lindental.example") == 429


def test_another_browser_does_not_help(client, alice, guess):
    for number in range(5):
        status = guess(1, HTTP_USER_AGENT=f"browser {number}")
    assert status == 429


def test_an_unknown_name_is_locked_in_the_same_way(client, db, guess):
    assert guess(5, login="nobody") == 429


def test_the_lockout_is_logged(alice, guess):
    guess(5)
    assert Entry.objects.filter(action="accounts.locked_out", subject="user:alice").exists()


def test_what_was_typed_is_not_kept(client, alice, sign_in):
    from axes.models import AccessAttempt

    sign_in(client, "alice", "fast-mein-passwort")
    kept = str(list(AccessAttempt.objects.values()))
    assert "fast-mein" not in kept


@pytest.mark.django_db(transaction=True)
def test_the_same_under_asgi():
    """django-axes passes other arguments to the page there."""
    make_user("alice", "clerk", password=PASSWORD)
    client = AsyncClient()

    async def guess_five_times():
        for _number in range(5):
            answer = await client.post(reverse("account_login"), {"login": "alice", "password": "geraten"})
        return answer

    answer = async_to_sync(guess_five_times)()
    assert answer.status_code == 429
    assert "gesperrt" in answer.content.decode()
