# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Signed records of what was done to a picture or a batch, and the keys they are signed with. They hold no piece of any picture.

They outlive what they are about for as long as somebody may have to account for it, with the requests for originals.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from allmende.kernel.audit.service import record as audit
from allmende.kernel.web.sealing import Seal, SealError
from allmende.modules.anonymiser import queries
from allmende.modules.anonymiser.models import Batch, Mask, Picture, Record, SigningKey, Unlock

if TYPE_CHECKING:
    from allmende.modules.anonymiser.engine.pipeline import Outcome
    from allmende.modules.anonymiser.engine.video import VideoOutcome

BATCH = "batch"
KEY_ID = 16
_private = Seal("allmende.anonymiser.signing.1")


def sha256(content: bytes) -> str:
    """As 64 hexadecimal digits; empty for nothing."""
    return hashlib.sha256(content).hexdigest() if content else ""


def of_picture(picture: Picture, outcome: "Outcome | VideoOutcome") -> Record:
    """The record of a picture or film that is being published. In the caller's transaction."""
    content = _engine().audit_record(outcome) | {
        "kind": picture.kind,
        "id": str(picture.pk),
        "batch": str(picture.batch_id),
        "settings": picture.batch.settings | {"excluded": [] if picture.is_film else picture.batch.excluded},
        "masks": [_mask(mask) for mask in queries.history(picture)],
        "signed_off": _signer(picture),
        "original_kept_days": picture.batch.keep_days,
    }
    return _keep(picture.kind, picture.pk, picture.name, content)


def of_batch(batch: Batch) -> Record:
    """The record of a batch in which nothing is open any more: what became of each picture. In the caller's transaction."""
    content = {
        "kind": BATCH,
        "id": str(batch.pk),
        "settings": batch.settings | {"excluded": batch.excluded},
        "original_kept_days": batch.keep_days,
        "pictures": [
            {
                "id": str(picture.pk),
                "kind": picture.kind,
                "state": picture.state,
                "source_sha256": picture.source_sha256,
                "result_sha256": picture.result_sha256,
                "signed_off": _signer(picture),
            }
            for picture in queries.pictures(batch).select_related("signer")
        ],
    }
    return _keep(BATCH, batch.pk, batch.name, content)


def outlive(batch: Batch) -> None:
    """The batch is being deleted: the time of its records, and of the requests for its originals, begins to run. In the caller's
    transaction.
    """
    pictures = list(batch.pictures.values_list("pk", flat=True))
    Record.objects.filter(subject__in=[batch.pk, *pictures]).update(gone_at=timezone.now())
    Unlock.objects.filter(picture__in=pictures).update(gone_at=timezone.now())


@transaction.atomic
def forget() -> int:
    """Delete records and requests whose time is over; how many. The audit, which holds no names of files and no reasons, stays."""
    limit = timezone.now() - timedelta(days=settings.PICTURE_RECORD_RETENTION_DAYS)
    over = {"records": Record.objects.filter(gone_at__lt=limit), "requests": Unlock.objects.filter(gone_at__lt=limit)}
    gone = {name: rows.delete()[0] for name, rows in over.items()}
    if any(gone.values()):
        audit("anonymiser.records.forgotten", actor=None, detail=gone)
    return sum(gone.values())


def verify(content: Mapping[str, Any], keys: Mapping[str, str] | None = None) -> bool:
    """Whether one of the keys (id → base64; those of this house by default) signed exactly this."""
    known = queries.public_keys() if keys is None else keys
    public = known.get(str(content.get("key", "")))
    if public is None:
        return False
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
    return bool(_engine().verify(dict(content), key))


def results(content: Mapping[str, Any]) -> set[str]:
    """SHA-256 of every result that a record is about."""
    rows = content.get("pictures", [])
    return {content.get("output_sha256", ""), *(row["result_sha256"] for row in rows)} - {""}


def _keep(kind: str, subject: Any, title: str, content: dict[str, Any]) -> Record:
    key_id, private = _signing_key()
    signed = _engine().sign(content | {"key": key_id}, private)
    text = json.dumps(signed, ensure_ascii=False)
    return Record.objects.create(kind=kind, subject=subject, title=title, text=text)


def _engine() -> Any:
    """How records look; imported late, for the libraries of the detectors come along."""
    from allmende.modules.anonymiser.engine import record

    return record


@transaction.atomic
def _signing_key() -> tuple[str, Ed25519PrivateKey]:
    """The latest pair; a new one where there is none, or where the secret key of the house was replaced."""
    row = SigningKey.objects.select_for_update().first()
    if row is not None:
        try:
            return row.pk, Ed25519PrivateKey.from_private_bytes(base64.b64decode(_private.open(row.private)))
        except SealError:
            pass
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    row = SigningKey.objects.create(
        pk=sha256(public)[:KEY_ID],
        public=base64.b64encode(public).decode(),
        private=_private.close(base64.b64encode(key.private_bytes_raw()).decode()),
    )
    return row.pk, key


def _mask(mask: Mask) -> dict[str, Any]:
    """A mask with its fate: names of accounts, for this is who answers for it."""
    return {
        **mask.region,
        "added": _step(mask.added_by, mask.added_at),
        "removed": _step(mask.removed_by, mask.removed_at) if mask.removed_at else None,
    }


def _signer(picture: Picture) -> dict[str, str] | None:
    return _step(picture.signer, picture.signed_at) if picture.signed_at else None


def _step(who: Any, at: Any) -> dict[str, str]:
    return {"by": who.get_username() if who else "", "at": at.isoformat(timespec="seconds")}
