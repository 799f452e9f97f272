# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a file says beside its pixels goes, whoever has hidden it where; hostile files do no harm."""

import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from allmende.modules.anonymiser.engine import PictureRefused, Settings, pictures, redraw
from allmende.modules.anonymiser.tests.drawing import face, opened, pixels, street, written

SECRET = b"Lindenallee 5"
SIDEWAYS = 6
GPANO = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 GPano:ProjectionType="equirectangular" GPano:FullPanoWidthPixels="64" GPano:CroppedAreaImageWidthPixels="64"
 GPano:PoseHeadingDegrees="12.5" GPano:CaptureSoftware="Lindenallee 5" dc:creator="Lindenallee 5">
<GPano:FullPanoHeightPixels>32</GPano:FullPanoHeightPixels></rdf:Description></rdf:RDF></x:xmpmeta>"""
SMALL = Image.new("RGB", (64, 32), "red")
SMALL.paste("blue", (32, 0, 64, 32))


def cleaned(content: bytes, **choices):
    return redraw(content, [], Settings(verify=False, **choices))


def with_segments(jpeg: bytes, *segments: tuple[int, bytes]) -> bytes:
    """The segments (marker, data) right behind the start of a JPEG."""
    inserted = b"".join(struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data for marker, data in segments)
    return jpeg[:2] + inserted + jpeg[2:]


def exif(*, orientation: int = 1, thumbnail: bytes = b"") -> bytes:
    """EXIF with maker, date, place and a preview."""
    found = Image.Exif()
    found[0x0112], found[0x010F] = orientation, SECRET.decode()
    found.get_ifd(0x8769).update({0x9003: "2026:11:30 17:09:21", 0x927C: SECRET})
    found.get_ifd(0x8825).update({1: "N", 2: (50.0, 30.0, 0.0), 3: "E", 4: (9.0, 10.0, 30.0)})
    data = found.tobytes()
    if not thumbnail:
        return data
    tiff = bytearray(data[6:])
    order = "<" if tiff[:2] == b"II" else ">"
    first = struct.unpack_from(order + "I", tiff, 4)[0]
    link = first + 2 + 12 * struct.unpack_from(order + "H", tiff, first)[0]
    struct.pack_into(order + "I", tiff, link, len(tiff))
    second = struct.pack(order + "HHHIIHHIII", 2, 0x0201, 4, 1, len(tiff) + 30, 0x0202, 4, 1, len(thumbnail), 0)
    return data[:6] + bytes(tiff) + second + thumbnail


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + SECRET


def text_chunks() -> PngImagePlugin.PngInfo:
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Comment", SECRET.decode())
    chunks.add_text("Zipped", SECRET.decode() * 50, zip=True)
    chunks.add_itxt("XML:com.adobe.xmp", GPANO)
    return chunks


JPEG = written(SMALL)
HOSTILE = {
    "thumbnail": with_segments(JPEG, (0xE1, exif(thumbnail=written(face()) + SECRET))),
    "gps": with_segments(JPEG, (0xE1, exif())),
    "xmp": with_segments(JPEG, (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET)),
    "iptc": with_segments(JPEG, (0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", 14) + SECRET + b"\0")),
    "comment": with_segments(JPEG, (0xFE, SECRET)),
    "icc": written(SMALL, icc_profile=profile()),
    "trailer": JPEG + SECRET + written(face()),
    "text": written(SMALL, "PNG", pnginfo=text_chunks()),
}
OTHERS = {
    "motion photo": JPEG + b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + SECRET,
    "png with exif and trailer": written(SMALL, "PNG", exif=exif(), icc_profile=profile()) + SECRET,
    "webp": written(SMALL, "WEBP", exif=exif(), icc_profile=profile(), xmp=SECRET) + SECRET,
    "tiff": written(SMALL, "TIFF", exif=exif(), icc_profile=profile(), tiffinfo={270: SECRET.decode(), 700: SECRET}),
    "unknown segments": with_segments(JPEG, *((marker, SECRET) for marker in range(0xE2, 0xF0))),
}


@pytest.mark.parametrize("content", [*HOSTILE.values(), *OTHERS.values()], ids=[*HOSTILE, *OTHERS])
def test_nothing_of_the_file_is_left_but_its_pixels(content):
    assert SECRET in content or zlib.compress(SECRET * 50)[2:6] in content or b"zTXt" in content
    found = cleaned(content, keep_date="none")
    assert SECRET not in found.content
    left = opened(found.content)
    left.load()
    assert left.format == opened(content).format
    assert not left.getexif().keys() - TIFF_ITSELF
    assert set(left.info) <= FORMAT_ITSELF | ({"xmp", "XML:com.adobe.xmp"} if found.metadata.kept else set())
    assert np.abs(pixels(left).astype(int) - pixels(opened(content))).mean() < 2


FORMAT_ITSELF = {
    "jfif", "jfif_version", "jfif_unit", "jfif_density", "compression", "dpi", "resolution", "loop", "background", "duration",
    "timestamp",
}  # fmt: skip
TIFF_ITSELF = {256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 339}
"""Tags without which a TIFF is no picture: size, compression, where the pixels are."""


@pytest.mark.parametrize(("name", "content"), HOSTILE.items(), ids=HOSTILE)
def test_what_was_removed_is_named(name, content):
    assert name in cleaned(content).metadata.removed


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(
    ("choices", "kept"),
    [
        ({}, {"date": "2026-11-30"}),
        ({"keep_date": "month"}, {"date": "2026-11"}),
        ({"keep_date": "none"}, {}),
        ({"keep_date": "none", "keep_location": True}, {"location": (50.5, 9.175)}),
    ],
)
def test_day_and_place_stay_only_as_far_as_the_town_wants(form, choices, kept):
    found = cleaned(written(SMALL, form, exif=exif()), **choices)
    assert found.metadata.kept == kept
    assert SECRET not in found.content
    again = pictures.read(found.content).metadata
    assert (again.location is not None) == ("location" in kept)
    assert (
        f"{again.taken:%Y-%m-%d %H:%M}" == f"{kept['date']:-<7}{'-01' * (len(kept['date']) < 8)} 00:00"
        if ("date" in kept)
        else (again.taken is None)
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_panorama_stays_one_and_says_nothing_else(form):
    options = {"pnginfo": text_chunks()} if form == "PNG" else {"xmp": GPANO.encode()}
    options = {"tiffinfo": {700: GPANO.encode()}} if form == "TIFF" else options
    found = cleaned(written(SMALL, form, **options))
    assert SECRET not in found.content
    again = pictures.read(found.content).metadata.panorama
    assert again == {"FullPanoWidthPixels": 64, "FullPanoHeightPixels": 32, "CroppedAreaImageWidthPixels": 64, "PoseHeadingDegrees": 12.5}  # fmt: skip


@pytest.mark.parametrize("xmp", [GPANO.replace("64", "65"), GPANO[:200], "<!DOCTYPE a [<!ENTITY b 'c'>]>" + GPANO])
def test_a_description_that_is_not_of_this_picture_is_dropped(xmp):
    assert "panorama" not in cleaned(written(SMALL, xmp=xmp.encode())).metadata.kept


@pytest.mark.parametrize("segments", [("xmp", "exif"), ("exif", "xmp")])
def test_a_picture_stands_upright_wherever_its_orientation_is_written(segments):
    data = {"exif": exif(orientation=SIDEWAYS), "xmp": b"http://ns.adobe.com/xap/1.0/\0" + GPANO.encode()}
    found = cleaned(with_segments(JPEG, *((0xE1, data[name]) for name in segments)))
    assert (found.width, found.height) == (32, 64)
    red, _green, blue = opened(found.content).getpixel((16, 8))
    assert red > 200
    assert blue < 100


def moving(form: str) -> bytes:
    return written(SMALL, form, save_all=True, append_images=[face().resize(SMALL.size)])


def bomb() -> bytes:
    """A PNG of some kilobytes that claims to be 20000 by 20000 pixels."""
    parts = [
        b"IHDR" + struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0),
        b"IDAT" + zlib.compress(bytes(10000)),
        b"IEND",
    ]
    body = b"".join(struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)
    return b"\x89PNG\r\n\x1a\n" + body


REFUSED = {
    "nothing": (b"", "format"),
    "text": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "format"),
    "gif": (written(SMALL, "GIF"), "format"),
    "half a jpeg": (written(street()[0])[:2000], "damaged"),
    "half a png": (written(street()[0], "PNG")[:500], "damaged"),
    "a bomb": (bomb(), "too_large"),
    "a moving png": (moving("PNG"), "several_pictures"),
    "a moving webp": (moving("WEBP"), "several_pictures"),
    "pages": (moving("TIFF"), "several_pictures"),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_single_sound_picture_is_refused_with_its_reason(content, reason):
    with pytest.raises(PictureRefused) as refused:
        cleaned(content)
    assert refused.value.reason == reason


def test_of_a_telephones_several_pictures_only_the_photo_is_left():
    content = moving("MPO")
    found = cleaned(content)
    assert found.media_type == "image/jpeg"
    assert "more_pictures" in found.metadata.removed
    assert len(found.content) < len(content)
    assert getattr(opened(found.content), "n_frames", 1) == 1


def test_a_photo_of_an_iphone_is_read_and_becomes_a_jpeg():
    image = pillow_heif.from_pillow(SMALL)
    content = written_heif(image)
    found = cleaned(content)
    assert (found.media_type, found.width, found.height) == ("image/jpeg", 64, 32)
    assert SECRET not in found.content
    assert found.metadata.kept == {"date": "2026-11-30"}


def written_heif(image: "pillow_heif.HeifFile") -> bytes:
    return written(image.to_pillow(), "HEIF", exif=exif())


def test_what_is_hidden_below_transparency_is_gone():
    hidden = face().convert("RGBA")
    hidden.putalpha(0)
    found = cleaned(written(hidden, "PNG"))
    assert (pixels(opened(found.content)) == 255).all()


def test_a_deep_picture_keeps_its_greys():
    ramp = np.linspace(0, 65535, 64 * 32).reshape(32, 64).astype(np.uint16)
    found = cleaned(written(Image.fromarray(ramp), "PNG"))
    assert np.abs(pixels(opened(found.content))[:, :, 0].astype(int) - (ramp >> 8)).max() <= 1


def test_a_jpeg_that_is_written_again_with_its_own_tables_hardly_changes():
    image, *_where = street()
    for quality, sampling in ((60, 2), (92, 0)):
        content = written(image, quality=quality, subsampling=sampling)
        found = redraw(content, [], Settings())
        assert found.verification.psnr_outside > 45
        assert len(found.content) < len(content) * 1.02
