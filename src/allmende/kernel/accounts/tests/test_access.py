# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Doors: `require` for pages, `for_api` for programs."""

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone
from ninja import NinjaAPI

from allmende.kernel.accounts import service
from allmende.kernel.accounts.access import for_api, require
from allmende.kernel.accounts.models import ApiToken
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.registry import RegistryError

pytestmark = pytest.mark.django_db

town_api = NinjaAPI(urls_namespace="api")


@town_api.get("/log", auth=for_api("audit.read"))
def read_log(request):
    return {"reader": request.auth.username}


@town_api.post("/log", auth=for_api("audit.read"))
async def write_log(request):
    return {"writer": request.auth.username}


urlpatterns = [
    path("api/test/", town_api.urls),
    path("", lambda request: HttpResponse(), name="home"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("allmende.kernel.web.urls")),
    path("", include("allmende.kernel.accounts.urls")),
]


@pytest.fixture(autouse=True)
def urls(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def bob():
    return make_user("bob", "data_protection_officer")


def call(plain: str, method: str = "get"):
    return getattr(Client(enforce_csrf_checks=True), method)(
        "/api/test/log", headers={"Authorization": f"Bearer {plain}"}
    )


def test_a_right_that_no_room_declares_is_a_mistake_found_at_once():
    with pytest.raises(RegistryError):
        require("town.fly")
    with pytest.raises(RegistryError):
        for_api("town.fly")


def test_a_guarded_page_sync_and_async(rf, bob, alice):
    from django.contrib.auth.models import AnonymousUser

    @require("audit.read")
    def page(request):
        return HttpResponse("page")

    @require("audit.read")
    async def async_page(request):
        return HttpResponse("page")

    def answer(user, view):
        request = rf.get("/page/?x=1")
        request.user = user

        async def auser():
            return user

        request.auser = auser
        return view(request)

    for view in (page, async_to_sync(async_page)):
        assert answer(bob, view).content == b"page"
        with pytest.raises(Http404):
            answer(alice, view)
        to_login = answer(AnonymousUser(), view)
        assert to_login.url == f"{reverse('account_login')}?next=/page/%3Fx%3D1"


def test_a_program_reads_with_a_token(bob):
    _token, plain = service.create_token(bob, name="Abgleich", rights=["audit.read"], days=30)
    assert call(plain).json() == {"reader": "bob"}
    assert call(plain, "post").json() == {"writer": "bob"}, "a token needs no form of this site"


def test_only_the_hash_of_a_token_is_kept(bob):
    token, plain = service.create_token(bob, name="Abgleich", rights=["audit.read"], days=30)
    assert len(plain) >= 43
    assert plain not in str(ApiToken.objects.values())
    assert plain not in str(list(Entry.objects.values()))
    assert len(token.digest) == 64


def test_a_revoked_expired_or_invented_token_opens_nothing(bob):
    token, plain = service.create_token(bob, name="Abgleich", rights=["audit.read"], days=30)
    service.revoke_token(token, actor=bob)
    assert call(plain).status_code == 401
    token, plain = service.create_token(bob, name="Abgleich", rights=["audit.read"], days=30)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert call(plain).status_code == 401
    for invented in ("allmende_x", "", token.digest):
        assert call(invented).status_code == 401


def test_a_token_is_good_only_for_its_rights(bob):
    admin = make_user("admin", "administrator")
    _token, plain = service.create_token(admin, name="Konten", rights=["accounts.manage"], days=30)
    assert call(plain).status_code == 404, "admin may read the log, this token may not"


def test_a_token_loses_what_its_owner_loses(bob):
    _token, plain = service.create_token(bob, name="Abgleich", rights=["audit.read"], days=30)
    service.withdraw(bob.assignments.get(), actor=None)
    assert call(plain).status_code == 404
    service.set_active(bob, False, actor=None)
    assert call(plain).status_code == 401


def test_a_token_does_not_go_round_the_second_factor(bob):
    _token, plain = service.create_token(bob, name="Abgleich", rights=["audit.read"], days=30)
    service.reset_mfa(bob, actor=None)
    assert call(plain).status_code == 401


def test_nobody_makes_a_token_for_rights_he_lacks(alice, bob):
    for user, rights, days in (
        (alice, ["audit.read"], 30),
        (bob, ["accounts.manage"], 30),
        (bob, [], 30),
        (bob, ["audit.read"], 400),
    ):
        with pytest.raises(service.AccountsError):
            service.create_token(user, name="x", rights=rights, days=days)


def test_the_browser_uses_its_session_and_a_csrf_token(client, bob, alice):
    assert client.get("/api/test/log").status_code == 401
    client.force_login(bob)
    assert client.get("/api/test/log").json() == {"reader": "bob"}
    assert client.post("/api/test/log").json() == {"writer": "bob"}
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob)
    assert strict.post("/api/test/log").status_code == 403
    client.force_login(alice)
    assert client.get("/api/test/log").status_code == 404


def test_the_last_use_is_noted(bob):
    token, plain = service.create_token(bob, name="Abgleich", rights=["audit.read"], days=30)
    call(plain)
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_bob_makes_sees_once_and_revokes_a_token_on_his_page(client, bob):
    client.force_login(bob)
    address = reverse("accounts_tokens")
    page = client.post(address, {"name": "Abgleich", "rights": ["audit.read"], "days": "30"})
    plain = next(
        word
        for word in page.content.decode().replace("<", " ").replace(">", " ").split()
        if word.startswith("allmende_")
    )
    assert "no-store" in page["Cache-Control"]
    assert call(plain).status_code == 200
    assert plain not in client.get(address).content.decode()
    client.post(reverse("accounts_revoke_token", args=[bob.tokens.get().pk]))
    assert call(plain).status_code == 401


def test_bob_cannot_ask_for_a_right_he_lacks(client, bob):
    client.force_login(bob)
    assert (
        client.post(reverse("accounts_tokens"), {"name": "x", "rights": ["accounts.manage"], "days": "30"}).status_code
        == 400
    )
    assert not ApiToken.objects.exists()


def test_somebody_elses_token_is_not_there(client, bob, alice):
    token, _plain = service.create_token(bob, name="Abgleich", rights=["audit.read"], days=30)
    client.force_login(alice)
    assert client.post(reverse("accounts_revoke_token", args=[token.pk])).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None
