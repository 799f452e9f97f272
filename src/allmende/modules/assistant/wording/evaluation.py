# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende evaluate support --data DIR`: which sentences does the check let through that it should not, and which does it keep?

The sentences were written as a model might write them, about the sources of answers of the demo town: some say what their source says, the
others go wrong in one way each (`kind`). No model is asked.
"""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from allmende.kernel.evaluation.service import DataError, evaluation_command, metrics, progress_bar, read_jsonl
from allmende.modules.assistant.engine.citing import cited
from allmende.modules.assistant.engine.support import Source, Support
from allmende.modules.assistant.wording import rules

SENTENCE = {"id": str, "split": str, "sources": str, "supported": bool, "kind": str, "sentence": str}
SOURCES = {"id": str, "language": str, "question": str, "sources": list}
DEMO_QUESTIONS = "demo/lindental/questions"
Outcome = tuple[dict[str, Any], str]
"""A row of the set, and why its sentence is left out; empty when it is shown."""


@evaluation_command("support", data=DEMO_QUESTIONS)
@click.option("--split", default="test", show_default=True, help="Only sentences of this split; empty for all.")
@click.option(
    "--town", default="Stadt Lindental", show_default=True, help="Name of the town that the sentences are about."
)
@click.option("--wrong", is_flag=True, help="Print every sentence that was judged wrongly.")
def support(data: Path, split: str, town: str, wrong: bool) -> dict[str, Any]:
    """Unsupported sentences that come through, and supported ones that are kept."""
    rows = read_jsonl(data / "support.jsonl", SENTENCE, unique="id")
    rows = [row for row in rows if not split or row["split"] == split]
    if not rows:
        raise DataError(data / "support.jsonl", 0, "split", f"no sentence has {split!r}.")
    checks = {row["id"]: _check(row, town) for row in read_jsonl(data / "support_sources.jsonl", SOURCES, unique="id")}
    began = time.perf_counter()
    outcomes = [(row, _fault(checks[row["sources"]], row["sentence"])) for row in progress_bar(rows, "support")]
    seconds = time.perf_counter() - began
    if wrong:
        for row, fault in outcomes:
            if row["supported"] == bool(fault):
                click.echo(f"{row['id']} {row['kind']}: {fault or 'let through'}: {row['sentence']}")
    return {**_figures(outcomes), "check_ms": round(1000 * seconds / len(rows), 2)}


def _check(row: dict[str, Any], town: str) -> Support:
    lexicon = rules.lexicon(row["language"], town)
    return Support([Source(**source) for source in row["sources"]], lexicon, row["language"], rules.bounds())


def _fault(check: Support, sentence: str) -> str:
    found = cited(sentence)
    return check.check(found.text, found.sources)


def _figures(outcomes: list[Outcome]) -> dict[str, Any]:
    bad = [(row, fault) for row, fault in outcomes if not row["supported"]]
    good = [(row, fault) for row, fault in outcomes if row["supported"]]
    return {
        "unsupported_let_through": _shown(bad),
        "supported_kept": _shown(good),
        "unsupported_let_through_by_kind": _by_kind(bad),
        "supported_kept_by_kind": _by_kind(good),
    }


def _by_kind(outcomes: list[Outcome]) -> dict[str, Any]:
    kinds = sorted({row["kind"] for row, _fault in outcomes})
    return {kind: _shown([outcome for outcome in outcomes if outcome[0]["kind"] == kind]) for kind in kinds}


def _shown(outcomes: Iterable[Outcome]) -> metrics.Share:
    faults = [fault for _row, fault in outcomes]
    return metrics.share(faults.count(""), len(faults))
