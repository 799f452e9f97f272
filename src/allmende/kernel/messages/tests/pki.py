# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small public key infrastructure after FIT-Connect's rules: a root, an authority that certifies, and the certificates of keys."""

import base64
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA512
from django.utils import timezone

DAY = timedelta(days=1)


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


@cache
def key_of(owner: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(
    owner: str,
    issuer: str,
    key: rsa.RSAPrivateKey | None = None,
    *,
    ca: bool = True,
    until: datetime | None = None,
    wraps: bool = True,
) -> x509.Certificate:
    """Signed with RSASSA-PSS and SHA-512, valid from yesterday on."""
    own, now = key or key_of(owner), timezone.now()
    usage = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "data_encipherment",
            "key_agreement",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name(owner))
        .issuer_name(name(issuer))
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 2 * DAY)
        .not_valid_after(until or now + DAY)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage, key_cert_sign=ca, key_encipherment=wraps and not ca), critical=True)
        .sign(own if owner == issuer else key_of(issuer), SHA512(), rsa_padding=padding.PSS(padding.MGF1(SHA512()), 64))
    )


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


def x5c(*certificates: x509.Certificate) -> list[str]:
    """As a JSON Web Key holds them: DER in base64."""
    return [base64.b64encode(each.public_bytes(serialization.Encoding.DER)).decode() for each in certificates]
