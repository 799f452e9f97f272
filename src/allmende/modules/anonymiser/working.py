# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the original to the result: reads and computes, keeps nothing. Slow, so it happens before the transaction."""

import logging
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allmende.modules.anonymiser import desk, filming, opening, originals, problems, queries, rules, vault
from allmende.modules.anonymiser.engine import pictures, pipeline, video
from allmende.modules.anonymiser.engine.films import Film
from allmende.modules.anonymiser.engine.pictures import Picture as Decoded
from allmende.modules.anonymiser.engine.pictures import PictureRefused
from allmende.modules.anonymiser.engine.pipeline import Outcome
from allmende.modules.anonymiser.engine.regions import Region
from allmende.modules.anonymiser.engine.settings import Settings
from allmende.modules.anonymiser.engine.video import Progress, Step, VideoOutcome
from allmende.modules.anonymiser.models import Batch, Picture
from allmende.modules.anonymiser.problems import Problem

logger = logging.getLogger(__name__)
MINUTE = 60


class TooSlow(Exception):
    """A film takes longer than a job may."""


@dataclass(frozen=True)
class Worked:
    """What became of a picture or film: an outcome and its bytes, or the problem that is why there is none.

    `left`: what was still found in a film that therefore has no outcome; `regions`: the masks of a picture; `film`: what a film
    is (see models.Picture), with `poster`, its first frame. `hopeless`: the file itself is at fault, and no other try changes that.
    """

    picture: Picture
    outcome: Outcome | VideoOutcome | None = None
    content: bytes = b""
    regions: tuple[Region, ...] = ()
    film: Mapping[str, Any] = field(default_factory=dict)
    poster: bytes = b""
    problem: Problem | None = None
    left: tuple[Region, ...] = ()
    hopeless: bool = False


def work(picture: Picture, told: Progress) -> Worked:
    """Find and mask, or write what a person signed. Whatever goes wrong is told, never raised: then nothing is published.

    `told` hears how far a film is; what it raises to stop the job comes through.
    """
    try:
        content = originals.read(picture.original)
        return _film(picture, content, told) if picture.is_film else _picture(picture, content)
    except (PictureRefused, opening.UnreadableError) as refusal:
        return Worked(picture, problem=problems.of_file(refusal.reason, picture.kind), hopeless=True)
    except TooSlow:
        return Worked(picture, problem=Problem("film_slow", {"minutes": rules.part("film")["minutes"]}))
    except vault.GoneError:
        return Worked(picture, problem=Problem("original_gone"))
    except Exception:
        logger.exception("Picture %s could not be anonymised.", picture.pk)
        return Worked(picture, problem=Problem("error"))


def given_up(picture: Picture) -> Worked:
    """Told without another try: whoever worked on the picture has died."""
    return Worked(picture, problem=Problem("given_up"))


def _picture(picture: Picture, content: bytes) -> Worked:
    settings, decoded = settings_of(picture.batch), opening.decoded(content, picture.original.media_type)
    if picture.state == rules.SIGNED:
        outcome = pipeline.redraw(content, _signed(picture), settings, decoded=decoded)
    else:
        areas = excluded(picture.batch, decoded)
        outcome = pipeline.anonymise(content, settings, excluded=areas, decoded=decoded)
    return Worked(picture, outcome, outcome.content, outcome.regions)


def _film(picture: Picture, content: bytes, told: Progress) -> Worked:
    """A film that is not clean has no result, for nobody could mend it here: it is told when something was left."""
    with desk.laid_out(content) as (source, target):
        with Film.read(source) as film:
            limits = filming.limits(film.pixels)
        settings, progress = settings_of(picture.batch), _in_time(told)
        outcome = video.anonymise_video(source, target, settings, progress=progress, limits=limits)
        if not outcome.verification.passed:
            problem = filming.what_is_left(outcome.facts["findings"])
            return Worked(picture, problem=problem, left=outcome.verification.findings)
        facts = {name: outcome.facts[name] for name in ("seconds", "frames", "rate", "sound")}
        facts["tracks"] = dict(Counter(track.label for track in outcome.tracks))
        return Worked(picture, outcome, target.read_bytes(), film=facts, poster=_poster(target))


def _poster(film: Path) -> bytes:
    """The first frame of a finished film, for the eye."""
    with Film.read(film) as opened:
        return pictures.small(next(opened.frames()).pixels, **rules.part("preview"))


def _in_time(told: Progress) -> Progress:
    """The same, which raises TooSlow when a film takes longer than a job may."""
    end = time.monotonic() + rules.part("film")["minutes"] * MINUTE

    def tell(step: Step) -> None:
        if time.monotonic() > end:
            raise TooSlow
        told(step)

    return tell


def _signed(picture: Picture) -> list[Region]:
    return [Region.from_dict(mask.region) for mask in queries.masks(picture)]


def settings_of(batch: Batch) -> Settings:
    """How the pictures of a batch are treated."""
    stored: Mapping[str, Any] = batch.settings
    return Settings(**{**stored, "labels": frozenset(stored["labels"])})


def excluded(batch: Batch, decoded: Decoded) -> list[Region]:
    """The areas of the batch in pixels of this picture."""
    height, width = decoded.pixels.shape[:2]
    return [
        Region.box(rules.OTHER, x * width, y * height, w * width, h * height, origin="operator")
        for x, y, w, h in batch.excluded
    ]
