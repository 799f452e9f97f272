# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a question says besides personal data: „Meine Steuer-ID ist [Steuer-ID], …“ is not about tax numbers."""

import re
from collections.abc import Mapping
from typing import Any, Self

PLACEHOLDER = re.compile(r"\[[^\]]+\]")


class Labels:
    """The patterns of data/labels.yaml, compiled."""

    def __init__(self, patterns: tuple[re.Pattern[str], ...]) -> None:
        self._patterns = patterns

    @classmethod
    def compile(cls, data: Mapping[str, Any], placeholders: Mapping[str, str]) -> Self:
        """`placeholders` are what stands for each kind of personal data in a masked text."""
        before, between = _any(data["before"]), _any(data["between"])
        kept = "".join(rf"(?<!\b{re.escape(word)} )" for word in data["kept_after"])
        return cls(
            tuple(
                re.compile(
                    rf"(?:\b{before}\s+)?{kept}\b(?:{'|'.join(labels)})(?:\s*{between})*\s*{re.escape(placeholders[kind])}",
                    re.IGNORECASE,
                )
                for kind, labels in data["labels"].items()
            )
        )

    def without(self, masked: str) -> str:
        """The masked text without placeholders and without the words that name what each stands for."""
        for pattern in self._patterns:
            masked = pattern.sub(" ", masked)
        return unmarked(masked)


def unmarked(masked: str) -> str:
    """The masked text without placeholders."""
    return PLACEHOLDER.sub(" ", masked)


def _any(words: list[str]) -> str:
    """A pattern for one of these words; the longest is tried first."""
    return f"(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})"
