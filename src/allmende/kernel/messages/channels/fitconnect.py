# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Packages to an authority through FIT-Connect: encrypted for it alone (JWE, RSA-OAEP-256 and A256GCM), then submitted.

The service gives each submission an id. It is noted as soon as it is known: an attempt after a crash goes on with that submission, and
asks first whether it has arrived. So a package arrives once, and twice only if the note itself was lost.
"""

import base64
import hashlib
import json
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from django.conf import settings
from django.utils import timezone
from joserfc import jwe
from joserfc.jwk import RSAKey

from allmende.kernel.messages import packages, queries, rules, sealing, service
from allmende.kernel.messages.channels import keys
from allmende.kernel.messages.channels.webhook import outcome_of
from allmende.kernel.messages.models import Destination, Message
from allmende.kernel.messages.packages import Enclosed
from allmende.kernel.outbound import client

API: dict[str, Any] = yaml.safe_load((Path(__file__).parents[1] / "data/fitconnect.yaml").read_text(encoding="utf-8"))
CONTENT_ALGORITHM = "A256GCM"
FORM = "application/x-www-form-urlencoded"
JOSE = "application/jose"
NOT_FOUND = 404


class _Ended(Exception):
    """The attempt ends here with an outcome of data/messages.yaml."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def send(message: Message, content: dict[str, Any], enclosed: list[Enclosed]) -> str:
    """Submit the package; empty when it was taken, otherwise an outcome of data/messages.yaml."""
    destination = queries.destination(message.recipient, rules.FITCONNECT)
    if destination is None:
        return "gone"
    try:
        _Attempt(message, destination, content["data"]).run(enclosed)
    except _Ended as end:
        return end.outcome
    except client.NotReachedError as failure:
        return failure.outcome
    return ""


