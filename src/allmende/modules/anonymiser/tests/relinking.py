# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The attack of somebody who has pictures of everybody: whose was it, below the mask?

The attacker knows the fill, puts it over each picture of the gallery, and takes the nearest one. The masked picture is another
shot of the same face or plate: moved by a pixel, lit otherwise, with noise.
"""

import string
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image

from allmende.modules.anonymiser.engine.filling import filled
from allmende.modules.anonymiser.engine.regions import Region
from allmende.modules.anonymiser.engine.settings import Fill
from allmende.modules.anonymiser.tests.drawing import face, pixels, plate

Pixels = np.ndarray
Masking = Callable[[Pixels], Pixels]
MOST = 0.05
"""More found at the first guess than this, and the fill is no fill."""


def gallery(kind: str, size: int, seed: int = 1) -> list[Pixels]:
    """As many different faces or plates, cut out, all of one size."""
    random = np.random.default_rng(seed)
    return [cv2.resize(_one(kind, random), (96, 96 if kind == "face" else 24)) for _number in range(size)]


def rank_1(pictures: list[Pixels], masking: Masking, seed: int = 2) -> float:
    """The share of pictures that the attacker names at the first guess; where several are as near, by lot."""
    random = np.random.default_rng(seed)
    known = np.stack([_seen(masking(picture)) for picture in pictures])
    right = 0
    for index, picture in enumerate(pictures):
        probe = _seen(masking(_another_shot(picture, random)))
        likeness = known @ probe
        right += int(random.choice(np.flatnonzero(likeness == likeness.max()))) == index
    return right / len(pictures)


def ours(fill: Fill) -> Masking:
    """A fill of the product over the whole picture."""
    return lambda picture: filled(picture, [Region.box("face", 0, 0, picture.shape[1] - 1, picture.shape[0] - 1)], fill)


def blur(picture: Pixels) -> Pixels:
    """Weak: Gaussian, a tenth of the width."""
    return cv2.GaussianBlur(picture, (0, 0), picture.shape[1] / 10)


def mosaic_of_five(picture: Pixels) -> Pixels:
    """Weak: five columns of mean colours, as many rows as fit."""
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (5, max(1, 5 * height // width)), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)


def _seen(picture: Pixels) -> np.ndarray:
    """What is compared: the pattern, whatever the light."""
    values = picture.astype(np.float32)
    values = (values - values.mean((0, 1))).ravel()
    return values / (np.linalg.norm(values) or 1)


def _one(kind: str, random: np.random.Generator) -> Pixels:
    if kind == "face":
        skin = tuple(int(value) for value in random.uniform(0.4, 1, ()) * np.array([235, 190, 160]))
        ground = tuple(int(value) for value in random.integers(60, 200, 3))
        stretched = face(80, skin, ground).resize((160, int(random.integers(130, 200))))
        whole = Image.new("RGB", (160, 160), ground)
        whole.paste(stretched, (int(random.integers(-12, 12)), int(random.integers(-20, 20))))
        return pixels(whole.crop((40, 30, 120, 140)))
    letters = "".join(random.choice(list(string.ascii_uppercase), 2))
    text = f"LT {letters} {random.integers(1, 10000)}"
    drawn = plate(text, 48)
    return pixels(drawn.crop((48, 48, drawn.width - 48, drawn.height - 48)))


def _another_shot(picture: Pixels, random: np.random.Generator) -> Pixels:
    moved = np.roll(picture, random.integers(-1, 2, 2), (0, 1))
    lit = moved * random.uniform(0.92, 1.08) + random.normal(0, 6, picture.shape)
    return np.clip(lit, 0, 255).astype(np.uint8)
