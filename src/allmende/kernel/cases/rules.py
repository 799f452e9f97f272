# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's data: bounds, priorities, events. Read once a process."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language, gettext

_DATA: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "data" / "cases.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What an event of the history is called, and whether it can be undone."""

    title: str
    undo: bool


PAGE_SIZE: int = _DATA["page_size"]
UNDO_MINUTES: int = _DATA["undo_minutes"]
ANSWER_SECONDS: int = _DATA["answer_seconds"]
LINK_DAYS: int = _DATA["link_days"]
NUMBER_DIGITS: int = _DATA["number_digits"]
TEXT_LENGTH: int = _DATA["text_length"]
SAVED_FILTERS: int = _DATA["saved_filters"]
PRIORITIES: dict[int, str] = _DATA["priorities"]
EVENTS = {name: Happening(**item) for name, item in _DATA["events"].items()}
DISPOSALS: dict[str, str] = _DATA["disposals"]
HIGH, NORMAL, LOW = PRIORITIES


def priority_title(rank: int) -> str:
    """A priority in the reader's language."""
    return gettext(PRIORITIES[rank])


def language() -> str:
    """The reader's language: de or en."""
    return (get_language() or "de").split("-")[0]