class _Attempt:
    """One attempt, step by step."""

    def __init__(self, message: Message, destination: Destination, about: dict[str, str]) -> None:
        self._message = message
        self._address = destination.address.rstrip("/")
        self._options = destination.options
        self._about = about
        self._token = self._sign_in(sealing.unseal_secret(destination.sealed_secret))

    def run(self, enclosed: list[Enclosed]) -> None:
        """Everything up to the submission. Raises _Ended, NotReachedError."""
        data, attachments = self._chosen(enclosed)
        ids = {attachment_id(self._message, each.name): each for each in attachments}
        remote = self._known()
        if remote and remote["submitted"]:
            return
        key = self._key()
        submission = remote["submission"] if remote else self._begin(list(ids))
        for number, each in ids.items():
            self._ask(
                "PUT",
                self._path("attachment", submission=submission, attachment=number),
                encrypted(each.content, each.media_type, key).encode(),
                JOSE,
            )
        sealed = {
            "encryptedMetadata": encrypted(self._metadata(data, ids), packages.JSON, key),
            "encryptedData": encrypted(data.content, data.media_type, key),
        }
        self._ask("PUT", self._path("submission", submission=submission), sealed)

    def _chosen(self, enclosed: list[Enclosed]) -> tuple[Enclosed, list[Enclosed]]:
        """The data in the format that the destination takes, and what travels beside it."""
        wanted = self._options["format"]
        data = next((each for each in enclosed if each.role == "data" and each.media_type == wanted), None)
        if data is None:
            raise _Ended("incomplete")
        return data, [each for each in enclosed if each.role != "data"]

    def _sign_in(self, secret: str) -> str:
        """An access token (OAuth 2.0, client credentials)."""
        body = urlencode(
            {"grant_type": "client_credentials", "client_id": self._options["client_id"], "client_secret": secret}
        )
        answer = client.call("POST", self._options["token_url"], body.encode(), {"Content-Type": FORM})
        return str(_read(answer)["access_token"])

    def _known(self) -> dict[str, Any] | None:
        """The submission of an earlier attempt and whether it arrived; None when there is none any more."""
        if not self._message.remote:
            return None
        remote: dict[str, Any] = json.loads(self._message.remote)
        answer = self._call("GET", self._path("events", case=remote["case"]))
        if answer.status == NOT_FOUND:
            return None  # the service forgets what was begun and not submitted for a day
        log = _read(answer)["eventLog"]
        return remote | {"submitted": any(_tells(event, remote["submission"]) for event in log)}

    def _key(self) -> RSAKey:
        """The public key of the authority. Raises _Ended for one that may not be used."""
        kid = self._ask("GET", self._path("destination"))["encryptionKid"]
        found = self._ask("GET", self._path("key", kid=kid))
        try:
            return keys.trusted(found, settings.FITCONNECT_ROOTS, timezone.now(), API["key_bits"])
        except keys.KeyRefused as refused:
            raise _Ended(refused.outcome) from refused

    def _begin(self, attachments: list[str]) -> str:
        """A new submission, noted before anything else happens."""
        leika = self._about["leika"] or self._options["leika"]
        if not leika:
            raise _Ended("incomplete")
        answer = self._ask(
            "POST",
            API["submissions"],
            {
                "destinationId": self._options["destination"],
                "announcedAttachments": attachments,
                "serviceType": {"name": self._about["title"], "identifier": API["service"].format(leika=leika)},
            },
        )
        remote = {"submission": str(answer["submissionId"]), "case": str(answer["caseId"])}
        service.note_remote(self._message, json.dumps(remote))
        return remote["submission"]

    def _metadata(self, data: Enclosed, attachments: dict[str, Enclosed]) -> bytes:
        """What the authority is told about the parts, with their hashes (metadata schema 1)."""
        schema = {"schemaUri": self._options["schema_uri"], "mimeType": data.media_type}
        described = {
            "$schema": API["metadata"],
            "contentStructure": {
                "data": {"hash": _hash(data.content), "submissionSchema": schema},
                "attachments": [
                    {
                        "attachmentId": number,
                        "purpose": each.role,
                        "filename": each.name,
                        "description": each.name,
                        "mimeType": each.media_type,
                        "hash": _hash(each.content),
                    }
                    for number, each in attachments.items()
                ],
            },
            "additionalReferenceInfo": {
                "senderReference": self._about["reference"],
                "applicationDate": self._about["day"],
            },
        }
        return json.dumps(described, ensure_ascii=False).encode()

    def _path(self, name: str, **parts: str) -> str:
        return str(API[name]).format(destination=self._options["destination"], **parts)

    def _ask(self, method: str, path: str, body: Any = b"", kind: str = packages.JSON) -> dict[str, Any]:
        """One step; what was answered as JSON. Raises _Ended."""
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return _read(self._call(method, path, content, kind))

    def _call(self, method: str, path: str, body: bytes = b"", kind: str = packages.JSON) -> client.Answer:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": kind, "Accept": packages.JSON}
        return client.call(method, self._address + path, body, headers)


def encrypted(content: bytes, media_type: str, key: RSAKey) -> str:
    """A JWE in compact form (RFC 7516, section 7.1) that only the holder of the private key can read."""
    header = {"alg": keys.ALGORITHM, "enc": CONTENT_ALGORITHM, "kid": key.kid, "cty": media_type}
    return jwe.encrypt_compact(header, content, key, algorithms=[keys.ALGORITHM, CONTENT_ALGORITHM])


def attachment_id(message: Message, name: str) -> str:
    """The same at each attempt, in the form of a random UUID (version 4), as FIT-Connect asks."""
    digest = hashlib.sha256(f"{message.pk}/{name}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _read(answer: client.Answer) -> dict[str, Any]:
    """The answer's JSON; empty without content. Raises _Ended."""
    if outcome := outcome_of(answer.status):
        raise _Ended(outcome)
    try:
        found = json.loads(answer.content or b"{}")
    except ValueError as error:
        raise _Ended("unexpected") from error
    if not isinstance(found, dict):
        raise _Ended("unexpected")
    return _Fields(found)


class _Fields(dict[str, Any]):
    """What was answered; a field that is missing ends the attempt."""

    def __missing__(self, name: str) -> Any:
        raise _Ended("unexpected")


def _tells(event: str, submission: str) -> bool:
    """Whether an event of the log (a JWT) says that the submission arrived. Its sender is known by the connection."""
    try:
        part = event.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return API["submitted"] in told["events"] and told["sub"] == f"submission:{submission}"
    except (ValueError, KeyError, IndexError, TypeError):
        return False


def _hash(content: bytes) -> dict[str, str]:
    return {"type": "sha512", "content": hashlib.sha512(content).hexdigest()}
