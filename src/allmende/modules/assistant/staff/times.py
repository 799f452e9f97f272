# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Days and hours of the town: the periods that pages show, and moments without their minutes."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone


def within(field: str, since: date | None, until: date | None) -> Q:
    """The moments of a field from the first to the last day, both included; open where a day is missing."""
    found = Q()
    if since:
        found &= Q(**{f"{field}__gte": _midnight(since)})
    if until:
        found &= Q(**{f"{field}__lt": _midnight(until + timedelta(days=1))})
    return found


def hour(moment: datetime) -> datetime:
    """The beginning of the hour in the town's time."""
    return timezone.localtime(moment).replace(minute=0, second=0, microsecond=0)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
