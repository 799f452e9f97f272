# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the original to the result: reads and computes, writes nothing. Slow, so it happens before the transaction."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from allmende.modules.anonymiser import naming, originals, queries, rules, vault
from allmende.modules.anonymiser.engine import pictures, pipeline
from allmende.modules.anonymiser.engine.pictures import PictureRefused
from allmende.modules.anonymiser.engine.pipeline import Outcome
from allmende.modules.anonymiser.engine.regions import Region
from allmende.modules.anonymiser.engine.settings import Settings
from allmende.modules.anonymiser.models import Batch, Picture

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Worked:
    """What became of a picture: an outcome, or the sentence that says why there is none."""

    picture: Picture
    outcome: Outcome | None = None
    problem: str = ""


def work(picture: Picture) -> Worked:
    """Find and mask, or write what a person signed. Whatever goes wrong is told, never raised: then nothing is published."""
    try:
        content = originals.read(picture.original)
        if picture.state == rules.SIGNED:
            return Worked(picture, pipeline.redraw(content, _signed(picture), settings_of(picture.batch)))
        areas = excluded(picture.batch, content)
        return Worked(picture, pipeline.anonymise(content, settings_of(picture.batch), excluded=areas))
    except PictureRefused as refusal:
        return Worked(picture, problem=naming.refusal(refusal.reason))
    except vault.GoneError:
        return Worked(picture, problem=_("Das Original ist nicht mehr lesbar."))
    except Exception:
        logger.exception("Picture %s could not be anonymised.", picture.pk)
        return Worked(picture, problem=_("Beim Bearbeiten ist ein Fehler aufgetreten. Es wurde nichts veröffentlicht."))


def given_up(picture: Picture) -> Worked:
    """Told without another try: whoever worked on the picture has died."""
    return Worked(picture, problem=_("Die Bearbeitung dieses Bildes ist mehrmals abgebrochen. Ist es sehr groß?"))


def _signed(picture: Picture) -> list[Region]:
    return [Region.from_dict(mask.region) for mask in queries.masks(picture)]


def settings_of(batch: Batch) -> Settings:
    """How the pictures of a batch are treated."""
    stored: Mapping[str, Any] = batch.settings
    return Settings(**{**stored, "labels": frozenset(stored["labels"])})


def excluded(batch: Batch, content: bytes) -> list[Region]:
    """The areas of the batch in pixels of this picture."""
    if not batch.excluded:
        return []
    height, width = pictures.read(content).pixels.shape[:2]
    return [
        Region.box(rules.OTHER, x * width, y * height, w * width, h * height, origin="operator")
        for x, y, w, h in batch.excluded
    ]
