# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of the room."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from allmende.kernel.evaluation.engine.metrics import share
from allmende.kernel.evaluation.figures import Figure
from allmende.modules.anonymiser import rules, vault
from allmende.modules.anonymiser.models import (
    Batch,
    Looked,
    Mask,
    Original,
    Picture,
    Record,
    Sample,
    Sealed,
    SigningKey,
    Unlock,
)


def batches(user: Any) -> QuerySet[Batch]:
    """One's own batches, newest first, each with how many pictures it has, how many are done and how many wait for a person."""
    decide = Q(pictures__state__in=rules.those("decide"), pictures__kind=rules.PICTURE)
    still = Q(pictures__state__in=rules.those("open"))
    rows = Batch.objects.filter(owner_id=user.pk).order_by("-made_at")
    return rows.annotate(
        all=Count("pictures"), waiting=Count("pictures", filter=still), to_decide=Count("pictures", filter=decide)
    )


def pictures(batch: Batch) -> QuerySet[Picture]:
    """The pictures of a batch in their order."""
    return batch.pictures.annotate(masked=Count("masks", filter=Q(masks__removed_at=None))).order_by("position")


def objections(rows: Iterable[Picture]) -> list[str]:
    """Why pictures of these were refused or failed, each with its name."""
    return [row.why.of(row.name) for row in rows if row.why]


def counts(batch: Batch) -> Mapping[str, int]:
    """State → how many pictures of the batch are in it. One query."""
    return dict(batch.pictures.order_by().values_list("state").annotate(n=Count("pk")))


def kept_until(batch: Batch) -> datetime:
    """When the batch is deleted with its results: some days after the last change of a picture in it."""
    changed = batch.pictures.aggregate(last=Max("changed_at"))["last"] or batch.made_at
    return changed + timedelta(days=rules.number("result_days"))


def to_work(batch_id: str, picture_id: str = "") -> list[Picture]:
    """What of a batch waits for the worker, in its order, or one picture of it."""
    rows = Picture.objects.filter(batch_id=batch_id, state__in=rules.those("work"))
    rows = rows.filter(pk=picture_id) if picture_id else rows.exclude(state=rules.SIGNED)
    return list(rows.select_related("batch", "original").order_by("position"))


def to_decide() -> QuerySet[Picture]:
    """Pictures that wait for a person, the oldest first. No films: nobody could mend them."""
    rows = Picture.objects.filter(state__in=rules.those("decide"), kind=rules.PICTURE)
    return rows.select_related("batch__owner").order_by("changed_at", "pk")


def masks(picture: Picture) -> QuerySet[Mask]:
    """What is masked now, in the order in which it was drawn."""
    return picture.masks.filter(removed_at=None)


def mask_counts(picture: Picture) -> Mapping[str, int]:
    """Label → how many masks."""
    return Counter(mask.region["label"] for mask in masks(picture))


def history(picture: Picture) -> QuerySet[Mask]:
    """Every mask there ever was, with who drew it and who took it away."""
    return picture.masks.select_related("added_by", "removed_by")


def original(picture: Picture) -> Original | None:
    """The original, if it is still there."""
    return Original.objects.filter(pk=picture.pk).first()


def unlock_of(picture: Picture, user: Any) -> Unlock | None:
    """This person's latest request for the original."""
    return picture.unlocks.filter(asked_by_id=user.pk).first()


def unlocks() -> QuerySet[Unlock]:
    """All requests for originals, newest first."""
    return Unlock.objects.select_related("asked_by", "decided_by", "picture")


def record(subject: uuid.UUID, number: int | None = None) -> Record | None:
    """The latest signed record of a picture or batch, or the one of that number."""
    rows = Record.objects.filter(subject=subject)
    return rows.first() if number is None else rows.filter(pk=number).first()


def records() -> QuerySet[Record]:
    """All records, newest first, without their content."""
    return Record.objects.defer("text")


