# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Shapes of the API."""

import uuid
from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema

from allmende.modules.anonymiser.problems import SENTENCES


class Choices(Schema):
    """How what is handed in is treated: `text` also masks all writing, `audio` keeps the sound of films."""

    fill: Literal["solid", "mosaic"] = "solid"
    text: bool = False
    keep_days: int = 0
    audio: bool = False


class PictureOut(Schema):
    """A picture or film (`kind`) and where it stands: waiting, review, signed, published, failed or refused.

    Why it failed or was refused: `problem` says it in the language of the request, `problem_code` to a program.
    """

    id: uuid.UUID
    batch: uuid.UUID
    name: str
    kind: str
    state: str
    problem: str
    problem_code: str = Field(
        json_schema_extra={"enum": ["", *SENTENCES]},
        description="Empty without a problem. `said`: a person's own words, the value `reason`.",
    )
    problem_values: dict[str, str | int | float] = Field(description="What the sentence names, by name.")
    media_type: str
    width: int
    height: int
    masks: int
    findings: int
    source_sha256: str
    result_sha256: str
    changed_at: datetime


class BatchOut(Schema):
    """What was handed in together, in its order; what is `refused` was not taken, and says why."""

    id: uuid.UUID
    name: str
    pictures: list[PictureOut]


class RegionOut(Schema):
    """A masked region: four corners in pixels of the upright picture."""

    label: str
    corners: list[list[float]]
    score: float
    origin: str


class KeyOut(Schema):
    """A public key (Ed25519, base64) that proves records naming its id."""

    id: str
    public: str


class Problem(Schema):
    """What went wrong, for people."""

    detail: str


class Invalid(Schema):
    """What is wrong with a request: for each fault its place (`loc`) and a sentence (`msg`)."""

    detail: list[dict[str, Any]]
