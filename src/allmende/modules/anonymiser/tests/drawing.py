# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A street of Lindental, drawn: people whose faces a detector takes for faces, cars whose plates have numbers."""

import io
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from allmende.modules.anonymiser.engine.regions import Region

GRASS = (120, 150, 120)
FACE = 40  # a size at which the drawn face is seen best
FACE_BOX = (0.62, 0.56, 0.78, 0.98)  # left, top, width, height of the face in its drawing, in sizes


def face(size: int = FACE, skin: tuple[int, int, int] = (224, 172, 140), ground: Any = GRASS) -> Image.Image:
    """A square of twice `size` with a face in its middle."""
    k, edge = size / 100, size / 2
    image = Image.new("RGB", (size * 2, size * 2), ground)
    draw = ImageDraw.Draw(image)

    def oval(x0: float, y0: float, x1: float, y1: float, colour: Any) -> None:
        draw.ellipse([edge + x0 * k, edge + y0 * k, edge + x1 * k, edge + y1 * k], fill=colour)

    def line(y: float, x0: float, x1: float, width: float, colour: Any) -> None:
        draw.line([edge + x0 * k, edge + y * k, edge + x1 * k, edge + y * k], fill=colour, width=max(1, int(width * k)))

    oval(5, -12, 95, 90, (60, 40, 25))
    oval(12, 2, 88, 108, skin)
    shade = tuple(int(part * 0.9) for part in skin)
    for x in (32, 68):
        line(35, x - 11, x + 11, 4, (70, 45, 30))
        oval(x - 9, 42, x + 9, 52, (245, 240, 235))
        oval(x - 4.5, 42, x + 4.5, 52, (50, 35, 25))
    draw.polygon([(edge + x * k, edge + y * k) for x, y in ((50, 48), (42, 70), (58, 70))], fill=shade)
    oval(44, 66, 49, 71, (150, 95, 75))
    oval(51, 66, 56, 71, (150, 95, 75))
    oval(34, 80, 66, 90, (170, 70, 70))
    line(84, 35, 65, 2, (110, 40, 40))
    return image.filter(ImageFilter.GaussianBlur(size / 60))


def plate(text: str = "LT AB 1234", height: int = 24, angle: float = 0, ground: Any = (70, 80, 100)) -> Image.Image:
    """A number plate on a car's colour, turned by an angle."""
    font = ImageFont.load_default(height * 0.8)
    length = int(font.getlength(text))
    width, edge = length + int(height * 1.2), height
    image = Image.new("RGB", (width + 2 * edge, height + 2 * edge), ground)
    draw = ImageDraw.Draw(image)
    draw.rectangle([edge, edge, edge + width, edge + height], fill=(250, 250, 250), outline=(20, 20, 20))
    draw.rectangle([edge, edge, edge + height // 2, edge + height], fill=(0, 51, 153))
    draw.text((edge + height * 0.9, edge + height * 0.5), text, fill=(10, 10, 10), font=font, anchor="lm")
    return image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=ground) if angle else image


def street(size: tuple[int, int] = (480, 320)) -> tuple[Image.Image, Region, Region]:
    """A picture with one face and one plate, and where they are."""
    image = Image.new("RGB", size, GRASS)
    image.paste((70, 80, 100), (size[0] // 2, size[1] // 2, size[0], size[1]))
    image.paste(face(), (60, 40))
    drawn = plate()
    at = (size[0] // 2 + 20, size[1] // 2 + 40)
    image.paste(drawn, at)
    x, y, w, h = (part * FACE for part in FACE_BOX)
    box = Region.box("plate", at[0] + 24, at[1] + 24, drawn.width - 48, 24)
    return image, Region.box("face", 60 + x, 40 + y, w, h), box


def written(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    """A file as a picture."""
    return Image.open(io.BytesIO(content))


def pixels(image: Image.Image) -> np.ndarray:
    """Height, width, 3."""
    return np.asarray(image.convert("RGB"))
