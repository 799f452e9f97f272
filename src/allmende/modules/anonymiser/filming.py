# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which films may be handed in, by what their head says, and what is told of one in which something was left."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.kernel import processes
from allmende.modules.anonymiser import naming, rules

PROBE = "allmende.modules.anonymiser.probing"
MILLION = 1_000_000
MOMENTS = 8
"""So many moments of a film are named."""


class FilmRefused(Exception):
    """The film is not taken; the text says why and what to do, without its name."""


def check(content: bytes) -> None:
    """Whether a film that is handed in keeps to the room's bounds, by what its head says. Raises FilmRefused."""
    limits = rules.part("probe")
    try:
        code, answer = processes.ask(PROBE, json.dumps(dict(limits)), content=content, limits=limits)
        said = json.loads(answer)
    except (processes.OutOfTime, ValueError):
        raise FilmRefused(naming.refusal("damaged", rules.FILM)) from None
    if code:
        raise FilmRefused(naming.refusal(said["error"], rules.FILM))
    for sentence in _objections(said, rules.part("film")):
        raise FilmRefused(sentence)


def _objections(said: Mapping[str, Any], most: Mapping[str, Any]) -> Iterator[str]:
    """What speaks against a film, each in a sentence."""
    pixels = said["width"] * said["height"]
    if said["seconds"] > most["seconds"]:
        yield _("Der Film dauert %(length)s Minuten, möglich sind %(most)s. Bitte kürzen Sie ihn.") % {
            "length": clock(math.ceil(said["seconds"])),
            "most": clock(most["seconds"]),
        }
    if pixels > most["pixels"]:
        yield _(
            "Der Film hat %(width)d × %(height)d Bildpunkte. Möglich sind %(most)s Millionen je Einzelbild. "
            "Bitte verkleinern Sie ihn."
        ) % {"width": said["width"], "height": said["height"], "most": number_format(most["pixels"] / MILLION, 1)}
    if said["frames"] > frames_within(pixels):
        yield _(
            "Der Film hat %(frames)d Einzelbilder, in dieser Größe sind %(most)d möglich. Bitte kürzen oder verkleinern Sie ihn."
        ) % {"frames": said["frames"], "most": frames_within(pixels)}


def frames_within(pixels: int) -> int:
    """How many frames of this size a film may have."""
    most = rules.part("film")
    return int(min(most["frames"], most["megapixels"] * MILLION // max(1, pixels)))


def limits(pixels: int) -> dict[str, Any]:
    """The room's bounds of a film with frames of this size, for the engine."""
    most = rules.part("film")
    return {"seconds": most["seconds"], "pixels": most["pixels"], "frames": frames_within(pixels)}


def what_is_left(findings: Iterable[Mapping[str, Any]]) -> str:
    """When something is still seen in a film after masking, and what to do. `findings` are those of the engine's facts."""
    seen = sorted({int(finding["time"]) for finding in findings})
    if not seen:
        return _(
            "Der fertige Film weicht außerhalb der verdeckten Stellen vom Original ab. Er ist nicht veröffentlicht. Bitte speichern "
            "Sie den Film neu und geben Sie ihn noch einmal ab."
        )
    shown, more = ", ".join(map(clock, seen[:MOMENTS])), len(seen) - MOMENTS
    if more > 0:
        shown += ngettext(" und in %d weiteren Sekunde", " und in %d weiteren Sekunden", more) % more
    return _(
        "Bei %(times)s (Minuten:Sekunden) ist nach dem Verdecken noch etwas zu sehen. Der Film ist nicht veröffentlicht. Bitte "
        "schneiden Sie diese Stellen heraus und geben Sie ihn noch einmal ab."
    ) % {"times": shown}


def clock(seconds: float) -> str:
    """Minutes and seconds as players show them, the last second that has begun: 02:05."""
    return "{:02d}:{:02d}".format(*divmod(int(seconds), 60))
