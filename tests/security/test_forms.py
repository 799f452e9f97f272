# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mallory's page sends a form in the name of whoever visits it."""

import re

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def changes() -> int:
    """How much was ever done in the house: accounts, answers and everything the audit knows."""
    from allmende.kernel.audit.models import Entry
    from allmende.modules.assistant.models import Answer, Feedback

    return Entry.objects.count() + Answer.objects.count() + Feedback.objects.count()


def forms(routes):
    return [
        route for route in routes if "POST" in route.methods and route.csrf and not route.name.startswith("api:openapi")
    ]


def test_every_form_is_refused_without_its_token(person, things, routes):
    tried, wrong = 0, []
    for route in forms(routes):
        if route.name.startswith("konto/social"):
            continue  # redirects that do nothing
        client = person(route.best_visitor(things)).browser(enforce_csrf_checks=True)
        before = changes()
        for data in ({}, {"csrfmiddlewaretoken": "x" * 64, "active": "1", "role": "administrator"}):
            response = client.post(route.address(things), data)
            tried += 1
            if response.status_code != 403 or changes() != before:
                wrong.append(f"{route.name}: {response.status_code}")
    assert not wrong, "\n".join(wrong)
    assert tried > 50


def test_other_methods_do_not_go_round_the_token(person, things, routes):
    wrong = []
    for route in forms(routes):
        client = person(route.best_visitor(things)).browser(enforce_csrf_checks=True)
        for method in ("PUT", "PATCH", "DELETE"):
            before = changes()
            response = client.generic(method, route.address(things), b"active=1", "application/x-www-form-urlencoded")
            if response.status_code not in (301, 403, 405) or changes() != before:
                wrong.append(f"{method} {route.name}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_the_right_token_from_a_foreign_page_is_refused(person):
    client = person("dora").browser(enforce_csrf_checks=True)
    page = client.get("/konten/neu/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
    form = {"csrfmiddlewaretoken": token, "username": "mallory", "role": "administrator"}
    foreign = client.post("/konten/neu/", form, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    own = client.post("/konten/neu/", form, headers={"origin": "http://testserver"})
    assert own.status_code == 200, (
        "the same form from our own page goes through; otherwise this test would prove nothing"
    )


def test_a_token_of_one_browser_is_no_good_in_another(person):
    page = person("alice").browser().get("/konto/token/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
    client = person("dora").browser(enforce_csrf_checks=True)
    assert (
        client.post("/konten/neu/", {"csrfmiddlewaretoken": token, "username": "x", "role": "clerk"}).status_code == 403
    )


def test_a_page_written_in_html_never_sends_its_token_to_another_site(person, things, routes, visit):
    wrong = []
    for route in routes:
        if "GET" not in route.methods or route.path.startswith("api/"):
            continue
        response = visit(person(route.best_visitor(things)).browser(), "GET", route.address(things))
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            response.close()
            continue
        for form in re.findall(r"<form\b.*?</form>", response.content.decode(), re.DOTALL):
            action = (re.search(r'\baction="([^"]*)"', form) or [None, ""])[1]
            posts = re.search(r'\bmethod="post"', form, re.IGNORECASE)
            if (bool(posts) and route.csrf) != ("csrfmiddlewaretoken" in form) or re.match(r"\w+:|//", action):
                wrong.append(f"{route.name}: {form[:120]}")
    assert not wrong, "\n".join(wrong)


def test_every_operation_of_the_api_that_reads_the_session_checks_the_token():
    """Whoever opens a writing operation to the session without `for_api` would lose the check."""
    from allmende.kernel.accounts.access import RightfulSession, TokenAuth
    from allmende.site.api import api

    wrong, seen = [], 0
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                seen += 1
                callbacks = operation.auth_callbacks or []
                safe = all(isinstance(auth, RightfulSession | TokenAuth) for auth in callbacks)
                checked = all(auth.csrf for auth in callbacks if isinstance(auth, RightfulSession))
                if not (safe and checked):
                    wrong.append(f"{operation.methods} {prefix}{path}")
    assert not wrong
    assert seen > 5


def test_a_question_to_the_open_api_does_nothing_to_the_browser_that_sent_it(person, things):
    """The operation needs no token because it reads no session; so it must not touch one."""
    from allmende.modules.assistant.models import Answer

    charlie = person("charlie")
    mine = Answer.objects.get(pk=things["answer"].kwargs["answer_id"]).conversation
    client = charlie.browser(enforce_csrf_checks=True)
    response = client.post(
        "/api/v1/assistant/answers",
        {"question": "Wo ist das Rathaus?"},
        "application/json",
        headers={"origin": "https://evil.example"},
    )
    assert response.status_code == 201
    assert not response.cookies
    assert mine.answers.count() == 1
    assert "Access-Control-Allow-Origin" not in response.headers
