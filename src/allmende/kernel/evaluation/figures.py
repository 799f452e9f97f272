# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Figures as people read them: names, values with their unit, intervals."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNITS: dict[str, str] = tomllib.loads((Path(__file__).parent / "data" / "units.toml").read_text(encoding="utf-8"))[
    "units"
]


@dataclass(frozen=True)
class Figure:
    """One figure: its path of names, its value, and for a share its 95 % interval and number of trials."""

    name: str
    value: float | int | str
    low: float | None = None
    high: float | None = None
    n: int | None = None

    @property
    def is_share(self) -> bool:
        """Whether the value is a share between 0 and 1 with an interval."""
        return self.low is not None

    @property
    def unit(self) -> str:
        """The unit that the name ends in, or nothing."""
        return UNITS.get(self.name.rpartition("_")[2], "")


def flat(figures: Mapping[str, Any], prefix: str = "") -> Iterator[Figure]:
    """Every figure of a nested mapping, named "group.name"; what is neither number nor text is left out."""
    for key, value in figures.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and {"value", "low", "high", "n"} <= value.keys():
            yield Figure(name, value["value"], value["low"], value["high"], value["n"])
        elif isinstance(value, Mapping):
            yield from flat(value, f"{name}.")
        elif isinstance(value, int | float | str):
            yield Figure(name, value)


def shown(value: float | int | str) -> str:
    """A value for the command line: four decimals at most."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def lines(figures: Mapping[str, Any]) -> Iterator[str]:
    """The figures as lines of a table."""
    found = list(flat(figures))
    width = max((len(one.name) for one in found), default=0)
    for one in found:
        text = f"{one.name:<{width}}  {shown(one.value)}"
        if one.unit:
            text += f" {one.unit}"
        if one.is_share:
            text += f"  (95 %: {shown(one.low or 0.0)} to {shown(one.high or 0.0)}, n = {one.n})"
        yield text
