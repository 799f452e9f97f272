# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The kinds of values that expressions and answers have."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`options` of an enum or a list, `fields` of a group with those that may stay `empty`."""

    name: str
    options: frozenset[str] = frozenset()
    fields: "tuple[tuple[str, Kind], ...]" = ()
    empty: frozenset[str] = frozenset()


TEXT = Kind("text")
NUMBER = Kind("number")
MONEY = Kind("money")
DATE = Kind("date")
PERIOD = Kind("period")
BOOL = Kind("bool")
ADDRESS = Kind("address")
FILE = Kind("file")

ORDERED = (NUMBER, MONEY, DATE)
"""Kinds whose values are smaller or greater."""


def enum(options: Mapping[str, object]) -> Kind:
    """One of several words."""
    return Kind("enum", options=frozenset(options))


def several(options: Mapping[str, object]) -> Kind:
    """Any of several words."""
    return Kind("list", options=frozenset(options))


def group(fields: Mapping[str, Kind], empty: frozenset[str]) -> Kind:
    """Items with the same fields."""
    return Kind("group", fields=tuple(fields.items()), empty=empty)
