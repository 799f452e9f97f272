# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Webhooks: signed, at least once, with an id by which the receiver knows a second delivery."""

import base64
import hashlib
import hmac
import json

import pytest

from allmende.kernel.messages import delivery, sealing, service
from allmende.kernel.messages.channels import webhook
from allmende.kernel.messages.models import Destination, Message

pytestmark = pytest.mark.django_db


def tell(key: str = "case-1") -> Message:
    return service.send_webhook("fach", key=key, event="case.opened", data={"number": "2026-000001", "title": "Bäume"})


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_it_works_and_the_signature_is_the_one_of_the_specification(hook, hook_server):
    message = tell()
    assert delivery.attempt(message.pk) == ""
    headers, body = hook_server.received[0]
    assert json.loads(body)["data"] == {"number": "2026-000001", "title": "Bäume"}
    assert json.loads(body)["type"] == "case.opened"
    key = base64.b64decode(sealing.unseal_secret(hook.sealed_secret).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == str(message.pk)
    assert state(message) == "sent"


def test_the_example_of_the_specification_is_signed_as_it_says():
    """https://github.com/standard-webhooks/standard-webhooks, the test vector of its libraries."""
    signature = webhook.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_same_key_again_tells_nothing(hook, hook_server):
    assert tell().pk == tell().pk
    delivery.attempt(tell().pk)
    delivery.attempt(tell().pk)
    assert len(hook_server.received) == 1


def test_a_second_delivery_has_the_same_id_and_body(hook, hook_server):
    hook_server.statuses = [503]
    message = tell()
    assert delivery.attempt(message.pk) == "failing"
    delivery.attempt(message.pk)
    (first, body), (second, same) = hook_server.received
    assert first["webhook-id"] == second["webhook-id"]
    assert body == same
    assert state(message) == "sent"


@pytest.mark.parametrize(
    ("status", "outcome", "expected"),
    [
        (400, "refused", "failed"),
        (401, "denied", "queued"),
        (404, "refused", "failed"),
        (410, "gone", "failed"),
        (429, "busy", "queued"),
        (302, "redirected", "failed"),
        (500, "failing", "queued"),
    ],
)
def test_what_an_answer_means(hook, hook_server, status, outcome, expected):
    hook_server.statuses = [status]
    message = tell()
    assert delivery.attempt(message.pk) == outcome
    assert state(message) == expected


def test_a_machine_that_is_no_longer_on_the_list_is_not_called(hook, hook_server, settings):
    settings.OUTBOUND_PRIVATE_HOSTS = []
    message = tell()
    assert delivery.attempt(message.pk) == "forbidden_address"
    assert hook_server.received == []
    assert state(message) == "failed"


def test_what_waits_for_a_webhook_that_was_removed_fails(hook, dora):
    message = tell()
    service.remove_destination(hook, actor=dora)
    assert delivery.attempt(message.pk) == "gone"


def test_nobody_is_told_who_is_not_known(db):
    with pytest.raises(Destination.DoesNotExist):
        tell()


def test_the_secret_lies_sealed(hook):
    secret = sealing.unseal_secret(hook.sealed_secret)
    assert secret not in str(Destination.objects.values().get())
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
