# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A program hands a picture in with a token, waits, and fetches result, regions and record."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from allmende.kernel.accounts import service as accounts
from allmende.kernel.jobs import runner
from allmende.modules.anonymiser import records
from allmende.modules.anonymiser.models import Picture
from allmende.modules.anonymiser.tests.room.conftest import dark, upload

API = "/api/v1/anonymiser"


@pytest.fixture
def program(people: dict[str, Any]) -> Callable[..., Any]:
    _token, plain = accounts.create_token(people["alice"], name="Fachverfahren", rights=["anonymiser.use"], days=30)
    headers = {"HTTP_AUTHORIZATION": f"Bearer {plain}"}

    def call(method: str, path: str, data: Any = None) -> Any:
        client = Client()
        return client.post(API + path, data, **headers) if method == "POST" else client.get(API + path, **headers)

    return call


def test_a_program_gets_a_picture_anonymised(program: Callable[..., Any]) -> None:
    begun = program("POST", "/pictures", {"file": upload(), "keep_days": 7})
    assert begun.status_code == 202
    assert begun.json()["state"] == "waiting"
    path = f"/pictures/{begun.json()['id']}"
    assert program("GET", f"{path}/result").status_code == 404
    assert program("GET", f"{path}/record").status_code == 404
    runner.work_off()
    told = program("GET", path).json()
    assert (told["state"], told["masks"], told["findings"], told["width"]) == ("published", 1, 0, 400)
    result = program("GET", f"{path}/result")
    assert result["Content-Type"] == "image/jpeg"
    assert dark(result.content)
    assert [region["label"] for region in program("GET", f"{path}/regions").json()] == ["plate"]
    keys = {key["id"]: key["public"] for key in Client().get(f"{API}/keys").json()}
    assert records.verify(program("GET", f"{path}/record").json(), keys)


def test_a_program_hands_in_several_and_hears_of_each(program: Callable[..., Any]) -> None:
    begun = program("POST", "/batches", {"files": [upload("a.jpg"), upload("b.jpg", b"kein Bild"), upload("c.jpg")]})
    assert begun.status_code == 202
    told = [(row["name"], row["state"], row["problem_code"]) for row in begun.json()["pictures"]]
    assert told == [("a.jpg", "waiting", ""), ("b.jpg", "refused", "file_suffix"), ("c.jpg", "waiting", "")]
    runner.work_off()
    done = program("GET", f"/batches/{begun.json()['id']}").json()["pictures"]
    assert [(row["state"], row["masks"]) for row in done] == [("published", 1), ("refused", 0), ("published", 1)]
    nothing = program("POST", "/batches", {"files": [upload("b.jpg", b"kein Bild"), upload("leer.jpg", b"")]})
    assert nothing.status_code == 422
    assert [(row["loc"][-1], row["msg"][:10]) for row in nothing.json()["detail"]] == [
        ("files", "„b.jpg“: D"),
        ("files", "„leer.jpg“"),
    ]


def test_what_is_wrong_is_named(
    program: Callable[..., Any], published: Picture, browser: Callable[[str], Client]
) -> None:
    refused = program("POST", "/pictures", {"file": upload("a.jpg", b"kein Bild")})
    assert refused.status_code == 422
    assert refused.json()["detail"][0]["loc"][-1] == "file"
    assert program("POST", "/pictures", {"file": upload(), "fill": "blur"}).json()["detail"][0]["loc"][-1] == "fill"
    assert (
        program("POST", "/pictures", {"file": upload(), "keep_days": 3}).json()["detail"][0]["loc"][-1] == "keep_days"
    )
    assert program("POST", "/pictures", {}).json()["detail"][0]["loc"][-1] == "file"
    assert Client().get(f"{API}/pictures/{published.pk}").status_code == 401
    assert browser("erika").get(f"{API}/pictures/{published.pk}").status_code == 404
