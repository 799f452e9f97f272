# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende evaluate answers`: does the search know what it does not know?

The first hit is what would be answered, with its confidence as the certainty. Where a question names its authority, only
the documents of that authority are searched, as a town does. A question is answerable when its `gold` names a document;
an answer is right when it is one of them. The regression and its threshold are the shipped ones (engine/answerability.py).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from allmende.kernel.evaluation import service as evaluation
from allmende.kernel.evaluation.service import metrics, selective
from allmende.kernel.search import question_sets
from allmende.kernel.search.engine import answerability
from allmende.kernel.search.engine.ranking import Ranking
from allmende.kernel.search.engine.retriever import Retriever
from allmende.kernel.search.question_sets import DAY, Rows, within

TENTHS = range(1, 11)


@click.option(
    "--hide/--no-hide",
    default=False,
    show_default=True,
    help="Ask every question once more with its right documents hidden: then it has no answer, but near pages.",
)
@evaluation.evaluation_command("answers")
def answers(data: Path, hide: bool) -> dict[str, Any]:
    """Measure how well the search keeps silent where it does not know, on documents.jsonl and questions.jsonl."""
    documents, questions = question_sets.read(data)
    retriever = question_sets.retriever(documents)
    rows = [(row, ()) for row in questions]
    rows += [(row, tuple(row["gold"])) for row in questions if hide and row["gold"]]
    rankings = [_ask(retriever, row, hidden) for row, hidden in evaluation.progress_bar(rows, "answers")]
    replies = [_reply(ranking, row, hidden) for ranking, (row, hidden) in zip(rankings, rows, strict=True)]
    agreeing = [
        selective.Reply(float(ranking.agreement), reply.answerable, reply.right)
        for ranking, reply in zip(rankings, replies, strict=True)
    ]
    return {
        **_figures(replies),
        "where_both_searches_agree": selective.count(agreeing, 1.0).shares(),
        **_by_authority([row for row, _hidden in rows], replies),
    }


def _ask(retriever: Retriever, row: Mapping[str, Any], hidden: Sequence[str]) -> Ranking:
    return retriever.search(row["question"], within(row.get("authority"), hidden), day=DAY, k=1)


def _reply(ranking: Ranking, row: Mapping[str, Any], hidden: Sequence[str]) -> selective.Reply:
    answerable = bool(row["gold"]) and not hidden
    right = answerable and bool(ranking.documents) and ranking.documents[0].key in row["gold"]
    return selective.Reply(ranking.confidence, answerable, right)


def _figures(replies: Sequence[selective.Reply]) -> dict[str, Any]:
    """The figures at the shipped threshold, then the curve. None where nothing can be counted."""
    threshold = answerability.shipped().answer
    counts = selective.count(replies, threshold)
    shares, points = counts.shares(), selective.curve(replies)
    return {
        **{name: selective.known(shares[name]) for name in ("coverage", "precision", "wrong_and_confident")},
        "wrong_and_confident_high": shares["wrong_and_confident"]["high"],
        "unanswerable_refused": selective.known(shares["unanswerable_refused"]),
        "threshold": threshold,
        "with_intervals": shares,
        "questions": counts.questions,
        "answerable": counts.answerable,
        "unanswerable": counts.unanswerable,
        "answered": counts.answered,
        "right": counts.right,
        "area_of_risk": round(selective.area_of_risk(replies), 4),
        "calibration_error": round(
            metrics.calibration_error([reply.certainty for reply in replies], [reply.right for reply in replies]), 4
        ),
        "curve": selective.thinned(points),
        "precision_at_coverage": {
            f"{tenth / 10:.1f}": precision
            for tenth in TENTHS
            if (precision := selective.precision_at(points, tenth / 10)) is not None
        },
        "right_where_certain": _reliability(replies),
    }


def _reliability(replies: Sequence[selective.Reply]) -> dict[str, Any]:
    """How often the first hit was right, by its certainty in tenths."""
    found = {}
    for tenth in range(10):
        inside = [reply.right for reply in replies if min(9, int(reply.certainty * 10)) == tenth]
        if inside:
            found[f"{tenth / 10:.1f}_to_{(tenth + 1) / 10:.1f}"] = metrics.share(sum(inside), len(inside))
    return found


def _by_authority(rows: Rows, replies: Sequence[selective.Reply]) -> dict[str, Any]:
    """The shares for each authority, where questions name one."""
    groups: dict[str, list[selective.Reply]] = {}
    for row, reply in zip(rows, replies, strict=True):
        if "authority" in row:
            groups.setdefault(row["authority"], []).append(reply)
    threshold = answerability.shipped().answer
    kept = ("coverage", "precision", "wrong_and_confident", "unanswerable_refused")
    found = {name: selective.count(own, threshold).shares() for name, own in sorted(groups.items())}
    return {"by_authority": {name: {key: own[key] for key in kept} for name, own in found.items()}} if found else {}
