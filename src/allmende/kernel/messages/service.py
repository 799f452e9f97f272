# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public door of the room: put a letter into the outbox, take it back, send it anew.

A message is written in the caller's transaction, so it exists if and only if what it tells has happened. A job of its own sends it
afterwards; each attempt carries the same id, so that the receiver can tell a second delivery from a second letter.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from allmende.kernel.audit.service import record
from allmende.kernel.jobs import service as jobs
from allmende.kernel.messages import letters, rules, sealing
from allmende.kernel.messages.models import Message, Webhook

TITLE = gettext_noop("Nachricht versenden")
ERASABLE = {"recipient": "", "sealed": ""}
"""What a message holds about a person, emptied."""


class NotPossibleError(Exception):
    """The message is not in a state for this; the text is for people."""


def send_email(
    template: str,
    *,
    key: str,
    to: str,
    language: str,
    values: Mapping[str, str],
    about: str = "",
    after: datetime | None = None,
) -> Message:
    """Put a letter into the outbox; the same key again changes nothing and returns the first.

    `template` is a declared `LetterTemplate`, `about` names what it is about. Until the moment `after` it can be taken back.
    """
    letter = letters.write(template, language, values)
    return _put(
        key,
        {"subject": letter.subject, "text": letter.text},
        after,
        channel=rules.EMAIL,
        kind=template,
        recipient=to,
        language=language,
        about=about,
    )


def send_webhook(slug: str, *, key: str, event: str, data: Mapping[str, Any], about: str = "") -> Message:
    """Tell a machine that `event` ("case.opened") happened, with plain data; once for each key. Raises Webhook.DoesNotExist."""
    hook = Webhook.objects.get(pk=slug)
    body = {"type": event, "timestamp": timezone.now().isoformat(), "data": dict(data)}
    return _put(key, body, None, channel=rules.WEBHOOK, kind=event, recipient=hook.pk, about=about)


@transaction.atomic
def _put(key: str, content: dict[str, Any], after: datetime | None, **values: Any) -> Message:
    moment = after or timezone.now()
    values |= {"sealed": sealing.seal(content), "next_at": moment}
    message, made = Message.objects.get_or_create(key=key, defaults=values)
    if made:
        queue(message, moment)
    return message


def queue(message: Message, moment: datetime) -> None:
    """Have the message sent at that moment; while an attempt is waiting there is no second."""
    jobs.enqueue(
        "allmende.kernel.messages.tasks:deliver",
        args={"message": str(message.pk)},
        title=TITLE,
        key=f"messages:{message.pk}:{message.attempts}",
        after=moment,
    )


@transaction.atomic
def take_back(key: str) -> bool:
    """Forget a message that has not left yet, as if it had never been written; False when it is too late."""
    count, _kinds = Message.objects.filter(key=key, state=rules.QUEUED, attempts=0, next_at__gt=timezone.now()).delete()
    return bool(count)


@transaction.atomic
def send_anew(message: Message, *, actor: AbstractBaseUser) -> None:
    """Try a message again that failed or was given up, as long as its content is kept. Raises NotPossibleError."""
    allowed = [name for name, state in rules.STATES.items() if state.again]
    anew = {"state": rules.QUEUED, "attempts": 0, "outcome": "", "next_at": timezone.now(), "finished_at": None}
    if not Message.objects.filter(pk=message.pk, state__in=allowed).exclude(sealed="").update(**anew):
        raise NotPossibleError(_("Diese Nachricht lässt sich nicht noch einmal senden; ihr Inhalt ist nicht mehr da."))
    message.refresh_from_db()
    queue(message, message.next_at)
    _record("sent_anew", message, actor)


@transaction.atomic
def give_up(message: Message, *, actor: AbstractBaseUser) -> None:
    """Stop trying. The content stays until its time is over, so that it can still be sent. Raises NotPossibleError."""
    allowed = [name for name, state in rules.STATES.items() if state.stop]
    if not Message.objects.filter(pk=message.pk, state__in=allowed).update(
        state=rules.STOPPED, finished_at=timezone.now()
    ):
        raise NotPossibleError(_("Diese Nachricht ist schon versandt."))
    _record("given_up", message, actor)


@transaction.atomic
def add_webhook(slug: str, *, title: str, url: str, secret: str, actor: AbstractBaseUser) -> Webhook:
    """Note a machine that may be told things."""
    hook = Webhook.objects.create(slug=slug, title=title, url=url, sealed_secret=sealing.seal_secret(secret))
    record("messages.webhook.added", actor=actor, subject=f"webhook:{slug}")
    return hook


@transaction.atomic
def remove_webhook(hook: Webhook, *, actor: AbstractBaseUser) -> None:
    """Forget a machine; what waits for it fails."""
    slug = hook.pk
    hook.delete()
    record("messages.webhook.removed", actor=actor, subject=f"webhook:{slug}")


def _record(what: str, message: Message, actor: AbstractBaseUser) -> None:
    record(f"messages.message.{what}", actor=actor, subject=f"message:{message.pk}", detail={"kind": message.kind})
