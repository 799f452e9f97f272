# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures are drawn anew from their pixels: no place, no camera, no preview, nothing behind the end of the file survives."""

import io
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
STILL = ("JPEG", "MPO")
"""Formats without animation; an MPO, as some telephones write, is a JPEG with more pictures behind the first."""


class PictureError(ValueError):
    """The picture is not taken; the message says why and what to do."""


@cache
def limits() -> dict[str, Any]:
    """How large a picture may be, and how it is written."""
    found: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "data" / "pictures.yaml").read_text(encoding="utf-8")
    )
    return found


def clean(content: bytes) -> bytes:
    """The same picture, upright, in the same format, and nothing else. Raises PictureError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                _check(image)
                return _drawn(image)
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except Exception as error:  # a decoder fed with hostile bytes may raise anything
        raise PictureError(
            _("Das Bild ist beschädigt. Bitte speichern Sie es neu oder senden Sie ein anderes.")
        ) from error


def _check(image: Image.Image) -> None:
    """Look at what the head of the file says, before anything is decoded. Raises PictureError."""
    if image.width * image.height > limits()["pixels"]:
        raise _too_large()
    if image.format not in STILL and getattr(image, "n_frames", 1) > 1:
        raise PictureError(_("Bewegte Bilder nimmt die Stadt nicht entgegen. Bitte senden Sie ein einzelnes Bild."))


def _drawn(image: Image.Image) -> bytes:
    form = "JPEG" if image.format in STILL else str(image.format)
    upright = ImageOps.exif_transpose(image)
    fresh = upright.convert(_mode(upright, form))
    fresh.info.clear()  # colour profile, comments, resolution: a writer would take them along
    written = io.BytesIO()
    fresh.save(written, form, exif=b"", **limits()["writing"][form])
    return written.getvalue()


def _mode(image: Image.Image, form: str) -> str:
    """Grey, colours, or colours with transparency where the format can keep that."""
    if form != "JPEG" and image.has_transparency_data:
        return "RGBA"
    return "L" if image.mode in ("1", "L", "LA") and form != "WEBP" else "RGB"


def _too_large() -> PictureError:
    return PictureError(
        _("Das Bild hat mehr als %(million)d Millionen Bildpunkte. Bitte verkleinern Sie es.")
        % {"million": limits()["pixels"] // 1_000_000}
    )
