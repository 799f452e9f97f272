# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How streets are compared: "Hauptstr.", "Haupt-Straße" and "HAUPTSTRASSE" are one; so are "An der Mühle" and "An d. Muehle"."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Spelling:
    """See data/spelling.yaml for what each list means."""

    words: Mapping[str, str]
    endings: Mapping[str, str]
    articles: frozenset[str]

    def words_of(self, text: str) -> list[str]:
        """The words of a name as they are compared: folded, abbreviations written out, articles left out."""
        lowered = unicodedata.normalize("NFC", text).lower().translate(FOLDED)
        plain = "".join(char for char in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(char))
        return [self._whole(word) for word in WORD.findall(plain) if word not in self.articles]

    def key(self, text: str) -> str:
        """What two spellings of one name have in common; empty where nothing is left."""
        return "".join(self.words_of(text))

    def _whole(self, word: str) -> str:
        if word in self.words:
            return self.words[word]
        ending = next((ending for ending in self.endings if word.endswith(ending)), "")
        return word.removesuffix(ending) + self.endings[ending] if ending else word
