# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A provider's key in the database is encrypted with a key derived from the server's secret key."""

from allmende.kernel.web.sealing import Seal, SealError

__all__ = ["SealError", "renewed", "seal", "unseal"]

_seal = Seal("allmende.llm.provider-key.1")


def seal(key: str) -> str:
    """The key, sealed; empty stays empty."""
    return _seal.close(key) if key else ""


def unseal(sealed: str) -> str:
    """The key again. Raises SealError after the secret key was replaced and the old one is no fallback."""
    return _seal.open(sealed) if sealed else ""


def renewed(sealed: str) -> str:
    """The same key under the secret key of today; what cannot be opened, and what needs no renewal, stays as it is."""
    if not sealed or _seal.is_current(sealed):
        return sealed
    try:
        return _seal.close(_seal.open(sealed))
    except SealError:
        return sealed
