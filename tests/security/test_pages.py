# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every page says to the browser, and that nothing in it runs inline or comes from elsewhere."""

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

STRICT = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
}


def policy(response) -> dict[str, set[str]]:
    parts = (part.split() for part in response.headers.get("Content-Security-Policy", "").split(";"))
    return {name: set(values) for name, *values in (part for part in parts if part)}


def weaknesses(response, framed: bool = False) -> list[str]:
    """What is wrong with the headers of an answer. `framed`: the house's own pages may show it in a frame."""
    rules, found = policy(response), []
    strict = STRICT | ({"frame-ancestors": {"'self'"}} if framed else {})
    found += [f"{name} is {rules.get(name)}" for name, wanted in strict.items() if rules.get(name) != wanted]
    found += [
        f"{name} allows {value}"
        for name, values in rules.items()
        for value in values
        if "unsafe" in value or value == "*"
    ]
    frames = "SAMEORIGIN" if framed else "DENY"
    wanted = {"X-Frame-Options": frames, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
    found += [
        f"{name} is {response.headers.get(name)}"
        for name, value in wanted.items()
        if response.headers.get(name) != value
    ]
    if response.headers.get("Cross-Origin-Opener-Policy") != "same-origin":
        found.append("Cross-Origin-Opener-Policy is missing")
    if "X-Powered-By" in response.headers or "Server" in response.headers:
        found.append("the server names its make")
    return found


def is_page(response) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming


@pytest.fixture
def answers(person, things, routes, visit):
    """Every GET route as somebody sees who is let in, public pages also as the administrator: name → answer."""

    def collect():
        for route in routes:
            more = {"public": "dora", "signed_in": "alice"}  # Dora has a second factor, Alice is asked to set one up
            visitors = {route.best_visitor(things), *(more[who] for who in route.who if who in more)}
            for name in sorted(visitors if "GET" in route.methods else ()):
                answer = visit(person(name).browser(), "GET", route.address(things))
                answer.may_be_framed = route.framed
                yield f"{route.name} as {name}", answer

    return collect


def test_every_answer_carries_the_headers_and_no_page_runs_or_fetches_anything(answers, active_content, no_way_out):
    wrong, seen, pages = [], 0, 0
    for name, response in answers():
        seen += 1
        wrong += [f"{name}: {weakness}" for weakness in weaknesses(response, response.may_be_framed)]
        if is_page(response) and response.status_code == 200:
            pages += 1
            wrong += [f"{name}: {finding}" for finding in active_content(response.content.decode())]
        response.close()
    assert not wrong, "\n".join(wrong)
    assert seen > 60
    assert pages > 40
    assert not no_way_out, "a page fetched something from another machine"


@pytest.mark.parametrize(
    "question", ["Was kostet die Hundesteuer?", "Wie wird das Wetter?", "Mein Haus brennt!", "How much is the dog tax?"]
)
def test_an_answer_runs_nothing_inline_and_fetches_nothing(question, person, town, make, active_content, no_way_out):
    charlie = person("charlie")
    make["answer"](charlie, question)
    page = charlie.browser().get("/fragen/")
    part = charlie.browser().post("/fragen/", {"q": question}, headers={"hx-request": "true"})
    for response in (page, part):
        assert response.status_code == 200
        assert not weaknesses(response)
        assert not active_content(response.content.decode())
    assert not no_way_out


@pytest.mark.parametrize("address", ["/gibt-es-nicht/", "/api/v1/gibt-es-nicht", "/konten/"])
def test_a_refusal_carries_them_too(person, address, visit, active_content):
    response = visit(person("charlie").browser(), "GET", address)
    assert response.status_code == 404
    assert not weaknesses(response)
    assert not active_content(response.content.decode())


def test_an_expired_form_carries_them_too(visit, person, active_content):
    response = visit(person("charlie").browser(enforce_csrf_checks=True), "POST", "/darstellung/")
    assert response.status_code == 403
    assert not weaknesses(response)
    assert not active_content(response.content.decode())


def test_our_own_error_carries_them_and_tells_nothing(client, monkeypatch, active_content):
    def breaks(*_args, **_kwargs):
        raise RuntimeError("secret detail of /srv/allmende")

    monkeypatch.setattr("allmende.site.views.popular_services", breaks)
    client.raise_request_exception = False
    response = client.get("/")
    html = response.content.decode()
    assert response.status_code == 500
    assert not weaknesses(response)
    assert not active_content(html)
    assert "secret detail" not in html
    assert "Traceback" not in html


def test_an_unknown_host_is_refused(client):
    client.raise_request_exception = False
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_the_inspection_of_these_tests_finds_what_it_looks_for(active_content):
    breaches = [
        "<script>alert(1)</script>",
        "<script type=module>alert(1)</script>",
        "<p onclick=alert(1)>",
        '<svg/onload="alert(1)">',
        "<style>p{}</style>",
        '<p style="color:red">',
        '<a href="java\nscript:alert(1)">x</a>',
        '<form action="javascript:alert(1)">',
        '<img src="https://evil.example/x.png">',
        '<script src="//evil.example/x.js"></script>',
        '<link rel="stylesheet" href="https://evil.example/x.css">',
        '<iframe src="/x">',
        '<base href="/x">',
        '<button hx-on:click="alert(1)">',
        '<button hx-vals="js:{a: 1}">',
        '<a href="data:text/html,x">',
        '<meta http-equiv="refresh" content="0; url=https://evil.example/">',
    ]
    assert [breach for breach in breaches if not active_content(breach)] == []
    assert (
        active_content(
            '<p>&lt;script&gt;</p><script src="/static/a.js" defer></script><a href="https://x.example/">x</a>'
        )
        == []
    )
