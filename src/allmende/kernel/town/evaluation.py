# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende evaluate terms`: do the words people use lead to the right service?

Asked of the town as it stands in the database, with the search of production, among its services. A service counts once,
in whichever language it was found.
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from allmende.kernel.evaluation.service import evaluation_command, metrics, progress_bar, read_jsonl
from allmende.kernel.search.queries import PUBLIC, search
from allmende.kernel.town import queries

TERM = {"id": str, "term": str, "services": list}
DEMO_QUESTIONS = "demo/lindental/questions"
FIRST = 3
HITS = 4 * FIRST
"""Hits looked at: a service may be found in two languages."""


@evaluation_command("terms", data=DEMO_QUESTIONS)
@click.option("--file", default="terms.jsonl", show_default=True, help="Name of the word list in DIR.")
@click.option("--wrong", is_flag=True, help="Print every term whose service does not come first.")
def terms(data: Path, file: str, wrong: bool) -> dict[str, Any]:
    """Which service comes first for everyday words: a list of terms, each with the services that are meant."""
    rows = read_jsonl(data / file, TERM, unique="id")
    ranks: dict[str, int | None] = {}
    of_service: dict[str, list[int | None]] = defaultdict(list)
    for row in progress_bar(rows, "terms"):
        found = found_services(row["term"])
        ranks[row["id"]] = metrics.rank(found, row["services"])
        for service in row["services"]:
            of_service[service].append(ranks[row["id"]])
        if wrong and ranks[row["id"]] != 1:
            click.echo(
                f"{row['id']} {row['term']}: expected {', '.join(row['services'])}, got {', '.join(found[:FIRST])}"
            )
    return {
        "hit_at_1": _share(1, list(ranks.values())),
        "hit_at_3": _share(FIRST, list(ranks.values())),
        "mrr": round(metrics.mrr(list(ranks.values())), 4),
        "services": len(of_service),
        "services_always_first": sum(metrics.hits_at(1, own) == len(own) for own in of_service.values()),
        "by_service": {service: _share(FIRST, own) for service, own in sorted(of_service.items())},
    }


def found_services(term: str) -> list[str]:
    """Ids of the services that the search finds, best first."""
    today = queries.today()
    results = search(term, asker=PUBLIC, k=HITS, authority=settings.TOWN, collections=("services",), as_of=today)
    return list(dict.fromkeys(hit.data["id"] for hit in results.hits))


def _share(k: int, ranks: list[int | None]) -> metrics.Share:
    return metrics.share(metrics.hits_at(k, ranks), len(ranks))
