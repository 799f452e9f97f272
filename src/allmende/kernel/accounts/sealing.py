# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The secrets of second factors as they lie in the database: whoever reads it alone, or a backup, can compute no code."""

from allmende.kernel.web.sealing import Seal, SealError

__all__ = ["PREFIX", "SealError", "is_current", "seal", "unseal"]

PREFIX = "sealed1:"
"""How a sealed secret begins; one without it was kept before secrets were sealed."""

_seal = Seal("allmende.accounts.second-factor.1")


def seal(text: str) -> str:
    """The secret, sealed."""
    return PREFIX + _seal.close(text)


def unseal(sealed: str) -> str:
    """The secret again; one from before is returned as it is. Raises SealError when no known key opens it."""
    return _seal.open(sealed.removeprefix(PREFIX)) if sealed.startswith(PREFIX) else sealed


def is_current(sealed: str) -> bool:
    """Whether the secret is sealed with the secret key of today."""
    return sealed.startswith(PREFIX) and _seal.is_current(sealed.removeprefix(PREFIX))
