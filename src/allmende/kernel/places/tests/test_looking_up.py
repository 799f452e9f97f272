# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everybody may ask whether an address is one of the town's."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allmende.kernel.places import service, views
from allmende.kernel.town.models import Town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def streets(db: None) -> None:
    Town.objects.create(id="lindental", name="Stadt Lindental", address="Marktplatz 1\n99998 Lindental")
    rows = "Lindenallee;5;99998;;50.5;10.25\nLindenallee;7;99998;;;\nAm Anger;;;Kernstadt;;\nAm Anger;;;Oberbach;;\nUferweg;;;;;\n"
    service.take_in(f"strasse;hausnummer;plz;ortsteil;lat;lon\n{rows}".encode())


def post(client: Client, path: str, **body: str) -> Any:
    return client.post(f"/api/v1/places/{path}", json.dumps(body), content_type="application/json").json()


def test_an_address_comes_back_as_the_town_writes_it(client: Client) -> None:
    found = post(client, "addresses", street="lindenalee 5")
    assert found["fault"] == ""
    assert found["address"] == {
        "street": "Lindenallee",
        "number": "5",
        "postcode": "99998",
        "district": "",
        "latitude": 50.5,
        "longitude": 10.25,
    }
    assert post(client, "addresses", street="Uferweg", number="3")["address"]["postcode"] == "99998"


@pytest.mark.parametrize(
    ("asked", "fault", "offers"),
    [
        ({"street": "Lindenallee", "number": "6"}, "house", ["5", "7"]),
        ({"street": "Lindenallee"}, "number", []),
        ({"street": "Lindenallee", "number": "5", "postcode": "12345"}, "postcode", ["99998"]),
        ({"street": "Am Anger", "number": "1"}, "several", ["Am Anger (Kernstadt)", "Am Anger (Oberbach)"]),
        ({"street": "Mondweg", "number": "1"}, "unknown", []),
        ({"street": "Lindenweg", "number": "1"}, "unknown", ["Lindenallee"]),
    ],
)
def test_what_is_no_address_of_the_town_is_told_with_what_would_be(
    client: Client, asked: dict[str, str], fault: str, offers: list[str]
) -> None:
    found = post(client, "addresses", **asked)
    assert (found["fault"], found["offers"], found["address"]) == (fault, offers, None)
    assert all(offer in found["detail"] for offer in offers)


def test_streets_are_listed_and_suggested(client: Client) -> None:
    listed = client.get("/api/v1/places/streets?district=Oberbach").json()
    assert [street["label"] for street in listed] == ["Am Anger (Oberbach)"]
    assert [street["label"] for street in post(client, "suggestions", text="lin")] == ["Lindenallee"]


def test_a_form_asks_with_nothing_but_the_street(client: Client) -> None:
    page = client.post("/strassen/vorschlaege/", {"anschrift_street": "anger"}).content.decode()
    assert page.count("<option") == 2
    assert 'value="Am Anger (Oberbach)"' in page


def test_the_register_is_read_once(client: Client) -> None:
    post(client, "suggestions", text="lin")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        post(client, "suggestions", text="lind")
    assert len([query for query in queries if "places_" in query["sql"]]) == 1


def test_nobody_asks_without_end(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(views.THROTTLE, "num_requests", 2)
    answers = [client.post("/strassen/vorschlaege/", {"street": "lin"}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_what_is_asked_stands_in_no_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        post(client, "addresses", street="Mondweg 4711")
        client.post("/api/v1/places/addresses", "{Mondweg 4711", content_type="application/json")
        client.get("/api/v1/places/addresses")
    assert "/api/v1/places/addresses" in caplog.text
    assert "Mondweg" not in caplog.text
