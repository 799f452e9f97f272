# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which characters the printing font has, and what stands for the others.

PDF/UA-1 (ISO 14289-1, 7.21.8) forbids a reference to a glyph that is missing, so one foreign character would cost the whole document.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Categories that show nothing: control characters, marks of direction, halves of surrogates."""
BREAKS = frozenset("\n\u2028\u2029")


@cache
def covered(fonts: Path) -> frozenset[str]:
    """The characters that every font of the folder has; read once a process. Raises FileNotFoundError without any font."""
    files = sorted(fonts.rglob("*.ttf"))
    if not files:
        raise FileNotFoundError(f"There is no font in {fonts}: run scripts/setup.")
    return frozenset.intersection(*(_characters(file) for file in files))


def _characters(file: Path) -> frozenset[str]:
    with TTFont(file, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def shown(value: Any, known: frozenset[str]) -> Any:
    """Plain data whose texts hold nothing but known characters and line breaks; its keys stay as they are."""
    if isinstance(value, str):
        return _text(value, known)
    if isinstance(value, Mapping):
        return {key: shown(item, known) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shown(item, known) for item in value]
    return value


def _text(text: str, known: frozenset[str]) -> str:
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    return "".join(_character(character, known) for character in composed)


def _character(character: str, known: frozenset[str]) -> str:
    """A character that the font lacks is built of its parts or named by its number: nobody's name loses one silently."""
    if character in BREAKS:
        return "\n"
    if unicodedata.category(character) in UNSEEN:
        return ""
    if character in known:
        return character
    parts = unicodedata.normalize("NFKD", character)
    return parts if set(parts) <= known else f"[U+{ord(character):04X}]"
