# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sending an application: its record, the case in the inbox, the private link and the order to deliver it, all in one transaction and
once a draft.
"""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from allmende import __version__
from allmende.kernel.audit.service import record as note
from allmende.kernel.cases import service as cases
from allmende.modules.applications import delivering, drafts, tokens, uploads
from allmende.modules.applications.drafts import ChangedElsewhereError, NoDraftError, Opened
from allmende.modules.applications.engine.record import Origin, make_record
from allmende.modules.applications.engine.reviewing import file_ids
from allmende.modules.applications.models import Draft, Submission

KIND = "applications.application"
SUBMIT = "submit"


class NotReadyError(Exception):
    """Something is not answered or not confirmed yet. Nothing was sent."""


@dataclass(frozen=True)
class Receipt:
    """What the citizen holds of an application that was sent: its number, and the private link to follow it."""

    submission: Submission
    number: str
    link: str


@transaction.atomic
def submit(token: str, *, revision: int | None = None, actor: AbstractBaseUser | None = None) -> Receipt:
    """Send an application; again with the same token it returns the first receipt and changes nothing. `actor` sends it for the citizen.

    The draft is gone afterwards. Raises NotReadyError, NoDraftError, NotOfferedError, and ChangedElsewhereError when an answer changed
    after this revision.
    """
    row = drafts.locked_row(token)
    if row is None:
        return receipt(token)
    draft = drafts.opened(row, token)
    if draft.run.outcome != SUBMIT:
        raise NotReadyError
    if revision is not None and draft.revision != revision:
        raise ChangedElsewhereError(draft)
    return _sent(row, token, draft, actor)


def receipt(token: str) -> Receipt:
    """The receipt of what was sent with this token, for as long as its case is kept. One query. Raises NoDraftError."""
    found = Submission.objects.filter(draft_key=tokens.digest(token)).select_related("case", "version").first()
    if found is None:
        raise NoDraftError
    return Receipt(found, found.case.number, tokens.open_with(token, found.link))


def _sent(row: Draft, token: str, draft: Opened, actor: AbstractBaseUser | None) -> Receipt:
    flow, version = draft.flow, draft.version
    origin = Origin(version.hash, __version__, draft.language, draft.channel, timezone.localtime())
    record = make_record(flow, draft.run, origin)
    who = record["applicant"]
    case = cases.open_case(
        KIND,
        key=str(row.pk),
        title=flow.name["de"],
        payload={"flow": version.flow, "version": version.version, "hash": version.hash},
        unit=record["unit"],
        contact=cases.Contact(name=who["name"], email=who["email"], language=draft.language),
        actor=actor,
    )
    link = cases.citizen_link(case)
    submission = Submission.objects.create(
        draft_key=row.key,
        case=case,
        version=version,
        language=draft.language,
        channel=draft.channel,
        record=record,
        link=tokens.close(token, link),
    )
    uploads.hand_in(row, token, _files(draft), submission)
    row.delete()
    delivering.order(submission, link)
    detail = {"flow": version.flow, "version": version.version, "channel": draft.channel}
    note("applications.application.sent", actor=actor, subject=f"case:{case.number}", detail=detail)
    return Receipt(submission, case.number, link)


def _files(draft: Opened) -> list[UUID]:
    """Ids of the files among the answers that are sent."""
    given = draft.run.answers.items()
    return [UUID(found) for name, plain in given for found in file_ids(draft.flow.slots[name], plain)]
