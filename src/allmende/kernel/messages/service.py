# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public door of the room: put a letter into the outbox, take it back, send it anew.

A message is written in the caller's transaction, so it exists if and only if what it tells has happened. A job of its own sends it
afterwards; each attempt carries the same id, so that the receiver can tell a second delivery from a second letter.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from allmende.kernel.audit.service import record
from allmende.kernel.jobs import service as jobs
from allmende.kernel.messages import letters, packages, rules, sealing
from allmende.kernel.messages.models import Destination, Enclosure, Message
from allmende.kernel.messages.packages import Enclosed, Package

TITLE = gettext_noop("Nachricht versenden")
PACKAGE = "messages.package"
"""The event of a package, and the letter that brings one to a mailbox."""
ERASABLE = {"recipient": "", "sealed": ""}
"""What a message holds about a person, emptied."""


class NotPossibleError(Exception):
    """The message is not in a state for this; the text is for people."""


class TooLargeError(Exception):
    """The files are larger together than a message may be; the text is for people."""


def send_email(
    template: str,
    *,
    key: str,
    to: str,
    language: str,
    values: Mapping[str, str],
    about: str = "",
    after: datetime | None = None,
    enclosed: Sequence[Enclosed] = (),
) -> Message:
    """Put a letter into the outbox; the same key again changes nothing and returns the first.

    `template` is a declared `LetterTemplate`, `about` names what it is about. Until the moment `after` it can be taken back.
    Raises TooLargeError for files that are larger together than a message may be.
    """
    letter = letters.write(template, language, values)
    return _put(
        key,
        {"subject": letter.subject, "text": letter.text},
        after,
        enclosed,
        channel=rules.EMAIL,
        kind=template,
        recipient=to,
        language=language,
        about=about,
    )


def send_webhook(slug: str, *, key: str, event: str, data: Mapping[str, Any], about: str = "") -> Message:
    """Tell a machine that `event` ("case.opened") happened, with plain data; once for each key. Raises Destination.DoesNotExist."""
    hook = Destination.objects.get(pk=slug, kind=rules.WEBHOOK)
    return _put(key, _event(event, data), channel=rules.WEBHOOK, kind=event, recipient=hook.pk, about=about)


def send_package(slug: str, *, key: str, package: Package, about: str = "") -> Message:
    """Send a package to a destination of any kind; once for each key. `queries.serving` says to which it goes.

    Raises Destination.DoesNotExist and TooLargeError.
    """
    destination = Destination.objects.get(pk=slug)
    told = {"reference": package.reference, "title": package.title, "day": package.day, "leika": package.leika}
    if destination.kind == rules.EMAIL:
        return send_email(
            PACKAGE,
            key=key,
            to=destination.address,
            language=letters.GERMAN,
            values=told,
            about=about,
            enclosed=package.enclosed,
        )
    values = {"channel": destination.kind, "kind": PACKAGE, "recipient": destination.pk, "about": about}
    return _put(key, _event(PACKAGE, told), None, package.enclosed, **values)


def _event(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": name, "timestamp": timezone.now().isoformat(), "data": dict(data)}


@transaction.atomic
def _put(
    key: str,
    content: dict[str, Any],
    after: datetime | None = None,
    enclosed: Sequence[Enclosed] = (),
    **values: Any,
) -> Message:
    if sum(len(each.content) for each in enclosed) > rules.PACKAGE_BYTES:
        raise TooLargeError(_("Die Dateien sind zusammen größer als %d MB.") % (rules.PACKAGE_BYTES // 1024**2))
    moment = after or timezone.now()
    values |= {"sealed": sealing.seal(content), "next_at": moment}
    message, made = Message.objects.get_or_create(key=key, defaults=values)
    if made:
        packages.keep(message, enclosed)
        queue(message, moment)
    return message


@transaction.atomic
def note_remote(message: Message, remote: str) -> None:
    """Note what the receiver calls the message, so that the next attempt goes on with it."""
    Message.objects.filter(pk=message.pk).update(remote=remote)
    message.remote = remote


def empty(found: QuerySet[Message]) -> int:
    """Forget what messages hold about a person, in the caller's transaction; how many there were."""
    Enclosure.objects.filter(message__in=found).delete()
    return found.update(**ERASABLE)


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
def add_destination(
    slug: str,
    *,
    kind: str,
    title: str,
    address: str,
    actor: AbstractBaseUser,
    secret: str = "",
    serves: Sequence[str] = (),
    options: Mapping[str, str] | None = None,
) -> Destination:
    """Note where things may go."""
    destination = Destination.objects.create(
        slug=slug,
        kind=kind,
        title=title,
        address=address,
        serves=list(serves),
        options=dict(options or {}),
        sealed_secret=sealing.seal_secret(secret) if secret else "",
    )
    detail = {"kind": kind, "serves": list(serves)}
    record("messages.destination.added", actor=actor, subject=f"destination:{slug}", detail=detail)
    return destination


@transaction.atomic
def change_destination(destination: Destination, *, title: str, serves: Sequence[str], actor: AbstractBaseUser) -> None:
    """Rename a destination, and say anew which applications go there."""
    Destination.objects.filter(pk=destination.pk).update(title=title, serves=list(serves))
    detail = {"serves": list(serves)}
    record("messages.destination.changed", actor=actor, subject=f"destination:{destination.pk}", detail=detail)


@transaction.atomic
def remove_destination(destination: Destination, *, actor: AbstractBaseUser) -> None:
    """Forget a destination; what waits for it fails."""
    slug = destination.pk
    destination.delete()
    record("messages.destination.removed", actor=actor, subject=f"destination:{slug}")


def _record(what: str, message: Message, actor: AbstractBaseUser) -> None:
    record(f"messages.message.{what}", actor=actor, subject=f"message:{message.pk}", detail={"kind": message.kind})
