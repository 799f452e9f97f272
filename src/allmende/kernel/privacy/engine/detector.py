# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Find personal data in a text by shape, checksum and cue.

The rules are data (`data/rules.yaml`). No claim of completeness is made: a bare surname is not found.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from allmende.kernel.privacy.engine.checks import CHECKS
from allmende.kernel.privacy.engine.names import NameRules, find_names

IBAN_MINIMUM = 15
"""Characters of the shortest IBAN (ISO 13616)."""

ENDLESS_WORD = re.compile(r"(?<=[\w.%+-]{100})[\w.%+-]+(?=[\w.%+-]{100})")
"""The middle of a run of letters and digits that is longer than anything personal: encoded files, separators."""


@dataclass(frozen=True)
class Finding:
    """One piece of personal data: `text[start:end]` of the searched text."""

    kind: str
    start: int
    end: int
    text: str
    certainty: str


@dataclass(frozen=True)
class Pattern:
    """One compiled rule."""

    kind: str
    certainty: str
    regex: re.Pattern[str]
    group: str | None = None
    check: Callable[[str], bool] | None = None

    def find(self, text: str) -> Iterator[Finding]:
        """Every match whose checksum, if the rule has one, holds."""
        for match in self.regex.finditer(text):
            start, end = match.span(self.group or 0)
            found = text[start:end]
            if self.check is not None:
                found = _longest_valid(found, self.check)
                if not found:
                    continue
            yield Finding(self.kind, start, start + len(found), found, self.certainty)


def _longest_valid(text: str, check: Callable[[str], bool]) -> str:
    """The match, shortened word by word until the checksum holds: 'DE89 … 00 mein Konto' ends in words."""
    words = text.split(" ")
    for count in range(len(words), 0, -1):
        candidate = " ".join(words[:count])
        if check(candidate):
            return candidate
    return ""


class Detector:
    """All rules, compiled once."""

    def __init__(self, rules: Mapping[str, Any], first_names: Collection[str], stop_words: Collection[str]) -> None:
        self.placeholders: dict[str, str] = dict(rules["placeholders"])
        self._rank = {kind: rank for rank, kind in enumerate(rules["precedence"])}
        self._patterns = [_compile(rule, rules["date"]) for rule in rules["patterns"]]
        self._names = NameRules.compile(rules["names"], first_names, stop_words)

    def find(self, text: str, *, allow: Collection[str] = (), streets: Iterable[str] = ()) -> list[Finding]:
        """Findings in order of their place, without overlaps.

        `allow`: texts that are no secret (the town's own phone numbers, staff names).
        `streets`: the town's street register; a register name followed by a house number is an address.
        """
        searched = _without_endless_words(text)
        found = [finding for pattern in self._patterns for finding in pattern.find(searched)]
        found += _registered(text, streets)
        found += [
            Finding("name", start, end, text[start:end], sure) for start, end, sure in find_names(searched, self._names)
        ]
        allowed = {_plain(item) for item in allow}
        kept = self._without_overlaps(item for item in found if _plain(item.text) not in allowed)
        return kept if searched == text else [replace(item, text=text[item.start : item.end]) for item in kept]

    def _without_overlaps(self, found: Iterable[Finding]) -> list[Finding]:
        kept: list[Finding] = []  # in order of their place, so that only the two neighbours can overlap
        for item in sorted(found, key=lambda item: (self._rank[item.kind], item.start - item.end)):
            place = bisect_left(kept, item.start, key=lambda other: other.start)
            if not any(
                item.start < other.end and other.start < item.end for other in kept[max(0, place - 1) : place + 1]
            ):
                kept.insert(place, item)
        return kept


def _without_endless_words(text: str) -> str:
    """The text at its full length, with blanks inside endless words: searching them takes time with the square of it."""
    return ENDLESS_WORD.sub(lambda match: " " * len(match.group()), text)


def _plain(text: str) -> str:
    return re.sub(r"[\s/().-]", "", text).casefold()


def _compile(rule: Mapping[str, str], date: str) -> Pattern:
    return Pattern(
        kind=rule["kind"],
        certainty=rule["certainty"],
        regex=re.compile(rule["pattern"].replace("{date}", date)),
        group=rule.get("group"),
        check=CHECKS[rule["check"]] if "check" in rule else None,
    )


def _registered(text: str, streets: Iterable[str]) -> list[Finding]:
    names = sorted((re.escape(street) for street in streets), key=len, reverse=True)
    if not names:
        return []
    regex = re.compile(rf"\b(?:{'|'.join(names)})\s+\d{{1,4}}\s?[a-z]?\b", re.IGNORECASE)
    return [Finding("address", *match.span(), match.group(), "certain") for match in regex.finditer(text)]
