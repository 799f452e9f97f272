# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The start page has a door for everybody; the health page tells the truth to machines and people."""

import pytest
from django.test import Client
from django.urls import reverse

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.registry import HealthCheck, Role
from allmende.site import views

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def sound() -> str:
    return "3 of 3"


def broken() -> str:
    raise RuntimeError("password of the database: hunter2")


asked: list[int] = []


def counted() -> str:
    asked.append(1)
    return f"Abfrage {len(asked)}"


def checks(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    declared = tuple(HealthCheck(name=name, title=name, check=f"{__name__}:{name}") for name in names)

    class Fixed:
        def all(self, kind: type) -> tuple[HealthCheck, ...]:
            return declared

    monkeypatch.setattr(views, "registry", Fixed)


def test_the_start_page_asks_and_has_four_doors(client: Client) -> None:
    html = client.get(reverse("home")).content.decode()
    for text in ("Was möchten Sie wissen?", "Bürgerin oder Bürger", "Sachbearbeitung", "Systemverwaltung"):
        assert text in html
    assert html.count("kern-card--interactive") == 4
    assert html.count('role="search"') == 1


def test_a_start_page_without_any_data_still_opens(client: Client) -> None:
    assert client.get(reverse("home")).status_code == 200


def test_health_is_good_when_all_is_sound(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    checks(monkeypatch, "sound")
    response = client.get(reverse("health"), headers={"accept": "application/json"})
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "checks": [{"name": "sound", "ok": True}]}


def test_one_broken_part_is_unavailable_and_tells_strangers_no_detail(client: Client, monkeypatch) -> None:
    checks(monkeypatch, "sound", "broken")
    for accept in ("application/json", "text/html"):
        response = client.get(reverse("health"), headers={"accept": accept})
        assert response.status_code == 503
        assert "hunter2" not in response.content.decode()
        assert response["Cache-Control"] == "no-store"


def test_the_administrator_reads_what_is_wrong(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    checks(monkeypatch, "broken")
    monkeypatch.setattr(views, "has_right", lambda user, right: right == "health.read")
    response = client.get(reverse("health"), headers={"accept": "application/json"})
    assert response.json()["checks"][0]["detail"].startswith("RuntimeError")


def test_a_browser_gets_a_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    checks(monkeypatch, "sound")
    assert "Alles arbeitet" in client.get(reverse("health"), headers={"accept": "text/html"}).content.decode()


def test_the_workplace_asks_strangers_to_sign_in(client: Client) -> None:
    response = client.get(reverse("workplace"))
    assert response.status_code == 302
    assert reverse("account_login") in response.url


def test_bob_finds_what_his_role_opens_and_nothing_else(client: Client) -> None:
    client.force_login(make_user("bob", Role.DATA_PROTECTION_OFFICER))
    html = client.get(reverse("workplace")).content.decode()
    assert "Zustand" in html
    assert "web-rail" in html
    assert reverse("accounts_list") not in html


def test_charlie_without_a_role_is_told_what_to_do(client: Client) -> None:
    client.force_login(make_user("charlie"))
    assert "Ihr Konto hat noch keine Rechte" in client.get(reverse("workplace")).content.decode()


def test_strangers_cannot_keep_the_house_busy_by_asking_how_it_is(client: Client, monkeypatch) -> None:
    checks(monkeypatch, "counted")
    asked.clear()
    for _visitor in range(5):
        assert client.get(reverse("health")).status_code == 200
    assert len(asked) == 1
    client.force_login(make_user("dora", Role.ADMINISTRATOR))
    assert "Abfrage 2" in client.get(reverse("health")).content.decode()
    assert "Abfrage 3" in client.get(reverse("health")).content.decode()


def test_strangers_learn_of_a_failure_within_seconds(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allmende.site.examination.KEPT_SECONDS", 0)
    checks(monkeypatch, "counted")
    asked.clear()
    client.get(reverse("health"))
    client.get(reverse("health"))
    assert len(asked) == 2
