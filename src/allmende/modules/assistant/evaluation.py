# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende evaluate assistant --data DIR`: a set of citizens' questions against the town as it stands in the database.

Nothing of it is stored as a conversation.
"""

import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from allmende.kernel.evaluation.service import evaluation_command, metrics, progress_bar, read_jsonl
from allmende.modules.assistant.composing import Composed, compose
from allmende.modules.assistant.schemas import Status

SCHEMA = {"id": str, "question": str, "language": str, "kind": str, "status": str, "services": list, "mask": list}
DEMO_QUESTIONS = "demo/lindental/questions"


@evaluation_command("assistant", data=DEMO_QUESTIONS)
@click.option("--file", default="citizens.jsonl", show_default=True, help="Name of the question set in DIR.")
@click.option("--wrong", is_flag=True, help="Print every question that went wrong.")
def assistant(data: Path, file: str, wrong: bool) -> dict[str, Any]:
    """Right status, right first card and masked personal data on a set of citizens' questions."""
    rows = read_jsonl(data / file, SCHEMA, unique="id")
    compose("Was kostet ein Hund?", language="de")  # loads the index and the model
    outcomes = [_outcome(row) for row in progress_bar(rows, "assistant")]
    if wrong:
        for outcome in outcomes:
            if not (outcome["status"] and outcome["subject"] is not False):
                click.echo(outcome["line"])
    return _figures(rows, outcomes)


def _outcome(row: dict[str, Any]) -> dict[str, Any]:
    began = time.perf_counter()
    composed = compose(row["question"], language=row["language"])
    seconds = time.perf_counter() - began
    status = composed.content.status
    found = _subject(composed)
    return {
        "kind": row["kind"],
        "expected": row["status"],
        "status": status in {row["status"], *row.get("status_also", [])},
        "subject": _is_right(row, composed) if status == row["status"] == Status.ANSWERED else None,
        "leaks": sum(secret in composed.question for secret in row["mask"]),
        "millis": 1000 * seconds,
        "line": f"{row['id']} expected {row['status']} {row['services']}, got {status} {found}: {row['question']}",
    }


def _subject(composed: Composed) -> str:
    """What the answer is about: the service of the card, the place, the source, or the services offered."""
    content = composed.content
    if content.card:
        return content.card.service
    if content.options:
        return ", ".join(option.service for option in content.options)
    if content.place:
        return content.place.url
    return content.passages[0].source_key if content.passages else ""


def _is_right(row: dict[str, Any], composed: Composed) -> bool:
    content = composed.content
    if content.card and content.card.service in row["services"]:
        return True
    if row.get("statute"):
        return any(row["statute"] in passage.source_key for passage in content.passages)
    if row.get("unit"):
        place = content.place or (content.card.place if content.card else None)
        return place is not None and row["unit"] in place.url
    return False


def _figures(rows: list[dict[str, Any]], outcomes: list[dict[str, Any]]) -> dict[str, Any]:
    kinds, right = Counter[str](), Counter[str]()
    for outcome in outcomes:
        kinds[outcome["kind"]] += 1
        right[outcome["kind"]] += outcome["status"]
    subjects = [outcome["subject"] for outcome in outcomes if outcome["subject"] is not None]
    secrets = sum(len(row["mask"]) for row in rows)
    times = [outcome["millis"] for outcome in outcomes]
    return {
        "right_status": metrics.share(right.total(), len(outcomes)),
        "right_subject_where_answered": metrics.share(sum(subjects), len(subjects)),
        "masked": metrics.share(secrets - sum(outcome["leaks"] for outcome in outcomes), secrets),
        **{f"right_status.{kind}": metrics.share(right[kind], kinds[kind]) for kind in sorted(kinds)},
        "answer_ms_p50": round(metrics.percentile(times, 50), 1),
        "answer_ms_p95": round(metrics.percentile(times, 95), 1),
    }
