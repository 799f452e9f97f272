# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every address of the house, tried by everybody, against the table in routes.yaml."""

import re
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils.safestring import SafeString

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

ALLOWED = {200, 201, 204, 301, 302, 400, 409, 422}
"""Let in; a form that was sent without its fields is answered with 400, 409 or 422."""


@pytest.fixture
def unwritten(monkeypatch) -> None:
    """Pages stay empty: who may have them is asked here nine times over, what stands on them elsewhere (test_pages.py)."""
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *_args, **_kwargs: SafeString(""))


def leads_to_login(response) -> bool:
    return response.status_code == 302 and urlsplit(response.url).path == reverse("account_login")


def verdict(response) -> str:
    """What an answer says about the right to get it."""
    code = response.status_code
    if leads_to_login(response) or code == 401:
        return "login"
    if code in ALLOWED:
        return "in"
    return {404: "no such page", 405: "method refused"}.get(code, f"status {code}")


def expected(route, person, things) -> set[str]:
    """The verdicts that the table allows for this person."""
    if "nobody" in route.who:
        return {"no such page"}
    if "in_login" in route.who:
        return {"login", "in"} if person.user else {"login"}
    owns = "own" in route.who and things[route.thing].owner == person.name
    holds = any(person.has_right(who.removeprefix("right:")) for who in route.who if who.startswith("right:"))
    signed_in = "signed_in" in route.who and person.user is not None
    has_factor = "has_factor" in route.who and person.user is not None and person.user.needs_mfa
    if "public" in route.who or owns or holds or signed_in or has_factor:
        return {"in", *route.also}
    return {"no such page"} if person.user else {"login", "no such page"}


def test_every_route_is_listed(routes_configured, routes_table):
    unlisted = sorted(set(routes_configured) - set(routes_table))
    assert not unlisted, f"say in routes.yaml who may call {unlisted}"


def test_every_entry_of_the_list_still_exists(routes_configured, routes_table):
    gone = sorted(set(routes_table) - set(routes_configured))
    assert not gone, f"remove from routes.yaml: {gone}"


def test_the_list_names_only_rights_that_somebody_declares(routes):
    from allmende.kernel.registry import Right, registry

    named = {who.removeprefix("right:") for route in routes for who in route.who if who.startswith("right:")}
    assert named
    assert named <= {right.name for right in registry().all(Right)}


def test_an_address_about_a_thing_says_which(routes):
    assert not [route.name for route in routes if bool(route.thing) != bool(re.search(r"[<(]", route.path))]


@pytest.mark.usefixtures("unwritten")
def test_each_person_gets_exactly_what_the_list_grants(everybody, person, things, routes, visit):
    visitor, wrong = person(everybody), []
    for route in routes:
        for method in route.methods or ("GET", "POST"):
            response = visit(visitor.browser(), method, route.address(things))
            response.close()
            if verdict(response) not in expected(route, visitor, things):
                wrong.append(
                    f"{method} {route.name}: {verdict(response)}, allowed is {expected(route, visitor, things)}"
                )
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("unwritten")
def test_a_method_that_is_not_listed_is_refused_to_everybody(person, things, routes, visit):
    together = {}
    for route in routes:
        together.setdefault(route.path, set()).update(route.methods)
    wrong = []
    for route in routes:
        for name in {"anonymous", "dora", things[route.thing].owner if route.thing else ""} - {""}:
            for method in {"GET", "POST"} - together[route.path]:
                response = visit(person(name).browser(), method, route.address(things))
                response.close()
                if verdict(response) == "in":
                    wrong.append(f"{method} {route.name} as {name}: {response.status_code}")
    assert not wrong, "\n".join(sorted(wrong))


@pytest.mark.usefixtures("unwritten")
def test_an_administrator_without_a_second_factor_gets_nothing_beyond_setting_one_up(person, things, routes, visit):
    from allmende.kernel.accounts import service

    dora = person("dora")
    service.reset_mfa(dora.user, actor=None)
    client = dora.browser()
    client.force_login(dora.user)
    dora.cookies = client.cookies
    guarded = [route for route in routes if not {"public", "nobody", "in_login"} & set(route.who)]
    own = ("mfa_", "account_change_password", "account_reauthenticate")
    guarded = [route for route in guarded if not route.name.startswith(own)]
    assert len(guarded) > 20
    wrong = []
    for route in guarded:
        for method in route.methods:
            response = visit(dora.browser(), method, route.address(things))
            to_factor = response.status_code == 302 and response.url == reverse("mfa_activate_totp")
            refused = route.path.startswith("api/") and response.status_code == 403  # a program follows no redirect
            if not (to_factor or refused):
                wrong.append(f"{method} {route.name}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("unwritten")
def test_a_closed_account_gets_nothing_even_with_an_old_session(person, things, routes, visit):
    dora = person("dora")
    type(dora.user).objects.filter(pk=dora.user.pk).update(is_active=False)
    guarded = [route for route in routes if not {"public", "nobody", "in_login"} & set(route.who)]
    wrong = []
    for route in guarded:
        response = visit(dora.browser(), route.methods[0], route.address(things))
        if verdict(response) == "in":
            wrong.append(route.name)
    assert not wrong


@pytest.mark.usefixtures("unwritten")
def test_a_role_that_was_taken_away_opens_nothing_at_the_next_click(person, things, routes, visit):
    from allmende.kernel.accounts.models import RoleAssignment

    dora = person("dora")
    rights = [route for route in routes if any(who.startswith("right:") for who in route.who)]
    assert any(verdict(visit(dora.browser(), "GET", route.address(things))) == "in" for route in rights)
    RoleAssignment.objects.filter(user=dora.user).delete()
    wrong = [
        route.name
        for route in rights
        if verdict(visit(dora.browser(), route.methods[0], route.address(things))) != "no such page"
    ]
    assert not wrong
