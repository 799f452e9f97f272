# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ids that people can read, from names that come from outside."""

import hashlib
import re
import unicodedata
from collections.abc import Container

SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe"})
LENGTH = 50
MARK = 6


def slug(text: str, length: int = LENGTH) -> str:
    """``hund-anmelden`` for ``Hund anmelden``: small letters, digits, single hyphens; empty when nothing is left."""
    composed = unicodedata.normalize("NFC", text).lower().translate(SPELLED)
    spelled = unicodedata.normalize("NFKD", composed).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", spelled).strip("-")
    if len(words) <= length:
        return words
    cut = words[: length + 1].rpartition("-")[0] or words[:length]
    return cut.strip("-")


def free_slug(text: str, key: str, taken: Container[str]) -> str:
    """A slug nobody has: that of the text, else with a mark made of the key, which is the same every time."""
    plain = slug(text)
    if plain and plain not in taken:
        return plain
    mark = hashlib.sha256(key.encode()).hexdigest()
    stem = slug(text, LENGTH - MARK - 1) or "eintrag"
    marks = (f"{stem}-{mark[start : start + MARK]}" for start in range(len(mark) - MARK))
    return next(marked for marked in marks if marked not in taken)
