# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Parts of a picture, as four corners: boxes that may be turned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

Corner = tuple[float, float]
Corners = tuple[Corner, Corner, Corner, Corner]
CORNERS = 4
FARTHEST = 1e6
"""No picture is as wide."""


@dataclass(frozen=True)
class Region:
    """Four corners in pixels of the upright picture, in order around it; `score` 0 to 1; `origin` who found it."""

    label: str
    corners: Corners
    score: float = 1.0
    origin: str = "operator"

    @classmethod
    def box(
        cls, label: str, x: float, y: float, w: float, h: float, *, score: float = 1.0, origin: str = "operator"
    ) -> Self:
        """An upright box: left, top, width, height."""
        return cls(label, ((x, y), (x + w, y), (x + w, y + h), (x, y + h)), score, origin)

    @classmethod
    def turned(
        cls, label: str, centre: Sequence[float], size: Sequence[float], angle: float, *, score: float, origin: str
    ) -> Self:
        """A box of a width and height, turned around its centre (degrees, clockwise)."""
        return cls(label, _corners(cv2.boxPoints((centre, size, angle))), score, origin)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The region of `as_dict`. Raises ValueError for anything else."""
        try:
            corners = _corners(np.array(data["corners"], np.float64))
            score = float(data.get("score", 1.0))
            region = cls(str(data["label"]), corners, score, str(data.get("origin", "operator")))
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise ValueError(f"no region: {error}") from None
        if not all(isfinite(value) and abs(value) <= FARTHEST for corner in corners for value in corner):
            raise ValueError("no region: a corner is no place in a picture")
        return region

    def as_dict(self) -> dict[str, Any]:
        """Plain values: label, corners, score, origin; pixels to a tenth."""
        corners = [[round(x, 1), round(y, 1)] for x, y in self.corners]
        return {"label": self.label, "corners": corners, "score": round(self.score, 3), "origin": self.origin}

    @property
    def polygon(self) -> NDArray[np.float32]:
        """The corners as an array (4, 2)."""
        return np.array(self.corners, np.float32)

    @property
    def area(self) -> float:
        """Square pixels."""
        return float(cv2.contourArea(self.polygon))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the upright box around it."""
        (x0, y0), (x1, y1) = self.polygon.min(0), self.polygon.max(0)
        return float(x0), float(y0), float(x1), float(y1)

    @property
    def is_upright(self) -> bool:
        """Whether its sides are those of the picture."""
        return len({x for x, _y in self.corners}) == len({y for _x, y in self.corners}) == 2

    def padded(self, long: float, short: float | None = None) -> Self:
        """Larger on each side: by a share of its length along the long sides, of its height along the short ones (the same if left out)."""
        points = self.polygon
        centre, along, across = points.mean(0), (points[1] - points[0]) / 2, (points[3] - points[0]) / 2
        shares = (long, long if short is None else short)
        if np.hypot(*along) < np.hypot(*across):
            shares = (shares[1], shares[0])
        along, across = along * (1 + 2 * shares[0]), across * (1 + 2 * shares[1])
        grown = [centre - along - across, centre + along - across, centre + along + across, centre - along + across]
        return replace(self, corners=_corners(np.stack(grown)))

    def grown(self, pixels: float) -> Self:
        """Larger on each side by a number of pixels."""
        a, b, c, _d = self.polygon
        sides = sorted((float(np.hypot(*(b - a))), float(np.hypot(*(c - b)))))
        return self.padded(*(pixels / max(side, 1.0) for side in reversed(sides)))

    def moved(self, dx: float, dy: float, scale: float = 1.0) -> Self:
        """Scaled, then moved: from the pixels of a piece to those of the picture."""
        return replace(self, corners=_corners(self.polygon * scale + (dx, dy)))

    def shared(self, other: "Region") -> float:
        """The area of both, square pixels. Both are convex."""
        a, b = self.bounds, other.bounds
        if a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]:
            return 0.0
        return float(cv2.intersectConvexConvex(self.polygon, other.polygon)[0])


def merged(regions: Sequence[Region], same: float) -> list[Region]:
    """One region around those of a label that lie on each other: their common area over the area of both is at least `same`."""
    kept: list[Region] = []
    for region in sorted(regions, key=lambda one: -one.score):
        for index, other in enumerate(kept):
            if other.label == region.label and likeness(other, region) >= same:
                kept[index] = replace(other, corners=_around(other, region))
                break
        else:
            kept.append(region)
    return kept


def likeness(one: Region, other: Region) -> float:
    """Common area over the area of both (IoU), 0 to 1."""
    shared = one.shared(other)
    return shared / (one.area + other.area - shared) if shared else 0.0


def mask_of(regions: Sequence[Region], width: int, height: int) -> NDArray[np.uint8]:
    """What the regions cover, 1 inside: (height, width). A pixel that is touched is covered."""
    mask = np.zeros((height, width), np.uint8)
    for region in regions:
        cv2.fillConvexPoly(mask, np.round(region.polygon).astype(np.int32), 1)
    return mask


def _around(one: Region, other: Region) -> Corners:
    """The box around both; upright if they are."""
    if one.is_upright and other.is_upright:
        (a, b, c, d), (e, f, g, h) = one.bounds, other.bounds
        return Region.box("", x := min(a, e), y := min(b, f), max(c, g) - x, max(d, h) - y).corners
    return _corners(cv2.boxPoints(cv2.minAreaRect(np.concatenate([one.polygon, other.polygon]))))


def _corners(points: NDArray[Any]) -> Corners:
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return a, b, c, d
