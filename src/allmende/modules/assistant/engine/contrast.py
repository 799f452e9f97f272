# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Contrast of two colours after WCAG 2.2, success criterion 1.4.3. The widget's script computes the same in the browser."""

import re

LEAST = 4.5
"""The least contrast of normal text (level AA)."""
WHITE, BLACK = "#ffffff", "#000000"
HEX = re.compile(r"\A#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")


def ratio(one: str, other: str) -> float:
    """The contrast ratio, 1 to 21, of two colours written #rgb or #rrggbb. Raises ValueError for anything else."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """White where it reaches the least contrast on this colour, else black, which then always does."""
    return WHITE if ratio(WHITE, colour) >= LEAST else BLACK


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    if not HEX.match(colour):
        raise ValueError(f"{colour!r} is not a colour written #rgb or #rrggbb.")
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
