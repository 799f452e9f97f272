# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende evaluate privacy`: how much personal data is found, and how much is marked that is none."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import yaml

from allmende.kernel.evaluation.service import evaluation_command, metrics, progress_bar, read_jsonl
from allmende.kernel.privacy import service
from allmende.kernel.privacy.engine.synthetic import Sentence, sentences

SCHEMA = {"text": str, "personal": list}


@evaluation_command("privacy", data=str(service.DATA))
@click.option("--count", default=1500, show_default=True, help="Made-up sentences, where DIR holds no sentences.jsonl.")
@click.option("--seed", default=1, show_default=True, help="Seed of the made-up sentences.")
def privacy(data: Path, count: int, seed: int) -> dict[str, Any]:
    """Share of personal data found in labelled sentences, and false findings.

    DIR holds sentences.jsonl ({"text", "personal": [["iban", "DE89 …"], …]}) or synthetic.yaml, templates to make them from.
    """
    return measure(progress_bar(_sentences(data, count, seed), "privacy"))


def measure(labelled: Iterable[Sentence]) -> dict[str, Any]:
    """Recall by kind (a piece counts as found when its text no longer stands in the masked sentence), and precision."""
    expected, found = Counter[str](), Counter[str]()
    right = marked = 0
    for sentence in labelled:
        masked = service.mask(sentence.text)
        for kind, text in sentence.personal:
            expected[kind] += 1
            found[kind] += text not in masked.text
        marked += len(masked.findings)
        right += sum(_is_expected(finding.text, sentence) for finding in masked.findings)
    figures: dict[str, Any] = {
        f"recall.{kind}": metrics.share(found[kind], expected[kind]) for kind in sorted(expected)
    }
    figures["recall"] = metrics.share(found.total(), expected.total())
    figures["precision"] = metrics.share(right, marked)
    return figures


def _is_expected(text: str, sentence: Sentence) -> bool:
    return any(text in personal or personal in text for _kind, personal in sentence.personal)


def _sentences(data: Path, count: int, seed: int) -> list[Sentence]:
    labelled = data / "sentences.jsonl"
    if labelled.exists():
        rows = read_jsonl(labelled, SCHEMA)
        return [Sentence(row["text"], tuple((kind, text) for kind, text in row["personal"])) for row in rows]
    templates = yaml.safe_load((data / "synthetic.yaml").read_text(encoding="utf-8"))
    return list(sentences(templates, count, seed))
