# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's data files, read once a process: states and the steps between them, text modules, holidays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from allmende.kernel.town.engine.holidays import HolidayRule, holiday_on, read_rules

DATA = Path(__file__).parent / "data"
DRAFT = "draft"
REVIEW = "review"
PUBLISHED = "published"
WITHDRAWN = "withdrawn"
NAME_MODULE = "02"
SHORT_MODULE = "05"
COLLECTIONS = {"service": "services", "statute": "statutes", "page": "pages", "unit": "units"}
"""Kind of record → collection of the search that its texts stand in."""


@dataclass(frozen=True)
class TextModule:
    """A text module of a service: its XZuFi code, our name, its titles, and the part of a search document it fills."""

    code: str
    name: str
    title: Mapping[str, str]
    part: str


@dataclass(frozen=True)
class Transition:
    """A step between states: from which, to which, who may, whether it takes a second person and a reason."""

    name: str
    origins: tuple[str, ...]
    target: str
    right: str
    second_person: bool
    reason: bool


def _read(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text("utf-8"))


@cache
def states() -> dict[str, dict[str, Any]]:
    """State → title, public, badge."""
    found: dict[str, dict[str, Any]] = _read("states.yaml")["states"]
    return found


def state_title(name: str) -> str:
    """What a state is called in the language of the page."""
    titles = states()[name]["title"]
    return str(titles.get((get_language() or "de").split("-")[0], titles["de"]))


@cache
def transitions() -> dict[str, Transition]:
    """Step → transition."""
    return {
        name: Transition(
            name=name,
            origins=tuple(row["from"]),
            target=row["to"],
            right=row["right"],
            second_person=row.get("second_person", False),
            reason=row.get("reason", False),
        )
        for name, row in _read("states.yaml")["transitions"].items()
    }


@cache
def editing() -> dict[str, Any]:
    """The bounds of data/editing.yaml."""
    found: dict[str, Any] = _read("editing.yaml")
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
