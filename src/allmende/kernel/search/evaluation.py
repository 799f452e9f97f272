# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende evaluate search`: how good and how fast the search is on a question set.

The engine and its configuration are those of production; the index is one of its own, in memory, and the town's is not
touched. A question counts when its `gold` names at least one document; `hit@k` asks whether one of them is among the first
k. Questions without gold are only searched for the confidence figures.
"""

import json
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from allmende.kernel.evaluation import service as evaluation
from allmende.kernel.evaluation.service import metrics
from allmende.kernel.search import embedding
from allmende.kernel.search.engine import segment
from allmende.kernel.search.engine.chunking import parts_of, passages_of, texts_of
from allmende.kernel.search.engine.ranking import Ranking
from allmende.kernel.search.engine.retriever import Retriever, embed
from allmende.kernel.search.engine.segment import Scope

DOCUMENT = {"id": str, "title": str, "text": str, "authority?": str}
QUESTION = {"id": str, "question": str, "gold": list, "authority?": str}
K = 10
DAY = 1
SURE = 0.8
"""From this confidence on a first hit counts as sure."""


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
    documents = evaluation.read_jsonl(data / "documents.jsonl", DOCUMENT, unique="id")
    questions = evaluation.read_jsonl(data / "questions.jsonl", QUESTION)
    _check(questions, {row["id"] for row in documents}, data / "questions.jsonl", scope)
    began = time.perf_counter()
    retriever = _retriever(documents)
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


def _check(questions: Sequence[Mapping[str, Any]], known: set[str], path: Path, scope: str) -> None:
    """Raise DataError for gold that names no document, or a question without the authority it is to be asked of."""
    for row in questions:
        unknown = [key for key in row["gold"] if key not in known]
        if unknown:
            raise evaluation.DataError(path, _line(path, row), "gold", f"names no document: {unknown[0]!r}.")
        if scope == "authority" and "authority" not in row:
            raise evaluation.DataError(path, _line(path, row), "authority", "is missing; --scope authority needs it.")
    if not any(row["gold"] for row in questions):
        raise evaluation.DataError(path, 0, "gold", "no question names a document, so nothing can be counted.")


def _line(path: Path, row: Mapping[str, Any]) -> int:
    """Where a row stands, empty lines counted."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.strip() and json.loads(line) == row), 0)


def _retriever(rows: Sequence[Mapping[str, Any]]) -> Retriever:
    retriever = Retriever(embedding.embedder())
    made = [_document(row) for row in evaluation.progress_bar(rows, "index")]
    retriever.index.put(made)
    return retriever


def _document(row: Mapping[str, Any]) -> segment.Document:
    title = row["title"].replace("_", " ")
    passages = passages_of(parts_of(row["text"]))
    texts = texts_of(title, passages)
    return segment.Document(
        key=row["id"],
        scope=Scope("evaluation", row.get("authority", ""), "public"),
        title=title,
        passages=passages,
        window_counts=texts.window_counts,
        vectors=embed(embedding.embedder(), texts),
    )


def _ask(retriever: Retriever, questions: Sequence[Mapping[str, Any]], scope: str) -> tuple[list[Ranking], list[float]]:
    """The rankings and how long each took, in ms. One question before, so that loading the model is not counted."""
    retriever.search("Rathaus", lambda _scope: True, day=DAY, k=1)
    rankings, millis = [], []
    for row in evaluation.progress_bar(questions, "search"):
        allows = partial(_allows, row.get("authority") if scope == "authority" else None)
        began = time.perf_counter()
        rankings.append(retriever.search(row["question"], allows, day=DAY, k=K))
        millis.append((time.perf_counter() - began) * 1000)
    return rankings, millis


def _allows(authority: str | None, scope: Scope) -> bool:
    return authority in (None, scope.authority)


def _trust(questions: Sequence[Mapping[str, Any]], rankings: Sequence[Ranking]) -> dict[str, Any]:
    """How far agreement and confidence can be trusted, over all questions: one without gold has no right first hit."""
    right = [
        bool(found.documents) and found.documents[0].key in row["gold"]
        for row, found in zip(questions, rankings, strict=True)
    ]
    agreeing = [ok for ok, found in zip(right, rankings, strict=True) if found.agreement]
    sure = [ok for ok, found in zip(right, rankings, strict=True) if found.confidence >= SURE]
    return {
        "agreeing": len(agreeing) / len(rankings),
        "agreeing_right": sum(agreeing) / len(agreeing) if agreeing else 0.0,
        "sure": len(sure) / len(rankings),
        "sure_right": sum(sure) / len(sure) if sure else 0.0,
        "calibration_error": metrics.calibration_error([found.confidence for found in rankings], right),
    }
