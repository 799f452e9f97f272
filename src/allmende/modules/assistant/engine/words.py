# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether the words of a source hold a word of a sentence: by stem, by a group of the data, as part of a compound, by its root."""

import re
from collections.abc import Iterable, Iterator, Sequence

from allmende.modules.assistant.engine.lexicon import Lexicon
from allmende.modules.assistant.engine.reading import Token

SHORTEST_PART = 4
SHORTEST_ROOT = 5
REACH = 12
"""Words between a verb and its particle."""


PARTICIPLE = re.compile(r"^(an|ab|auf|aus|bei|ein|mit|nach|vor|zu|um|weg|)ge(.{3,}?)(?:t|en|)$")


def forms(stem: str) -> frozenset[str]:
    """The stem, and that of the verb where it is a German participle: angemeldet, anmeld."""
    found = PARTICIPLE.match(stem)
    return frozenset((stem, found[1] + found[2])) if found else frozenset((stem,))


def _verbs(tokens: Sequence[Token]) -> Iterator[str]:
    """„nehmen … an“ is annehmen: the particle before each word of its clause that may be the verb."""
    for place, token in enumerate(tokens):
        if token.particle:
            yield from (token.word + other.stem for other in tokens[max(0, place - REACH) : place] if not other.noun)


class Words:
    """The words of a stretch of a source."""

    def __init__(self, lexicon: Lexicon, tokens: Iterable[Token]) -> None:
        words = [token for token in tokens if token.word]
        self.lexicon = lexicon
        self.stems = {form for token in words for form in forms(token.stem)} | set(_verbs(words))
        self.groups = {number for stem in self.stems for number in lexicon.same(stem)}
        self.halves: Sequence[Token] = [token for token in words if token.open]
        self.plain = [token for token in words if not token.open]

    def hold(self, token: Token) -> bool:
        """Whether the word stands here, in these letters or in others that say the same."""
        if forms(token.stem) & self.stems or self.lexicon.same(token.stem) & self.groups:
            return True
        if token.particle:
            return self._has_particle(token.word)
        if self._is_head(token.stem) or self._is_opened(token.stem):
            return True
        return not self.lexicon.is_whole(token.word) and (self._in_parts(token.stem) or self._has_root(token.stem))

    def _has_particle(self, word: str) -> bool:
        """„an“ of „melden … an“ stands in „anmelden“ or alone."""
        return any(token.word.startswith(word) and len(token.word) > len(word) + 2 for token in self.plain)

    def _is_head(self, stem: str) -> bool:
        """A Steuer is spoken of where the Hundesteuer is."""
        return len(stem) >= SHORTEST_PART - 1 and any(known.endswith(stem) for known in self.stems)

    def _is_opened(self, stem: str) -> bool:
        """„Geburtsurkunde“ stands in „Geburts- oder Eheurkunde“."""
        return any(
            stem.startswith(half.word) and any(token.stem.endswith(stem[len(half.word) :]) for token in self.plain)
            for half in self.halves
            if len(stem) - len(half.word) >= SHORTEST_PART - 1
        )

    def _in_parts(self, stem: str) -> bool:
        """„Hundesteuer“ stands where both Hund and Steuer do, „Restmülltonne“ where Restmüll and Mülltonne do."""
        heads = [
            known for known in self.stems if len(known) >= SHORTEST_PART and stem.endswith(known) and known != stem
        ]
        fronts = [known for known in self.stems if len(known) >= SHORTEST_PART and stem.startswith(known)]
        rests = [stem[len(front) :] for front in fronts]
        return any(self._has_modifier(stem[: -len(head)]) for head in heads) or any(
            len(rest) >= SHORTEST_PART and self._is_head(rest) for rest in rests
        )

    def _has_modifier(self, modifier: str) -> bool:
        forms = {modifier, *(modifier.removesuffix(seam) for seam in self.lexicon.seams)}
        return any(len(form) >= 3 and form in self.stems for form in forms)

    def _has_root(self, stem: str) -> bool:
        return any(self._related(stem, known) for known in self.stems)

    def _related(self, one: str, other: str) -> bool:
        """The same root with other endings: gültig, Gültigkeit."""
        shared = 0
        for left, right in zip(one, other, strict=False):
            if left != right:
                break
            shared += 1
        if shared < SHORTEST_ROOT:
            return False
        return one[shared:] in self.lexicon.endings and other[shared:] in self.lexicon.endings
