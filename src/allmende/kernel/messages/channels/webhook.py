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

from allmende.kernel.messages import sealing
from allmende.kernel.messages.models import Message, Webhook
from allmende.kernel.outbound import client

PREFIX = "whsec_"
SECRET_BYTES = 32
BY_STATUS = {401: "denied", 403: "denied", 408: "failing", 409: "busy", 410: "gone", 425: "busy", 429: "busy"}
"""Others: 3xx redirected, 4xx refused, 5xx failing."""


def new_secret() -> str:
    """A secret as the specification writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def send(message: Message, content: dict[str, Any]) -> str:
    """Call the webhook; empty when it took the message, otherwise an outcome of data/messages.yaml."""
    hook = Webhook.objects.filter(pk=message.recipient).first()
    if hook is None:
        return "gone"
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
        return outcome_of(client.post(hook.url, body, headers))
    except client.NotReachedError as failure:
        return failure.outcome


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
