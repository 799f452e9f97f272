# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is put over a region. Nothing of the pixels below may be found again, so there is no blur."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from allmende.modules.anonymiser.engine.regions import Region, mask_of
from allmende.modules.anonymiser.engine.settings import Fill, tables


def filled(pixels: NDArray[np.uint8], regions: Sequence[Region], fill: Fill) -> NDArray[np.uint8]:
    """A copy of the picture (height, width, 3) with every region filled."""
    out = pixels.copy()
    if fill == "mosaic":
        for region in regions:
            _mosaic(out, pixels, region)
    else:
        for region in regions:
            cv2.fillConvexPoly(out, np.round(region.polygon).astype(np.int32), tables()["fill"]["solid"])
    return out


def _mosaic(out: NDArray[np.uint8], pixels: NDArray[np.uint8], region: Region) -> None:
    """Two columns of mean colours with noise that nobody can take off again, because it comes from no seed."""
    height, width = out.shape[:2]
    left, top, right, bottom = region.bounds
    x0, y0 = max(0, round(left)), max(0, round(top))
    x1, y1 = min(width, round(right) + 1), min(height, round(bottom) + 1)
    if x0 >= x1 or y0 >= y1:
        return
    table = tables()["fill"]["mosaic"]
    columns = table["columns"]
    rows = max(1, round(columns * (y1 - y0) / (x1 - x0)))
    cells = cv2.resize(pixels[y0:y1, x0:x1], (columns, min(rows, columns)), interpolation=cv2.INTER_AREA)
    noise = np.random.default_rng().normal(0, table["noise"], cells.shape)
    noisy = np.clip(cells + noise, 0, 255).astype(np.uint8)
    block = cv2.resize(noisy, (x1 - x0, y1 - y0), interpolation=cv2.INTER_NEAREST)
    inside = mask_of([region], width, height)[y0:y1, x0:x1].astype(bool)
    out[y0:y1, x0:x1][inside] = block[inside]
