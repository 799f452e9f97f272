# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town's synonym groups at query time: whoever asks for the "Perso" also asks for the "Personalausweis"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allmende.kernel.search.engine.language import query_terms
from allmende.kernel.search.engine.lexical import Wanted


@dataclass(frozen=True)
class _Member:
    text: str
    words: tuple[tuple[bytes, ...], ...]

    def positions(self, asked: Sequence[tuple[bytes, ...]]) -> list[int] | None:
        """Where the words of this member stand in the question, or None when one is missing."""
        found = []
        for variants in self.words:
            places = [place for place, other in enumerate(asked) if set(variants) & set(other)]
            if not places:
                return None
            found += places
        return found or None


class Synonyms:
    """Groups of expressions that mean the same in this town."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self._groups = [[_Member(text, tuple(query_terms(text))) for text in group] for group in groups]

    def expand(self, text: str, weight: float) -> tuple[list[Wanted], list[str]]:
        """The words of a question with the terms that fulfil them, and the expressions that were added.

        A term of a group counts `weight`; where an expression has several words, they share it.
        """
        asked = query_terms(text)
        wanted: list[dict[bytes, float]] = [dict.fromkeys(variants, 1.0) for variants in asked]
        added: list[str] = []
        for group in self._groups:
            present = {index: places for index, member in enumerate(group) if (places := member.positions(asked))}
            for index, member in enumerate(group):
                if not present or index in present:
                    continue
                added.append(member.text)
                share = weight / max(1, len(member.words))
                for place in {place for places in present.values() for place in places}:
                    for variants in member.words:
                        for term in variants:
                            wanted[place].setdefault(term, share)
        return [tuple(terms.items()) for terms in wanted], added
