# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures are drawn anew from their pixels, in a child process with limits: this one never decodes what a stranger sent."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from allmende.kernel import processes

CHILD = "allmende.kernel.files.child"


class PictureError(ValueError):
    """The picture is not taken; the message says why and what to do."""


@cache
def limits() -> dict[str, Any]:
    """How large a picture may be, how it is written, and what that may cost."""
    found: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "data" / "pictures.yaml").read_text(encoding="utf-8")
    )
    return found


def clean(content: bytes) -> bytes:
    """The same picture, upright, in the same format, and nothing else. Raises PictureError."""
    try:
        code, answer = processes.ask(CHILD, json.dumps(limits()), content=content, limits=limits()["process"])
    except processes.OutOfTime:
        raise PictureError(_sentence("damaged")) from None
    if code == 0:
        return answer
    raise PictureError(_sentence(_reason(answer)))


def _reason(answer: bytes) -> str:
    """What the child said; a decoder that ended it has said nothing."""
    try:
        return str(json.loads(answer)["error"])
    except ValueError:
        return "damaged"


def _sentence(reason: str) -> str:
    if reason == "too_large":
        most = limits()["pixels"] // 1_000_000
        return _("Das Bild hat mehr als %(million)d Millionen Bildpunkte. Bitte verkleinern Sie es.") % {
            "million": most
        }
    if reason == "moving":
        return _("Bewegte Bilder nimmt die Stadt nicht entgegen. Bitte senden Sie ein einzelnes Bild.")
    return _("Das Bild ist beschädigt. Bitte speichern Sie es neu oder senden Sie ein anderes.")
