# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Carla arrives through the town's identity provider. Mallory tampers with every part of the way."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse

from allmende.kernel.accounts import service
from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.accounts.tests.fake_provider import CLIENT_ID, ISSUER, FakeProvider
from allmende.kernel.audit.models import Entry
from allmende.kernel.registry import Role

pytestmark = pytest.mark.django_db
LOGIN = "/konto/oidc/town/login/"
CALLBACK = "/konto/oidc/town/login/callback/"


@pytest.fixture
def provider(settings, monkeypatch) -> FakeProvider:
    app = {
        "provider_id": "town",
        "name": "Stadtanmeldung",
        "client_id": CLIENT_ID,
        "secret": "s",
        "settings": {"server_url": ISSUER},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": [app]}
    }
    fake = FakeProvider()
    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", lambda _adapter, request, **_options: fake.send(request))
    return fake


def start(client: Client, provider: FakeProvider, **form: str) -> str:
    """Go to the provider; returns the state."""
    address = client.post(LOGIN, form).url
    assert address.startswith(f"{ISSUER}/auth?")
    provider.authorize(address)
    return parse_qs(urlsplit(address).query)["state"][0]


def arrive(client: Client, provider: FakeProvider, **form: str):
    return client.get(CALLBACK, {"code": "c", "state": start(client, provider, **form)})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def refused(client: Client, answer) -> bool:
    logged = Entry.objects.filter(action="accounts.oidc.refused").exists()
    return answer.status_code == 401 and not signed_in(client) and not SocialAccount.objects.exists() and logged


def test_it_works(client, provider):
    answer = arrive(client, provider)
    assert answer.status_code == 302
    assert signed_in(client)
    carla = User.objects.get(username="carla")
    assert (carla.display_name, carla.roles, carla.has_usable_password()) == ("Carla Cordes", {Role.CITIZEN}, False)


def test_the_second_time_she_has_the_same_account(client, provider):
    arrive(client, provider)
    client.post(reverse("account_logout"))
    provider.person["name"] = "Carla Cordes-Meier"
    arrive(client, provider)
    assert signed_in(client)
    assert User.objects.count() == 1


def test_no_token_of_the_provider_is_kept(client, provider):
    arrive(client, provider)
    assert not SocialToken.objects.exists()


def test_a_foreign_or_missing_state_is_refused(client, provider):
    start(client, provider)
    for state in ("tampered", ""):
        assert refused(client, client.get(CALLBACK, {"code": "c", "state": state}))


def test_the_state_of_another_browser_is_refused(client, provider):
    state = start(Client(), provider)
    assert refused(client, client.get(CALLBACK, {"code": "c", "state": state}))


def test_a_state_counts_once(client, provider):
    state = start(client, provider)
    client.get(CALLBACK, {"code": "c", "state": state})
    client.post(reverse("account_logout"))
    assert client.get(CALLBACK, {"code": "c", "state": state}).status_code == 401
    assert not signed_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of-another-login"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "another-application"},
        {"aud": ["another-application", CLIENT_ID], "azp": "another-application"},
        {"aud": []},
        {"exp": int(time.time()) - 60},
        {"sub": "somebody-else"},
    ],
    ids="-".join,
)
def test_an_id_token_that_is_not_for_this_login_is_refused(client, provider, claims):
    provider.claims = claims
    assert refused(client, arrive(client, provider))


def test_a_forged_signature_is_refused(client, provider):
    provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert refused(client, arrive(client, provider))


def test_an_unsigned_id_token_is_refused(client, provider):
    provider.signing_key, provider.algorithm = None, "none"
    assert refused(client, arrive(client, provider))


def test_userinfo_of_somebody_else_is_refused(client, provider):
    provider.userinfo = {"sub": "4712", "preferred_username": "admin"}
    assert refused(client, arrive(client, provider))


def test_a_login_without_id_token_is_refused(client, provider):
    provider.with_id_token = False
    assert refused(client, arrive(client, provider))


