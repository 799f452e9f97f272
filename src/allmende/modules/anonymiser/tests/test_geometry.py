# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a region lies: in a piece, in a picture, around a panorama."""

import numpy as np
import pytest

from allmende.modules.anonymiser.engine import panorama, plan
from allmende.modules.anonymiser.engine.regions import Region, likeness, mask_of, merged


@pytest.mark.parametrize("size", [(400, 300), (1280, 720), (4000, 3000), (300, 6000)])
def test_every_part_of_a_picture_lies_in_a_piece_and_no_piece_is_too_large(size):
    seen = np.zeros(size[::-1], bool)
    for piece in plan.pieces(*size, 1.5, 1024, 96):
        assert max(piece.width, piece.height) * piece.scale <= 1026
        if piece.scale == 1.5:
            seen[piece.y : piece.y + piece.height, piece.x : piece.x + piece.width] = True
    assert seen.all()
    coarsest = min(piece.scale for piece in plan.pieces(*size, 1.5, 1024, 96))
    assert max(size) * coarsest <= 1024


def test_what_is_cut_at_one_edge_lies_whole_in_the_next_piece():
    cuts = [(piece.x, piece.x + piece.width) for piece in plan.pieces(4000, 900, 1, 1024, 96) if piece.scale == 1]
    for start in range(0, 3904, 7):
        assert any(left <= start and start + 96 <= right for left, right in cuts)


def test_a_large_picture_is_enlarged_less():
    small, large = (plan.scale_for(16, 8, 0.004, longest, 2) for longest in (1280, 4000))
    assert (small, large) == (2, 1)


def test_a_region_survives_the_way_through_json():
    region = Region.turned("plate", (50, 40), (60, 15), 12, score=0.75, origin="ppocr")
    again = Region.from_dict(region.as_dict())
    assert (again.label, again.score, again.origin) == ("plate", 0.75, "ppocr")
    assert likeness(region, again) > 0.98


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"label": "face", "corners": [[0, 0], [1, 0], [1, 1]]},
        {"label": "face", "corners": [[0, 0], [1, 0], [1, 1], [0, "x"]]},
        {"label": "face", "corners": [[0, 0], [1, 0], [1, 1], [0, float("nan")]]},
        {"label": "face", "corners": 5},
    ],
)
def test_what_is_no_region_is_refused(wrong):
    with pytest.raises(ValueError, match="region"):
        Region.from_dict(wrong)


def test_two_boxes_on_each_other_become_one_around_both_and_neighbours_stay_two():
    boxes = [Region.box("face", 10, 10, 20, 20, score=0.3), Region.box("face", 12, 12, 20, 20, score=0.9)]
    (one,) = merged(boxes, 0.5)
    assert (one.bounds, one.score) == ((10, 10, 32, 32), 0.9)
    assert len(merged([boxes[0], Region.box("face", 28, 10, 20, 20)], 0.5)) == 2
    assert len(merged([boxes[0], Region.box("plate", 10, 10, 20, 20)], 0.5)) == 2


def test_padding_grows_a_turned_box_along_its_own_sides():
    region = Region.turned("plate", (50, 50), (40, 10), 30, score=1, origin="ppocr")
    assert region.padded(0.3).area == pytest.approx(region.area * 1.6**2, rel=1e-3)


def test_a_region_beside_the_picture_covers_nothing_of_it():
    assert not mask_of([Region.box("face", -50, -50, 20, 20)], 100, 100).any()


@pytest.mark.parametrize(("longitude", "latitude"), [(10, 5), (179.8, 0), (-90, 40), (30, -70), (135, 62)])
def test_a_place_on_the_sphere_is_found_again_from_every_view_that_shows_it(longitude, latitude):
    width, height = 1024, 512
    pixels = np.zeros((height, width, 3), np.uint8)
    x, y = (longitude / 360 + 0.5) * width, (0.5 - latitude / 180) * height
    for column in range(int(x) - 4, int(x) + 5):
        pixels[int(y) - 4 : int(y) + 5, column % width] = 255
    shown = 0
    for view in panorama.views(width):
        rows, columns = np.nonzero(panorama.seen(pixels, view)[:, :, 0] > 128)
        if not len(rows) or min(rows.min(), columns.min()) == 0 or max(rows.max(), columns.max()) == view.side - 1:
            continue
        shown += 1
        box = Region.box("face", columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)
        mask = mask_of(panorama.placed(box, view, width, height), width, height).astype(bool)
        white = pixels[:, :, 0] > 0
        assert (white & mask).sum() >= 0.9 * white.sum()
        assert mask.sum() <= 12 * white.sum()
    assert shown


def test_a_region_around_the_pole_covers_every_direction():
    view = next(view for view in panorama.views(1024) if view.pitch > 0)
    middle = view.side / 2
    (region,) = panorama.placed(Region.box("face", middle - 20, middle - 20, 40, 40), view, 1024, 512)
    left, top, right, _bottom = region.bounds
    assert (left, top, right) == (0, 0, 1024)
