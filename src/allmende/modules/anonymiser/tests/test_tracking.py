# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is who from frame to frame, and where they are when nobody sees them."""

import numpy as np
import pytest

from allmende.modules.anonymiser.engine.pipeline import padded
from allmende.modules.anonymiser.engine.regions import Region, mask_of
from allmende.modules.anonymiser.engine.settings import tables
from allmende.modules.anonymiser.engine.tracking import tracks_of

TIMES = [number / 25 for number in range(100)]


def box(x: float, y: float = 40, side: float = 20, label: str = "face") -> Region:
    return Region.box(label, x, y, side, side, origin="drawn")


def test_two_who_cross_stay_two():
    seen = {number: [box(10 + 6 * number), box(130 - 6 * number, y=44)] for number in range(20)}
    tracks = tracks_of(seen, TIMES)
    assert len(tracks) == 2
    ways = sorted(np.sign(track.regions[-1].bounds[0] - track.regions[0].bounds[0]) for track in tracks)
    assert ways == [-1, 1]


def test_what_moves_farther_than_its_own_width_is_one():
    (track,) = tracks_of({number: [box(10 + 25 * number)] for number in range(6)}, TIMES)
    assert track.numbers == [0, 1, 2, 3, 4, 5]


def test_a_face_does_not_go_on_as_a_plate_nor_after_too_long_a_time():
    gap = int(tables()["film"]["gap"]["seconds"] * 25)
    seen = {0: [box(10)], 1: [box(10, label="plate")], gap + 3: [box(10)]}
    assert [track.label for track in tracks_of(seen, TIMES)] == ["face", "plate", "face"]


@pytest.mark.parametrize("turns", range(4))
def test_between_two_sightings_a_turned_plate_keeps_its_size_however_its_corners_are_told(turns):
    one = Region.turned("plate", (50, 50), (40, 10), 20, score=1, origin="drawn")
    other = Region.turned("plate", (70, 50), (40, 10), 24, score=1, origin="drawn")
    corners = other.corners[turns:] + other.corners[:turns]
    (track,) = tracks_of({0: [one], 2: [Region("plate", corners[::-1], 1, "drawn")]}, TIMES)
    (between,) = track.filled(1, TIMES[1])
    wanted = Region.turned("plate", (60, 50), (40, 10), 22, score=1, origin="drawn")
    inside = mask_of([wanted], 120, 100).astype(bool)
    assert mask_of([between], 120, 100)[inside].all()


def test_a_box_that_is_once_too_small_is_filled_as_its_neighbours_are():
    seen = {0: [box(10)], 1: [box(22, 52, 10)], 2: [box(30)]}
    (track,) = tracks_of(seen, TIMES)
    assert mask_of(list(track.filled(1, TIMES[1])), 100, 100)[40:60, 20:40].all()


def test_what_is_seen_is_filled_as_in_a_picture():
    (track,) = tracks_of({0: [box(10)]}, TIMES)
    assert [region.bounds for region in track.filled(0, TIMES[0])] == [padded(box(10)).bounds]


def test_it_is_filled_a_little_longer_and_not_for_ever():
    (track,) = tracks_of({10: [box(40)], 11: [box(44)]}, TIMES)
    last = 11 + int(tables()["film"]["around"]["seconds"] * 25)
    (stood, moved) = track.filled(last, TIMES[last])
    assert moved.bounds[0] > stood.bounds[0]
    assert not list(track.filled(last + 1, TIMES[last + 1]))
    assert list(track.filled(4, TIMES[4]))
    assert not list(track.filled(2, TIMES[2]))
