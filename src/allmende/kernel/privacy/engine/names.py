# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of persons: after a title, after a cue, or a known first name with a surname."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

WORD = r"[A-ZÄÖÜÇŞĐŁŠŽÁÉÍÓÚ][\wäöüßçşğıłšžáéíóúñèêà'’-]+"


@dataclass(frozen=True)
class NameRules:
    """Compiled cues and the word lists they rest on."""

    titled: re.Pattern[str]
    cued: re.Pattern[str]
    weakly_cued: re.Pattern[str]
    known: re.Pattern[str]
    first_names: frozenset[str]
    stop_words: frozenset[str]

    @classmethod
    def compile(cls, rules: Mapping[str, Any], first_names: Collection[str], stop_words: Collection[str]) -> Self:
        """Build the regular expressions from the lists of `data/rules.yaml`."""
        particles = "|".join(rules["particles"])
        full = rf"{WORD}(?:[ ](?:(?:{particles})[ ])*{WORD}){{0,3}}"
        titles = "|".join(re.escape(title) for title in rules["titles"])
        return cls(
            titled=re.compile(rf"\b(?:{titles})[ ](?:(?:{titles})[ ])*(?P<name>(?:(?:{particles})[ ])?{full})"),
            cued=re.compile(rf"(?i:\b(?:{_any(rules['cues'])})),?\s+(?P<name>{full}|(?i:{_lower_name()}))"),
            weakly_cued=re.compile(rf"(?i:\b(?:{_any(rules['weak_cues'])}))\s+(?P<name>{full})"),
            known=re.compile(rf"\b(?P<name>{full})"),
            first_names=frozenset(name.casefold() for name in first_names),
            stop_words=frozenset(word.casefold() for word in stop_words),
        )

    def is_first_name(self, word: str) -> bool:
        """Whether the word, or the first part of a double name, is a known first name."""
        return word.casefold() in self.first_names or word.partition("-")[0].casefold() in self.first_names

    def is_stop_word(self, word: str) -> bool:
        """Whether the word stands where names stand and is none."""
        return word.casefold().strip("'’") in self.stop_words


def _any(cues: Sequence[str]) -> str:
    return "|".join(cues)


def _lower_name() -> str:
    """People on a phone write without capitals: 'ich heiße anna schmidt'."""
    return r"[a-zäöüß][a-zäöüß'’-]+[ ][a-zäöüß][a-zäöüß'’-]+"


def find_names(text: str, rules: NameRules) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, certainty) of every name."""
    yield from _matches(text, rules, rules.titled, "certain", needs_first_name=False)
    yield from _matches(text, rules, rules.cued, "likely", needs_first_name=False)
    yield from _matches(text, rules, rules.weakly_cued, "likely", needs_first_name=True)
    yield from _matches(text, rules, rules.known, "possible", needs_first_name=True)


def _matches(
    text: str, rules: NameRules, regex: re.Pattern[str], certainty: str, *, needs_first_name: bool
) -> Iterator[tuple[int, int, str]]:
    position = 0
    while match := regex.search(text, position):
        start, end = match.span("name")
        position = max(match.start() + 1, start + 1)
        span = _trim(text, start, end, rules, needs_first_name=needs_first_name)
        if span is not None:
            yield *span, certainty
            position = max(position, span[1])


def _trim(text: str, start: int, end: int, rules: NameRules, *, needs_first_name: bool) -> tuple[int, int] | None:
    """Cut the match before the first stop word; None when no name remains."""
    words: list[re.Match[str]] = []
    for word in re.finditer(r"[^\s]+", text[start:end]):
        if rules.is_stop_word(word.group()):
            break
        words.append(word)
    if not words:
        return None
    if needs_first_name and not (len(words) > 1 and rules.is_first_name(words[0].group())):
        return None
    if not needs_first_name and words[0].group().islower() and not rules.is_first_name(words[0].group()):
        return None
    return start + words[0].start(), start + words[-1].end()
