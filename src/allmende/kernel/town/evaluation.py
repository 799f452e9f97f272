# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende evaluate terms`: do the words people use lead to the right service?

Asked of the town as it stands in the database, with the search of production, among its services; a service counts once, in
whichever language it was found. Where the folder holds the services of another town (documents.jsonl), they are asked instead.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from allmende.kernel.evaluation.service import DataError, evaluation_command, metrics, progress_bar, read_jsonl
from allmende.kernel.search import question_sets
from allmende.kernel.search.engine.language import query_terms
from allmende.kernel.search.queries import PUBLIC, search, sources
from allmende.kernel.town import models, queries, rules

TERM = {"id": str, "term": str, "services": list}
DEMO_QUESTIONS = "demo/lindental/questions"
SERVICES = "services"
FIRST = 3
HITS = 4 * FIRST
"""Hits looked at: a service may be found in two languages."""

Find = Callable[[str], Sequence[str]]
"""From a term to the ids of services, best first."""


@dataclass(frozen=True)
class Asked:
    """What is asked: how to find, which services there are, and the names and synonyms that stand in the index."""

    find: Find
    services: Collection[str]
    indexed: Collection[frozenset[str]]


@evaluation_command("terms", data=DEMO_QUESTIONS)
@click.option("--file", default="terms.jsonl", show_default=True, help="Name of the word list in DIR.")
@click.option("--wrong", is_flag=True, help="Print every term whose service does not come first.")
def terms(data: Path, file: str, wrong: bool) -> dict[str, Any]:
    """Which service comes first for everyday words: a list of terms, each with the services that are meant."""
    rows = read_jsonl(data / file, TERM, unique="id")
    asked = _another_town(data) if (data / "documents.jsonl").exists() else _this_town()
    _check(rows, data / file, asked.services)
    found = {row["id"]: asked.find(row["term"]) for row in progress_bar(rows, "terms")}
    ranks = {row["id"]: metrics.rank(found[row["id"]], row["services"]) for row in rows}
    for row in rows:
        if wrong and ranks[row["id"]] != 1:
            got = ", ".join(found[row["id"]][:FIRST])
            click.echo(f"{row['id']} {row['term']}: expected {', '.join(row['services'])}, got {got}")
    return {**_figures(rows, ranks), "terms_in_index": sum(same_words(row["term"]) in asked.indexed for row in rows)}


def same_words(text: str) -> frozenset[str]:
    """The subject words of an expression by their stems: what the search cannot tell apart has the same ones."""
    stems = frozenset(variants[0].decode() for variants in query_terms(text))
    return stems or frozenset(text.casefold().split())


def _figures(rows: Sequence[Mapping[str, Any]], ranks: Mapping[str, int | None]) -> dict[str, Any]:
    all_ranks = list(ranks.values())
    of_service: dict[str, list[int | None]] = defaultdict(list)
    for row in rows:
        for service in row["services"]:
            of_service[service].append(ranks[row["id"]])
    return {
        "hit_at_1": metrics.share(metrics.hits_at(1, all_ranks), len(rows)),
        "hit_at_3": metrics.share(metrics.hits_at(FIRST, all_ranks), len(rows)),
        "mrr": round(metrics.mrr(all_ranks), 4),
        "terms": len(rows),
        "services": len(of_service),
        "services_always_first": sum(metrics.hits_at(1, own) == len(own) for own in of_service.values()),
        "services_never_shown": sum(metrics.hits_at(FIRST, own) == 0 for own in of_service.values()),
    }


def _this_town() -> Asked:
    def find(term: str) -> list[str]:
        results = search(
            term, asker=PUBLIC, k=HITS, authority=settings.TOWN, collections=(SERVICES,), as_of=queries.today()
        )
        return list(dict.fromkeys(hit.data["id"] for hit in results.hits))

    there = [row for row in sources(asker=PUBLIC, authority=settings.TOWN) if row.collection == SERVICES]
    names = [(row.title, row.synonyms) for row in there]
    lists = models.WordList.objects.filter(status__in=rules.public_states())
    names += [(group[0], group[1:]) for words in lists for group in words.groups]
    return Asked(find, {link.id for link in queries.services()}, _indexed(names))


def _another_town(data: Path) -> Asked:
    documents = question_sets.read_documents(data)
    retriever = question_sets.retriever(documents)

    def find(term: str) -> list[str]:
        ranking = retriever.search(term, question_sets.within(None), day=question_sets.DAY, k=HITS)
        return [document.key for document in ranking.documents]

    names = ((question_sets.title(row), row.get("synonyms", ())) for row in documents)
    return Asked(find, {row["id"] for row in documents}, _indexed(names))


def _indexed(names: Iterable[tuple[str, Iterable[str]]]) -> set[frozenset[str]]:
    return {same_words(text) for title, synonyms in names for text in (title, *synonyms)}


def _check(rows: Sequence[Mapping[str, Any]], path: Path, services: Collection[str]) -> None:
    """Raise DataError for a term without a service, or with one that does not exist."""
    for row in rows:
        unknown = [service for service in row["services"] if service not in services]
        if unknown or not row["services"]:
            told = f"names no service: {unknown[0]!r}." if unknown else "names no service."
            raise DataError(path, 0, "services", f"{row['id']} {told}")
