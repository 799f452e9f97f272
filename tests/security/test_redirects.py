# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""No link that begins with the town's address ends on somebody else's site."""

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

FOREIGN = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example/",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "\thttps://evil.example/",
    "/%09/evil.example/../\r\nLocation: https://evil.example/",
]
FIELDS = ("next", "return_to", "redirect", "url", "continue")
WAYS = {
    "login": ("anonymous", "POST", "/konto/login/", {"login": "alice", "password": "Lindenbaum-am-Markt-7"}),
    "login while signed in": ("alice", "GET", "/konto/login/", {}),
    "logout": ("alice", "POST", "/konto/logout/", {}),
    "logout without a session": ("anonymous", "GET", "/konto/logout/", {}),
    "password again": ("alice", "POST", "/konto/reauthenticate/", {"password": "Lindenbaum-am-Markt-7"}),
    "registration": ("alice", "GET", "/konto/signup/", {}),
    "language": ("anonymous", "POST", "/i18n/setlang/", {"language": "en"}),
    "theme": ("anonymous", "POST", "/darstellung/", {"theme": "dark"}),
    "question": ("anonymous", "POST", "/fragen/", {"q": "Wo ist das Rathaus?"}),
    "new conversation": ("anonymous", "POST", "/fragen/neu/", {}),
    "a page behind the login": ("anonymous", "GET", "/konten/", {}),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_to_a_foreign_site(way, person, visit, leads_away):
    from urllib.parse import urlencode

    name, method, address, form = WAYS[way]
    person("alice")
    redirected, wrong = 0, []
    for target in FOREIGN:
        fields = dict.fromkeys(FIELDS, target)
        query = f"{address}?{urlencode(fields)}"
        data = {**form, **fields} if method == "POST" else None
        response = visit(person(name).browser(), method, query, data, headers={"referer": target.strip()})
        redirected += response.status_code in (301, 302, 303)
        if response.status_code >= 500 or leads_away(response):
            wrong.append(f"{target!r} → {response.status_code} {response.headers.get('Location')}")
    assert not wrong, "\n".join(wrong)
    assert redirected, "nothing was redirected at all; this way proves nothing"


@pytest.mark.parametrize(
    "path",
    ["//evil.example/leistungen", "/\\evil.example/leistungen", "//evil.example/konten/", "/%2F%2Fevil.example/konto"],
)
def test_an_address_that_looks_like_a_host_is_only_an_address(path, client, leads_away):
    response = client.get("/", PATH_INFO=path)
    assert not leads_away(response)
    assert response.status_code in (301, 404)


def test_after_the_login_one_is_where_one_wanted_to_go(person, visit):
    """The counterpart: an address of this house is kept, else all of the above would pass with no redirect at all."""
    data = {"login": "alice", "password": "Lindenbaum-am-Markt-7", "next": "/konto/token/"}
    person("alice")
    assert visit(person("anonymous").browser(), "POST", "/konto/login/", data).url == "/konto/token/"
    language = visit(person("anonymous").browser(), "POST", "/i18n/setlang/", {"language": "en", "next": "/ki/"})
    assert language.url == "/ki/"


def test_the_check_of_these_tests_knows_a_foreign_site(leads_away):
    from django.http import HttpResponse

    foreign = [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "https://testserver@evil.example/",
    ]
    assert all(leads_away(HttpResponse(headers={"Location": target})) for target in foreign)
    assert not leads_away(HttpResponse(headers={"Location": "/fragen/?q=https://x.example"}))
