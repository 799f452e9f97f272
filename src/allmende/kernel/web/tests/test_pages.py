# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every page of the frame: its headers, its languages, its errors."""

import re

import pytest
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import reverse

from allmende.kernel.web import views
from allmende.kernel.web.context import Frame

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PAGES = ["impressum", "datenschutz", "barrierefreiheit", "ki"]
EXECUTABLE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\son\w+\s*=|\sstyle\s*=|javascript:", re.IGNORECASE
)
ADDRESS = re.compile(r'(?:src|href|action)="(?:https?:)?//')


@pytest.mark.parametrize("name", [*PAGES, "account_login"])
def test_a_page_runs_nothing_inline_and_fetches_nothing_from_outside(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    html = response.content.decode()
    assert response.status_code == 200
    assert html.startswith("<!DOCTYPE html>")
    assert not EXECUTABLE.search(html)
    assert not ADDRESS.search(html)


def test_the_policy_allows_nothing_unsafe(client: Client) -> None:
    policy = client.get(reverse("impressum"))["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy


@pytest.mark.parametrize("name", PAGES)
def test_a_page_speaks_english_when_asked(client: Client, name: str) -> None:
    html = client.get(reverse(name), headers={"accept-language": "en"}).content.decode()
    assert '<html lang="en"' in html
    assert "Skip to content" in html


def test_charlie_sees_no_rail(client: Client) -> None:
    assert "web-rail" not in client.get(reverse("ki")).content.decode()


def test_the_language_stays_chosen(client: Client) -> None:
    client.post(reverse("set_language"), {"language": "en", "next": "/ki/"})
    assert '<html lang="en"' in client.get(reverse("ki")).content.decode()


def test_dark_stays_dark(client: Client) -> None:
    response = client.post(reverse("theme"), {"theme": "dark", "next": "/ki/"})
    assert response.url == "/ki/"
    assert response.cookies["theme"]["httponly"]
    assert response.cookies["theme"]["samesite"] == "Lax"
    assert 'data-kern-theme="dark"' in client.get(reverse("ki")).content.decode()


def test_an_unknown_theme_is_not_kept(client: Client) -> None:
    assert "theme" not in client.post(reverse("theme"), {"theme": '"><script>'}).cookies
    client.cookies["theme"] = "x"
    assert "data-kern-theme" not in client.get(reverse("ki")).content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_the_theme_switch_leads_nowhere_else(client: Client, target: str) -> None:
    assert client.post(reverse("theme"), {"theme": "dark", "next": target}).url == "/"


def test_the_theme_switch_needs_the_token_and_post(client: Client) -> None:
    assert client.get(reverse("theme")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("theme"), {"theme": "dark"})
    assert response.status_code == 403
    assert "Das Formular ist abgelaufen" in response.content.decode()


def test_a_missing_page_says_what_to_do(client: Client) -> None:
    response = client.get("/gibt-es-nicht/")
    assert response.status_code == 404
    assert "Diese Seite gibt es nicht" in response.content.decode()
    assert "Zur Startseite" in response.content.decode()


@pytest.mark.parametrize(("view", "code"), [(views.bad_request, 400), (views.forbidden, 403), (views.not_found, 404)])
def test_an_error_keeps_its_code(view, code: int) -> None:
    response = view(RequestFactory().get("/x"), Exception("secret detail"))
    assert response.status_code == code
    assert "secret detail" not in response.content.decode()


def test_the_page_for_our_own_errors_needs_no_database(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = views.server_error(RequestFactory().get("/x"))
    assert response.status_code == 500
    assert "Bei uns ist ein Fehler aufgetreten" in response.content.decode()


def test_after_a_form_the_switches_lead_to_the_start_page() -> None:
    assert Frame(RequestFactory().post("/konto/login/?next=/x")).path == "/"
    assert Frame(RequestFactory().get("/ki/?a=b")).path == "/ki/?a=b"


def test_the_badge_of_an_unknown_system_still_says_it_is_ai() -> None:
    html = engines["django"].from_string('{% load kern %}{% ai_badge "none" 0.9 %}').render({})
    assert ">KI<" in html
    assert "sehr sicher (90 %)" in html


def test_what_a_person_wrote_stays_text_in_a_component() -> None:
    template = engines["django"].from_string(
        '{% load kern %}{% kern_alert "x" t t %}{% kern_badge t %}{% icon t %}{% card t %}{{ t }}{% endcard %}'
    )
    assert "<script>" not in template.render({"t": "<script>"})
