# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What finds things in a picture: two detectors of the house, and any that an installed package offers.

A package offers one through the entry point group `allmende.detectors`: the name leads to a callable without arguments that
returns a `Detector`. docs/operations/detectors.md shows a whole one.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from allmende.modules.anonymiser.engine.detectors.centerface import CenterFace
from allmende.modules.anonymiser.engine.detectors.ppocr import PpOcr
from allmende.modules.anonymiser.engine.regions import Region

GROUP = "allmende.detectors"
Pixels = NDArray[np.uint8]
"""A picture: (height, width, 3), red, green, blue, 0 to 255."""


@runtime_checkable
class Detector(Protocol):
    """Finds regions of its labels in a piece of a picture."""

    name: str
    version: str
    labels: frozenset[str]
    sha256: str
    """Of its model file, for the record."""
    minimum: float
    """The height, in pixels, of the smallest thing it sees reliably; smaller ones are enlarged before."""

    def find(self, pixels: Pixels) -> Sequence[Region]:
        """The regions in pixels of this piece. It must be safe to call from several threads."""
        ...


OWN: tuple[Callable[[], Detector], ...] = (CenterFace, PpOcr)


@cache
def installed() -> tuple[Detector, ...]:
    """Every detector, its model loaded once a process. Raises ModelMissing for a file that is absent or changed."""
    offered = [point.load() for point in entry_points(group=GROUP)]
    return tuple(make() for make in (*OWN, *offered))


def for_labels(labels: frozenset[str], detectors: Sequence[Detector] | None = None) -> list[Detector]:
    """Those that find any of the labels. Raises ValueError for a label that none finds."""
    known = installed() if detectors is None else detectors
    if missing := labels - frozenset().union(*(one.labels for one in known)):
        raise ValueError(f"no detector finds {', '.join(sorted(missing))}")
    return [one for one in known if one.labels & labels]
