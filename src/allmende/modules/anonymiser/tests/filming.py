# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Small films of Lindental, drawn frame by frame, and a detector that finds what is red in them."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from allmende.modules.anonymiser.engine.films import Film
from allmende.modules.anonymiser.engine.regions import Region

RED, DARK = (220, 30, 30), (30, 30, 160)
MILLISECONDS = Fraction(1, 1000)
SIZE = (192, 112)
SIDE = 16


class Red:
    """Finds the red square, and is blind for the dark one."""

    name, version, labels, sha256, minimum = "red", "1", frozenset({"bicycle"}), "0" * 64, 8.0

    def find(self, pixels: np.ndarray) -> list[Region]:
        """The box around everything that is red."""
        shown = pixels.astype(int)
        rows, columns = np.nonzero((shown[:, :, 0] > 150) & (shown[:, :, 2] < 100))
        if not len(rows):
            return []
        x, y = float(columns.min()), float(rows.min())
        return [Region.box("bicycle", x, y, columns.max() + 1 - x, rows.max() + 1 - y, score=0.9, origin=self.name)]


def square(colour: tuple[int, int, int] | None, x: int, y: int = 48, size: tuple[int, int] = SIZE) -> np.ndarray:
    """A frame with a square at a place."""
    pixels = np.full((size[1], size[0], 3), 130, np.uint8)
    if colour:
        pixels[y : y + SIDE, x : x + SIDE] = colour
    return pixels


def passing(colours: Sequence[Any], start: int = 20, step: int = 8) -> list[np.ndarray]:
    """A square that moves from frame to frame, in the colours given; None: it is not there."""
    return [square(colour, start + step * number) for number, colour in enumerate(colours)]


def film(
    path: Path,
    frames: Sequence[np.ndarray],
    *,
    stamps: Sequence[int] = (),
    turned: int = 0,
    tags: dict[str, str] | None = None,
    sound: bool = False,
) -> Path:
    """Write frames as a film; without `stamps` (milliseconds) there are 25 a second. `turned`: degrees of its display matrix."""
    clock = MILLISECONDS if stamps else Fraction(1, 25)
    with av.open(str(path), "w") as container:
        container.metadata.update(tags or {})
        stream = container.add_stream("libx264", 25, {"crf": "8", "preset": "ultrafast"})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt, stream.codec_context.time_base, stream.time_base = "yuv420p", clock, clock
        if turned:
            stream.set_display_rotation(turned)
        beep = container.add_stream("aac", 48000, layout="mono") if sound else None
        for number, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            frame.pts, frame.time_base = stamps[number] if stamps else number, clock
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if beep:
            wave = np.sin(np.arange(1920 * len(frames)) / 20).astype(np.float32)[None]
            tone = av.AudioFrame.from_ndarray(wave, "fltp", "mono")
            tone.sample_rate, tone.pts = 48000, 0
            container.mux(beep.encode(tone))
            container.mux(beep.encode())
    return path


def shown(path: Path) -> tuple[list[np.ndarray], list[float]]:
    """The frames of a film, upright, and when each begins, seconds."""
    with Film.read(path) as opened:
        frames = list(opened.frames())
        return [frame.pixels for frame in frames], [float((frame.stamp or 0) * opened.clock) for frame in frames]
