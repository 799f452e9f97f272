# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Figures of retrieval and classification. Pure functions of the standard library.

Ranks count from 1; None means that nothing relevant was found at all.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

Z_95 = 1.959963984540054
"""Two-sided 95 % quantile of the normal distribution."""


class Share(TypedDict):
    """A share between 0 and 1 with its 95 % Wilson interval and the number of trials."""

    value: float
    low: float
    high: float
    n: int


def wilson(successes: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Confidence interval of a share, between 0 and 1 (Wilson 1927, without continuity correction).

    Without trials everything is possible: (0, 1). Raises ValueError for a negative count or more successes than trials.
    """
    if successes < 0 or n < successes:
        raise ValueError(f"{successes} successes of {n} trials are not possible.")
    if n == 0:
        return 0.0, 1.0
    share = successes / n
    middle = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def share(successes: int, n: int) -> Share:
    """A share as it is reported: value, interval, trials. Without trials the value is 0 and the interval everything."""
    low, high = wilson(successes, n)
    return {"value": round(successes / n, 4) if n else 0.0, "low": round(low, 4), "high": round(high, 4), "n": n}


def rank(found: Sequence[str], relevant: Collection[str]) -> int | None:
    """Rank of the first relevant item of a result list."""
    return next((place for place, item in enumerate(found, 1) if item in relevant), None)


def hits_at(k: int, ranks: Iterable[int | None]) -> int:
    """How many ranks are k or better. Raises ValueError for k below 1."""
    if k < 1:
        raise ValueError("k counts from 1.")
    return sum(place is not None and place <= k for place in ranks)


def hit_at(k: int, ranks: Collection[int | None]) -> float:
    """Share of queries with something relevant among the first k; 0 without queries."""
    return hits_at(k, ranks) / len(ranks) if ranks else 0.0


def mrr(ranks: Collection[int | None]) -> float:
    """Mean reciprocal rank over all results; 0 without queries."""
    return mrr_at(None, ranks)


def mrr_at(k: int | None, ranks: Collection[int | None]) -> float:
    """Mean reciprocal rank, where ranks beyond k count as not found; k None has no limit."""
    counted = (1 / place for place in ranks if place is not None and (k is None or place <= k))
    return sum(counted) / len(ranks) if ranks else 0.0


def ndcg_at(k: int, found: Sequence[str], relevant: Collection[str]) -> float:
    """Normalised discounted cumulative gain, binary relevance (Järvelin, Kekäläinen 2002); 0 if nothing is relevant."""
    gain = sum(1 / math.log2(place + 1) for place, item in enumerate(found[:k], 1) if item in relevant)
    ideal = sum(1 / math.log2(place + 1) for place in range(1, min(k, len(set(relevant))) + 1))
    return gain / ideal if ideal else 0.0


@dataclass(frozen=True)
class Counts:
    """Right, wrong and missed decisions; can be added up over cases."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 1 when nothing was found."""
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of what was to be found that was found; 1 when nothing was to be found."""
        expected = self.right + self.missed
        return self.right / expected if expected else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0

    def figures(self) -> dict[str, object]:
        """Precision and recall with their intervals, and F1."""
        return {
            "precision": share(self.right, self.right + self.wrong),
            "recall": share(self.right, self.right + self.missed),
            "f1": round(self.f1, 4),
        }


def compare(found: Collection[object], expected: Collection[object]) -> Counts:
    """Counts of one case: a set that was found against the set that was expected."""
    have, want = set(found), set(expected)
    return Counts(len(have & want), len(have - want), len(want - have))


def percentile(values: Iterable[float], p: float) -> float:
    """The p-th percentile (0 to 100), nearest rank; 0 without values. Raises ValueError for p outside 0 to 100."""
    if not 0 <= p <= 100:
        raise ValueError("A percentile lies between 0 and 100.")
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(p / 100 * len(ordered)) - 1)]


def calibration_error(certainties: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error, 0 (perfect) to 1, with bins of equal width (Naeini et al. 2015).

    Raises ValueError for lists of different length.
    """
    total = 0.0
    pairs = list(zip(certainties, right, strict=True))
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [pair for pair in pairs if low <= pair[0] < high or (number == bins - 1 and pair[0] == 1.0)]
        if inside:
            total += abs(sum(c for c, _ok in inside) - sum(ok for _c, ok in inside))
    return total / len(pairs) if pairs else 0.0
