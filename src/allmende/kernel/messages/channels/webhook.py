# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Webhooks after the specification "Standard Webhooks" (standardwebhooks.com): id, time and HMAC-SHA-256 over both and the body."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from allmende.kernel.messages import queries, rules, sealing
from allmende.kernel.messages.models import Message
from allmende.kernel.messages.packages import Enclosed
from allmende.kernel.outbound import client

PREFIX = "whsec_"
SECRET_BYTES = 32
BY_STATUS = {401: "denied", 403: "denied", 408: "failing", 409: "busy", 410: "gone", 425: "busy", 429: "busy"}
"""Others: 3xx redirected, 4xx refused, 5xx failing."""


def new_secret() -> str:
    """A secret as the specification writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def send(message: Message, content: dict[str, Any], enclosed: list[Enclosed]) -> str:
    """Call the webhook; empty when it took the message, otherwise an outcome of data/messages.yaml.

    Files stand in the body as ``data.files``: name, media_type, role, and the content in base64.
    """
    hook = queries.destination(message.recipient, rules.WEBHOOK)
    if hook is None:
        return "gone"
    if enclosed:
        content = content | {"data": content["data"] | {"files": [_file(each) for each in enclosed]}}
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    moment = str(int(time.time()))
    signature = sign(sealing.unseal_secret(hook.sealed_secret), str(message.pk), moment, body)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": str(message.pk),
        "webhook-timestamp": moment,
        "webhook-signature": signature,
    }
    try:
        return outcome_of(client.post(hook.address, body, headers))
    except client.NotReachedError as failure:
        return failure.outcome


def _file(each: Enclosed) -> dict[str, str]:
    content = base64.b64encode(each.content).decode()
    return {"name": each.name, "media_type": each.media_type, "role": each.role, "content": content}


def sign(secret: str, message_id: str, moment: str, body: bytes) -> str:
    """The signature that goes with this message."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((message_id.encode(), moment.encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def outcome_of(status: int) -> str:
    """What an answer's status means."""
    if 200 <= status < 300:
        return ""
    return BY_STATUS.get(status) or ("redirected" if status < 400 else "failing" if status >= 500 else "refused")
