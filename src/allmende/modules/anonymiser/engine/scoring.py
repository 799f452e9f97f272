# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How well boxes that people have drawn are found and covered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from allmende.modules.anonymiser.engine.regions import Region, likeness, mask_of
from allmende.modules.anonymiser.engine.settings import sizes_of, tables

FOUND = 0.3
"""A box is found by a region whose common area is this share of the area of both (IoU), before the region was padded."""
COVERED = 0.95
"""A box is covered when this share of its pixels is filled."""
HIT = 0.5
"""A region is right when this share of it, or of a box of its label, is common to both."""
SIZES = ((0, 12), (12, 24), (24, 48), (48, 96), (96, None))
"""Classes of the shorter side of a box, in pixels."""


@dataclass
class Tally:
    """Boxes of one label: how many there were, were found, were covered."""

    boxes: int = 0
    found: int = 0
    covered: int = 0

    def add(self, *, found: bool, covered: bool) -> None:
        """Count one box."""
        self.boxes += 1
        self.found += found
        self.covered += covered


@dataclass
class Score:
    """What was counted over all pictures, by label, and by label and size."""

    labels: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    sizes: dict[str, dict[str, Tally]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))
    regions: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, regions: Sequence[Region], boxes: Sequence[Region], width: int, height: int) -> None:
        """Count one picture: the regions that were filled, and the boxes that people have drawn."""
        mask = mask_of(regions, width, height)
        bare = [unpadded(region) for region in regions]
        for box in boxes:
            found = any(region.label == box.label and likeness(region, box) >= FOUND for region in bare)
            covered = share_filled(box, mask) >= COVERED
            for tally in (self.labels[box.label], self.sizes[box.label][size_class(box)]):
                tally.add(found=found, covered=covered)
        for region in bare:
            self.regions[region.label] += 1
            self.right[region.label] += any(_hits(region, box) for box in boxes if box.label == region.label)


def unpadded(region: Region) -> Region:
    """A region as its detector marked it."""
    bare = region.grown(-tables()["margin"])
    return bare.padded(*(-share / (1 + 2 * share) for share in sizes_of(region.label)["padding"]))


def size_class(box: Region) -> str:
    """The class of a box by its shorter side, as "12-23" or "96+"."""
    left, top, right, bottom = box.bounds
    side = min(right - left, bottom - top)
    low, high = next((low, high) for low, high in SIZES if high is None or side < high)
    return f"{low}-{high - 1}" if high else f"{low}+"


def share_filled(box: Region, mask: NDArray[np.uint8]) -> float:
    """How much of an upright box the mask covers; a box beside the picture has nothing to cover."""
    left, top, right, bottom = (max(0, round(value)) for value in box.bounds)
    part = mask[top : max(bottom, top + 1), left : max(right, left + 1)]
    return float(part.mean()) if part.size else 1.0


def in_order(sizes: Mapping[str, Tally]) -> list[str]:
    """The classes that occur, from small to large."""
    return sorted(sizes, key=lambda name: int(name.rstrip("+").partition("-")[0]))


def _hits(region: Region, box: Region) -> bool:
    return region.shared(box) >= HIT * min(region.area, box.area)
