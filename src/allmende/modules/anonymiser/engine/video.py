# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A film from file to file: looked at, tracked, filled, written, and looked at again.

It is read three times, so that never more than a frame or two are in memory: to look (`survey`), to fill, because what a
frame is filled with depends on those behind it, too (`tracking`), and beside the result, to compare.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from allmende.modules.anonymiser.engine import films
from allmende.modules.anonymiser.engine.clock import Clock
from allmende.modules.anonymiser.engine.detectors import Detector, for_labels
from allmende.modules.anonymiser.engine.filling import filled
from allmende.modules.anonymiser.engine.films import Film, Frame, Writing
from allmende.modules.anonymiser.engine.looking import look
from allmende.modules.anonymiser.engine.metadata import MetadataReport
from allmende.modules.anonymiser.engine.pipeline import Verification, facts_of, left_over, psnr
from allmende.modules.anonymiser.engine.regions import Region, mask_of
from allmende.modules.anonymiser.engine.settings import Settings, tables
from allmende.modules.anonymiser.engine.survey import Survey, survey
from allmende.modules.anonymiser.engine.tracking import Track, tracks_of
from allmende.modules.anonymiser.engine.whole import whole

READINGS = {"look": (0.0, 0.75), "write": (0.75, 0.8), "verify": (0.8, 1.0)}
"""From where to where each reading leads, roughly."""
TOLERATED = 0.002
"""Seconds by which a frame may begin elsewhere in the result, whose clock ticks otherwise."""


@dataclass(frozen=True)
class Step:
    """How far a film is: in which of READINGS, how many of its frames are done (how many it has is at first what the file
    says), and the share of the whole work, 0 to 1 and never less than before."""

    reading: str
    frames: int
    of: int
    share: float


Progress = Callable[[Step], None]
"""Told each step. What it raises ends the work, and nothing is written."""


@dataclass(frozen=True)
class VideoOutcome:
    """What became of a film. It was written if `verification.passed`.

    `seconds`: how long it is. `masked_share`: how much of it is filled, on average. `verification.findings` lie in the frames
    that `facts["findings"]` names in the same order.
    """

    media_type: str
    width: int
    height: int
    frames: int
    seconds: float
    tracks: tuple[Track, ...]
    masked_share: float
    verification: Verification
    metadata: MetadataReport
    facts: dict[str, Any]


@dataclass
class _Work:
    """One film on its way. `found`: the numbers of the frames in which the second look found something, with what."""

    source: Path
    part: Path
    settings: Settings
    detectors: list[Detector]
    progress: Progress
    clock: Clock = field(default_factory=Clock)
    told: float = 0.0
    tracks: list[Track] = field(default_factory=list)
    masked: list[float] = field(default_factory=list)
    found: list[tuple[int, Region]] = field(default_factory=list)

    def look(self, pixels: NDArray[np.uint8], around: bool, *, again: bool = False) -> list[Region]:
        return look(pixels, self.detectors, self.settings.wanted, around=around, again=again)

    def tell(self, reading: str, frames: int, of: int) -> None:
        begin, end = READINGS[reading]
        self.told = max(self.told, begin + (end - begin) * frames / of)
        self.progress(Step(reading, frames, of, self.told))

    def regions(self, number: int, time: float) -> list[Region]:
        """What is filled in a frame."""
        return [region for track in self.tracks for region in track.filled(number, time)]


def anonymise_video(
    source: Path,
    target: Path,
    settings: Settings,
    *,
    detectors: Sequence[Detector] | None = None,
    progress: Progress | None = None,
    limits: Mapping[str, Any] | None = None,
) -> VideoOutcome:
    """Fill what the detectors find in the film `source` and write it to `target` as MP4 (H.264), which appears as a whole.

    What the second look still finds is filled, too, and looked at once more. The target stays as it was where something is
    left then, and on any exception. Raises PictureRefused for a file that is no film, or larger than the limits of the tables
    or narrower ones given here.
    """
    chosen = for_labels(settings.labels, detectors)
    bounds = tables()["film"]["limits"] | dict(limits or {})
    with whole(target) as part:
        work = _Work(source, part, settings, chosen, progress or (lambda _step: None))
        with work.clock.timed("look"):
            known = survey(source, settings, work.look, partial(work.tell, "look"), bounds)
        verification = _written(work, known)
        for _round in range(tables()["verification"]["rounds"]):
            if verification.passed:
                break
            for number, region in work.found:
                known.seen.setdefault(number, []).append(region)
            verification = _written(work, known)
        outcome = _outcome(work, known, verification)
        if not verification.passed:
            part.unlink()
    return outcome


