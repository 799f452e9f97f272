# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the bytes lie: in the file storage under the id of their picture, or encrypted with a key of their own."""

import uuid
from collections.abc import Iterator
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404

from allmende.kernel.web.sealing import Seal, SealError

ORIGINAL, RESULT, POSTER, SEALED = KINDS = "original", "result", "poster", "sealed"
"""What there is of a picture or film; a poster, the first frame of the result, only of films. Sealed results lie under ids of
their own, so that a new one is whole before the one before it is gone."""
PREFIX, HEX = 2, 32
"""Digits of an id that name its folder, and all of them."""
_key = Seal("allmende.anonymiser.original.1")


class GoneError(Exception):
    """The bytes are not there any more, or nobody can read them: the secret key was replaced, the file was changed."""


def put(kind: str, pk: uuid.UUID, content: bytes) -> None:
    """Keep bytes; what lay there before is replaced."""
    place = path(kind, pk)
    default_storage.delete(place)
    default_storage.save(place, ContentFile(content))


def get(kind: str, pk: uuid.UUID, start: int = 0, length: int = -1) -> bytes:
    """The bytes, or so many of them. Raises GoneError."""
    try:
        with default_storage.open(path(kind, pk)) as file:
            file.seek(start)
            content: bytes = file.read(length)
    except OSError as error:
        raise GoneError from error
    return content


def result_size(pk: uuid.UUID) -> int:
    """How many bytes a plain result has. Raises Http404 where they are lost."""
    try:
        return default_storage.size(path(RESULT, pk))
    except OSError:
        raise Http404 from None


def exists(kind: str, pk: uuid.UUID) -> bool:
    """Whether there are any bytes."""
    return default_storage.exists(path(kind, pk))


def delete(kind: str, pk: uuid.UUID) -> None:
    """Remove the bytes, if there are any."""
    default_storage.delete(path(kind, pk))


def forget(pk: uuid.UUID) -> None:
    """Remove everything that lies under the id of a picture or film."""
    for kind in (ORIGINAL, RESULT, POSTER):
        delete(kind, pk)


def put_sealed(kind: str, pk: uuid.UUID, content: bytes) -> str:
    """Keep bytes encrypted (Fernet: AES-128-CBC with HMAC-SHA-256) with a new key; the key, sealed with the secret key."""
    key = Fernet.generate_key()
    put(kind, pk, Fernet(key).encrypt(content))
    return _key.close(key.decode())


def get_sealed(kind: str, pk: uuid.UUID, sealed_key: str) -> bytes:
    """The bytes again. Raises GoneError."""
    try:
        return Fernet(_key.open(sealed_key)).decrypt(get(kind, pk))
    except (SealError, InvalidToken) as error:
        raise GoneError from error


def path(kind: str, pk: uuid.UUID) -> str:
    """Where the bytes of a picture lie in the file storage."""
    return f"anonymiser/{kind}/{pk.hex[:PREFIX]}/{pk.hex}"


def folders(kind: str, before: datetime) -> Iterator[tuple[tuple[uuid.UUID, uuid.UUID], list[str]]]:
    """Of each folder the first and the last id that it may hold, and the paths that have lain in it since before a moment."""
    above = f"anonymiser/{kind}"
    try:
        names, _files = default_storage.listdir(above)
    except FileNotFoundError:
        return
    for name in names:
        _folders, files = default_storage.listdir(f"{above}/{name}")
        every = [f"{above}/{name}/{file}" for file in files]
        ends = (uuid.UUID(name.ljust(HEX, "0")), uuid.UUID(name.ljust(HEX, "f")))
        yield ends, [one for one in every if default_storage.get_modified_time(one) < before]


def discard(stored: str) -> None:
    """Remove what lies at a path of `folders`."""
    default_storage.delete(stored)
