# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie's photo says nothing that cannot be seen in it, and a hostile one does no harm."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from allmende.kernel.files import pictures, service
from allmende.kernel.files.engine import pictures as engine

GPS, ORIENTATION, MAKER, QUARTER_TURN = 0x8825, 0x0112, 0x010F, 6
SECRET = b"Lindenallee 5"


def written(image: Image.Image, form: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    found = Image.Exif()
    found[ORIENTATION], found[MAKER] = orientation, SECRET.decode()
    found.get_ifd(GPS).update({1: "N", 2: (50.0, 30.0, 0.0), 3: "E", 4: (9.0, 10.0, 0.0)})
    return found


def photo(form: str = "JPEG", orientation: int = 1) -> bytes:
    """40 by 20 pixels, the left half red, the right half blue, with everything that a camera writes into it."""
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (20, 0, 40, 20))
    return written(image, form, exif=exif(orientation), icc_profile=b"ICC " + SECRET * 10)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(("form", "name"), [("JPEG", "foto.jpg"), ("PNG", "foto.png"), ("WEBP", "foto.webp")])
@pytest.mark.django_db
def test_a_photo_is_kept_without_place_camera_and_profile(form, name):
    stored = service.store(SimpleUploadedFile(name, photo(form)), purpose="test")
    content = service.open_file(stored).read()
    assert stored.size == len(content)
    assert SECRET not in content
    kept = opened(content)
    assert (kept.format, kept.size) == (form, (40, 20))
    assert not kept.getexif()
    assert not {"exif", "icc_profile", "comment", "dpi"} & set(kept.info)


def test_a_photo_that_was_held_sideways_stands_upright():
    kept = opened(pictures.clean(photo(orientation=QUARTER_TURN))).convert("RGB")
    assert kept.size == (20, 40)
    red, _green, blue = kept.getpixel((10, 5))
    assert red > 200
    assert blue < 60
    assert kept.getpixel((10, 35))[2] > 200


def test_a_preview_with_more_than_the_picture_and_what_hangs_behind_the_end_are_gone():
    preview = written(Image.new("RGB", (160, 120), "green"), "JPEG", comment=SECRET)
    with_preview = written(Image.new("RGB", (40, 20)), "JPEG", exif=b"Exif\x00\x00" + preview, comment=SECRET)
    kept = pictures.clean(with_preview + b"<script>" + SECRET)
    assert kept.count(b"\xff\xd8\xff") == 1
    assert SECRET not in kept
    assert kept.endswith(b"\xff\xd9")
    text = PngImagePlugin.PngInfo()
    text.add_text("Ort", SECRET.decode(), zip=False)
    assert SECRET not in pictures.clean(written(Image.new("RGB", (4, 4)), "PNG", pnginfo=text))


def test_several_pictures_in_one_photo_leave_the_first():
    second = Image.new("RGB", (8, 8), "blue")
    content = written(Image.new("RGB", (8, 8), "red"), "MPO", save_all=True, append_images=[second])
    kept = opened(pictures.clean(content))
    assert (kept.format, getattr(kept, "n_frames", 1)) == ("JPEG", 1)


def test_transparency_and_other_colours_survive():
    clear = opened(pictures.clean(written(Image.new("RGBA", (4, 4), (255, 0, 0, 0)), "PNG")))
    assert clear.getpixel((1, 1)) == (255, 0, 0, 0)
    listed = Image.new("RGB", (4, 4), "red").convert("P")
    assert opened(pictures.clean(written(listed, "PNG"))).convert("RGB").getpixel((1, 1)) == (255, 0, 0)
    printed = opened(pictures.clean(written(Image.new("CMYK", (4, 4)), "JPEG")))
    assert printed.mode == "RGB"


def png_of(width: int, height: int, lines: int) -> bytes:
    """A PNG of some kilobytes that claims a size, and has so many lines of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * (lines * (1 + (width + 7) // 8)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(7_000, 6_000), (12_000, 8_000), (60_000, 60_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(size, monkeypatch):
    bomb = png_of(*size, lines=min(size[1], 8_000))
    with pytest.raises(pictures.PictureError, match="40 Millionen"):
        pictures.clean(bomb)
    monkeypatch.setattr(Image.Image, "convert", lambda *_given: pytest.fail("It was decoded."))
    with pytest.raises(engine.PictureRefused, match="too_large"):
        engine.clean(bomb, pictures.limits())


def test_a_photo_is_never_decoded_where_the_secrets_are(monkeypatch):
    monkeypatch.setattr(Image, "open", lambda *_given, **_named: pytest.fail("It was decoded here."))
    assert pictures.clean(photo()).startswith(b"\xff\xd8")


@pytest.mark.parametrize("bound", [{"memory_bytes": 200 * 1024**2}, {"seconds": 0.01}])
def test_a_picture_that_takes_more_than_it_may_ends_its_own_process_alone(bound, monkeypatch):
    monkeypatch.setitem(pictures.limits(), "process", pictures.limits()["process"] | bound)
    with pytest.raises(pictures.PictureError, match="beschädigt"):
        pictures.clean(written(Image.new("RGBA", (5_000, 5_000)), "PNG"))


def test_an_animation_is_refused():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    for form in ("PNG", "WEBP"):
        with pytest.raises(pictures.PictureError, match="Bewegte"):
            pictures.clean(written(frames[0], form, save_all=True, append_images=frames[1:]))


@pytest.mark.django_db
def test_a_damaged_picture_is_refused_with_its_name():
    whole = photo()
    cut = [whole[: len(whole) // 2], whole[:30], b"\xff\xd8\xff\xe0" + b"\0" * 40, photo("PNG")[:-30]]
    for name, content in zip(("a.jpg", "b.jpg", "c.jpg", "d.png"), cut, strict=True):
        with pytest.raises(service.UploadRefused, match=f"{name}.*beschädigt"):
            service.store(SimpleUploadedFile(name, content), purpose="test")


def test_a_file_of_another_format_is_not_decoded_however_it_is_called():
    for form in ("GIF", "TIFF", "BMP", "PPM", "ICO"):
        with pytest.raises(pictures.PictureError, match="beschädigt"):
            pictures.clean(written(Image.new("RGB", (16, 16)), form))
