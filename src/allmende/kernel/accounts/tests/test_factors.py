# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Second factors: a code opens once, within its tolerance; whoever steals the database cannot compute one."""

import importlib
import time
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from click.testing import CliRunner
from django.apps import apps
from django.urls import reverse

from allmende.kernel.accounts import factors, health, sealing, service
from allmende.kernel.accounts.cli import accounts
from allmende.kernel.accounts.testing import make_user, totp_code
from allmende.kernel.audit.models import Entry

PASSWORD = "Lindenbaum-am-Markt-7"
KEY, OTHER = "k" * 50, "o" * 50
CLEAR = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(db):
    user = make_user("bob", "data_protection_officer", password=PASSWORD)
    RecoveryCodes.activate(user)
    return user


@pytest.fixture
def clock(monkeypatch):
    """A clock that this test alone moves, in steps of 30 seconds; it starts at the beginning of one."""
    start = int(time.time()) // 30 * 30

    class Clock:
        steps = 0

    moved = SimpleNamespace(time=lambda: start + 30 * Clock.steps)
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", moved)
    return Clock


@pytest.fixture
def enter(client, bob, sign_in):
    """Bob signs in with this code from a new browser session; whether he got in."""

    def do(code: str) -> bool:
        client.cookies.clear()
        sign_in(client, "bob")
        client.post(reverse("mfa_authenticate"), {"code": code})
        return "_auth_user_id" in client.session

    return do


def stored() -> str:
    return str(list(Authenticator.objects.values_list("data", flat=True)))


def keep_clear(user, secret: str = CLEAR) -> None:
    """The second factor as it was kept before secrets were sealed."""
    Authenticator.objects.filter(user=user, type="totp").update(data={"secret": secret})


# --- once


@pytest.mark.parametrize("later", [-1, 0, 1])
def test_the_code_before_and_the_one_after_open_too(enter, bob, clock, later):
    assert enter(totp_code(bob, later=later))


@pytest.mark.parametrize("later", [-2, 2])
def test_older_and_later_codes_do_not(enter, bob, clock, later):
    assert not enter(totp_code(bob, later=later))


def test_no_code_opens_twice_for_as_long_as_the_tolerance_lasts(enter, bob, clock):
    code = totp_code(bob, later=1)
    assert enter(code)
    for clock.steps in (0, 1, 2):
        from django.core.cache import cache

        cache.clear()  # what django-allauth remembers for half a minute at most
        assert not enter(code), f"after {clock.steps} steps"
    assert Entry.objects.filter(action="accounts.mfa.failed").count() == 3


def test_a_code_older_than_the_last_one_is_worth_nothing(enter, bob, clock):
    earlier = totp_code(bob, later=-1)
    assert enter(totp_code(bob))
    assert not enter(earlier)
    clock.steps = 1
    assert enter(totp_code(bob))


def test_of_two_at_once_with_the_same_code_one_gets_in(bob, clock):
    code, authenticator = totp_code(bob), Authenticator.objects.get(user=bob, type="totp")
    assert [factors.use(authenticator, code) for _visitor in range(2)] == [True, False]


def test_the_code_that_set_the_app_up_does_not_open_again(client, clock, sign_in, django_capture_on_commit_callbacks):
    admin = make_user("admin", "administrator", password=PASSWORD, mfa=False)
    sign_in(client, "admin")
    client.get(reverse("mfa_activate_totp"))
    from allmende.kernel.accounts.testing import code_of

    code = code_of(client.session["mfa.totp.secret"])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code})
    client.post(reverse("account_logout"))
    sign_in(client, "admin")
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert "_auth_user_id" not in client.session
    clock.steps = 1
    client.post(reverse("mfa_authenticate"), {"code": totp_code(admin)})
    assert "_auth_user_id" in client.session


def test_a_used_code_does_not_reset_the_limit_of_guesses(client, enter, bob, clock, sign_in):
    from django.core.cache import cache

    code = totp_code(bob, later=1)
    assert enter(code)
    clock.steps = 1
    cache.clear()
    client.cookies.clear()
    sign_in(client, "bob")
    for number in range(52):
        guess = "no code" if number % 2 else code
        client.post(reverse("mfa_authenticate"), {"code": guess}, REMOTE_ADDR=f"203.0.113.{number}")
    clock.steps = 3
    client.post(reverse("mfa_authenticate"), {"code": totp_code(bob)}, REMOTE_ADDR="203.0.113.99")
    assert "_auth_user_id" not in client.session, "more than fifty wrong ones within the hour"


