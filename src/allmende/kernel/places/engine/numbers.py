# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""House numbers: 12, 12 a, 12-14, 12/1."""

import re

NUMBER = r"\d{1,4}\s?[a-zA-Z]?(?:\s?[-/]\s?\d{1,4}\s?[a-zA-Z]?)?"
"""How a house number is written, as part of a pattern."""


def split(text: str) -> tuple[int, str] | None:
    """The number and what follows it ("12 A" → 12, "a"; "12 - 14" → 12, "-14"); None for anything else, and for 0."""
    bare = "".join(text.split()).lower()
    if not re.fullmatch(NUMBER, bare):
        return None
    digits = re.match(r"\d+", bare)
    number = int(digits.group()) if digits else 0
    return (number, bare[len(str(digits.group())) :]) if digits and number else None


def at_end(text: str) -> tuple[str, str]:
    """A street and the house number behind it, which is empty where there is none."""
    found = re.fullmatch(rf"(.+?)\s+({NUMBER})", text.strip())
    return (found[1], found[2]) if found else (text.strip(), "")
