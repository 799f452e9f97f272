# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Regional keys: whether something that is valid for some areas is valid for ours.

Keys are those of the Statistisches Bundesamt: Regionalschlüssel with 12 digits (Land 2, Regierungsbezirk 1, Kreis 2,
Verband 4, Gemeinde 3) or Gemeindeschlüssel with 8 (without the Verband); shorter ones and trailing zeros mean the whole of it.
"""

from collections.abc import Iterable

LEVELS = {12: (0, 2, 3, 5, 9, 12), 8: (0, 2, 3, 5, 8)}
FULL, SHORT = 12, 8
WITHOUT_ASSOCIATION = slice(0, 5), slice(9, 12)


def covers(areas: Iterable[str], ours: str) -> bool:
    """Whether one of the areas holds `ours`. No areas, or keys of another kind, hold everything; so does an unknown place."""
    given = list(areas)
    return not ours or not given or any(_holds(area, ours) for area in given)


def _holds(area: str, ours: str) -> bool:
    if not area.isdigit():
        return True
    if len(area) == SHORT and len(ours) == FULL:
        ours = "".join(ours[part] for part in WITHOUT_ASSOCIATION)
    return ours.startswith(_stem(area))


def _stem(area: str) -> str:
    """The digits that say something: those before the zeros of a whole level."""
    levels = LEVELS.get(len(area), (0, 2, 3, 5, len(area)))
    return area[: next(level for level in levels if not area[level:].strip("0"))]
