# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A picture from bytes to bytes: looked at, filled, written, and looked at again."""

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from allmende.modules.anonymiser.engine import panorama, pictures
from allmende.modules.anonymiser.engine.clock import Clock
from allmende.modules.anonymiser.engine.detectors import Detector, for_labels, models
from allmende.modules.anonymiser.engine.filling import filled
from allmende.modules.anonymiser.engine.looking import look
from allmende.modules.anonymiser.engine.metadata import MetadataReport
from allmende.modules.anonymiser.engine.pictures import Picture
from allmende.modules.anonymiser.engine.regions import Region, mask_of
from allmende.modules.anonymiser.engine.settings import Settings, sizes_of, tables

LIBRARIES = ("av", "numpy", "onnxruntime", "opencv-python-headless", "pillow")
UNCHANGED = 99.0
"""Decibels that stand for "not one bit differs"."""


@dataclass(frozen=True)
class Verification:
    """The second look, at what was written. `psnr_outside`: how near it is to the original outside the regions, in decibels."""

    findings: tuple[Region, ...]
    passed: bool
    psnr_outside: float | None = None


@dataclass(frozen=True)
class Outcome:
    """A picture that may leave the house once `verification.passed`, or once a person has signed."""

    content: bytes
    media_type: str
    width: int
    height: int
    regions: tuple[Region, ...]
    verification: Verification
    metadata: MetadataReport
    facts: dict[str, Any]

    @property
    def masked_share(self) -> float:
        """How much of the picture is filled, 0 to 1."""
        return float(mask_of(self.regions, self.width, self.height).mean())


@dataclass
class _Work:
    """One picture on its way."""

    content: bytes
    picture: Picture
    settings: Settings
    detectors: list[Detector]
    excluded: Sequence[Region] = ()
    clock: Clock = field(default_factory=Clock)

    @property
    def around(self) -> bool:
        height, width = self.picture.pixels.shape[:2]
        return panorama.is_around(width, height, self.settings.panorama, self.picture.metadata.panorama is not None)

    def look(self, pixels: NDArray[np.uint8], *, again: bool = False) -> list[Region]:
        found = look(pixels, self.detectors, self.settings.wanted, around=self.around, again=again)
        return [region for region in found if not _inside(region, self.excluded)]


def anonymise(
    content: bytes,
    settings: Settings,
    *,
    detectors: Sequence[Detector] | None = None,
    drawn: Sequence[Region] = (),
    excluded: Sequence[Region] = (),
    decoded: Picture | None = None,
) -> Outcome:
    """Fill what the detectors find and what the operator has drawn, except where the operator has excluded it. `decoded`: the
    content, where the caller has read it already.

    What the second look still finds is filled, too, and looked at once more. Raises PictureRefused for bytes that are no
    picture, ModelMissing where a model file is missing, ValueError where no detector finds a label.
    """
    work = _begun(content, settings, detectors, excluded, decoded)
    with work.clock.timed("look"):
        found = [padded(region) for region in work.look(work.picture.pixels)]
    regions = [*found, *drawn]
    outcome = _written(work, regions)
    for _round in range(tables()["verification"]["rounds"]):
        if outcome.verification.passed:
            break
        regions += [padded(region) for region in outcome.verification.findings]
        outcome = _written(work, regions)
    return outcome


def redraw(
    content: bytes,
    regions: Sequence[Region],
    settings: Settings,
    *,
    detectors: Sequence[Detector] | None = None,
    decoded: Picture | None = None,
) -> Outcome:
    """Fill exactly these regions of the original. What the second look finds beside them is told, not filled."""
    return _written(_begun(content, settings, detectors, (), decoded), list(regions))


def _begun(
    content: bytes,
    settings: Settings,
    detectors: Sequence[Detector] | None,
    excluded: Sequence[Region],
    decoded: Picture | None,
) -> _Work:
    clock = Clock()
    with clock.timed("decode"):
        picture = decoded or pictures.read(content, settings.most_pixels)
    return _Work(content, picture, settings, for_labels(settings.labels, detectors), excluded, clock)


def _written(work: _Work, regions: list[Region]) -> Outcome:
    picture, settings = work.picture, work.settings
    report = picture.metadata.kept(settings)
    with work.clock.timed("write"):
        pixels = filled(picture.pixels, regions, settings.fill)
        content = pictures.write(picture, pixels, report)
    height, width = pixels.shape[:2]
    mask = mask_of(regions, width, height)
    verification = _verified(work, content, mask) if settings.verify else Verification((), passed=True)
    return Outcome(
        content, picture.media_type, width, height, tuple(regions), verification, report, _facts(work, content)
    )


def _verified(work: _Work, content: bytes, mask: NDArray[np.uint8]) -> Verification:
    table = tables()["verification"]
    with work.clock.timed("verify"):
        pixels = pictures.read(content).pixels
        if pixels.shape != work.picture.pixels.shape:
            raise RuntimeError("what was written has another size than what was read")
        findings = left_over(work.look(pixels, again=True), mask)
        near = psnr(work.picture.pixels, pixels, mask)
    return Verification(findings, passed=not findings and near >= table["psnr"], psnr_outside=near)


def left_over(found: Sequence[Region], mask: NDArray[np.uint8]) -> tuple[Region, ...]:
    """Of what a second look found, that which is sure enough and not filled already."""
    table = tables()["verification"]
    return tuple(
        region
        for region in found
        if region.score >= table["score"].get(region.label, 0.0) and _share(region, mask) < table["covered"]
    )


def psnr(before: NDArray[np.uint8], after: NDArray[np.uint8], mask: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio outside the mask, decibels."""
    outside = 1 - mask
    error = cv2.norm(before, after, cv2.NORM_L2SQR, outside) / max(1, 3 * int(outside.sum()))
    return min(UNCHANGED, round(float(10 * np.log10(255**2 / error)), 1)) if error else UNCHANGED


def _share(region: Region, mask: NDArray[np.uint8]) -> float:
    """How much of a region is covered already."""
    height, width = mask.shape
    own = mask_of([region], width, height)
    return float((own & mask).sum() / max(1, own.sum()))


def _inside(region: Region, others: Sequence[Region]) -> bool:
    """Whether half of it lies in one of the others."""
    return any(other.shared(region) >= region.area / 2 for other in others)


def padded(region: Region) -> Region:
    """With what is added around everything of its label."""
    return region.padded(*sizes_of(region.label)["padding"]).grown(tables()["margin"])


def _facts(work: _Work, content: bytes) -> dict[str, Any]:
    return {
        "input_sha256": hashlib.sha256(work.content).hexdigest(),
        "output_sha256": hashlib.sha256(content).hexdigest(),
        "panorama": work.around,
        "milliseconds": dict(work.clock.milliseconds),
        **facts_of(work.settings, work.detectors),
    }


def facts_of(settings: Settings, detectors: Sequence[Detector]) -> dict[str, Any]:
    """What a record keeps of how it was done: models, choices, thresholds, versions; nothing that shows the picture."""
    return {
        "detectors": [models.facts(detector) for detector in detectors],
        "settings": settings.as_dict(),
        "thresholds": tables(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    }
