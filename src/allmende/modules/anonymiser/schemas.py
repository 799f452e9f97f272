# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Shapes of the API."""

import uuid
from datetime import datetime
from typing import Any

from ninja import Schema


class PictureOut(Schema):
    """A picture or film (`kind`) and where it stands: waiting, review, signed, published, failed or refused."""

    id: uuid.UUID
    batch: uuid.UUID
    name: str
    kind: str
    state: str
    problem: str
    media_type: str
    width: int
    height: int
    masks: int
    findings: int
    source_sha256: str
    result_sha256: str
    changed_at: datetime


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
