# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The terms of one segment, and which of them are related to a term of a question by their letters.

Related means sharing 4-byte grams: inflections, compounds ("Müll" and "Sperrmüll") and typing errors all do. The measure is
Dice's coefficient of the two sets of grams (Dice 1945); it depends on nothing but the two terms, so that it is the same
in every segment.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allmende.kernel.search.engine.language import TERM_BYTES

Terms = NDArray[np.bytes_]
TERM_TYPE = np.dtype(f"S{TERM_BYTES}")
_GRAM = 4
_BATCH = 20_000
_LONG_ENOUGH = 3  # grams of a word of four letters; a shorter one is the beginning of too many
_OPEN, _CLOSE = b"<", b">"


@dataclass(frozen=True)
class Vocabulary:
    """Sorted terms and an inverted index of their grams.

    `terms`: (v,) ascending. `gram_codes`: (g,) ascending; the terms with gram i are
    `gram_terms[gram_offsets[i]:gram_offsets[i + 1]]`. `gram_counts`: (v,) how many different grams a term has.
    """

    terms: Terms
    gram_codes: NDArray[np.uint32]
    gram_offsets: NDArray[np.int64]
    gram_terms: NDArray[np.int32]
    gram_counts: NDArray[np.uint8]

    def find(self, term: bytes) -> int | None:
        """The number of `term`, or None."""
        place = int(np.searchsorted(self.terms, np.bytes_(term)))
        if place < len(self.terms) and self.terms[place] == term:
            return place
        return None

    def related(
        self, term: bytes, least: float, compound: float = 0.0
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Numbers and similarities (`least` to 1) of the related terms; the term itself has 1.

        A term that begins or ends with the whole of `term` (all grams but the one at the seam) has at least `compound`.
        Terms with a digit are related to nothing but themselves: 2025 is not nearly 2024, nor § 5 nearly § 15.
        """
        exact = self.find(term)
        if any(48 <= byte <= 57 for byte in term):
            found = [] if exact is None else [exact]
            return np.array(found, np.int64), np.ones(len(found))
        wanted = grams(np.array([term], TERM_TYPE))[1]
        places = np.searchsorted(self.gram_codes, wanted)
        slices = [
            self.gram_terms[self.gram_offsets[place] : self.gram_offsets[place + 1]]
            for place, code in zip(places, wanted, strict=True)
            if place < len(self.gram_codes) and self.gram_codes[place] == code
        ]
        if not slices:
            return np.zeros(0, np.int64), np.zeros(0)
        shared = np.bincount(np.concatenate(slices), minlength=len(self.terms))
        numbers = np.flatnonzero(shared)
        similarity = 2.0 * shared[numbers] / (len(wanted) + self.gram_counts[numbers])
        if len(wanted) >= _LONG_ENOUGH:
            whole = shared[numbers] >= len(wanted) - 1
            similarity[whole] = np.maximum(similarity[whole], compound)
        if exact is not None:
            similarity[numbers == exact] = 1.0
        kept = similarity >= least
        return numbers[kept], similarity[kept]


def build(terms: Terms) -> Vocabulary:
    """The vocabulary of sorted, different `terms`."""
    owners, codes = grams(terms)
    order = np.lexsort((owners, codes))
    gram_codes, starts = np.unique(codes[order], return_index=True)
    return Vocabulary(
        terms=terms,
        gram_codes=gram_codes,
        gram_offsets=np.append(starts, len(codes)).astype(np.int64),
        gram_terms=owners[order].astype(np.int32),
        gram_counts=np.bincount(owners, minlength=len(terms)).astype(np.uint8),
    )


def grams(terms: Terms) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """The different 4-byte grams of each term in angle brackets, as (term numbers, codes). A short term is one gram."""
    parts = [_grams(terms[start : start + _BATCH], start) for start in range(0, len(terms), _BATCH)]
    pairs = np.concatenate(parts) if parts else np.zeros(0, np.uint64)
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def _grams(terms: Terms, first: int) -> NDArray[np.uint64]:
    """Term number and gram code of a batch, packed in one integer each: sorted and different."""
    framed = np.char.add(np.char.add(_OPEN, terms), _CLOSE)
    width = max(framed.dtype.itemsize, _GRAM)
    matrix = framed.astype(f"S{width}").view(np.uint8).reshape(len(terms), width).astype(np.uint64)
    positions = width - _GRAM + 1
    codes = np.zeros((len(terms), positions), np.uint64)
    for shift in range(_GRAM):
        codes = codes << np.uint64(8) | matrix[:, shift : shift + positions]
    valid = np.arange(positions) <= np.maximum(np.char.str_len(framed) - _GRAM, 0)[:, None]
    numbers = np.arange(first, first + len(terms), dtype=np.uint64)[:, None]
    return np.unique((numbers << np.uint64(32) | codes)[valid])
