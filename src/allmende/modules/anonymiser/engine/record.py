# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was done to a picture or film, as plain data that is signed (Ed25519, RFC 8032). No piece of it is in it."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from allmende.modules.anonymiser.engine.pipeline import Outcome
from allmende.modules.anonymiser.engine.video import VideoOutcome

SCHEMA = "anonymised/1"
SIGNATURE = "signature"


def audit_record(outcome: Outcome | VideoOutcome) -> dict[str, Any]:
    """The record of an outcome, not yet signed: digests, models, thresholds, what the second look found, what left the metadata."""
    verification, metadata = outcome.verification, outcome.metadata
    return {
        "schema": SCHEMA,
        "media_type": outcome.media_type,
        "width": outcome.width,
        "height": outcome.height,
        "masked_share": round(outcome.masked_share, 6),
        "verification": {
            "passed": verification.passed,
            "psnr_outside": verification.psnr_outside,
            "findings": [region.as_dict() for region in verification.findings],
        },
        "metadata": {"kept": dict(metadata.kept), "removed": list(metadata.removed)},
        **outcome.facts,
    }


def sign(record: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """The record with a signature (base64) over all the rest of it."""
    return {**record, SIGNATURE: base64.b64encode(key.sign(_signed(record))).decode()}


def verify(record: Mapping[str, Any], key: Ed25519PublicKey) -> bool:
    """Whether the owner of the key signed exactly this."""
    try:
        key.verify(base64.b64decode(str(record.get(SIGNATURE, ""))), _signed(record))
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed(record: Mapping[str, Any]) -> bytes:
    """What is signed: everything but the signature, as JSON with sorted keys and no spaces."""
    rest = {name: value for name, value in record.items() if name != SIGNATURE}
    return json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
