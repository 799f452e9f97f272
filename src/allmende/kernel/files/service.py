# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Take uploads in: sniffed, bounded, cleaned, stored. The room's public door."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import PurePath
from typing import IO, Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.kernel.audit.service import record
from allmende.kernel.files.engine.sniff import UNKNOWN, kinds, media_type_of, suffix_fits
from allmende.kernel.files.models import StoredFile
from allmende.kernel.registry import FileCleaner, Text, registry, resolve

REFUSALS: Mapping[str, Text] = {
    "file_too_large": gettext_lazy("„%(name)s“ ist größer als %(limit)d MB. Bitte laden Sie eine kleinere Datei hoch."),
    "file_empty": gettext_lazy("„%(name)s“ ist leer."),
    "file_kind": gettext_lazy("„%(name)s“: Dateien dieser Art nimmt die Stadt nicht entgegen."),
    "file_suffix": gettext_lazy(
        "„%(name)s“: Der Inhalt passt nicht zur Endung des Namens. Bitte speichern Sie die Datei neu."
    ),
}
"""Code → why `examine` refuses an upload, for whoever keeps the reason and says it later in another language."""


class UploadRefused(Exception):
    """The file was not stored; the message tells the citizen why and what to do. Nothing of it was kept.

    What `examine` refuses also has a `code` of `REFUSALS`, and the `values` that its sentence names.
    """

    code = ""
    values: Mapping[str, Any] = {}

    @classmethod
    def of(cls, code: str, **values: Any) -> "UploadRefused":
        """With the sentence of a code, in the language of the moment."""
        refusal = cls(str(REFUSALS[code]) % values)
        refusal.code, refusal.values = code, values
        return refusal


@dataclass(frozen=True)
class Examined:
    """An upload that passed the checks: its safe name, its bytes, what it is and what for."""

    name: str
    content: bytes
    media_type: str
    purpose: str


def store(upload: "UploadedFile[bytes]", *, purpose: str, owner: AbstractBaseUser | None = None) -> StoredFile:
    """Check, clean and store an upload. Raises UploadRefused."""
    return keep(take(upload, purpose=purpose), owner=owner)


def take(upload: "UploadedFile[bytes]", *, purpose: str) -> Examined:
    """Check and clean an upload that `keep` will store. May take seconds, so it belongs before a transaction. Raises UploadRefused."""
    found = examine(upload, purpose=purpose)
    return replace(found, content=clean(found))


def keep(taken: Examined, *, owner: AbstractBaseUser | None = None) -> StoredFile:
    """Store what `take` returned."""
    stored = StoredFile(
        name=taken.name,
        media_type=taken.media_type,
        size=len(taken.content),
        sha256=hashlib.sha256(taken.content).hexdigest(),
        purpose=taken.purpose,
        owner=owner,  # type: ignore[misc]
    )
    # the bytes first: a row without bytes would be a promise that cannot be kept
    default_storage.save(stored.path, ContentFile(taken.content))
    try:
        with transaction.atomic():
            stored.save(force_insert=True)
            record(
                "files.file.stored",
                actor=owner,
                subject=str(stored.id),
                detail={"purpose": taken.purpose, "kind": taken.media_type},
            )
    except BaseException:
        default_storage.delete(stored.path)  # bytes without a row would be found and deleted by nobody
        raise
    return stored


def examine(upload: "UploadedFile[bytes]", *, purpose: str) -> Examined:
    """Look at an upload that is used at once and not kept, by the same rules. Raises UploadRefused."""
    name = _safe_name(upload.name or "")
    if upload.size is None or upload.size > settings.MAX_UPLOAD_BYTES:
        raise UploadRefused.of("file_too_large", name=name, limit=settings.MAX_UPLOAD_BYTES // 1024**2)
    content = upload.read()
    return Examined(name, content, _checked_kind(content, name, purpose), purpose)


def clean(found: Examined) -> bytes:
    """The content after every cleaner that the rooms declare for its media type, but for those that spare its purpose.

    Raises UploadRefused.
    """
    content, name = found.content, found.name
    cleaners = [item for item in registry().all(FileCleaner) if found.media_type in item.media_types]
    if not cleaners and any(kind.cleaned for kind in kinds() if kind.media_type == found.media_type):
        raise UploadRefused(
            _("„%(name)s“: Bilder dieser Art nimmt die Stadt noch nicht entgegen. Bitte senden Sie ein PDF.")
            % {"name": name}
        )
    for cleaner in cleaners:
        if found.purpose in cleaner.spares:
            continue
        step: Callable[[bytes], bytes] = resolve(cleaner.clean)
        try:
            content = step(content)
        except ValueError as error:
            raise UploadRefused(f"„{name}“: {error}") from error
    return content


def open_file(stored: StoredFile) -> IO[bytes]:
    """The stored bytes. Those that lie encrypted (see `sealed`) are in memory then."""
    if not stored.key:
        return default_storage.open(stored.path)
    with default_storage.open(stored.path) as file:
        return BytesIO(Fernet(stored.key).decrypt(file.read()))


def delete(stored: StoredFile, *, actor: AbstractBaseUser | None) -> None:
    """Remove a file; its bytes go when the transaction is committed."""
    with transaction.atomic():
        record("files.file.deleted", actor=actor, subject=str(stored.id), detail={"purpose": stored.purpose})
        path = stored.path
        stored.delete()
        transaction.on_commit(lambda: default_storage.delete(path))


def _checked_kind(content: bytes, name: str, purpose: str) -> str:
    if not content:
        raise UploadRefused.of("file_empty", name=name)
    media_type = media_type_of(content, name)
    if media_type == UNKNOWN or not _fits_purpose(media_type, purpose):
        raise UploadRefused.of("file_kind", name=name)
    if not suffix_fits(media_type, name):
        raise UploadRefused.of("file_suffix", name=name)
    return media_type


def _fits_purpose(media_type: str, purpose: str) -> bool:
    return all(purpose in kind.purposes for kind in kinds() if kind.media_type == media_type and kind.purposes)


def _safe_name(name: str) -> str:
    """The last part of the name without control characters, at most 200 characters long."""
    last = PurePath(name.replace("\\", "/")).name
    return re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", last)[-200:] or "datei"
