# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures are decoded in a child process with limits where their decoder is a risk, or where they are only looked at."""

import json
import threading
from typing import TYPE_CHECKING

from allmende.kernel import processes
from allmende.modules.anonymiser import rules

if TYPE_CHECKING:
    from allmende.modules.anonymiser.engine.pictures import Picture

CHILD = "allmende.modules.anonymiser.decoding"
PREVIEW_TYPE = "image/jpeg"
_one = threading.Lock()
"""One preview at a time: decoded, the largest picture takes more than a gigabyte."""


class UnreadableError(ValueError):
    """The child could not read the picture; `reason` is that of the engine's PictureRefused."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decoded(content: bytes, media_type: str) -> "Picture":
    """The picture for the engine: HEIC and TIFF by a child process, everything else here. Raises PictureRefused, UnreadableError."""
    from allmende.modules.anonymiser.engine import parcels, pictures

    if media_type not in rules.part("decoding")["apart"]:
        return pictures.read(content)
    try:
        return parcels.unpacked(_asked(content, None))
    except UnreadableError:
        raise
    except ValueError as error:
        raise UnreadableError("damaged") from error


def preview(content: bytes) -> bytes:
    """The picture for the eye, JPEG: upright, no larger than a screen, drawn anew from its pixels. Raises UnreadableError."""
    with _one:
        return _asked(content, dict(rules.part("preview")))


def _asked(content: bytes, small: "dict[str, int] | None") -> bytes:
    limits = rules.part("decoding")["process"]
    try:
        code, answer = processes.ask(CHILD, json.dumps(limits), json.dumps(small), content=content, limits=limits)
    except processes.OutOfTime:
        raise UnreadableError("too_large") from None
    if code == 0:
        return answer
    try:
        reason = str(json.loads(answer)["error"])
    except ValueError:  # the decoder ended its process
        reason = "damaged"
    raise UnreadableError(reason)
