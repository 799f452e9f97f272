# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts that must be read again, and yet lie in the database unreadable without the secret key."""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealError(Exception):
    """A text was sealed with a key that is neither the secret key nor one of its fallbacks, or it was changed."""


class Seal:
    """Seals texts for one purpose: Fernet (AES-128-CBC with HMAC-SHA-256), its key by HKDF (RFC 5869) from the secret key."""

    def __init__(self, purpose: str) -> None:
        self._purpose = purpose.encode()

    def close(self, text: str) -> str:
        """The text, unreadable without the secret key; sealed twice it is two different texts."""
        return _keyed(settings.SECRET_KEY, self._purpose).encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text again, also if one of SECRET_KEY_FALLBACKS sealed it. Raises SealError."""
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return _opened(MultiFernet([_keyed(key, self._purpose) for key in keys]), sealed)

    def is_current(self, sealed: str) -> bool:
        """Whether the text is sealed with the secret key of today."""
        try:
            _opened(_keyed(settings.SECRET_KEY, self._purpose), sealed)
        except SealError:
            return False
        return True


def _opened(key: Fernet | MultiFernet, sealed: str) -> str:
    try:
        return key.decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealError("It was sealed with another secret key.") from error


@cache
def _keyed(secret_key: str, purpose: bytes) -> Fernet:
    return derived(secret_key, purpose)


def derived(secret: str, purpose: bytes) -> Fernet:
    """The key that a secret of high entropy, such as a random token, yields for one purpose."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
