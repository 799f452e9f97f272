# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
API = "/api/v1/town"


def get(client: Client, path: str, status: int = 200) -> Any:
    response = client.get(API + path)
    assert response.status_code == status, response.content
    return response.json()


def test_services_are_listed_with_their_language(lindental: None, client: Client):
    listed = get(client, "/services?language=en")
    assert {item["id"]: item["name"] for item in listed} == {
        "hundesteuer-anmelden": {"text": "Register a dog", "language": "en"},
        "hundesteuer-abmelden": {"text": "Äußerst traurig: Hund abmelden", "language": "de"},
    }


def test_a_service_comes_with_fees_law_and_texts(lindental: None, client: Client):
    found = get(client, "/services/hundesteuer-anmelden")
    fee = found["fees"][0]
    assert (fee["amount"], fee["currency"], fee["price"], fee["law"]["section"]) == (
        "96.00",
        "EUR",
        "96 € je Jahr",
        "§ 5",
    )
    assert found["unit"] == "finanzen"
    assert found["related"] == ["hundesteuer-abmelden"]
    assert {text["module"]: text["name"] for text in found["texts"]}["11"] == "procedure"


def test_units_say_whether_they_are_open(lindental: None, client: Client):
    unit = get(client, "/units/finanzen")
    assert isinstance(unit["state"]["open_now"], bool)
    assert unit["hours"][3]["hours"] == ["8:00–12:00", "14:00–17:00"]
    assert [listed["id"] for listed in get(client, "/units")] == ["finanzen"]
    assert len(get(client, "/services?unit=finanzen")) == 2


def test_statutes_are_read_as_of_a_day(lindental: None, client: Client):
    assert get(client, "/statutes/hundesteuersatzung")["sections"][1]["paragraphs"][0] == {
        "number": "(1)",
        "text": "Die Steuer beträgt 96 €.",
    }
    assert get(client, "/statutes/hundesteuersatzung?as_of=2020-05-01")["id"] == "hundesteuersatzung-2015"
    assert [item["id"] for item in get(client, "/statutes?as_of=2020-05-01")] == ["hundesteuersatzung-2015"]


@pytest.mark.parametrize(
    "path",
    [
        "/services/katze",
        "/services/%00",
        "/services?unit=mars",
        "/units/mars",
        "/statutes/mond",
        "/statutes/hundesteuersatzung?as_of=1900-01-01",
    ],
)
def test_what_is_not_there_is_a_404_with_a_reason(lindental: None, client: Client, path: str):
    assert "gibt es nicht" in get(client, path, 404)["detail"]


@pytest.mark.parametrize("path", ["/services?language=fr", "/statutes?as_of=gestern"])
def test_a_wrong_parameter_is_named(lindental: None, client: Client, path: str):
    assert get(client, path, 422)["detail"][0]["loc"]


def test_the_openapi_names_every_error(client: Client, db: None):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {"200", "404", "422"} == set(paths[f"{API}/services/{{service_id}}"]["get"]["responses"])
