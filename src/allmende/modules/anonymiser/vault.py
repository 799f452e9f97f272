# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the bytes lie: in the file storage under the id of their picture, originals encrypted with a key of their own."""

import uuid

from cryptography.fernet import Fernet, InvalidToken
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404

from allmende.kernel.web.sealing import Seal, SealError

ORIGINAL, RESULT = "original", "result"
_key = Seal("allmende.anonymiser.original.1")


class GoneError(Exception):
    """The bytes are not there any more, or nobody can read them: the secret key was replaced, the file was changed."""


def put(kind: str, pk: uuid.UUID, content: bytes) -> None:
    """Keep bytes; what lay there before is replaced."""
    path = _path(kind, pk)
    default_storage.delete(path)
    default_storage.save(path, ContentFile(content))


def get(kind: str, pk: uuid.UUID) -> bytes:
    """The bytes. Raises GoneError."""
    try:
        with default_storage.open(_path(kind, pk)) as file:
            content: bytes = file.read()
    except OSError as error:
        raise GoneError from error
    return content


def result(pk: uuid.UUID) -> bytes:
    """A result, for a page or a program. Raises Http404 where its bytes are lost."""
    try:
        return get(RESULT, pk)
    except GoneError:
        raise Http404 from None


def delete(kind: str, pk: uuid.UUID) -> None:
    """Remove the bytes, if there are any."""
    default_storage.delete(_path(kind, pk))


def put_sealed(pk: uuid.UUID, content: bytes) -> str:
    """Keep an original, encrypted (Fernet: AES-128-CBC with HMAC-SHA-256) with a new key; the key, sealed with the secret key."""
    key = Fernet.generate_key()
    put(ORIGINAL, pk, Fernet(key).encrypt(content))
    return _key.close(key.decode())


def get_sealed(pk: uuid.UUID, sealed_key: str) -> bytes:
    """The original again. Raises GoneError."""
    try:
        return Fernet(_key.open(sealed_key)).decrypt(get(ORIGINAL, pk))
    except (SealError, InvalidToken) as error:
        raise GoneError from error


def _path(kind: str, pk: uuid.UUID) -> str:
    return f"anonymiser/{kind}/{pk.hex[:2]}/{pk.hex}"
