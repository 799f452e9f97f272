# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The anonymiser: does its fill withstand an attacker with a gallery, what does it cost beside its detectors, what does it change?

Stops with an error when a fill of the product is re-linked more often than it may, or when the attack is too weak to re-link a
plain blur. Times are those of the processor, of two threads together, and of the clock.
"""

import io
import time
from collections.abc import Callable

import numpy as np

SIZES = {"2mp": (1632, 1224), "12mp": (4000, 3000)}
GALLERY = 300


def measure() -> dict[str, object]:
    return {**_relinking(), **_speed(), **_faithfulness()}


def _relinking() -> dict[str, object]:
    from allmende.modules.anonymiser.tests import relinking

    fills = {
        "solid": relinking.ours("solid"),
        "mosaic": relinking.ours("mosaic"),
        "weak_blur": relinking.blur,
        "weak_mosaic_of_five": relinking.mosaic_of_five,
    }
    found: dict[str, object] = {}
    for kind in ("face", "plate"):
        pictures = relinking.gallery(kind, GALLERY)
        for name, fill in fills.items():
            rate = found[f"relinked_{kind}_{name}"] = round(relinking.rank_1(pictures, fill), 3)
            if (rate > relinking.MOST) is not name.startswith("weak"):
                raise SystemExit(
                    f"{kind}, {name}: {rate:.3f} are named at the first guess; {relinking.MOST} is the limit."
                )
    return found


def _speed() -> dict[str, object]:
    from allmende.modules.anonymiser.engine import Settings, anonymise, pictures
    from allmende.modules.anonymiser.engine.detectors import for_labels

    settings = Settings()
    detectors = for_labels(settings.wanted)
    found: dict[str, object] = {}
    for name, size in SIZES.items():
        content = _town(*size)
        pixels = pictures.read(content).pixels
        alone = _taken(lambda pixels=pixels: [one.find(part) for one in detectors for part in _pieces(pixels)])
        whole = _taken(lambda content=content: anonymise(content, settings))
        megapixels = size[0] * size[1] / 1e6
        found |= {
            f"{name}_s": round(whole[0], 1),
            f"{name}_ms_per_megapixel": round(whole[0] * 1000 / megapixels),
            f"{name}_processor_ms_per_megapixel": round(whole[1] * 1000 / megapixels),
            f"{name}_floor_detectors_once_processor_ms_per_megapixel": round(alone[1] * 1000 / megapixels),
            f"{name}_times_the_detectors": round(whole[1] / alone[1], 1),
        }
    return found


def _faithfulness() -> dict[str, object]:
    """Decibels outside the masks, for a JPEG as cameras write it, upright and held sideways."""
    from allmende.modules.anonymiser.engine import Settings, anonymise

    shots = {"upright": 1, "sideways": 6}
    return {
        f"psnr_outside_{name}_db": anonymise(_town(800, 600, orientation), Settings()).verification.psnr_outside
        for name, orientation in shots.items()
    }


def _town(width: int, height: int, orientation: int = 1) -> bytes:
    """Drawn streets side by side, with the noise of a camera: a JPEG."""
    from PIL import Image

    from allmende.modules.anonymiser.tests.drawing import street

    tile, *_where = street()
    whole = Image.new("RGB", (width, height))
    for x in range(0, width, 640):
        for y in range(0, height, 480):
            whole.paste(tile, (x, y))
    grain = np.random.default_rng(1).normal(0, 6, (height, width, 1))
    noisy = Image.fromarray(np.clip(np.asarray(whole) + grain, 0, 255).astype(np.uint8))
    exif, out = noisy.getexif(), io.BytesIO()
    exif[0x0112] = orientation
    noisy.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def _pieces(pixels: np.ndarray) -> list[np.ndarray]:
    """Pieces of at most a megapixel, without overlap."""
    return [
        pixels[y : y + 1000, x : x + 1000] for y in range(0, len(pixels), 1000) for x in range(0, pixels.shape[1], 1000)
    ]


def _taken(do: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the clock and of the processor."""
    began, worked = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - began, time.process_time() - worked
