# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was recognised once is found again wherever else it stands, in other texts and without its cue."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence

from allmende.kernel.privacy.engine.detector import Finding

SHORTEST_PART = 3
"""Letters of the shortest part of a name that is looked for alone; particles such as "von" are small and left out."""


def known(findings: Iterable[Finding], common_words: Collection[str]) -> dict[str, str]:
    """Text → kind of everything that was found, and of the parts of names that are no common words (in small letters)."""
    texts: dict[str, str] = {}
    for finding in findings:
        texts.setdefault(finding.text, finding.kind)
        if finding.kind == "name":
            parts = re.split(r"[\s,.-]+", finding.text)
            texts.update({part: "name" for part in parts if _stands_for_a_person(part, common_words)} | texts)
    return texts


def complete(text: str, findings: Sequence[Finding], texts: dict[str, str]) -> list[Finding]:
    """The findings, and every other whole-word mention of the known texts; in order, without overlaps."""
    if not texts:
        return list(findings)
    longest_first = sorted(texts, key=len, reverse=True)
    regex = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(item) for item in longest_first)})(?:(?!\w)|(?=s\b))")
    starts = [finding.start for finding in findings]

    def is_free(start: int, end: int) -> bool:
        place = bisect_left(starts, start)
        return all(end <= other.start or start >= other.end for other in findings[max(0, place - 1) : place + 1])

    more = [
        Finding(texts[match.group()], *match.span(), match.group(), "likely")
        for match in regex.finditer(text)
        if is_free(*match.span())
    ]
    return sorted([*findings, *more], key=lambda finding: finding.start)


def _stands_for_a_person(part: str, common_words: Collection[str]) -> bool:
    return len(part) >= SHORTEST_PART and part[0].isupper() and part.lower() not in common_words
