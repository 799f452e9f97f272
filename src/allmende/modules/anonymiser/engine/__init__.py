# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Faces and plates leave a picture, and the picture is looked at again. No Django, no kernel.

    outcome = anonymise(photo_bytes, Settings())
    outcome.content, outcome.regions, outcome.verification.passed

The way of a picture (`pipeline`): decode and read the few tags that may stay (`pictures`, `metadata`) → look at it in tiles
and scales (`looking`, `plan`, `detectors`), or from inside where it is a panorama (`panorama`) → fill (`filling`) → encode
afresh → decode what was written and look again.
"""

from allmende.modules.anonymiser.engine.pictures import PictureRefused
from allmende.modules.anonymiser.engine.pipeline import Outcome, Verification, anonymise, redraw
from allmende.modules.anonymiser.engine.regions import Region
from allmende.modules.anonymiser.engine.settings import Settings

__all__ = ["Outcome", "PictureRefused", "Region", "Settings", "Verification", "anonymise", "redraw"]
