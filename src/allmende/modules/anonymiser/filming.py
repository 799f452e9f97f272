# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which films may be handed in, by what their head says, and what is told of one in which something was left."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from allmende.kernel import processes
from allmende.modules.anonymiser import problems, rules
from allmende.modules.anonymiser.problems import Problem

PROBE = "allmende.modules.anonymiser.probing"
MILLION = 1_000_000
MOMENTS = 8
"""So many moments of a film are named."""


class FilmRefused(Exception):
    """The film is not taken; `problem` says why and what to do, without its name."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def check(content: bytes) -> None:
    """Whether a film that is handed in keeps to the room's bounds, by what its head says. Raises FilmRefused."""
    limits = rules.part("probe")
    try:
        code, answer = processes.ask(PROBE, json.dumps(dict(limits)), content=content, limits=limits)
        said = json.loads(answer)
    except (processes.OutOfTime, ValueError):
        raise FilmRefused(problems.of_file("damaged", rules.FILM)) from None
    if code:
        raise FilmRefused(problems.of_file(said["error"], rules.FILM))
    for problem in _objections(said, rules.part("film")):
        raise FilmRefused(problem)


def _objections(said: Mapping[str, Any], most: Mapping[str, Any]) -> Iterator[Problem]:
    """What speaks against a film."""
    pixels = said["width"] * said["height"]
    if said["seconds"] > most["seconds"]:
        yield Problem("film_long", {"length": clock(math.ceil(said["seconds"])), "most": clock(most["seconds"])})
    if pixels > most["pixels"]:
        size = {"width": said["width"], "height": said["height"]}
        yield Problem("film_wide", size | {"most": most["pixels"] / MILLION})
    if said["frames"] > frames_within(pixels):
        yield Problem("film_frames", {"frames": said["frames"], "most": frames_within(pixels)})


def frames_within(pixels: int) -> int:
    """How many frames of this size a film may have."""
    most = rules.part("film")
    return int(min(most["frames"], most["megapixels"] * MILLION // max(1, pixels)))


def limits(pixels: int) -> dict[str, Any]:
    """The room's bounds of a film with frames of this size, for the engine."""
    most = rules.part("film")
    return {"seconds": most["seconds"], "pixels": most["pixels"], "frames": frames_within(pixels)}


def what_is_left(findings: Iterable[Mapping[str, Any]]) -> Problem:
    """When something is still seen in a film after masking. `findings` are those of the engine's facts."""
    seen = sorted({int(finding["time"]) for finding in findings})
    if not seen:
        return Problem("film_changed")
    times, more = ", ".join(map(clock, seen[:MOMENTS])), len(seen) - MOMENTS
    return (
        Problem("film_left_often", {"times": times, "more": more})
        if more > 0
        else Problem("film_left", {"times": times})
    )


def clock(seconds: float) -> str:
    """Minutes and seconds as players show them, the last second that has begun: 02:05."""
    return "{:02d}:{:02d}".format(*divmod(int(seconds), 60))
