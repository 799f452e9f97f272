# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bytes to pixels and back. Decoded once, upright, and written afresh: nothing of the file survives but what is listed."""

import io
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError

from allmende.modules.anonymiser.engine import metadata
from allmende.modules.anonymiser.engine.metadata import Metadata, MetadataReport
from allmende.modules.anonymiser.engine.settings import tables

pillow_heif.register_heif_opener(thumbnails=False)

WRITTEN_AS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "TIFF": "TIFF", "HEIF": "JPEG"}
"""What is read, and what it becomes. An MPO is a JPEG with more pictures behind the first, as telephones write it."""
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "HEIF")
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "TIFF": "image/tiff"}
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/tiff": ".tif"}
FIRST_ALONE = {"MPO", "HEIF"}
"""Formats of which the first picture is the photo and the others are its depth, preview or neighbours."""
DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
XMP_OF_PNG = "XML:com.adobe.xmp"


class PictureRefused(ValueError):
    """The picture is not taken. `reason`: "format", "too_large", "several_pictures" or "damaged"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Picture:
    """A decoded picture, upright: pixels (height, width, 3), how it is written, and what its file said."""

    pixels: NDArray[np.uint8]
    form: str
    metadata: Metadata
    grey: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        """Of what it becomes."""
        return MEDIA_TYPES[self.form]


def read(content: bytes, most_pixels: int | None = None) -> Picture:
    """Decode a picture within the limits of the tables, made smaller where it has more than `most_pixels`.

    Raises PictureRefused for anything else.
    """
    limits = tables()["limits"]
    if len(content) > limits["bytes"]:
        raise PictureRefused("too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the limit is ours; what is damaged raises
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                _check(image, limits["pixels"])
                image.load()
                return _decoded(image, content, most_pixels)
    except PictureRefused:
        raise
    except Image.DecompressionBombError:
        raise PictureRefused("too_large") from None
    except UnidentifiedImageError:
        raise PictureRefused("format") from None
    except Exception as error:  # a decoder fed with hostile bytes may raise anything
        raise PictureRefused("damaged") from error


def write(picture: Picture, pixels: NDArray[np.uint8], report: MetadataReport) -> bytes:
    """The pixels in the picture's format, with what stays of its metadata and nothing else."""
    image = Image.fromarray(pixels)
    if picture.grey:
        image = image.convert("L")
    options = {**tables()["writing"][picture.form], **picture.options}
    if exif := metadata.exif_of(report):
        options["exif"] = exif
    if xmp := metadata.xmp_of(report):
        options |= _with_xmp(picture.form, xmp)
    written = io.BytesIO()
    image.save(written, picture.form, **options)
    return written.getvalue()


def small(pixels: NDArray[np.uint8], side: int, quality: int) -> bytes:
    """The pixels as JPEG for the eye, no side longer than `side`."""
    image = Image.fromarray(pixels)
    image.thumbnail((side, side))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality)
    return written.getvalue()


def _check(image: Image.Image, most: int) -> None:
    """What the head of the file says, before anything is decoded."""
    if image.width * image.height > most:
        raise PictureRefused("too_large")
    if image.format not in FIRST_ALONE and getattr(image, "n_frames", 1) > 1:
        raise PictureRefused("several_pictures")


def _decoded(image: Image.Image, content: bytes, most_pixels: int | None) -> Picture:
    form = str(image.format)
    found = metadata.read(image, content)
    options = _options(image, form, content)
    upright = ImageOps.exif_transpose(image)
    plain = _plain(upright)
    if most_pixels and not found.panorama:  # a 360° picture says itself how large it is
        plain = _smaller(plain, most_pixels)
    return Picture(np.array(plain.convert("RGB")), WRITTEN_AS[form], found, grey=plain.mode == "L", options=options)


def _smaller(image: Image.Image, most_pixels: int) -> Image.Image:
    share = (most_pixels / (image.width * image.height)) ** 0.5
    size = (max(1, int(image.width * share)), max(1, int(image.height * share)))
    return image.resize(size, Image.Resampling.BOX) if share < 1 else image


def _options(image: Image.Image, form: str, content: bytes) -> dict[str, Any]:
    """How it was compressed, where that can be kept."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        sampling = JpegImagePlugin.get_sampling(image)
        tables_of_file = {"qtables": image.quantization, "quality": -1} if len(image.quantization) > 1 else {}
        return {**tables_of_file, **({"subsampling": sampling} if sampling >= 0 else {})}
    if form == "WEBP" and b"VP8L" in content[:64]:
        return {"lossless": True}
    return {}


def _plain(image: Image.Image) -> Image.Image:
    """Eight bits, grey or sRGB, opaque: what is looked at is what everybody sees."""
    if image.mode in DEEP:
        return _shallow(image)
    if image.has_transparency_data:
        coloured = image.convert("RGBA")
        ground = Image.new("RGBA", coloured.size, "white")
        return Image.alpha_composite(ground, coloured).convert("RGB")
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            image = _in_srgb(image, profile)
    return image.convert("L" if image.mode in ("1", "L", "LA") else "RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours that the file's profile means; untouched where they are sRGB already."""
    own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if "srgb" in ImageCms.getProfileDescription(own).lower():
        return image
    return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB") or image


def _shallow(image: Image.Image) -> Image.Image:
    """Sixteen bits and more, to eight: numbers beyond 255 fill the range up to 65535, fractions that up to 1."""
    values = np.nan_to_num(np.asarray(image, np.float64))
    most = next(limit for limit in (1.0, 255.0, 65535.0, np.inf) if values.max() <= limit)
    most = float(values.max()) if most == np.inf else most
    if image.mode != "F" and most == 1.0:
        most = 65535.0
    return Image.fromarray((np.clip(values / most, 0, 1) * 255).astype(np.uint8))


def _with_xmp(form: str, xmp: bytes) -> dict[str, Any]:
    if form == "PNG":
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt(XMP_OF_PNG, xmp.decode())
        return {"pnginfo": chunks}
    return {"tiffinfo": {metadata.XMP_TAG: xmp}} if form == "TIFF" else {"xmp": xmp}
