# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files that the house keeps for somebody and cannot read itself, until they hand them in.

The bytes lie encrypted with a key of their own from the first moment to the last. A room keeps the key sealed with something that only
the citizen has; handing in needs no byte moved: the row of the file gets the key, in the transaction of whoever hands in.
"""

import hashlib
import uuid
from dataclasses import dataclass

from cryptography.fernet import Fernet
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from allmende.kernel.audit.service import record
from allmende.kernel.files.models import StoredFile, path_of
from allmende.kernel.files.service import Examined


@dataclass(frozen=True)
class Sealed:
    """A file that has no row. Whoever has this can read it; plain data, so that a room can seal it."""

    id: str
    key: str
    name: str
    media_type: str
    size: int
    sha256: str
    purpose: str


def prepare(taken: Examined) -> Sealed:
    """A place and a key for what `service.take` returned. Nothing is written."""
    return Sealed(
        id=str(uuid.uuid4()),
        key=Fernet.generate_key().decode(),
        name=taken.name,
        media_type=taken.media_type,
        size=len(taken.content),
        sha256=hashlib.sha256(taken.content).hexdigest(),
        purpose=taken.purpose,
    )


def put(found: Sealed, content: bytes) -> None:
    """Write the bytes encrypted (Fernet: AES-128-CBC with HMAC-SHA-256)."""
    encrypted = Fernet(found.key).encrypt(content)
    default_storage.save(path_of(uuid.UUID(found.id)), ContentFile(encrypted))


@transaction.atomic
def hand_in(found: Sealed) -> StoredFile:
    """The row of the file, which the house can read from now on."""
    stored = StoredFile.objects.create(
        id=uuid.UUID(found.id),
        name=found.name,
        media_type=found.media_type,
        size=found.size,
        sha256=found.sha256,
        purpose=found.purpose,
        key=found.key,
    )
    record(
        "files.file.stored",
        actor=None,
        subject=found.id,
        detail={"purpose": found.purpose, "kind": found.media_type},
    )
    return stored


def discard(file_id: uuid.UUID) -> None:
    """Remove bytes that were not handed in, when the transaction is committed."""
    transaction.on_commit(lambda: default_storage.delete(path_of(file_id)))
