# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a caller may choose, and the tables of the room."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

Fill = Literal["solid", "mosaic"]
KeptDate = Literal["day", "month", "none"]


@dataclass(frozen=True)
class Settings:
    """What is filled and what may stay. Raises ValueError for a value that does not exist.

    `labels`: of "face", "plate", "text" (any writing, plates included), and those of plug-in detectors. `fill`: "solid", or
    "mosaic" of two noisy columns. `keep_date`: how exactly the day of the photo stays. `keep_location`: whether its place
    stays. `panorama`: whether it is a 360° picture; None asks the picture. `verify`: whether the result is looked at again.
    `audio`: whether a video keeps its sound. `most_pixels`: a flat picture with more becomes smaller first.
    """

    labels: frozenset[str] = frozenset({"face", "plate"})
    fill: Fill = "solid"
    keep_date: KeptDate = "day"
    keep_location: bool = False
    panorama: bool | None = None
    verify: bool = True
    audio: bool = False
    most_pixels: int | None = None

    def __post_init__(self) -> None:
        if not self.labels:
            raise ValueError("no label: nothing would be looked for")
        if self.fill not in get_args(Fill):
            raise ValueError(f"no such fill: {self.fill}")
        if self.keep_date not in get_args(KeptDate):
            raise ValueError(f"no such date: {self.keep_date}")

    @property
    def wanted(self) -> frozenset[str]:
        """The labels whose regions are filled: a plate is a text, too."""
        return self.labels | {"plate"} if "text" in self.labels else self.labels

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for records."""
        return {**vars(self), "labels": sorted(self.labels)}


@cache
def tables() -> dict[str, Any]:
    """Thresholds, paddings, scales and limits (data/engine.yaml)."""
    return _read("engine.yaml")


def sizes_of(label: str) -> dict[str, Any]:
    """What is looked for under a label, and how much is added around it."""
    sizes = tables()["labels"]
    found: dict[str, Any] = sizes.get(label, sizes["other"])
    return found


@cache
def model_files() -> dict[str, Any]:
    """The model files and their digests (data/models.yaml)."""
    return _read("models.yaml")


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "data" / name).read_text(encoding="utf-8"))
    return found
