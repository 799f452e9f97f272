# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What belongs to somebody else looks exactly like what does not exist."""

import re
import uuid
from urllib.parse import quote

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NOBODYS = uuid.UUID(int=7)
UNKNOWN = {"pk": 999999999, "assignment": 999999999}


def unknown(kwargs: dict[str, object]) -> dict[str, object]:
    """The same address about something that does not exist."""
    return {name: NOBODYS if isinstance(value, uuid.UUID) else UNKNOWN[name] for name, value in kwargs.items()}


def seen(response) -> tuple[int, str]:
    """An answer as a person sees it: without the form's token and the address, which differ anyway."""
    text = response.content.decode() + response.headers.get("Location", "")
    for address in (response.wsgi_request.path, quote(response.wsgi_request.path)):
        text = text.replace(address, "…")
    return response.status_code, re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]*', "", text)


def owned(routes):
    return [route for route in routes if "own" in route.who and route.thing]


def test_there_is_something_to_own(routes):
    assert {route.thing for route in owned(routes)} >= {"job", "file", "answer", "token"}


@pytest.mark.parametrize("stranger", ["alice", "erika", "anonymous"])
def test_a_strangers_thing_looks_like_none(stranger, person, things, routes, visit):
    from django.urls import reverse

    wrong = []
    for route in owned(routes):
        if things[route.thing].owner == stranger:
            continue
        for method in route.methods:
            theirs = visit(person(stranger).browser(), method, route.address(things))
            nothing = visit(
                person(stranger).browser(), method, reverse(route.name, kwargs=unknown(things[route.thing].kwargs))
            )
            if seen(theirs) != seen(nothing) or theirs.status_code not in (302, 401, 404):
                wrong.append(f"{method} {route.name}: {theirs.status_code} and {nothing.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_clerk_cannot_find_out_which_accounts_exist(person, things, routes, visit):
    from django.urls import reverse

    alice = person("alice")
    about = [route for route in routes if route.thing in ("account", "assignment")]
    assert about
    for route in about:
        theirs = visit(alice.browser(), route.methods[0], route.address(things))
        nothing = visit(
            alice.browser(), route.methods[0], reverse(route.name, kwargs=unknown(things[route.thing].kwargs))
        )
        assert seen(theirs) == seen(nothing)
        assert theirs.status_code == 404


def test_not_even_the_administrator_reads_a_citizens_file(person, things, visit):
    address = f"/dateien/{things['file'].kwargs['file_id']}/"
    assert visit(person("dora").browser(), "GET", address).status_code == 404
    assert visit(person("charlie").browser(), "GET", address).status_code == 200


def test_a_file_that_belongs_to_nobody_is_nobodys(person, make, visit):
    nobodys = make["file"](None)
    for name in ("anonymous", "charlie", "dora"):
        assert visit(person(name).browser(), "GET", f"/dateien/{nobodys.pk}/").status_code == 404


def test_an_opinion_about_somebody_elses_answer_is_not_kept(person, things):
    from allmende.modules.assistant.models import Feedback

    address = f"/fragen/{things['answer'].kwargs['answer_id']}/bewertung/"
    for name in ("anonymous", "alice", "dora"):
        assert person(name).browser().post(address, {"helpful": "0", "comment": "x"}).status_code == 404
    assert not Feedback.objects.exists()
    assert person("charlie").browser().post(address, {"helpful": "1"}).status_code == 302
    assert Feedback.objects.count() == 1


def test_a_conversation_is_not_shown_in_another_browser(person, make):
    make["answer"](person("charlie"), "Was kostet die Hundesteuer für meinen Dackel Waldi?")
    assert "Waldi" in person("charlie").browser().get("/fragen/").content.decode()
    for name in ("anonymous", "alice", "dora"):
        assert "Waldi" not in person(name).browser().get("/fragen/").content.decode()


def test_a_conversation_cannot_be_taken_over_by_its_id_through_the_page(person, make):
    """The page's conversation is in the session; a field of the form does not change it."""
    from allmende.modules.assistant.models import Answer

    theirs = Answer.objects.get(pk=make["answer"](person("charlie"))).conversation
    mallory = person("anonymous").browser()
    mallory.post(
        "/fragen/", {"q": "Wo ist das Rathaus?", "conversation": str(theirs.pk), "conversation_id": str(theirs.pk)}
    )
    assert theirs.answers.count() == 1