def _written(work: _Work, known: Survey) -> Verification:
    with work.clock.timed("write"):
        work.tracks = tracks_of(known.seen, known.times)
        _write(work, known)
    if not work.settings.verify:
        return Verification((), passed=True)
    with work.clock.timed("verify"):
        return _verified(work, known)


def _write(work: _Work, known: Survey) -> None:
    """The second reading: every frame filled and written, and the sound between them."""
    work.masked = []
    times, settings = known.times, work.settings
    with (
        Film.read(work.source) as film,
        Writing(work.part, known.shape, known.stamps[0], film.sound if settings.audio else None) as writing,
    ):
        for each in film.mixed(sound=settings.audio):
            if isinstance(each, AudioFrame):
                writing.play(each)
                continue
            number = _same(work, known, each)
            regions = work.regions(number, times[number])
            work.masked.append(float(mask_of(regions, known.shape.width, known.shape.height).mean()))
            stamp = known.stamps[number]
            writing.show(filled(each.pixels, regions, settings.fill), stamp, known.ends[number] - stamp)
            work.tell("write", number + 1, len(times))
    if len(work.masked) != len(times):
        raise RuntimeError("the film has fewer frames than when it was looked at")


def _same(work: _Work, known: Survey, frame: Frame) -> int:
    """The number of the next frame, which must be the very one that was looked at."""
    number = len(work.masked)
    if number >= len(known.digests) or frame.digest != known.digests[number]:
        raise RuntimeError(f"frame {number} of the film is not the one that was looked at")
    return number


def _verified(work: _Work, known: Survey) -> Verification:
    """The third reading, beside the result: no frame missing or moved, and of some what is still seen and what has changed."""
    work.found, nearest, times = [], [], known.times
    width, height = known.shape.width, known.shape.height
    with Film.read(work.source) as film, Film.read(work.part) as result:
        for number, (before, after) in enumerate(zip(film.frames(), result.frames(), strict=True)):
            if abs(float((after.stamp or 0) * result.clock) - times[number]) > TOLERATED:
                raise RuntimeError(f"frame {number} has moved in time")
            if number % tables()["film"]["verified"] == 0:
                pixels = np.ascontiguousarray(after.pixels[:height, :width])
                mask = mask_of(work.regions(number, times[number]), width, height)
                left = left_over(work.look(pixels, known.around, again=True), mask)
                work.found += [(number, region) for region in left]
                nearest.append(psnr(before.pixels, pixels, mask))
            work.tell("verify", number + 1, len(times))
    findings = tuple(region for _number, region in work.found)
    passed = not findings and min(nearest) >= tables()["verification"]["psnr"]
    return Verification(findings, passed=passed, psnr_outside=min(nearest))


def _outcome(work: _Work, known: Survey, verification: Verification) -> VideoOutcome:
    report = MetadataReport({}, known.removed)
    shape, frames = known.shape, len(known.stamps)
    return VideoOutcome(
        films.MEDIA_TYPE, shape.width + shape.width % 2, shape.height + shape.height % 2, frames, known.seconds,
        tuple(work.tracks), round(sum(work.masked) / frames, 6), verification, report, _facts(work, known),
    )  # fmt: skip


def _facts(work: _Work, known: Survey) -> dict[str, Any]:
    """What a record keeps: as of a picture, and of each track when it was seen. Nothing shows the film."""
    return {
        "input_sha256": _digest(work.source),
        "output_sha256": _digest(work.part),
        "frames": len(known.stamps),
        "looked_at": len(range(0, len(known.stamps), tables()["film"]["every"])),
        "seconds": round(known.seconds, 3),
        "rate": round(float(known.shape.rate), 3),
        "sound": ("kept" if work.settings.audio else "removed") if known.sound else "none",
        "tracks": [track.as_dict() for track in work.tracks],
        "findings": [
            {"frame": number, "time": round(known.times[number], 3), "label": region.label}
            for number, region in work.found
        ],
        "panorama": known.around,
        "milliseconds": dict(work.clock.milliseconds),
        **facts_of(work.settings, work.detectors),
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
