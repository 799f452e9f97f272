# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which pieces of a picture are looked at, and how large: scales from the smallest thing that matters, tiles that overlap."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

COARSER = 4.0
"""From one scale to the next; each sees what the one before cuts at the edges of its tiles."""


@dataclass(frozen=True)
class Piece:
    """A rectangle of the picture, in its pixels, and the scale at which it is looked at."""

    x: int
    y: int
    width: int
    height: int
    scale: float


def scale_for(minimum: float, smallest: float, share: float, longest: int, most: float) -> float:
    """How much a picture is enlarged so that the smallest thing that matters is one that the detector sees.

    `minimum`: what the detector sees, in pixels; `smallest`: what matters, in pixels, or `share` of the longer side where
    that is more; `most`: the largest answer.
    """
    return min(most, minimum / max(smallest, share * longest))


def pieces(width: int, height: int, scale: float, tile: int, overlap: int) -> Iterator[Piece]:
    """The whole picture at `scale` and ever coarser, until one tile (`tile` pixels a side) holds it with room around it."""
    longest = max(width, height)
    scales = [scale]
    while longest * scales[-1] > tile:
        scales.append(max(scales[-1] / COARSER, tile / longest / 1.001))
    if len(scales) == 1:
        scales.append(scale / COARSER)
    for one in scales:
        for y, h in _cuts(height, one, tile, overlap):
            for x, w in _cuts(width, one, tile, overlap):
                yield Piece(x, y, w, h, one)


def _cuts(length: int, scale: float, tile: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Start and length of equal parts of `length` that overlap and are at most `tile` long when scaled."""
    largest, shared = tile / scale, overlap / scale
    if length <= largest:
        yield 0, length
        return
    count = ceil((length - shared) / (largest - shared))
    part = min(length, ceil((length + (count - 1) * shared) / count))
    for index in range(count):
        yield round(index * (length - part) / (count - 1)), part
