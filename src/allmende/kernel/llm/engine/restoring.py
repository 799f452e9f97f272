# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Put originals back into a text that arrives in pieces, wherever the pieces are cut."""

import re
from collections.abc import Mapping


class Restorer:
    """Replaces pseudonyms such as ``[Name 1]`` by their originals, piece by piece.

    All pieces together give the same text as replacing in the whole text at once. Only what may still become a pseudonym
    is held back, at most one character less than the longest.
    """

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._mapping = dict(mapping)
        self._names = re.compile("|".join(re.escape(name) for name in self._mapping))
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be said after this piece; may be empty."""
        if not self._mapping:
            return piece
        text = self._held + piece
        begin = text.rfind("[")  # a pseudonym has one opening bracket, so only the last one can be unfinished
        self._held = text[begin:] if begin >= 0 and self._may_become_one(text, begin) else ""
        said = text[: len(text) - len(self._held)]
        return self._names.sub(lambda match: self._mapping[match.group()], said)

    def end(self) -> str:
        """What was held back and became no pseudonym."""
        rest, self._held = self._held, ""
        return rest

    def _may_become_one(self, text: str, begin: int) -> bool:
        length = len(text) - begin
        return any(len(name) > length and text.startswith(name[:length], begin) for name in self._mapping)
