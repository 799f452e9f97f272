# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende evaluate search`: how good and how fast the search is on a question set.

A question counts when its `gold` names at least one document; `hit@k` asks whether one of them is among the first
k. Questions without gold are only searched for the confidence figures.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from allmende.kernel.evaluation import service as evaluation
from allmende.kernel.evaluation.service import metrics
from allmende.kernel.search import question_sets
from allmende.kernel.search.engine import answerability
from allmende.kernel.search.engine.ranking import Ranking
from allmende.kernel.search.engine.retriever import Retriever
from allmende.kernel.search.question_sets import DAY, Rows, within

K = 10


@click.option(
    "--scope",
    type=click.Choice(["all", "authority"]),
    default="all",
    show_default=True,
    help="Search everything, or only the documents of the question's authority.",
)
@evaluation.evaluation_command("search")
def search(data: Path, scope: str) -> dict[str, Any]:
    """Measure the search on documents.jsonl and questions.jsonl of a folder."""
    documents, questions = question_sets.read(data)
    _check(questions, data, scope)
    began = time.perf_counter()
    retriever = question_sets.retriever(documents)
    seconds = time.perf_counter() - began
    rankings, millis = _ask(retriever, questions, scope)
    answerable = [(row, found) for row, found in zip(questions, rankings, strict=True) if row["gold"]]
    ranks = [metrics.rank([hit.key for hit in found.documents], row["gold"]) for row, found in answerable]
    return {
        "hit_at_1": metrics.hit_at(1, ranks),
        "hit_at_5": metrics.hit_at(5, ranks),
        "mrr_at_10": metrics.mrr_at(K, ranks),
        "query_ms_p50": metrics.percentile(millis, 50),
        "query_ms_p95": metrics.percentile(millis, 95),
        "index_s": seconds,
        "documents": len(documents),
        "passages": retriever.index.snapshot.passages,
        "questions": len(answerable),
        "questions_without_gold": len(questions) - len(answerable),
        **_trust(questions, rankings),
    }


def _check(questions: Rows, data: Path, scope: str) -> None:
    """Raise DataError where nothing can be counted, or a question lacks the authority it is to be asked of."""
    for row in questions:
        if scope == "authority" and "authority" not in row:
            raise question_sets.wrong(data, row, "authority", "is missing; --scope authority needs it.")
    if not any(row["gold"] for row in questions):
        path = data / "questions.jsonl"
        raise evaluation.DataError(path, 0, "gold", "no question names a document, so nothing can be counted.")


def _ask(retriever: Retriever, questions: Rows, scope: str) -> tuple[list[Ranking], list[float]]:
    """The rankings and how long each took, in ms. One question before, so that loading the model is not counted."""
    retriever.search("Rathaus", within(None), day=DAY, k=1)
    rankings, millis = [], []
    for row in evaluation.progress_bar(questions, "search"):
        allows = within(row.get("authority") if scope == "authority" else None)
        began = time.perf_counter()
        rankings.append(retriever.search(row["question"], allows, day=DAY, k=K))
        millis.append((time.perf_counter() - began) * 1000)
    return rankings, millis


def _trust(questions: Rows, rankings: Sequence[Ranking]) -> dict[str, Any]:
    """How far agreement and confidence can be trusted, over all questions: one without gold has no right first hit."""
    right = [
        bool(found.documents) and found.documents[0].key in row["gold"]
        for row, found in zip(questions, rankings, strict=True)
    ]
    agreeing = [ok for ok, found in zip(right, rankings, strict=True) if found.agreement]
    sure = [ok for ok, found in zip(right, rankings, strict=True) if found.confidence >= answerability.shipped().answer]
    return {
        "agreeing": len(agreeing) / len(rankings),
        "agreeing_right": sum(agreeing) / len(agreeing) if agreeing else 0.0,
        "sure": len(sure) / len(rankings),
        "sure_right": sum(sure) / len(sure) if sure else 0.0,
        "calibration_error": metrics.calibration_error([found.confidence for found in rankings], right),
    }
