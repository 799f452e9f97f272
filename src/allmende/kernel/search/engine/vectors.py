# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Vectors in one byte per dimension, and their cosines with a question.

A vector is stored as int8 with its largest component at ±127; the length lost thereby comes back as a reciprocal norm.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384
_BLOCK = 1024  # rows whose float32 copy stays in the second-level cache, and too few for BLAS to start threads

Floats = NDArray[np.floating[Any]]
Int8 = NDArray[np.int8]
Float32 = NDArray[np.float32]


def quantise(vectors: Floats) -> Int8:
    """(n, d) floats to (n, d) int8. Cosines change by less than 0.005; a vector of zeros stays one."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0.0)
    return np.rint(vectors / np.where(largest > 0, largest, 1.0) * 127).astype(np.int8)


def reciprocal_norms(vectors: Int8) -> Float32:
    """1 / length of each row; 0 for a row of zeros, whose cosine then is 0 too."""
    out = np.zeros(len(vectors), np.float32)
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK].astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", block, block))
        out[start : start + _BLOCK] = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return out


def cosines(vectors: Int8, norms: Float32, query: Float32) -> Float32:
    """Cosine of every row with `query` (d,), which should have length 1; in blocks, without a float copy of all.

    Rounded to five decimals: BLAS adds in another order at another row, and equal vectors must have equal cosines.
    """
    out = np.empty(len(vectors), np.float32)
    buffer = np.empty((min(_BLOCK, len(vectors)), vectors.shape[1]), np.float32)
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK]
        np.copyto(buffer[: len(block)], block)
        np.dot(buffer[: len(block)], query, out=out[start : start + len(block)])
    return np.round(out * norms, 5)
