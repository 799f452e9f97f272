# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A 360° picture from inside: flat views in all directions, and the way of a region back onto the sphere.

The picture is equirectangular: x is the longitude, from -180° to 180°, y the latitude, from 90° down to -90°. Left and right
edge meet; the first and the last row are one point each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, radians, sin, tan

import cv2
import numpy as np
from numpy.typing import NDArray

from allmende.modules.anonymiser.engine.regions import Region

ANGLE = 100.0  # of a view; the six of a cube overlap by ten degrees
STEPS = 16  # places along each side of a region that are followed onto the sphere
COARSER = 0.5
CUBE = ((0, 0), (90, 0), (180, 0), (270, 0), (0, 90), (0, -90))
EDGES = ((45, 0), (135, 0), (225, 0), (315, 0), (0, 90), (0, -90))

Array = NDArray[np.float64]


@dataclass(frozen=True)
class View:
    """A square view: where it looks (degrees to the right of the middle, and up), and its side in pixels."""

    yaw: float
    pitch: float
    side: int


def is_around(width: int, height: int, stated: bool | None, described: bool) -> bool:
    """Whether a picture is looked at from inside: it shows the whole sphere, and its operator or its tags say so."""
    return width == 2 * height and (described if stated is None else stated)


def views(width: int, *, again: bool = False) -> Iterator[View]:
    """Six views as fine as the picture's middle row, then six, turned by 45° and coarser, for what those cut; `again` only these."""
    side = round(2 * tan(radians(ANGLE / 2)) * width / (2 * pi))
    if not again:
        yield from (View(yaw, pitch, side) for yaw, pitch in CUBE)
    yield from (View(yaw, pitch, round(side * COARSER)) for yaw, pitch in EDGES)


def seen(pixels: NDArray[np.uint8], view: View) -> NDArray[np.uint8]:
    """The view (side, side, 3) of a panorama (height, width, 3)."""
    height, width = pixels.shape[:2]
    rows, columns = np.mgrid[0 : view.side, 0 : view.side] + 0.5
    x, y = _on_picture(columns.ravel(), rows.ravel(), view, width, height)
    shape = (view.side, view.side)
    across = (x % width - 0.5).reshape(shape).astype(np.float32)
    down = (y - 0.5).reshape(shape).astype(np.float32)
    wrapped = cv2.copyMakeBorder(pixels, 0, 0, 1, 1, cv2.BORDER_WRAP)
    flat = cv2.remap(wrapped, across + 1, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, np.uint8)


def placed(region: Region, view: View, width: int, height: int) -> list[Region]:
    """The upright boxes that hold a region of a view on the panorama: two where it lies across the seam."""
    corners = region.polygon.astype(np.float64)
    share = np.linspace(0, 1, STEPS, endpoint=False)[:, None]
    around = np.concatenate([a + (b - a) * share for a, b in zip(corners, np.roll(corners, -1, 0), strict=True)])
    x, y = _on_picture(around[:, 0], around[:, 1], view, width, height)
    top, bottom = float(y.min()), float(y.max())
    if _holds_pole(region, view):
        edge = (0.0, bottom) if view.pitch > 0 else (top, float(height))
        return [_box(region, 0.0, edge[0], float(width), edge[1])]
    middle = x[0]
    near = (x - middle + width / 2) % width - width / 2 + middle  # along the sphere, not across the picture
    left, right = float(near.min()), float(near.max())
    parts = ((left + shift, right + shift) for shift in (-width, 0, width))
    return [_box(region, max(a, 0.0), top, min(b, float(width)), bottom) for a, b in parts if b > 0 and a < width]


def _box(region: Region, left: float, top: float, right: float, bottom: float) -> Region:
    return Region.box(region.label, left, top, right - left, bottom - top, score=region.score, origin=region.origin)


def _holds_pole(region: Region, view: View) -> bool:
    """A view up or down has the pole in its middle."""
    middle = (view.side / 2, view.side / 2)
    return bool(view.pitch) and cv2.pointPolygonTest(region.polygon, middle, measureDist=False) >= 0


def _on_picture(columns: Array, rows: Array, view: View, width: int, height: int) -> tuple[Array, Array]:
    """Where places of a view lie on the panorama, in pixels; x may need the remainder by the width."""
    half = view.side / 2
    flat = tan(radians(ANGLE / 2)) / half
    rays = np.stack([(columns - half) * flat, (half - rows) * flat, np.ones_like(columns)])
    right, up, ahead = _turned(view.yaw, view.pitch) @ rays
    longitude = np.arctan2(right, ahead)
    latitude = np.arctan2(up, np.hypot(right, ahead))
    return (longitude / (2 * pi) + 0.5) * width, (0.5 - latitude / pi) * height


@lru_cache(maxsize=64)
def _turned(yaw: float, pitch: float) -> Array:
    """The rotation (3, 3) from the axes of a view (right, up, ahead) to those of the sphere."""
    a, b = radians(yaw), radians(pitch)
    around_up = np.array([[cos(a), 0, sin(a)], [0, 1, 0], [-sin(a), 0, cos(a)]])
    around_right = np.array([[1, 0, 0], [0, cos(b), sin(b)], [0, -sin(b), cos(b)]])
    turned: Array = around_up @ around_right
    return turned