def public_keys() -> Mapping[str, str]:
    """Id → public key (base64) of every pair that ever signed a record, the latest first."""
    return dict(SigningKey.objects.values_list("id", "public"))


def drawable() -> QuerySet[Picture]:
    """What a sample is drawn from: published pictures, no films."""
    return Picture.objects.filter(state=rules.PUBLISHED, kind=rules.PICTURE)


def samples() -> QuerySet[Sample]:
    """All samples, newest first, with how many pictures they have and how many were looked at."""
    rows = Sample.objects.select_related("made_by").order_by("-made_at")
    return rows.annotate(size=Count("items"), done=Count("items", filter=~Q(items__at=None)))


def sample(pk: uuid.UUID) -> Sample | None:
    """One sample, counted."""
    return samples().filter(pk=pk).first()


def next_item(row: Sample) -> Looked | None:
    """The next picture of the sample that nobody has looked at."""
    return row.items.filter(at=None).select_related("picture__batch").first()


def labels_of(item: Looked) -> list[str]:
    """What was looked for in the picture of a sample that is still there, in the order of the room's labels."""
    wanted = {*(item.picture.batch.settings["labels"] if item.picture else ()), *item.found}
    return [label for label in rules.LABEL_TITLES if label in wanted]


@dataclass(frozen=True)
class Estimate:
    """What a sample says about one label: the share of what is there that was masked."""

    title: str
    recall: Figure
    wrong: int
    enough: bool


def estimates(row: Sample) -> list[Estimate]:
    """The share that was masked, by label, with its Wilson interval (95 %), over what was looked at so far."""
    seen = [(item.found, item.seen or {}) for item in row.items.exclude(at=None)]
    return [
        _estimate(label, seen)
        for label in rules.LABEL_TITLES
        if any(found.get(label) or told.get(label, {}).get("missed") for found, told in seen)
    ]


def _estimate(label: str, seen: list[tuple[Mapping[str, int], Mapping[str, Mapping[str, int]]]]) -> Estimate:
    missed = sum(told.get(label, {}).get("missed", 0) for _found, told in seen)
    wrong = sum(told.get(label, {}).get("wrong", 0) for _found, told in seen)
    right = sum(found.get(label, 0) for found, _told in seen) - wrong
    return Estimate(
        title=str(rules.LABEL_TITLES[label]),
        recall=Figure(f"recall.{label}", **share(right, right + missed)),
        wrong=wrong,
        enough=right + missed >= rules.part("estimate")["least"],
    )


def late() -> QuerySet[Picture]:
    """Pictures that nobody decided in time."""
    limit = timezone.now() - timedelta(days=rules.number("review_days"))
    return Picture.objects.filter(state__in=rules.those("decide"), changed_at__lt=limit)


def over() -> QuerySet[Batch]:
    """Batches in which nothing has changed for so long that they are deleted, with what never came to an end."""
    limit = timezone.now() - timedelta(days=rules.number("result_days"))
    return Batch.objects.filter(made_at__lt=limit).exclude(pictures__changed_at__gte=limit)


def stored(kind: str, ends: tuple[uuid.UUID, uuid.UUID]) -> list[uuid.UUID]:
    """Ids between two that have an original, a result with what belongs to it, or something sealed, as `kind` of the vault says."""
    if kind == vault.SEALED:
        return list(Sealed.objects.filter(pk__range=ends).values_list("pk", flat=True))
    without = Q(original=None) if kind == vault.ORIGINAL else Q(result_sha256="")
    return list(Picture.objects.filter(pk__range=ends).exclude(without).values_list("pk", flat=True))


def unsettled() -> list[uuid.UUID]:
    """Pictures of which something is sealed, or should be."""
    closed = Q(sealed=None) & ~Q(state__in=rules.those("shown")) & ~Q(result_sha256="")
    return list(Picture.objects.filter(~Q(sealed=None) | closed).order_by().values_list("pk", flat=True).distinct())


def expired() -> QuerySet[Original]:
    """Originals whose time is over."""
    return Original.objects.filter(expires_at__lt=timezone.now())
