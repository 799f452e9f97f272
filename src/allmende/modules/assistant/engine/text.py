# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fold a question for the rules."""

import re
import unicodedata
from collections.abc import Mapping

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def written(text: str, spoken: Mapping[str, str]) -> str:
    """The text with its spoken words as one writes them; `spoken` holds the written word by the folded spoken one."""
    return re.sub(r"\w+", lambda word: spoken.get(fold(word[0]), word[0]), text)


def fold(text: str) -> str:
    """Lower case, umlauts written out, accents and punctuation gone, single spaces. '<' stays for the guard."""
    lowered = unicodedata.normalize("NFC", text).lower().translate(UMLAUTS)
    bare = "".join(char for char in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", re.sub(r"['’]", "", re.sub(r"[^\w\s<'’]", " ", bare))).strip()