def test_a_recovery_code_opens_once(enter, bob):
    code = RecoveryCodes.activate(bob).get_unused_codes()[0]
    assert enter(code)
    assert not enter(code)


# --- sealed


def test_the_database_holds_no_secret_in_clear(bob):
    totp = Authenticator.objects.get(user=bob, type="totp")
    secret = sealing.unseal(totp.data["secret"])
    seed = sealing.unseal(Authenticator.objects.get(user=bob, type="recovery_codes").data["seed"])
    assert len(secret) == 32
    assert secret not in stored()
    assert seed not in stored()


def test_a_sealed_secret_differs_each_time_and_opens_with_the_key_alone(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = KEY, []
    first, second = sealing.seal(CLEAR), sealing.seal(CLEAR)
    assert first != second
    assert sealing.unseal(first) == sealing.unseal(second) == CLEAR
    settings.SECRET_KEY = OTHER
    with pytest.raises(sealing.SealError):
        sealing.unseal(first)


def test_a_changed_seal_is_noticed():
    sealed = sealing.seal(CLEAR)
    for place in (len(sealing.PREFIX) + 12, len(sealed) // 2, len(sealed) - 3):
        forged = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(sealing.SealError):
            sealing.unseal(forged)


def test_a_secret_from_before_opens_and_is_sealed_at_its_next_use(enter, bob, clock):
    keep_clear(bob)
    assert CLEAR in stored()
    assert enter(totp_code(bob))
    assert CLEAR not in stored()
    clock.steps = 1
    assert enter(totp_code(bob))


def test_the_migration_seals_what_was_clear_and_goes_back(bob):
    keep_clear(bob)
    migration = importlib.import_module("allmende.kernel.accounts.migrations.0002_seal_second_factors")
    migration.seal(apps, None)
    assert CLEAR not in stored()
    migration.seal(apps, None)
    assert sealing.unseal(Authenticator.objects.get(user=bob, type="totp").data["secret"]) == CLEAR
    migration.unseal(apps, None)
    assert CLEAR in stored()


def test_after_a_new_secret_key_the_old_one_still_opens_and_is_replaced(enter, bob, clock, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = OTHER
    assert enter(totp_code(bob))
    settings.SECRET_KEY_FALLBACKS = []
    clock.steps = 1
    assert enter(totp_code(bob))
    assert RecoveryCodes.activate(bob).get_unused_codes(), "the recovery codes were taken along"


def test_one_command_replaces_all_of_them(bob, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = OTHER
    result = CliRunner().invoke(accounts, ["seal-factors"])
    assert (result.exit_code, result.output) == (0, "2 second factors were sealed anew.\n")
    assert service.seal_second_factors() == 0
    settings.SECRET_KEY_FALLBACKS = []
    assert not factors.unreadable()
    assert Entry.objects.filter(action="accounts.mfa.sealed").count() == 2


def test_without_the_old_key_bob_hears_what_to_do_the_health_page_warns_and_nothing_is_lost(
    client, bob, settings, sign_in
):
    code = totp_code(bob)
    before, old = Authenticator.objects.in_bulk(), settings.SECRET_KEY
    make_user("admin", "administrator")
    settings.SECRET_KEY = OTHER
    sign_in(client, "bob")
    page = client.post(reverse("mfa_authenticate"), {"code": code}).content.decode()
    assert "nicht mehr lesbar" in page
    assert "_auth_user_id" not in client.session
    with pytest.raises(health.UnreadableFactorsError):
        health.check_administrators()
    result = CliRunner().invoke(accounts, ["seal-factors"])
    assert result.exit_code == 1
    assert "ALLMENDE_SECRET_KEY_FALLBACKS" in result.output
    settings.SECRET_KEY = old
    kept = Authenticator.objects.in_bulk()
    assert all(kept[pk].data == row.data for pk, row in before.items()), "nothing was changed"
    assert health.check_administrators()
