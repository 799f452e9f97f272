# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the town and the citizen write to each other. E-mail only says that there is something; the words lie behind a private link."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from allmende.kernel.cases import kinds, rules, town
from allmende.kernel.cases.changing import OtherPersonError, changing, enter
from allmende.kernel.cases.engine.workflow import REPLY, STAFF
from allmende.kernel.cases.models import Case, Letter
from allmende.kernel.messages import links
from allmende.kernel.messages import service as messages
from allmende.kernel.messages.models import Link

ANSWER = "cases.answer"


def about(case: Case) -> str:
    """What private links to a case are about."""
    return f"case:{case.pk}"


def case_of(link: Link) -> Case | None:
    """The case that a private link is about."""
    kind, _colon, key = link.about.partition(":")
    return Case.objects.filter(pk=key).first() if kind == "case" else None


def citizen_link(case: Case) -> str:
    """The address of a new private link to the case; told once, for instance on the receipt of an application."""
    token = links.make(about(case), days=rules.LINK_DAYS)
    return f"{settings.BASE_URL}{reverse('cases_citizen', args=[token])}"


def answer(
    case: Case,
    text: str,
    *,
    ticket: uuid.UUID,
    actor: AbstractBaseUser,
    then: str = "",
    revision: int | None = None,
    batch: uuid.UUID | None = None,
) -> Case:
    """Write to the citizen and, with `then`, lead the case into a state. The same ticket again sends nothing.

    Where there is an e-mail address, a letter with a private link leaves after a moment, in which `undo` can take it back.
    Raises OtherPersonError when no step leads to `then`.
    """
    if known := _sent(ticket):
        return known
    with changing(case, "answered", actor=actor, revision=revision, batch=batch) as change:
        row = change.case
        letter = Letter.objects.create(case=row, author=str(actor), text=text, ticket=ticket, at=timezone.now())
        change.detail |= {"ticket": str(ticket), "by_email": bool(row.contact_email)}
        if then:
            if not kinds.kind(row.kind).flow.may(row.state, then, STAFF):
                raise OtherPersonError
            enter(row, then)
            change.detail["to"] = then
        if row.contact_email:
            _announce(row, letter)
    return row


def reply(case: Case, text: str, *, ticket: uuid.UUID) -> Case:
    """Keep what the citizen writes back; a case that waited for it, or was finished, goes on. The same ticket again does nothing."""
    if known := _sent(ticket):
        return known
    with changing(case, "replied", actor=None) as change:
        Letter.objects.create(case=change.case, incoming=True, text=text, ticket=ticket, at=timezone.now())
        if further := kinds.kind(change.case.kind).flow.led_by(change.case.state, REPLY):
            enter(change.case, further)
            change.detail["to"] = further
    return change.case


def revoke_links(
    case: Case, *, actor: AbstractBaseUser, revision: int | None = None, batch: uuid.UUID | None = None
) -> int:
    """Make all private links to the case worthless, for instance when a letter went astray; returns how many."""
    with changing(case, "links_revoked", actor=actor, revision=revision, batch=batch):
        return links.revoke(about(case))


def _sent(ticket: uuid.UUID) -> Case | None:
    letter = Letter.objects.select_related("case").filter(ticket=ticket).first()
    return letter.case if letter else None


def _announce(row: Case, letter: Letter) -> None:
    until = town.today() + timedelta(days=rules.LINK_DAYS)
    with translation.override(row.language):
        values = {
            "number": row.number,
            "link": citizen_link(row),
            "until": date_format(until, "DATE_FORMAT"),
            "town": town.name(),
        }
    messages.send_email(
        ANSWER,
        key=letter.message_key,
        to=row.contact_email,
        language=row.language,
        values=values,
        about=row.number,
        after=timezone.now() + timedelta(seconds=rules.ANSWER_SECONDS),
    )
