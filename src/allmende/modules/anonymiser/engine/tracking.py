# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From sightings in single frames to tracks through a film, so that what is overlooked in between is filled as well.

Greedy matching of boxes moved on at a constant pace, which is smoothed (an alpha-beta filter, the steady state of the Kalman
filter that SORT uses: Bewley et al. 2016, arXiv 1602.00763) and enlarged before they are compared, because small boxes that
move fast do not touch each other (C-BIoU: Yang et al. 2023, arXiv 2211.14317).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allmende.modules.anonymiser.engine.pipeline import padded
from allmende.modules.anonymiser.engine.regions import Region
from allmende.modules.anonymiser.engine.settings import tables

Points = NDArray[np.float64]
"""(4, 2): the corners of a region."""


@dataclass
class Track:
    """One thing through the film: the numbers of the frames in which it was seen, their seconds, and where it was."""

    label: str
    numbers: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    _pace: Points = field(default_factory=lambda: np.zeros(2))

    def see(self, number: int, time: float, region: Region) -> None:
        """The next sighting."""
        if self.numbers:
            step = (_centre(region) - _centre(self.regions[-1])) / max(time - self.times[-1], 1e-6)
            steady = 1.0 if len(self.numbers) == 1 else tables()["film"]["steady"]
            self._pace = self._pace * (1 - steady) + step * steady
        self.numbers.append(number)
        self.times.append(time)
        self.regions.append(region)

    def expected(self, time: float) -> tuple[float, float, float, float]:
        """The bounds of the last sighting, moved on."""
        dx, dy = self._pace * (time - self.times[-1])
        left, top, right, bottom = self.regions[-1].bounds
        return left + dx, top + dy, right + dx, bottom + dy

    def is_near(self, number: int, time: float, index: int, span: Mapping[str, float]) -> bool:
        """Whether a frame is at most a span away from a sighting."""
        seconds, frames = abs(time - self.times[index]), abs(number - self.numbers[index])
        return seconds <= span["seconds"] or frames <= span["frames"]

    def filled(self, number: int, time: float) -> Iterator[Region]:
        """What is filled of it in a frame, padding included.

        A frame with a sighting also gets what its neighbours say, for a box that is once too small.
        """
        before, after = bisect_left(self.numbers, number) - 1, bisect_right(self.numbers, number)
        if after - before > 1:
            yield self._grown(self.regions[after - 1], 0.0)
        if before >= 0 and after < len(self.numbers):
            share = (time - self.times[before]) / max(self.times[after] - self.times[before], 1e-6)
            away = min(time - self.times[before], self.times[after] - time)
            yield self._grown(_between(self.regions[before], self.regions[after], share), away)
        elif after - before == 1:
            yield from self._around(number, time, max(before, 0))

    def _around(self, number: int, time: float, index: int) -> Iterator[Region]:
        """Before the first or after the last sighting: where it stood, and where its pace leads."""
        if not self.is_near(number, time, index, tables()["film"]["around"]):
            return
        stood, away = self.regions[index], time - self.times[index]
        yield self._grown(stood, abs(away))
        if len(self.numbers) > 1:
            near = (0, 1) if index == 0 else (-2, -1)
            first, last = (_centre(self.regions[one]) for one in near)
            dx, dy = (last - first) / max(self.times[near[1]] - self.times[near[0]], 1e-6) * away
            yield self._grown(stood.moved(dx, dy), abs(away))

    def _grown(self, region: Region, away: float) -> Region:
        return padded(region).padded(tables()["film"]["grow"] * away)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for records: no places."""
        return {
            "label": self.label,
            "origins": sorted({region.origin for region in self.regions}),
            "first": self.numbers[0],
            "last": self.numbers[-1],
            "sightings": len(self.numbers),
            "longest_gap": max((later - earlier - 1 for earlier, later in pairwise(self.numbers)), default=0),
            "score": round(max(region.score for region in self.regions), 3),
        }


def tracks_of(seen: Mapping[int, Sequence[Region]], times: Sequence[float]) -> list[Track]:
    """The tracks of what was seen, by the number of the frame. `times`: seconds of every frame of the film."""
    gap = tables()["film"]["gap"]
    every: list[Track] = []
    alive: list[Track] = []
    for number in sorted(seen):
        time = times[number]
        alive = [track for track in alive if track.is_near(number, time, -1, gap)]
        begun: list[Track] = []
        for known, region in _matched(alive, seen[number], time):
            track = known or Track(region.label)
            track.see(number, time, region)
            if known is None:
                begun.append(track)
        every += begun
        alive += begun
    return every


def _matched(tracks: Sequence[Track], regions: Sequence[Region], time: float) -> Iterator[tuple[Track | None, Region]]:
    """Each region with its track, the likeliest pairs first; None: with a new one."""
    likeness = _likenesses(tracks, regions, time)
    free, left = set(range(len(tracks))), set(range(len(regions)))
    for flat in np.argsort(-likeness, axis=None, kind="stable"):
        track, region = divmod(int(flat), len(regions))
        if likeness[track, region] < tables()["film"]["same"]:
            break
        if track in free and region in left:
            free.remove(track)
            left.remove(region)
            yield tracks[track], regions[region]
    yield from ((None, regions[region]) for region in sorted(left))


def _likenesses(tracks: Sequence[Track], regions: Sequence[Region], time: float) -> Points:
    """Common area over the area of both (tracks, regions), of the enlarged bounds; 0 for another label."""
    if not tracks or not regions:
        return np.zeros((len(tracks), len(regions)))
    ours = _enlarged([track.expected(time) for track in tracks])[:, None]
    theirs = _enlarged([region.bounds for region in regions])[None]
    sides = np.minimum(ours[..., 2:], theirs[..., 2:]) - np.maximum(ours[..., :2], theirs[..., :2])
    shared = sides.clip(0).prod(-1)
    areas = [(boxes[..., 2:] - boxes[..., :2]).prod(-1) for boxes in (ours, theirs)]
    same = np.array([[track.label == region.label for region in regions] for track in tracks])
    found: Points = np.where(same, shared / np.maximum(areas[0] + areas[1] - shared, 1e-9), 0.0)
    return found


def _enlarged(bounds: Sequence[tuple[float, float, float, float]]) -> Points:
    boxes = np.array(bounds, np.float64)
    added = (boxes[:, 2:] - boxes[:, :2]) * tables()["film"]["reach"]
    return np.concatenate([boxes[:, :2] - added, boxes[:, 2:] + added], 1)


def _between(one: Region, other: Region, share: float) -> Region:
    """On the way from one to the other; the corners are paired so that they go the shortest ways."""
    begin, end = np.array(one.corners), np.array(other.corners)
    centred = end - end.mean(0) + begin.mean(0)
    orders = [np.roll(way, turn) for way in ([0, 1, 2, 3], [3, 2, 1, 0]) for turn in range(4)]
    order = min(orders, key=lambda each: float(((centred[each] - begin) ** 2).sum()))
    a, b, c, d = ((float(x), float(y)) for x, y in begin + (end[order] - begin) * share)
    return replace(one, corners=(a, b, c, d))


def _centre(region: Region) -> Points:
    centre: Points = np.array(region.corners, np.float64).mean(0)
    return centre
