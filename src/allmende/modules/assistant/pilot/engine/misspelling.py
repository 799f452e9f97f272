# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Typing errors as fingers make them, the same ones for the same text: so that two runs ask the same questions."""

import hashlib
import re

WORD = re.compile(r"[^\W\d_]{5,}")
WORDS_PER_ERROR = 5
"""One error for so many long words, at least one."""
ROWS = ("qwertzuiopü", "asdfghjklöä", "yxcvbnm")
NEIGHBOURS = {key: row[place - 1 : place] + row[place + 1 : place + 2] for row in ROWS for place, key in enumerate(row)}


def misspelled(text: str, seed: str) -> str:
    """The text with typing errors in some of its longer words: two letters swapped, one left out, doubled or beside its key.

    The first letter of a word stays. A text without a word of five letters comes back as it is.
    """
    words = list(WORD.finditer(text))
    wanted = max(1, len(words) // WORDS_PER_ERROR)
    chosen = sorted(words, key=lambda word: _number(seed, f"which {word.start()}"))[:wanted]
    for word in sorted(chosen, key=lambda word: -word.start()):
        text = text[: word.start()] + _wrong(word.group(), f"{seed} {word.start()}") + text[word.end() :]
    return text


def _wrong(word: str, seed: str) -> str:
    place = 1 + _number(seed, "place") % (len(word) - 2)
    kind = _number(seed, "kind") % 4
    before, letter, after = word[:place], word[place], word[place + 1 :]
    if kind == 0 and letter != after[0]:
        return before + after[0] + letter + after[1:]
    if kind == 1:
        return before + after
    near = NEIGHBOURS.get(letter, "")
    if kind == 2 and near:
        return before + near[_number(seed, "near") % len(near)] + after
    return before + letter * 2 + after


def _number(seed: str, what: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed} {what}".encode()).digest()[:4])
