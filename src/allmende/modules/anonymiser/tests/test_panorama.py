# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who stands at the seam of a 360° picture, or below the camera, leaves it like everybody else."""

from math import radians, tan

import cv2
import numpy as np
import pytest
from PIL import Image

from allmende.modules.anonymiser.engine import Settings, anonymise
from allmende.modules.anonymiser.engine.panorama import ANGLE, View, _turned, seen
from allmende.modules.anonymiser.engine.settings import tables
from allmende.modules.anonymiser.tests.drawing import FACE, FACE_BOX, GRASS, face, opened, pixels, written

WIDTH, SIDE = 1024, 388
PLACES = {
    "seam": View(180, 0, SIDE),
    "ground": View(20, -90, SIDE),
}


def panorama(view: View) -> Image.Image:
    """A green world with one face in the middle of a view."""
    flat = Image.new("RGB", (view.side, view.side), GRASS)
    flat.paste(face(), ((view.side - 2 * FACE) // 2,) * 2)
    rows, columns = np.mgrid[0 : WIDTH // 2, 0:WIDTH] + 0.5
    longitude, latitude = (columns / WIDTH - 0.5) * 2 * np.pi, (0.5 - rows * 2 / WIDTH) * np.pi
    sphere = np.stack([np.cos(latitude) * np.sin(longitude), np.sin(latitude), np.cos(latitude) * np.cos(longitude)])
    right, up, ahead = np.einsum("ji,jab->iab", _turned(view.yaw, view.pitch), sphere)
    focus = view.side / 2 / tan(radians(ANGLE / 2))
    before = ahead > 0.1
    x = np.where(before, view.side / 2 + right / np.maximum(ahead, 0.1) * focus, -9)
    y = np.where(before, view.side / 2 - up / np.maximum(ahead, 0.1) * focus, -9)
    shown = cv2.remap(pixels(flat), x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderValue=GRASS)
    return Image.fromarray(shown)


@pytest.mark.parametrize("view", PLACES.values(), ids=PLACES)
def test_a_face_is_filled_wherever_on_the_sphere_it_is(view):
    image = panorama(view)
    found = anonymise(written(image, "PNG"), Settings(labels=frozenset({"face"}), panorama=True, verify=False))
    shown = seen(pixels(opened(found.content)), view)
    corner = (view.side - 2 * FACE) // 2
    left, top, width, height = (part * FACE for part in FACE_BOX)
    part = shown[int(corner + top) : int(corner + top + height), int(corner + left) : int(corner + left + width)]
    assert (np.abs(part - np.array(tables()["fill"]["solid"], float)).max(-1) < 8).mean() > 0.95
    assert found.masked_share < 0.2
    assert found.facts["panorama"]


def test_a_flat_picture_of_the_same_shape_is_not_taken_for_a_panorama():
    image = panorama(PLACES["seam"])
    assert not anonymise(written(image), Settings(labels=frozenset({"face"}), verify=False)).facts["panorama"]
