# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether citizens' words lead to the right service is measured with the real search, on words it was not told."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import transaction

from allmende.cli import allmende
from allmende.kernel.evaluation.models import Run
from allmende.kernel.evaluation.service import read_jsonl
from allmende.kernel.town import demo, models, search_documents
from allmende.kernel.town.evaluation import TERM, same_words
from allmende.kernel.town.tests.conftest import Told

pytestmark = pytest.mark.django_db

REGISTER, GOODBYE = "hundesteuer-anmelden", "hundesteuer-abmelden"
TERMS = [
    {"id": "1", "term": "kleine Welpen melden", "services": [REGISTER]},
    {"id": "2", "term": "traurig, Hund abgegeben", "services": [GOODBYE]},
    {"id": "3", "term": "licence for two dogs", "services": [REGISTER]},
]


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def run(folder: Path, *options: str):
    return CliRunner().invoke(allmende, ["evaluate", "terms", "--data", str(folder), *options])


def measured(folder: Path, *options: str) -> dict[str, Any]:
    result = run(folder, *options, "--json", str(folder / "figures.json"))
    assert result.exit_code == 0, result.output
    return json.loads((folder / "figures.json").read_text(encoding="utf-8"))


@pytest.fixture
def words(tmp_path: Path, real_search: None, lindental: None) -> Path:
    """A list of terms for the small town."""
    write(tmp_path / "terms.jsonl", TERMS)
    return tmp_path


def test_it_works(words: Path) -> None:
    figures = measured(words)
    assert figures["hit_at_1"]["value"] == figures["hit_at_3"]["value"] == figures["mrr"] == 1.0
    assert (figures["terms"], figures["services"], figures["services_always_first"]) == (3, 2, 2)
    assert (figures["services_never_shown"], figures["terms_in_index"]) == (0, 0)
    assert Run.objects.get().evaluation == "terms"


def test_a_term_of_another_service_is_a_miss_and_is_named(words: Path) -> None:
    write(words / "mine.jsonl", [*TERMS, {"id": "4", "term": "Hund abmelden", "services": [REGISTER]}])
    figures = measured(words, "--file", "mine.jsonl", "--no-store")
    assert (figures["hit_at_1"]["value"], figures["hit_at_3"]["value"]) == (0.75, 1.0)
    assert figures["services_always_first"] == 1
    output = run(words, "--file", "mine.jsonl", "--wrong").output
    assert f"4 Hund abmelden: expected {REGISTER}, got {GOODBYE}" in output
    assert "1 Welpen" not in output


def test_what_the_search_was_told_is_counted_and_said(words: Path) -> None:
    told = [{"id": "1", "term": "WELPEN anmelden", "services": [REGISTER]}, *TERMS[1:]]
    write(words / "terms.jsonl", told)
    assert measured(words)["terms_in_index"] == 1


def test_another_town_brings_its_services_along(tmp_path: Path, quick_model: None) -> None:
    documents = [
        {
            "id": "a1",
            "title": "Hund_anmelden",
            "text": "Wer einen Hund hält, zahlt Steuer.",
            "synonyms": ["Hundemarke"],
        },
        {"id": "b2", "title": "Sperrmüll", "text": "Die Stadt holt sperrige Möbel ab."},
    ]
    write(tmp_path / "documents.jsonl", documents)
    rows = [("Marke für den Hund", "a1"), ("Möbel", "b2"), ("Hundemarken", "a1"), ("Hund anmelden", "a1")]
    write(tmp_path / "terms.jsonl", [{"id": term, "term": term, "services": [own]} for term, own in rows])
    figures = measured(tmp_path)
    assert (figures["hit_at_1"]["value"], figures["terms"], figures["services"]) == (1.0, 4, 2)
    assert figures["terms_in_index"] == 2


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"id": "x", "term": "Hund"}, ["terms.jsonl", "line 4", "'services'"]),
        ({"id": "1", "term": "Hund", "services": [REGISTER]}, ["terms.jsonl", "line 4", "already stands in line 1"]),
        ({"id": "x", "term": "Hund", "services": ["drachen"]}, ["terms.jsonl", "x names no service: 'drachen'"]),
        ({"id": "x", "term": "Hund", "services": []}, ["terms.jsonl", "x names no service."]),
    ],
)
def test_bad_terms_are_named_by_file_and_place(words: Path, row: dict[str, Any], told: list[str]) -> None:
    write(words / "terms.jsonl", [*TERMS, row])
    result = run(words)
    assert result.exit_code == 2
    assert all(piece in result.output for piece in told), result.output


@pytest.fixture
def published(demo_folder: Path, told: Told) -> Iterator[dict[frozenset[str], str]]:
    """What the index of the demo town holds of names and synonyms, with the document each belongs to."""
    with transaction.atomic():
        demo.load(demo_folder)
        assert not models.WordList.objects.exists(), "groups of the town's own words would count, too"
        documents = [document for source in search_documents.SOURCES.values() for document in source(None)]
        yield {same_words(text): one.key for one in documents for text in (one.title, *one.synonyms)}
        transaction.set_rollback(True)


def test_no_published_term_stands_in_the_index(published: dict[frozenset[str], str], demo_folder: Path) -> None:
    assert published[same_words("Welpen anmelden")] == "services/hundesteuer-anmelden"
    rows = read_jsonl(demo_folder / "questions" / "terms.jsonl", TERM, unique="id")
    assert len({same_words(row["term"]) for row in rows}) == len(rows) == 150
    assert [row["term"] for row in rows if same_words(row["term"]) in published] == []
    services = set(models.Service.objects.values_list("id", flat=True))
    assert {service for row in rows for service in row["services"]} == services


def test_what_is_developed_on_is_not_what_is_published(demo_folder: Path) -> None:
    lists = [read_jsonl(demo_folder / "questions" / name, TERM) for name in ("terms.jsonl", "terms-development.jsonl")]
    published, developed = ({same_words(row["term"]) for row in rows} for rows in lists)
    assert not published & developed
