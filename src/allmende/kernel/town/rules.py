# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's data files, read once a process: states, text modules, holidays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from allmende.kernel.town.engine.holidays import HolidayRule, holiday_on, read_rules

DATA = Path(__file__).parent / "data"
PUBLISHED = "published"
WITHDRAWN = "withdrawn"
NAME_MODULE = "02"
SHORT_MODULE = "05"


@dataclass(frozen=True)
class TextModule:
    """A text module of a service: its XZuFi code, our name, its titles, and the part of a search document it fills."""

    code: str
    name: str
    title: Mapping[str, str]
    part: str


def _read(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text("utf-8"))


@cache
def states() -> dict[str, dict[str, Any]]:
    """State → title, public."""
    found: dict[str, dict[str, Any]] = _read("states.yaml")
    return found


def state_choices() -> list[tuple[str, str]]:
    """The states as a field's choices."""
    return [(name, state["title"]["de"]) for name, state in states().items()]


def public_states() -> list[str]:
    """States that everybody may read."""
    return [name for name, state in states().items() if state["public"]]


@cache
def statute_kinds() -> dict[str, dict[str, str]]:
    """Kind of local law → titles by language."""
    found: dict[str, dict[str, str]] = _read("statute_kinds.yaml")
    return found


def statute_kind_choices() -> list[tuple[str, str]]:
    """The kinds of local law as a field's choices."""
    return [(kind, titles["de"]) for kind, titles in statute_kinds().items()]


@cache
def text_modules() -> dict[str, TextModule]:
    """Code → text module, in the order of the codes."""
    return {
        entry["code"]: TextModule(entry["code"], entry["name"], entry["title"], entry.get("part", ""))
        for entry in _read("text_modules.yaml")
    }


@cache
def module_codes() -> dict[str, str]:
    """Our name of a text module → its code."""
    return {module.name: module.code for module in text_modules().values()}


@cache
def _holiday_rules() -> tuple[HolidayRule, ...]:
    return read_rules(_read("holidays.yaml")["holidays"])


def holiday(day: date, language: str = "de") -> str:
    """The name of the nationwide holiday on that day; empty on every other."""
    rule = holiday_on(day, _holiday_rules())
    return "" if rule is None else rule.names.get(language, rule.names["de"])
