# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Plates and other writing: text detection of PP-OCRv5 (differentiable binarisation, Liao et al. 2020, arXiv 1911.08947)."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from allmende.modules.anonymiser.engine.detectors import models
from allmende.modules.anonymiser.engine.regions import Region
from allmende.modules.anonymiser.engine.settings import model_files, tables

MULTIPLE = 32
MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255
SPREAD = np.array([0.229, 0.224, 0.225], np.float32) * 255
SMALLEST = 2  # sides of what may be writing, in pixels of the map


class PpOcr:
    """Writing as turned boxes: "plate" what has the shape of one, "text" all other."""

    name = "ppocr"
    labels = frozenset({"plate", "text"})

    def __init__(self) -> None:
        self.version = models.version_of(self.name)
        self.sha256: str = model_files()[self.name]["sha256"]
        self.minimum: float = tables()[self.name]["minimum"]
        self._session = models.session(models.read(self.name))

    def find(self, pixels: NDArray[np.uint8]) -> list[Region]:
        """The writing of a piece (height, width, 3)."""
        height, width = pixels.shape[:2]
        below, right = -height % MULTIPLE, -width % MULTIPLE
        # the network was trained on blue, green, red with these numbers in this order
        whole = cv2.copyMakeBorder(pixels[:, :, ::-1], 0, below, 0, right, cv2.BORDER_REPLICATE)
        blob = np.ascontiguousarray(((whole - MEAN) / SPREAD).transpose(2, 0, 1)[None], np.float32)
        likely: NDArray[np.float32] = self._session.run(None, {"x": blob})[0][0, 0]
        return self._outlined(likely[:height, :width])

    def _outlined(self, likely: NDArray[np.float32]) -> list[Region]:
        table = tables()[self.name]
        inside = (likely > table["threshold"]).astype(np.uint8)
        contours, _hierarchy = cv2.findContours(inside, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        found = []
        for contour in contours:
            centre, size, angle = cv2.minAreaRect(contour)
            if min(size) < SMALLEST:
                continue
            score = _mean_inside(likely, cv2.boxPoints((centre, size, angle)))
            # the network marks the core of the writing; each side moves by area × ratio / circumference
            grown = size[0] * size[1] * table["unclip"] / (size[0] + size[1])
            grown_size = (size[0] + grown, size[1] + grown)
            if score < table["sure" if min(grown_size) >= table["sure"]["height"] else "unsure"]["score"]:
                continue
            found.append(Region.turned(_label(grown_size), centre, grown_size, angle, score=score, origin=self.name))
        return found


def _label(size: tuple[float, float]) -> str:
    table = tables()["ppocr"]
    low, high = table["plate_aspect"]
    fits = min(size) >= table["plate_height"] and low <= max(size) / min(size) <= high
    return "plate" if fits else "text"


def _mean_inside(likely: NDArray[np.float32], corners: NDArray[Any]) -> float:
    """The mean of the map inside a turned box."""
    x, y, w, h = cv2.boundingRect(corners)
    x0, y0 = max(x, 0), max(y, 0)
    part = likely[y0 : y + h, x0 : x + w]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round(corners - (x0, y0)).astype(np.int32), 1)
    return float(cv2.mean(part, mask)[0])
