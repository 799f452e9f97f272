# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende evaluate groups --data DIR`: do questions about the same topic stand in one group?

Every pair of questions is judged: two of one topic should be together, two of different topics should not. Nothing is stored.
"""

import time
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import click
import numpy as np

from allmende.kernel.evaluation.service import DataError, evaluation_command, metrics, progress_bar, read_jsonl
from allmende.kernel.search import queries as search
from allmende.modules.assistant.engine import clustering
from allmende.modules.assistant.staff import grouping
from allmende.modules.assistant.staff.wording import plain, wording

SCHEMA = {"id": str, "question": str, "topic": str, "split?": str}
DEMO_QUESTIONS = "demo/lindental/questions"


@evaluation_command("groups", data=DEMO_QUESTIONS)
@click.option("--file", default="gaps.jsonl", show_default=True, help="Name of the question set in DIR.")
@click.option("--split", default="test", show_default=True, help="Only questions of this split; empty for all.")
@click.option("--words", is_flag=True, help="Compare by letters alone, as without the embedding model.")
def groups(data: Path, file: str, split: str, words: bool) -> dict[str, Any]:
    """Pairs of questions that are rightly together, and topics that were found."""
    rows = read_jsonl(data / file, SCHEMA, unique="id")
    rows = [row for row in rows if not split or row.get("split") == split]
    if not rows:
        raise DataError(data / file, 0, "split", f"no question has {split!r}.")
    began = time.perf_counter()
    places = _places([row["question"] for row in rows], words=words)
    return _figures([row["topic"] for row in rows], places) | {"grouping_s": round(time.perf_counter() - began, 2)}


def _places(questions: Sequence[str], *, words: bool) -> list[int]:
    """The number of the group of each question; one that stands alone has a number of its own."""
    read = wording()
    vectors = [] if words else [search.question_vector(plain(text)) for text in progress_bar(questions, "groups")]
    known = [vector for vector in vectors if vector is not None]
    meanings = np.stack(known) if questions and len(known) == len(questions) else None
    _names, middle = ({}, None) if meanings is None else grouping.services()
    table, least = grouping.features([read.text(text) for text in questions], meanings, middle)
    places = list(range(len(questions), 2 * len(questions)))
    for number, group in enumerate(clustering.groups(table, least)):
        for member in group.members:
            places[member] = number
    return places


def _figures(topics: Sequence[str], places: Sequence[int]) -> dict[str, Any]:
    together = list(combinations(range(len(topics)), 2))
    same = {pair for pair in together if topics[pair[0]] == topics[pair[1]]}
    found = {pair for pair in together if places[pair[0]] == places[pair[1]]}
    shown = {topics[one] for one, other in same & found}
    return {
        "pairs_right": metrics.share(len(same & found), len(found)),
        "pairs_found": metrics.share(len(same & found), len(same)),
        "topics_found": metrics.share(len(shown), len(set(topics))),
        "questions": len(topics),
        "groups": len({place for place in places if place < len(topics)}),
    }
