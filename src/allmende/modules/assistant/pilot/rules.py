# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rules of data/pilot.yaml, read once a process."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from allmende.modules.assistant.pilot.engine import comparing
from allmende.modules.assistant.rules import DATA
from allmende.modules.assistant.staff.rules import GERMAN, language


@cache
def _all() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DATA / "pilot.yaml").read_text(encoding="utf-8"))
    return found


def number(name: str) -> int:
    """`most_bytes`, `most_questions`, `near`, `k`, `settled_minutes` or `nightly_days`."""
    return int(_all()[name])


def sets_aside(what: str) -> bool:
    """Whether `answers` or `questions` are set aside when their texts have changed."""
    return what in _all()["set_aside"]


@cache
def step_back() -> comparing.Rules:
    """What counts as a step back."""
    gate = _all()["gate"]
    return comparing.Rules(
        steps=tuple((was, now) for was, now in gate["steps"]), emergencies=gate["emergencies"], falls=gate["falls"]
    )


def asked_at_publication() -> int:
    """How many questions are asked again, at most, when a text is published."""
    return int(_all()["gate"]["most_questions"])


def titles(section: str) -> dict[str, str]:
    """Name → title in the reader's language, of one section of the file, in its order."""
    return {name: said(row.get("title", row)) for name, row in _all()[section].items()}


def kinds(section: str) -> dict[str, str]:
    """Name → colour of the badge."""
    return {name: row["kind"] for name, row in _all()[section].items()}


def abouts() -> dict[str, str]:
    """Name → definition of each figure."""
    return {name: said(row["about"]) for name, row in _all()["figures"].items()}


def text(name: str) -> Any:
    """A text of the report, or its paragraphs."""
    return said(_all()["report"][name])


def recommendations() -> Sequence[Mapping[str, Any]]:
    """The lines of the recommendation in their order."""
    found: Sequence[Mapping[str, Any]] = _all()["recommendation"]
    return found


def assumptions() -> Mapping[str, Mapping[str, Any]]:
    """The named assumptions of the relief with their first values."""
    found: Mapping[str, Mapping[str, Any]] = _all()["relief"]
    return found


@cache
def _survey() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DATA / "survey.yaml").read_text(encoding="utf-8"))
    return found


def phases() -> dict[str, str]:
    """Name → title of the survey's rounds: before and after."""
    return {name: said(title) for name, title in _survey()["phases"].items()}


def survey_questions() -> list[dict[str, Any]]:
    """The questions of the survey with their choices, in all languages."""
    found: list[dict[str, Any]] = _survey()["questions"]
    return found


def most_links() -> int:
    """How many links may be made at once."""
    return int(_survey()["most_links"])


def said(texts: Mapping[str, Any]) -> Any:
    """The text in the reader's language."""
    return texts.get(language(), texts[GERMAN])
