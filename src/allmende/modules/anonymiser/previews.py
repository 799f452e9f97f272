# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures for the eye: upright, no larger than a screen, drawn anew from their pixels, so that any browser shows them."""

import io
import threading
from pathlib import Path
from typing import Any

from PIL import Image

from allmende.modules.anonymiser import rules

MEDIA_TYPE = "image/jpeg"
_one = threading.Lock()
"""One picture at a time: decoded, the largest takes more than a gigabyte of the web server."""


def jpeg(content: bytes) -> bytes:
    """The picture as JPEG within data/room.yaml's bounds. Raises ValueError for bytes that are none."""
    from allmende.modules.anonymiser.engine import (
        pictures,  # the libraries of the engine: only where a picture is shown
    )

    with _one:
        return _drawn(pictures.read(content).pixels)


def poster(film: Path) -> bytes:
    """The first frame of a film, in the same way."""
    from allmende.modules.anonymiser.engine.films import Film

    with Film.read(film) as opened:
        return _drawn(next(opened.frames()).pixels)


def _drawn(pixels: Any) -> bytes:
    bounds = rules.part("preview")
    image = Image.fromarray(pixels)
    image.thumbnail((bounds["side"], bounds["side"]))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=bounds["quality"])
    return written.getvalue()
