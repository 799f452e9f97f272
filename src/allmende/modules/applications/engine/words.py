# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of one language, compiled from data/words.yaml, and the folding under which they are compared."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'"})
NUMBER = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,4})?|\d+(?:[.,]\d{1,4})?"
TOKEN = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*")


def fold(text: str) -> str:
    """Lower case, two letters for an umlaut, no accents."""
    lowered = unicodedata.normalize("NFC", text).lower().translate(FOLDED)
    return "".join(char for char in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(char))


def tokens(text: str) -> list[str]:
    """The folded words and numbers of a text."""
    return TOKEN.findall(fold(text))


def phrase(words: Iterable[str]) -> str:
    """A pattern for any of these folded phrases, the longest first; one that never matches for none."""
    listed = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return f"(?:{listed})" if listed else r"(?!)"


@dataclass(frozen=True)
class Words:
    """See data/words.yaml for what each list means."""

    language: str
    numbers: Mapping[str, Decimal]
    ordinals: Mapping[str, int]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    days: Mapping[str, int]
    units: Mapping[str, tuple[str, int]]
    phrases: Mapping[str, tuple[str, ...]]
    commands: Mapping[str, frozenset[str]]
    needs: Mapping[str, frozenset[str]]
    choosing: Mapping[str, int]

    @classmethod
    def compile(cls, language: str, data: Mapping[str, Any]) -> Self:
        """The lists of one language."""
        lists = (
            "before",
            "after",
            "ago",
            "next",
            "last",
            "until",
            "lasting",
            "yes",
            "no",
            "correction",
            "fillers",
            "linking",
            "having",
            "questions",
        )
        commands = {
            name: frozenset(word for words in found for word in words.split())
            for name, found in data["commands"].items()
        }
        return cls(
            language=language,
            numbers={word: Decimal(str(number)) for word, number in data["numbers"].items()},
            ordinals={word: day for day, word in enumerate(data["ordinals"], 1)},
            months=_numbered(data["months"], 1),
            weekdays=_numbered(data["weekdays"], 0),
            days=data["days"],
            units={word: (unit, factor) for word, (unit, factor) in data["units"].items()},
            phrases={name: tuple(data[name]) for name in lists},
            commands=commands,
            needs={name: frozenset(data["needs"].get(name, words)) for name, words in commands.items()},
            choosing={word: position for position, word in enumerate(data["choosing"])},
        )

    @cached_property
    def number_pattern(self) -> re.Pattern[str]:
        """Numbers in digits or words."""
        return re.compile(rf"(?<![\w.,]){NUMBER}(?![\w])|\b{phrase(self.numbers)}\b")

    @cached_property
    def day_pattern(self) -> re.Pattern[str]:
        """Days; the name of the group that matched says how the day was written."""
        month, weekday = phrase(self.months), phrase(self.weekdays)
        count = rf"(?:\d{{1,4}}|{phrase(self.numbers)})"
        unit = phrase(self.units)
        ordinal = rf"(?:\d{{1,2}}(?:\.|st|nd|rd|th)?|{phrase(self.ordinals)})"
        before, after, ago = (phrase(self.phrases[name]) for name in ("before", "after", "ago"))
        turn = phrase((*self.phrases["next"], *self.phrases["last"]))
        parts = {
            "iso": r"\b\d{4}-\d{2}-\d{2}\b",
            "dmy": r"\b\d{1,2}[./]\s?\d{1,2}(?:[./]\s?(?:\d{4}|\d{2}))?(?![\d,])",
            "named": rf"\b{ordinal}\s?(?:of )?{month}\b\.?(?:\s\d{{4}}\b)?|\b{month}\s{ordinal}\b(?:,?\s\d{{4}}\b)?",
            "relative": rf"\b{phrase(self.days)}\b",
            "span": rf"\b{before}\s{count}\s{unit}\b|\b{after}\s{count}\s{unit}\b|\b{count}\s{unit}\s{ago}\b",
            "weekday": rf"\b(?:{turn}\s)?{weekday}\b",
        }
        return re.compile("|".join(f"(?P<{name}>{part})" for name, part in parts.items()))


def _numbered(rows: Iterable[Iterable[str]], first: int) -> dict[str, int]:
    return {word: number for number, words in enumerate(rows, first) for word in words}
