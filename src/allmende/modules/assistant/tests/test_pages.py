# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page /fragen and the API, as browser and program see them."""

import json
import uuid

import pytest
from django.test import Client

from allmende.modules.assistant.models import Answer

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_the_disclosure_stands_before_the_first_input(client: Client, lindental: None) -> None:
    page = client.get("/fragen/").content.decode()
    assert page.index("Hier antwortet ein KI-System") < page.index("<textarea")


def test_a_question_without_scripts_leads_back_to_the_conversation(client: Client, lindental: None) -> None:
    answer = client.post("/fragen/", {"q": "Was kostet ein Hund?"})
    assert answer.status_code == 302
    page = client.get(answer.url.partition("#")[0]).content.decode()
    assert "96 € je Jahr" in page
    assert "Stand " in page


def test_with_htmx_only_the_turn_comes_back(client: Client, lindental: None) -> None:
    page = client.post("/fragen/", {"q": "Was kostet ein Hund?"}, headers={"HX-Request": "true"}).content.decode()
    assert page.strip().startswith("<li")
    assert "<html" not in page


@pytest.mark.parametrize(("question", "sentence"), [("", "Bitte schreiben Sie Ihre Frage"), ("x" * 1001, "zu lang")])
def test_a_wrong_question_gets_a_named_error_and_is_kept(client: Client, question: str, sentence: str) -> None:
    answer = client.post("/fragen/", {"q": question})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert question in page


def test_a_foreign_answer_cannot_be_rated(client: Client, lindental: None) -> None:
    client.post("/fragen/", {"q": "Was kostet ein Hund?"})
    row = Answer.objects.get()
    assert Client().post(f"/fragen/{row.pk}/bewertung/", {"helpful": "1"}).status_code == 404
    assert client.post(f"/fragen/{uuid.uuid4()}/bewertung/", {"helpful": "1"}).status_code == 404
    assert client.post(f"/fragen/{row.pk}/bewertung/", {"helpful": "1"}).status_code == 302


def test_too_many_questions_in_a_minute_are_slowed_down_and_kept(client: Client, lindental: None) -> None:
    statuses = [client.post("/fragen/", {"q": "Es brennt im Haus"}).status_code for _number in range(31)]
    assert statuses[0] == 302
    last = client.post("/fragen/", {"q": "Was kostet ein Hund?"})
    assert last.status_code == 429
    assert "Was kostet ein Hund?" in last.content.decode()


def test_a_script_in_a_question_stays_text(client: Client, lindental: None) -> None:
    client.post("/fragen/", {"q": "<img src=x onerror=alert(1)> Was kostet ein Hund?"})
    page = client.get("/fragen/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_the_number_of_queries_does_not_grow_with_the_conversation(
    client: Client, lindental: None, django_assert_max_num_queries
) -> None:
    for _number in range(5):
        client.post("/fragen/", {"q": "Was kostet ein Hund?"})
    with django_assert_max_num_queries(8):
        client.get("/fragen/")


def test_an_answer_costs_a_bounded_number_of_queries(
    client: Client, lindental: None, django_assert_max_num_queries
) -> None:
    client.post("/fragen/", {"q": "Was kostet ein Hund?"})
    with django_assert_max_num_queries(50):
        client.post("/fragen/", {"q": "Was kostet ein Reisepass?"}, headers={"HX-Request": "true"})


def post(client: Client, **body: object):
    return client.post("/api/v1/assistant/answers", json.dumps(body), content_type="application/json")


def test_a_program_asks_without_a_cookie(client: Client, lindental: None) -> None:
    answer = post(client, question="Was kostet ein Hund?")
    assert answer.status_code == 201
    body = answer.json()
    assert body["card"]["service"] == "hundesteuer-anmelden"
    assert body["disclosure"].startswith("Hier antwortet ein KI-System")
    assert client.get(f"/api/v1/assistant/answers/{body['id']}").json()["id"] == body["id"]


def test_a_wrong_request_names_the_field(client: Client) -> None:
    answer = post(client, question="", language="fr")
    assert answer.status_code == 422
    assert {"question", "language"} <= {error["loc"][-1] for error in answer.json()["detail"]}


def test_an_unknown_answer_is_not_found(client: Client) -> None:
    assert client.get(f"/api/v1/assistant/answers/{uuid.uuid4()}").status_code == 404
