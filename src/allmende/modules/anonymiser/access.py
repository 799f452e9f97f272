# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may hand in pictures, decide about them, read their records and open originals. What you may not know of is not there (404)."""

import uuid
from typing import Any, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q, QuerySet
from django.http import Http404

from allmende.kernel.accounts.access import has_right
from allmende.kernel.accounts.queries import people_elsewhere, units_of
from allmende.modules.anonymiser import queries, rules
from allmende.modules.anonymiser.models import Batch, Looked, Original, Picture, Unlock

T = TypeVar("T")
USE = "anonymiser.use"
REVIEW = "anonymiser.review"
RECORDS = "anonymiser.records"
UNLOCK = "anonymiser.unlock"
ESTIMATE = "anonymiser.estimate"


def check(actor: AbstractBaseUser | None, right: str) -> None:
    """Let those pass who hold the right, and the house itself (no actor). Raises Http404 for anybody else."""
    if actor is not None and not has_right(actor, right):
        raise Http404


def visible(user: Any) -> QuerySet[Batch]:
    """One's own batches; all of them for those who read the records. Who decides about pictures sees all of them, too, or, where
    the role is for single units, those of their people and of people of no unit.
    """
    if has_right(user, RECORDS):
        return Batch.objects.all()
    own = Q(owner_id=user.pk) if has_right(user, USE) else Q(pk=None)
    return Batch.objects.filter(own | _decided_by(user))


def _decided_by(user: Any) -> Q:
    """Which batches this person may decide about."""
    units = units_of(user, REVIEW) if has_right(user, REVIEW) else set()
    if "" in units:
        return ~Q(pk=None)
    return ~Q(owner__in=people_elsewhere(units)) if units else Q(pk=None)


def batch(user: Any, pk: uuid.UUID) -> Batch:
    """A batch this person may see. Raises Http404."""
    return _known(visible(user).select_related("owner", "job").filter(pk=pk).first())


def picture(user: Any, pk: uuid.UUID) -> Picture:
    """A picture of a batch this person may see. Raises Http404."""
    rows = Picture.objects.filter(batch__in=visible(user)).select_related("batch__owner", "batch__job", "signer")
    return _known(rows.filter(pk=pk).first())


def works_on(user: Any, row: Picture) -> bool:
    """Whether this person handed the picture in or may decide about it; reading records is not enough."""
    owns = row.batch.owner_id == user.pk and has_right(user, USE)
    return owns or Batch.objects.filter(_decided_by(user), pk=row.batch_id).exists()


def own_work(user: Any, pk: uuid.UUID) -> Picture:
    """A picture that this person works on. Raises Http404."""
    row = picture(user, pk)
    return _known(row if works_on(user, row) else None)


def to_decide(user: Any) -> QuerySet[Picture]:
    """What waits for a decision that this person may take, the oldest first."""
    return queries.to_decide().filter(batch__in=Batch.objects.filter(_decided_by(user)))


def result(user: Any, pk: uuid.UUID) -> Picture:
    """A picture whose result this person may see: a published one, or one they work on. A published one of a sample is shown to
    all who estimate how much is missed. Raises Http404.
    """
    drawn = Looked.objects.filter(picture=pk, picture__state__in=rules.those("shown")).select_related("picture").first()
    if has_right(user, ESTIMATE) and drawn and drawn.picture:
        return drawn.picture
    row = picture(user, pk)
    may = row.result_sha256 and (row.meaning.shown or works_on(user, row))
    return _known(row if may else None)


def film(user: Any, pk: uuid.UUID) -> Picture:
    """A published film that this person may see. Raises Http404."""
    row = result(user, pk)
    return _known(row if row.is_film else None)


def original(user: Any, pk: uuid.UUID) -> Original:
    """The original of a picture this person works on, as long as it is not locked; never that of a film. Raises Http404."""
    row = picture(user, pk)
    may = works_on(user, row) and not row.is_film
    found = Original.objects.select_related("picture").filter(pk=pk).first() if may else None
    return _known(found if found and found.is_open else None)


def own_unlock(user: Any, pk: uuid.UUID) -> Unlock:
    """A request for an original that this person made. Raises Http404."""
    return _known(Unlock.objects.filter(pk=pk, asked_by_id=user.pk).first())


def _known(row: T | None) -> T:
    if row is None:
        raise Http404
    return row
