# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Look at a picture with every detector, in all pieces of the plan, several at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from allmende.modules.anonymiser.engine import panorama, plan
from allmende.modules.anonymiser.engine.detectors import Detector, models
from allmende.modules.anonymiser.engine.plan import Piece
from allmende.modules.anonymiser.engine.regions import Region, merged
from allmende.modules.anonymiser.engine.settings import sizes_of, tables

Pixels = NDArray[np.uint8]
cv2.setNumThreads(1)  # pieces are looked at side by side; more threads below would only wait for each other


@dataclass(frozen=True)
class Glance:
    """One piece for one detector, as it is or with its contrast raised."""

    detector: Detector
    piece: Piece
    contrast: bool


def look(
    pixels: Pixels, detectors: Sequence[Detector], labels: frozenset[str], *, around: bool = False, again: bool = False
) -> list[Region]:
    """The regions of the labels in a picture (height, width, 3), without padding.

    `around`: it is an equirectangular panorama. `again`: the second look, a little coarser than the first.
    """
    if not around:
        return _looked(pixels, detectors, labels, again=again)
    height, width = pixels.shape[:2]
    found = [
        region
        for view in panorama.views(width, again=again)
        for flat in _looked(panorama.seen(pixels, view), detectors, labels, again=again)
        for region in panorama.placed(flat, view, width, height)
    ]
    return merged(found, tables()["same"])


def _looked(pixels: Pixels, detectors: Sequence[Detector], labels: frozenset[str], *, again: bool) -> list[Region]:
    glances = [glance for detector in detectors for glance in _glances(pixels, detector, labels, again=again)]
    with ThreadPoolExecutor(models.threads()) as pool:
        found = [region for part in pool.map(lambda glance: _found(pixels, glance), glances) for region in part]
    return merged([region for region in found if region.label in labels], tables()["same"])


def _glances(pixels: Pixels, detector: Detector, labels: frozenset[str], *, again: bool) -> list[Glance]:
    table = tables()
    height, width = pixels.shape[:2]
    sizes = [sizes_of(label) for label in labels & detector.labels]
    scale = max(
        plan.scale_for(detector.minimum, size["smallest"], size["smallest_share"], max(height, width), table["enlarge"])
        for size in sizes
    )
    if again:
        scale *= table["verification"]["scale"]
    pieces = list(plan.pieces(width, height, scale, table["tile"], table["overlap"]))
    first = [Glance(detector, piece, contrast=False) for piece in pieces]
    raised = detector.name in table["contrast"]["detectors"] and not again
    return first + [Glance(detector, piece, contrast=True) for piece in pieces if raised and piece.scale == scale]


def _found(pixels: Pixels, glance: Glance) -> list[Region]:
    piece = glance.piece
    part = pixels[piece.y : piece.y + piece.height, piece.x : piece.x + piece.width]
    if min(part.shape[:2]) * piece.scale < 1:
        return []  # narrower than a pixel
    if glance.contrast:
        part = _raised(part)
    way = cv2.INTER_AREA if piece.scale < 1 else cv2.INTER_LINEAR
    scaled = np.asarray(cv2.resize(part, None, fx=piece.scale, fy=piece.scale, interpolation=way), np.uint8)
    return [region.moved(piece.x, piece.y, 1 / piece.scale) for region in glance.detector.find(scaled)]


def _raised(pixels: Pixels) -> Pixels:
    """The local contrast of the lightness raised (CLAHE), for what fog, glare or night has washed out."""
    table = tables()["contrast"]
    colours = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    grid = (table["grid"], table["grid"])
    colours[:, :, 0] = cv2.createCLAHE(table["clip"], grid).apply(np.ascontiguousarray(colours[:, :, 0]))
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_LAB2RGB), np.uint8)
