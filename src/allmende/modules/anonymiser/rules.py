# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's rules, read once a process from data/room.yaml, and what its names are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Text

WAITING, REVIEW, SIGNED, PUBLISHED, FAILED, REFUSED = "waiting", "review", "signed", "published", "failed", "refused"
FACE, PLATE, TEXT, OTHER = "face", "plate", "text", "other"
SOLID, MOSAIC = "solid", "mosaic"
PICTURE, FILM = "picture", "film"

STATE_TITLES: Mapping[str, Text] = {
    WAITING: _("Wird bearbeitet"),
    REVIEW: _("Zu prüfen"),
    SIGNED: _("Freigegeben, wird geschrieben"),
    PUBLISHED: _("Fertig"),
    FAILED: _("Fehler"),
    REFUSED: _("Abgelehnt"),
}
LABEL_TITLES: Mapping[str, Text] = {
    FACE: _("Gesicht"),
    PLATE: _("Kennzeichen"),
    TEXT: _("Schrift"),
    OTHER: _("Anderes"),
}
SOUND_TITLES: Mapping[str, Text] = {
    "kept": _("behalten, neu geschrieben"),
    "removed": _("entfernt"),
    "none": _("war keiner dabei"),
}
FILL_TITLES: Mapping[str, Text] = {
    SOLID: _("Volle Fläche"),
    MOSAIC: _("Zwei grobe Spalten mit Rauschen"),
}


@dataclass(frozen=True, kw_only=True)
class State:
    """A row of `states`."""

    kind: str
    to: tuple[str, ...]
    open: bool = False
    work: bool = False
    decide: bool = False
    shown: bool = False


@cache
def _all() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "data/room.yaml").read_text(encoding="utf-8"))
    return found


@cache
def states() -> Mapping[str, State]:
    """Where a picture may stand, in the order of the file."""
    return {name: State(**{**row, "to": tuple(row["to"])}) for name, row in _all()["states"].items()}


def those(what: str) -> list[str]:
    """The states that are `open`, `work`, `decide` or `shown`."""
    return [name for name, state in states().items() if getattr(state, what)]


def keep_days() -> list[int]:
    """For how many days a batch may keep its originals."""
    return list(_all()["keep_days"])


def number(name: str) -> int:
    """One of the plain numbers, such as `compare_minutes`."""
    return int(_all()[name])


def part(name: str) -> Mapping[str, Any]:
    """One of the other sections: `unlock`, `upload`, `film`, `probe`, `decoding`, `preview`, `mask` or `estimate`."""
    found: Mapping[str, Any] = _all()[name]
    return found