def test_a_link_cannot_change_what_we_ask_for(client, provider):
    address = client.post(
        f"{LOGIN}?auth_params=nonce%3Dx%26redirect_uri%3Dhttps%3A%2F%2Fevil.example&scope=offline_access"
    ).url
    asked = parse_qs(urlsplit(address).query)
    assert asked["redirect_uri"] == ["http://testserver" + CALLBACK]
    assert asked["nonce"] != ["x"]
    assert "offline_access" not in asked["scope"][0]
    assert asked["code_challenge_method"] == ["S256"]


def test_next_never_leads_to_a_foreign_site(client, provider):
    assert "evil" not in arrive(client, provider, next="https://evil.example/").url


@pytest.mark.parametrize("verified", [True, False])
def test_an_address_never_links_accounts(client, provider, alice, verified):
    provider.person |= {"email": "ALICE@lindental.example", "email_verified": verified}
    answer = arrive(client, provider)
    assert answer.status_code == 409
    assert "Es wurde nichts geändert." in answer.content.decode()
    assert not signed_in(client)
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1


def test_a_name_never_links_accounts(client, provider, alice):
    provider.person["preferred_username"] = "alice"
    arrive(client, provider)
    arrived = SocialAccount.objects.get().user
    assert arrived != alice
    assert arrived.username != "alice"
    assert arrived.roles == {Role.CITIZEN}


def test_alice_links_it_herself_while_signed_in(client, provider, alice, sign_in):
    sign_in(client, "alice")
    address = client.post(f"{LOGIN}?process=connect").url
    provider.authorize(address)
    client.get(CALLBACK, {"code": "c", "state": parse_qs(urlsplit(address).query)["state"][0]})
    assert SocialAccount.objects.get().user == alice
    assert Entry.objects.filter(action="accounts.oidc.linked", subject="user:alice").exists()
    client.post(reverse("account_logout"))
    arrive(client, provider)
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_roles_come_from_the_claim_that_was_configured(client, provider, settings):
    settings.OIDC_ROLES_CLAIM = "realm_access.roles"
    provider.claims = {"realm_access": {"roles": ["clerk:buergerbuero", "editor", "offline_access", "clerk:../x", 7]}}
    arrive(client, provider)
    carla = User.objects.get(username="carla")
    assert {str(held) for held in carla.assignments.all()} == {"citizen", "clerk:buergerbuero", "editor"}


def test_roles_that_the_provider_takes_back_are_gone_and_those_given_here_stay(client, provider, settings):
    settings.OIDC_ROLES_CLAIM = "roles"
    provider.claims = {"roles": ["clerk", "editor"]}
    arrive(client, provider)
    carla = User.objects.get(username="carla")
    service.grant(carla, Role.LIBRARIAN, actor=None)
    client.post(reverse("account_logout"))
    provider.claims = {"roles": ["editor"]}
    arrive(client, provider)
    assert User.objects.get(username="carla").roles == {Role.CITIZEN, Role.EDITOR, Role.LIBRARIAN}


def test_only_the_signed_token_gives_roles(client, provider, settings):
    settings.OIDC_ROLES_CLAIM = "roles"
    provider.userinfo = {"roles": ["administrator"]}
    arrive(client, provider)
    assert User.objects.get(username="carla").roles == {Role.CITIZEN}


def test_without_the_setting_nobody_becomes_more_than_a_citizen(client, provider):
    provider.claims = {"roles": ["administrator"]}
    arrive(client, provider)
    assert User.objects.get(username="carla").roles == {Role.CITIZEN}


def test_an_administrator_from_the_provider_owes_a_second_factor_too(client, provider, settings):
    settings.OIDC_ROLES_CLAIM = "roles"
    provider.claims = {"roles": ["administrator"]}
    arrive(client, provider)
    assert client.get(reverse("accounts_list")).url == reverse("mfa_activate_totp")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_a_closed_account_stays_closed(client, provider):
    arrive(client, provider)
    client.post(reverse("account_logout"))
    make_user("admin", "administrator")
    service.set_active(User.objects.get(username="carla"), False, actor=None)
    arrive(client, provider)
    assert not signed_in(client)


def test_without_a_provider_there_is_no_such_page(client, db, settings):
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": []}
    }
    assert client.get(LOGIN).status_code == 404
    assert client.get(CALLBACK).status_code == 404
