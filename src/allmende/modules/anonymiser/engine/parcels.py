# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A decoded picture as bytes that one process hands to another: a line of JSON, then the pixels. Plain data, for the sender may lie."""

import json
from datetime import datetime
from typing import Any

import numpy as np

from allmende.modules.anonymiser.engine.metadata import Metadata
from allmende.modules.anonymiser.engine.pictures import MEDIA_TYPES, Picture


def packed(picture: Picture) -> tuple[bytes, memoryview]:
    """The line and the pixels. How a JPEG was compressed is left out: it is for pictures that become something else anyway."""
    told = picture.metadata
    head = {
        "shape": picture.pixels.shape,
        "form": picture.form,
        "grey": picture.grey,
        "taken": told.taken and told.taken.isoformat(),
        "location": told.location,
        "panorama": told.panorama and dict(told.panorama),
        "present": told.present,
    }
    return json.dumps(head).encode() + b"\n", np.ascontiguousarray(picture.pixels).data.cast("B")


def unpacked(content: bytes) -> Picture:
    """The picture again. Raises ValueError for anything else."""
    line, _end, pixels = content.partition(b"\n")
    try:
        head: dict[str, Any] = json.loads(line)
        height, width, colours = head["shape"]
        values = np.frombuffer(pixels, np.uint8).reshape(height, width, colours)
        if colours != 3 or head["form"] not in MEDIA_TYPES:
            raise ValueError("no picture of a kind that is written")
        metadata = Metadata(
            taken=datetime.fromisoformat(head["taken"]) if head["taken"] else None,
            location=_pair(head["location"]),
            panorama={str(name): float(value) for name, value in (head["panorama"] or {}).items()} or None,
            present=tuple(map(str, head["present"])),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no picture") from error
    return Picture(values, head["form"], metadata, grey=bool(head["grey"]))


def _pair(given: Any) -> tuple[float, float] | None:
    if not given:
        return None
    latitude, longitude = map(float, given)
    return latitude, longitude
