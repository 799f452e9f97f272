# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""An authority behind a FIT-Connect service on this machine: it keeps what is submitted, and reads it with its private key.

What is encrypted is opened by hand after RFC 7516 and 7518, without the library that closed it.
"""

import base64
import hashlib
import json
import uuid
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import Certificate

from allmende.kernel.messages.tests import pki
from allmende.kernel.messages.tests.fakes import Server

SECRET, TOKEN, KID = "s3cret", "token-1", "key-1"
DESTINATION = "879ee109-a690-4db8-ab32-424b2e0f3d1c"


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=4096)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_jwk(key: rsa.RSAPrivateKey) -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    n, e = (b64(number.to_bytes((number.bit_length() + 7) // 8, "big")) for number in (numbers.n, numbers.e))
    return {"kty": "RSA", "alg": "RSA-OAEP-256", "kid": KID, "key_ops": ["wrapKey"], "n": n, "e": e}


@cache
def chain() -> tuple[Certificate, Certificate]:
    """The authority's certificate and that of who certified it; the root is `root()`."""
    return pki.certificate("Amt", "Zwischenstelle", private_key(), ca=False), pki.certificate(
        "Zwischenstelle", "Wurzel"
    )


@cache
def root() -> Certificate:
    return pki.certificate("Wurzel", "Wurzel")


def certified_key() -> dict[str, Any]:
    return public_jwk(private_key()) | {"x5c": pki.x5c(*chain())}


def decrypted(token: str) -> tuple[dict[str, str], bytes]:
    """Protected header and content of a JWE in compact form."""
    head, wrapped, vector, content, tag = token.split(".")
    oaep = padding.OAEP(mgf=padding.MGF1(SHA256()), algorithm=SHA256(), label=None)
    key = private_key().decrypt(unb64(wrapped), oaep)
    return json.loads(unb64(head)), AESGCM(key).decrypt(unb64(vector), unb64(content) + unb64(tag), head.encode())


@dataclass
class Submission:
    """What was begun and perhaps submitted."""

    case: str
    announced: list[str]
    service: dict[str, str]
    attachments: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, Any] | None = None
    data: bytes = b""

    @property
    def files(self) -> dict[str, bytes]:
        """The attachments by name, each with the hash that the metadata names."""
        found = {}
        for described in self.metadata["contentStructure"]["attachments"]:
            _head, content = decrypted(self.attachments[described["attachmentId"]])
            assert hashlib.sha512(content).hexdigest() == described["hash"]["content"]
            found[described["filename"]] = content
        return found


class Handler(BaseHTTPRequestHandler):
    server: "Authority"

    def do_POST(self) -> None:
        self.answer("POST")

    def do_PUT(self) -> None:
        self.answer("PUT")

    def do_GET(self) -> None:
        self.answer("GET")

    def answer(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        status, said = self.server.asked(method, self.path, self.headers.get("authorization"), body)
        content = json.dumps(said).encode() if said is not None else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        pass


class Authority(Server):
    """`received` are the submissions that arrived, by id, as often as they arrived. `instead` maps a path to another answer."""

    handler = Handler
    received: list[str]

    def __init__(self, port: int = 0) -> None:
        self.submissions: dict[str, Submission] = {}
        self.instead: dict[str, tuple[int, Any]] = {}
        self.key = certified_key()
        super().__init__(port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def options(self) -> dict[str, str]:
        """What the administrator fills in."""
        return {
            "token_url": f"{self.url}/token",
            "client_id": "allmende",
            "destination": DESTINATION,
            "schema_uri": "urn:de:fim:stammdatenschema:s1",
            "format": "application/json",
            "leika": "99102013104000",
        }

    def asked(self, method: str, path: str, authorization: str | None, body: bytes) -> tuple[int, Any]:
        if path in self.instead:
            return self.instead[path]
        if path == "/token":
            given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            right = given == {"grant_type": "client_credentials", "client_id": "allmende", "client_secret": SECRET}
            return (200, {"access_token": TOKEN, "expires_in": 1800}) if right else (401, None)
        if authorization != f"Bearer {TOKEN}":
            return 401, None
        parts = path.strip("/").split("/")[1:]
        return getattr(self, f"{method.lower()}_{parts[0]}")(parts[1:], body)

    def get_destinations(self, parts: list[str], _body: bytes) -> tuple[int, Any]:
        if parts == [DESTINATION]:
            return 200, {"destinationId": DESTINATION, "encryptionKid": KID, "status": "active"}
        return (200, self.key) if parts == [DESTINATION, "keys", KID] else (404, None)

    def post_submissions(self, _parts: list[str], body: bytes) -> tuple[int, Any]:
        asked = json.loads(body)
        assert asked["destinationId"] == DESTINATION
        assert all(uuid.UUID(each).version == 4 for each in asked["announcedAttachments"])
        number, case = str(uuid.uuid4()), str(uuid.uuid4())
        self.submissions[number] = Submission(case, asked["announcedAttachments"], asked["serviceType"])
        return 201, {"submissionId": number, "caseId": case, "destinationId": DESTINATION}

    def put_submissions(self, parts: list[str], body: bytes) -> tuple[int, Any]:
        submission = self.submissions[parts[0]]
        if submission.metadata is not None:
            return 409, None
        if parts[1:2] == ["attachments"]:
            assert parts[2] in submission.announced
            submission.attachments[parts[2]] = body.decode()
            return 204, None
        assert set(submission.attachments) == set(submission.announced)
        sealed = json.loads(body)
        submission.metadata = json.loads(decrypted(sealed["encryptedMetadata"])[1])
        head, submission.data = decrypted(sealed["encryptedData"])
        assert head == {"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": KID, "cty": "application/json"}
        self.received.append(parts[0])
        self.answering.wait()
        return 200, {"submissionId": parts[0]}

    def get_cases(self, parts: list[str], _body: bytes) -> tuple[int, Any]:
        found = {number: each for number, each in self.submissions.items() if each.case == parts[0]}
        if not found:
            return 404, None
        events = "https://schema.fitko.de/fit-connect/events/"
        log = [
            {"sub": f"submission:{number}", "events": {f"{events}{what}-submission": {}}}
            for number, each in found.items()
            for what in ("create", *(("submit",) if each.metadata else ()))
        ]
        return 200, {"eventLog": [f"{b64(b'{}')}.{b64(json.dumps(event).encode())}.{b64(b'x')}" for event in log]}
