# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""BM25 over words and their relatives (Robertson and Zaragoza 2009), with the statistics of what the asker may see.

A word of the question counts as one term that all its relatives stand for: inflections, compounds, typing errors and
synonyms add their frequency times `similarity ** power`. Rarity and average length are those of the documents in scope, so
the ranking is the one an index of these documents alone would give, and nothing shows through of the others.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allmende.kernel.search.engine.configuration import Lexical
from allmende.kernel.search.engine.index import Part
from allmende.kernel.search.engine.segment import Mask

Wanted = tuple[tuple[bytes, float], ...]
"""One word of a question: the terms that fulfil it and how much each counts (0 to 1)."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Matches:
    """Where a word was found in one part: slots with the frequencies that count, and both by document (n,)."""

    slots: NDArray[np.int32]
    amounts: Floats
    frequencies: Floats
    presence: Floats


@dataclass(frozen=True)
class LexicalScores:
    """`documents[i]`: (n,) BM25 of part i. `rarity[w]`: inverse document frequency of word w. `matches[w][i]`."""

    documents: list[Floats]
    rarity: list[float]
    matches: list[list[Matches]]
    settings: Lexical

    @property
    def ideal(self) -> float:
        """What a document would get that is full of every word."""
        return sum(self.rarity) * (self.settings.k1 + 1)

    def passages(self, part: int, first: int, last: int) -> Floats:
        """Share (0 to 1) of the question's words, by rarity, in each slot from `first` to before `last` of a part."""
        found = np.zeros(last - first)
        for rarity, matches in zip(self.rarity, self.matches, strict=True):
            here = matches[part]
            inside = (here.slots >= first) & (here.slots < last)
            amount = np.bincount(here.slots[inside] - first, here.amounts[inside], last - first)
            found += rarity * amount / (amount + self.settings.k1) * (1 + self.settings.k1)
        return np.asarray(found / self.ideal) if self.ideal else found


def score(
    parts: Sequence[Part], allowed: Sequence[Mask], question: Sequence[Wanted], settings: Lexical
) -> LexicalScores:
    """Score every allowed document; the others get 0."""
    count = sum(int(mask.sum()) for mask in allowed)
    length = sum(int(part.segment.lengths[mask].sum()) for part, mask in zip(parts, allowed, strict=True))
    average = length / count if count and length else 1.0
    slopes = [settings.k1 * (1 - settings.b + settings.b * part.segment.lengths / average) for part in parts]
    documents = [np.zeros(len(part.segment)) for part in parts]
    rarities, found = [], []
    for wanted in question:
        matches = [
            _matches(part, terms) for part, terms in zip(parts, _relatives(parts, wanted, settings), strict=True)
        ]
        seen = sum(float(match.presence[mask].sum()) for match, mask in zip(matches, allowed, strict=True))
        rarity = math.log(1 + (count - seen + 0.5) / (seen + 0.5))
        for number, match in enumerate(matches):
            documents[number] += rarity * (settings.k1 + 1) * match.frequencies / (match.frequencies + slopes[number])
        rarities.append(rarity)
        found.append(matches)
    for scores, mask in zip(documents, allowed, strict=True):
        scores[~mask] = 0.0
    return LexicalScores(documents, rarities, found, settings)


def _relatives(parts: Sequence[Part], wanted: Wanted, settings: Lexical) -> list[list[tuple[int, float]]]:
    """For each part the terms that stand for `wanted` with their weights: together the `relatives` best, ties by spelling."""
    everywhere: list[tuple[float, bytes, int, int]] = []
    for number, part in enumerate(parts):
        words = part.segment.words
        best: dict[int, float] = {}
        for term, amount in wanted:
            terms, similarities = words.related(term, settings.similarity, settings.compound)
            if len(terms) > settings.relatives:
                edge = np.partition(similarities, -settings.relatives)[-settings.relatives]
                terms, similarities = terms[similarities >= edge], similarities[similarities >= edge]
            for place, similarity in zip(terms.tolist(), similarities.tolist(), strict=True):
                best[place] = max(best.get(place, 0.0), amount * similarity**settings.power)
        everywhere += [(-weight, words.terms[place], number, place) for place, weight in best.items()]
    everywhere.sort()
    spellings = list(dict.fromkeys(term for _weight, term, _number, _place in everywhere))[: settings.relatives]
    kept = set(spellings)
    chosen: list[list[tuple[int, float]]] = [[] for _part in parts]
    for weight, term, number, place in reversed(everywhere):  # ascending weight: see the presence below
        if term in kept:
            chosen[number].append((place, -weight))
    return chosen


def _matches(part: Part, terms: Sequence[tuple[int, float]]) -> Matches:
    segment = part.segment
    ranges = [slice(segment.offsets[place], segment.offsets[place + 1]) for place, _weight in terms]
    sizes = [piece.stop - piece.start for piece in ranges]
    weights = np.repeat([weight for _place, weight in terms], sizes)
    slots = np.concatenate([segment.posting_slots[piece] for piece in ranges]) if ranges else np.zeros(0, np.int32)
    counts = np.concatenate([segment.posting_counts[piece] for piece in ranges]) if ranges else np.zeros(0, np.uint8)
    owners = segment.slot_documents[slots]
    amounts = weights * counts
    presence = np.zeros(len(segment))
    presence[owners] = weights  # of several relatives in one document the nearest comes last and stays
    frequencies = np.asarray(np.bincount(owners, amounts, len(segment)), np.float64)
    return Matches(slots, amounts, frequencies, presence)
