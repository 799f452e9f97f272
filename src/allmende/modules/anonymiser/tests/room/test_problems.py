# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whoever reads why a picture has no result reads it in their own language."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils import translation

from allmende.modules.anonymiser import filming, problems, rules, service
from allmende.modules.anonymiser.models import Batch, Picture
from allmende.modules.anonymiser.problems import Problem
from allmende.modules.anonymiser.tests.room.conftest import drawn, upload
from allmende.modules.anonymiser.tests.room.test_pages import packed

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def test_an_english_clerk_reads_in_english_why_a_picture_was_refused(
    hand_in: Callable[..., Batch], browser: Callable[[str], Client]
) -> None:
    archive = packed(kaputt__jpg=drawn()[:900], rätsel__bin=b"\x00\x01", gut__jpg=drawn())
    batch = hand_in(upload("alle.zip", archive))
    alice, broken = browser("alice"), batch.pictures.get(name="kaputt.jpg")
    pages = {language: alice.get(batch.get_absolute_url(), HTTP_ACCEPT_LANGUAGE=language) for language in ("de", "en")}
    for language, told in (("de", ("beschädigt", "nimmt die Stadt nicht")), ("en", ("damaged", "does not accept"))):
        html = pages[language].content.decode()
        assert [sentence in html for sentence in told] == [True, True], language
    with translation.override("en"):
        assert broken.why.of("a.jpg").startswith("“a.jpg”: The picture is damaged")  # type: ignore[union-attr]
    told = alice.get(f"/api/v1/anonymiser/pictures/{broken.pk}", **ENGLISH).json()
    assert ("damaged" in told["problem"], told["problem_code"], told["problem_values"]) == (True, "damaged", {})


def test_what_a_person_wrote_stays_as_it_was_written(
    in_review: Picture, browser: Callable[[str], Client], people: dict[str, Any]
) -> None:
    service.refuse(in_review, problems.said("Kind im Bild, 100 % sicher"), actor=people["anton"])
    html = browser("alice").get(in_review.get_absolute_url(), **ENGLISH).content.decode()
    assert "Kind im Bild, 100 % sicher" in html


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    (wide,) = filming._objections({"seconds": 1, "width": 4096, "height": 2160, "frames": 1}, rules.part("film"))
    once = Problem("film_left_often", {"times": "00:01", "more": 1})
    assert "2,1 Millionen" in str(wide)
    assert "in 1 weiteren Sekunde (" in str(once)
    with translation.override("en"):
        assert "2.1 million" in str(wide)
        assert "in 1 more second something" in str(once)


def test_programs_are_told_every_code(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()["components"]["schemas"]["PictureOut"]["properties"]
    assert schema["problem_code"]["enum"] == ["", *problems.SENTENCES]
