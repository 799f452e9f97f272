# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Samples for the estimate of what is missed: drawn at random from what is published, looked at by people."""

import secrets
from collections import Counter
from collections.abc import Mapping

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.kernel.audit.service import record
from allmende.modules.anonymiser import access, queries
from allmende.modules.anonymiser.errors import NotPossibleError
from allmende.modules.anonymiser.models import Batch, Looked, Picture, Sample


@transaction.atomic
def draw(size: int, *, actor: AbstractBaseUser) -> Sample:
    """Draw so many published pictures, or all there are. Raises NotPossibleError when there is none."""
    access.check(actor, access.ESTIMATE)
    there = list(queries.drawable().order_by("pk").values_list("pk", flat=True))
    if not there:
        raise NotPossibleError(_("Es gibt noch kein veröffentlichtes Bild."))
    drawn = secrets.SystemRandom().sample(there, min(size, len(there)))
    row = Sample.objects.create(made_by_id=actor.pk, of=len(there))
    pictures = {picture.pk: picture for picture in Picture.objects.filter(pk__in=drawn).prefetch_related("masks")}
    Looked.objects.bulk_create(
        Looked(sample=row, picture=pictures[pk], position=number, found=_found(pictures[pk]))
        for number, pk in enumerate(drawn, start=1)
    )
    record("anonymiser.sample.drawn", actor=actor, subject=f"sample:{row.pk}", detail={"size": len(drawn)})
    return row


@transaction.atomic
def look(item: Looked, seen: Mapping[str, Mapping[str, int]], *, actor: AbstractBaseUser) -> None:
    """Keep what a person saw in a picture. Raises NotPossibleError when somebody else was faster."""
    access.check(actor, access.ESTIMATE)
    row = Looked.objects.select_for_update().get(pk=item.pk)
    if row.at is not None:
        raise NotPossibleError(_("Dieses Bild hat inzwischen jemand anderes angesehen."))
    row.seen, row.by_id, row.at = {label: dict(told) for label, told in seen.items()}, actor.pk, timezone.now()
    row.save(update_fields=["seen", "by", "at"])
    detail = {"position": row.position, "missed": sum(told["missed"] for told in seen.values())}
    record("anonymiser.sample.looked", actor=actor, subject=f"sample:{row.sample_id}", detail=detail)


def forget(batch: Batch) -> None:
    """The batch is deleted: what of it nobody has looked at leaves the samples, what was counted stays. In the caller's transaction."""
    Looked.objects.filter(picture__batch=batch, at=None).delete()


def _found(picture: Picture) -> dict[str, int]:
    """By label, the masks that a detector drew; what a person took away was no find."""
    drawn = [mask for mask in picture.masks.all() if mask.added_by_id is None and mask.removed_at is None]
    return dict(Counter(mask.region["label"] for mask in drawn))
