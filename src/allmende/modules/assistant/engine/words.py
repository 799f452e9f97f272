# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a stretch of text holds a word or a value: by stem, by a group of the data, as the end of a compound, with its particle."""

from collections.abc import Iterable, Iterator, Sequence

from allmende.modules.assistant.engine.lexicon import Lexicon
from allmende.modules.assistant.engine.reading import Token
from allmende.modules.assistant.engine.values import Key

SHORTEST_HEAD = 3
REACH = 12
"""Words between a verb and its particle."""


class Known:
    """What stands in a stretch of text."""

    def __init__(self, lexicon: Lexicon, tokens: Iterable[Token]) -> None:
        tokens = tuple(tokens)
        self.lexicon = lexicon
        self.words = {token.word for token in tokens}
        self.stems = {token.stem for token in tokens if token.word} | set(_verbs(tokens))
        self.groups = {number for stem in self.stems for number in lexicon.same(stem)}
        self.keys = {key for token in tokens for key in keys_of(token)}
        self.plain = {token.value.key for token in tokens if token.value and token.value.kind == "number"}

    def hold(self, token: Token) -> bool:
        """Whether the word stands here, in these letters or in others that say the same, or the value; a bare number for any unit."""
        if token.value:
            return token.value.key in self.keys or not self.plain.isdisjoint(token.value.also)
        if token.stem in self.stems or self.lexicon.same(token.stem) & self.groups:
            return True
        if token.particle:
            return any(word.startswith(token.word) and len(word) > len(token.word) + 2 for word in self.words)
        # a Steuer is spoken of where the Hundesteuer is
        return len(token.stem) >= SHORTEST_HEAD and any(stem.endswith(token.stem) for stem in self.stems)


def keys_of(token: Token) -> tuple[Key, ...]:
    """Under which keys the value of a token may be asked for."""
    return (token.value.key, *token.value.also) if token.value else ()


def _verbs(tokens: Sequence[Token]) -> Iterator[str]:
    """„nehmen … an“ is annehmen: the particle before each word of its clause that may be the verb."""
    for place, token in enumerate(tokens):
        if token.particle:
            yield from (token.word + other.stem for other in tokens[max(0, place - REACH) : place] if not other.noun)
