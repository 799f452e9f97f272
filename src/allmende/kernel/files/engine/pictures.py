# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A picture drawn anew from its pixels: no place, no camera, no preview, nothing behind the end of the file survives."""

import io
import warnings
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
STILL = ("JPEG", "MPO")
"""Formats without animation; an MPO, as some telephones write, is a JPEG with more pictures behind the first."""


class PictureRefused(ValueError):
    """The picture is not taken. `reason`: "too_large", "moving" or "damaged"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def clean(content: bytes, limits: Mapping[str, Any]) -> bytes:
    """The same picture, upright, in the same format, and nothing else. `limits` are those of data/pictures.yaml.

    Raises PictureRefused.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                _check(image, limits["pixels"])
                return _drawn(image, limits["writing"])
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused("too_large") from None
    except Exception as error:  # a decoder fed with hostile bytes may raise anything
        raise PictureRefused("damaged") from error


def _check(image: Image.Image, most: int) -> None:
    """Look at what the head of the file says, before anything is decoded. Raises PictureRefused."""
    if image.width * image.height > most:
        raise PictureRefused("too_large")
    if image.format not in STILL and getattr(image, "n_frames", 1) > 1:
        raise PictureRefused("moving")


def _drawn(image: Image.Image, writing: Mapping[str, Any]) -> bytes:
    form = "JPEG" if image.format in STILL else str(image.format)
    upright = ImageOps.exif_transpose(image)
    fresh = upright.convert(_mode(upright, form))
    fresh.info.clear()  # colour profile, comments, resolution: a writer would take them along
    written = io.BytesIO()
    fresh.save(written, form, exif=b"", **writing[form])
    return written.getvalue()


def _mode(image: Image.Image, form: str) -> str:
    """Grey, colours, or colours with transparency where the format can keep that."""
    if form != "JPEG" and image.has_transparency_data:
        return "RGBA"
    return "L" if image.mode in ("1", "L", "LA") and form != "WEBP" else "RGB"
