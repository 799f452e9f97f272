# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The first reading of a film: where each frame lies in time, and what is seen in it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allmende.modules.anonymiser.engine import films, panorama
from allmende.modules.anonymiser.engine.films import Film, Frame, Shape
from allmende.modules.anonymiser.engine.pictures import PictureRefused
from allmende.modules.anonymiser.engine.regions import Region
from allmende.modules.anonymiser.engine.settings import Settings, tables

Look = Callable[[NDArray[np.uint8], bool], list[Region]]
"""What is seen in pixels; whether they are looked at from inside."""
Told = Callable[[int, int], None]
"""Told how many frames were looked at, and how many there are, as the file says."""
Limits = Mapping[str, Any]
"""As `film.limits` of the tables."""


@dataclass
class Survey:
    """What is known of a film. `stamps`, `ends`: when each frame begins and ends, in ticks of the film's clock; `digests`: of
    each frame; `seen`: by the number of the frame; `around`: whether it is looked at from inside; `sound`: whether it has any."""

    shape: Shape
    around: bool
    removed: tuple[str, ...]
    sound: bool
    digests: list[int] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    seen: dict[int, list[Region]] = field(default_factory=dict)

    @property
    def times(self) -> list[float]:
        """When each frame begins, seconds after the first."""
        return [float((stamp - self.stamps[0]) * self.shape.clock) for stamp in self.stamps]

    @property
    def seconds(self) -> float:
        """How long the film is."""
        return float((self.ends[-1] - self.stamps[0]) * self.shape.clock)


def survey(source: Path, settings: Settings, look: Look, told: Told, limits: Limits) -> Survey:
    """Read a film and look at it. Raises PictureRefused for what is none, and for what is larger than the limits allow."""
    with Film.read(source, limits) as film:
        frames = film.frames()
        first = next(frames, None)
        if first is None:
            raise PictureRefused("damaged")
        shape = film.shape(first)
        around = panorama.is_around(shape.width, shape.height, settings.panorama, first.is_around)
        found = Survey(shape, around, film.removed(sound=settings.audio), film.sound is not None)
        stated, lasts = [], 0
        for number, frame in enumerate(_looked(chain([first], frames), found, look, limits)):
            stated.append(frame.stamp)
            lasts = frame.lasts or max(1, round(1 / shape.rate / shape.clock))
            told(number + 1, max(number + 1, film.expected))
    found.stamps = films.stamps_of(stated)
    found.ends = [*found.stamps[1:], found.stamps[-1] + lasts]
    if found.seconds > limits["seconds"]:
        raise PictureRefused("too_large")
    return found


def _looked(frames: Iterator[Frame], found: Survey, look: Look, limits: Limits) -> Iterator[Frame]:
    every, sightings = tables()["film"]["every"], 0
    for number, frame in enumerate(frames):
        found.digests.append(frame.digest)
        if number % every == 0:
            found.seen[number] = look(frame.pixels, found.around)
            sightings += len(found.seen[number])
        if number >= limits["frames"] or sightings > limits["sightings"]:
            raise PictureRefused("too_large")
        yield frame
