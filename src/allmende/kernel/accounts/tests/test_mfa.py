# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Administrators and data protection officers act only with a second factor."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import AsyncClient
from django.urls import reverse

from allmende.kernel.accounts import service
from allmende.kernel.accounts.testing import code_of, make_user, totp_code
from allmende.kernel.audit.models import Entry

PASSWORD = "Lindenbaum-am-Markt-7"
pytestmark = pytest.mark.django_db


@pytest.fixture(params=["administrator", "data_protection_officer"])
def newcomer(request):
    return make_user("newcomer", request.param, password=PASSWORD, mfa=False)


def test_without_a_second_factor_every_page_leads_to_setting_one_up(client, newcomer, sign_in):
    sign_in(client, "newcomer")
    for name in ("home", "accounts_profile", "accounts_list", "audit_list", "accounts_tokens"):
        assert client.get(reverse(name)).url == reverse("mfa_activate_totp"), name
    assert client.post(reverse("accounts_create"), {"username": "mallory", "role": "administrator"}).status_code == 302
    assert service.User.objects.filter(username="mallory").count() == 0


def test_the_api_answers_with_a_sentence_instead(client, newcomer, sign_in):
    sign_in(client, "newcomer")
    answer = client.get(reverse("api:openapi-json"))
    assert answer.status_code == 403
    assert "detail" in answer.json()


def test_language_logout_and_legal_pages_stay_open(client, newcomer, sign_in):
    sign_in(client, "newcomer")
    assert client.post(reverse("set_language"), {"language": "en", "next": "/"}).url == "/"
    assert client.get(reverse("impressum")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_the_newcomer_sets_one_up_gets_recovery_codes_and_may_act(client, newcomer, sign_in):
    sign_in(client, "newcomer")
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert Authenticator.objects.filter(user=newcomer).count() == 2
    assert client.get(reverse("accounts_profile")).status_code == 200


def test_the_next_login_asks_for_the_code(client, sign_in):
    admin = make_user("admin", "administrator", password=PASSWORD)
    assert sign_in(client, "admin").url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session, "the password alone signs nobody in"
    client.post(reverse("mfa_authenticate"), {"code": "no code"})
    assert "_auth_user_id" not in client.session
    assert Entry.objects.filter(action="accounts.mfa.failed", subject="user:admin").exists()
    client.post(reverse("mfa_authenticate"), {"code": totp_code(admin)})
    assert "_auth_user_id" in client.session


def test_a_code_counts_once(client, sign_in):
    admin = make_user("admin", "administrator", password=PASSWORD)
    used = totp_code(admin)
    sign_in(client, "admin")
    client.post(reverse("mfa_authenticate"), {"code": used})
    client.post(reverse("account_logout"))
    sign_in(client, "admin")
    client.post(reverse("mfa_authenticate"), {"code": used})
    assert "_auth_user_id" not in client.session


def test_who_must_have_one_cannot_give_it_up(client, sign_in):
    admin = make_user("admin", "administrator", password=PASSWORD)
    sign_in(client, "admin")
    client.post(reverse("mfa_authenticate"), {"code": totp_code(admin)})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=admin, type="totp").exists()


def test_alice_the_clerk_may_but_need_not(client, alice, sign_in):
    sign_in(client, "alice")
    assert client.get(reverse("accounts_profile")).status_code == 200


def test_becoming_an_administrator_demands_it_at_the_next_click(client, alice, sign_in):
    from allmende.kernel.registry import Role

    sign_in(client, "alice")
    service.grant(alice, Role.ADMINISTRATOR, actor=None)
    assert client.get(reverse("accounts_profile")).url == reverse("mfa_activate_totp")


def test_a_one_time_password_is_replaced_first(client, newcomer, sign_in):
    password = service.issue_one_time_password(newcomer, actor=None)
    sign_in(client, "newcomer", password)
    assert client.get(reverse("accounts_profile")).url == reverse("account_change_password")
    assert client.get(reverse("mfa_activate_totp")).url == reverse("account_change_password")


@pytest.mark.django_db(transaction=True)
def test_the_same_under_asgi():
    from asgiref.sync import async_to_sync

    newcomer = make_user("newcomer", "administrator", mfa=False)
    client = AsyncClient()
    client.force_login(newcomer)
    answer = async_to_sync(client.get)(reverse("accounts_profile"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_activate_totp"))


def test_after_a_quarter_of_an_hour_the_password_is_asked_again(client, alice, sign_in, settings):
    sign_in(client, "alice")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))


def test_the_key_of_a_new_app_stands_in_a_field_to_copy_and_nowhere_else(client, newcomer, sign_in):
    sign_in(client, "newcomer")
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = client.session["mfa.totp.secret"]
    field = re.search(r'<input[^>]*id="totp-secret"[^>]*>', page).group()
    assert f'value="{secret}"' in field
    assert "readonly" in field
    assert page.count(secret) == 1, "it is not read out as the description of the picture"
    assert re.search(r'<img[^>]*alt="QR-Code, [^"]+"', page)
