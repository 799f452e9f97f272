# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a key may be encrypted for: what it is, and the certificates it comes with.

After the rules that FITKO publishes for FIT-Connect (docs.fitko.de/fit-connect/docs/details/crypto, as of 2026-11-30): an RSA key of
4096 bits for RSA-OAEP-256 and `wrapKey`; its X.509 certificate comes from the administration's PKI and is checked as a path to one of
its roots (BSI TR-02103, RFC 5280). `x5c` holds the certificates, the key's own first (RFC 7517, section 4.7).
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    KeyUsage,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

ALGORITHM = "RSA-OAEP-256"
LONGEST_PATH = 8
"""Certificates in a chain."""


class KeyRefused(Exception):
    """Nothing may be encrypted for this key. `outcome`: unusable_key, untrusted_key or no_roots (see data/messages.yaml)."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def trusted(found: Mapping[str, Any], roots: Path | None, moment: datetime, bits: int) -> RSAKey:
    """The public key of an authority, given as a JSON Web Key, if it may be used at that moment. Raises KeyRefused.

    `roots` is a file with trusted certificates (PEM). A certificate that stands there itself is trusted as it is, which is what the
    test environment's self-made ones need.
    """
    key = _usable(found, bits)
    anchors = _anchors(roots)
    try:
        chain = [load_der_x509_certificate(base64.b64decode(each, validate=True)) for each in found["x5c"]]
    except (KeyError, TypeError, ValueError) as error:
        raise KeyRefused("untrusted_key") from error
    if not 0 < len(chain) <= LONGEST_PATH or not _same(chain[0], key):
        raise KeyRefused("untrusted_key")
    _verify(chain, anchors, moment)
    return key


def _usable(found: Mapping[str, Any], bits: int) -> RSAKey:
    kind = (found.get("kty"), found.get("alg"))
    usable = kind == ("RSA", ALGORITHM) and "d" not in found and "wrapKey" in found.get("key_ops", [])
    try:
        key = RSAKey.import_key({name: found[name] for name in ("kty", "n", "e", "kid")})
    except (JoseError, KeyError, ValueError) as error:
        raise KeyRefused("unusable_key") from error
    if not usable or key.public_key.key_size < bits:
        raise KeyRefused("unusable_key")
    return key


def _anchors(roots: Path | None) -> list[Certificate]:
    if roots is None:
        raise KeyRefused("no_roots")
    try:
        return load_pem_x509_certificates(roots.read_bytes())
    except (OSError, ValueError) as error:
        raise KeyRefused("no_roots") from error


def _same(certificate: Certificate, key: RSAKey) -> bool:
    own = certificate.public_key()
    return isinstance(own, RSAPublicKey) and own.public_numbers() == key.public_key.public_numbers()


def _verify(chain: Sequence[Certificate], anchors: Sequence[Certificate], moment: datetime) -> None:
    leaf = chain[0]
    if leaf in anchors:
        if not leaf.not_valid_before_utc <= moment <= leaf.not_valid_after_utc:
            raise KeyRefused("untrusted_key")
        return
    policy = PolicyBuilder().store(Store(list(anchors))).time(moment).extension_policies(ca_policy=_CA, ee_policy=_OWN)
    try:
        policy.build_client_verifier().verify(leaf, list(chain[1:]))
    except VerificationError as error:
        raise KeyRefused("untrusted_key") from error


def _may_certify(_policy: Policy, _certificate: Certificate, constraints: BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("not a certificate of an authority that certifies")


def _may_sign(_policy: Policy, _certificate: Certificate, usage: KeyUsage | None) -> None:
    if usage and not usage.key_cert_sign:
        raise ValueError("may not sign certificates")


def _may_wrap(_policy: Policy, _certificate: Certificate, usage: KeyUsage | None) -> None:
    if usage and not usage.key_encipherment:
        raise ValueError("may not encrypt keys")


_CA = (
    ExtensionPolicy.permit_all()
    .require_present(BasicConstraints, Criticality.AGNOSTIC, _may_certify)
    .may_be_present(KeyUsage, Criticality.AGNOSTIC, _may_sign)
)
_OWN = ExtensionPolicy.permit_all().may_be_present(KeyUsage, Criticality.AGNOSTIC, _may_wrap)
