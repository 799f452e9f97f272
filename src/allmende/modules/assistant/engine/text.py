# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fold a question for the rules."""

import re
import unicodedata

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def fold(text: str) -> str:
    """Lower case, umlauts written out, accents and punctuation gone, single spaces. '<' stays for the guard."""
    lowered = unicodedata.normalize("NFC", text).lower().translate(UMLAUTS)
    bare = "".join(char for char in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", re.sub(r"['’]", "", re.sub(r"[^\w\s<'’]", " ", bare))).strip()
