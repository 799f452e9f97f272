# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of the log."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from allmende.kernel.audit.models import Entry


def entries(
    *, action: str = "", actor: str = "", subject: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Entry]:
    """Entries, newest first. `action` is a name or its beginning ("accounts" or "accounts.login"), `actor` and
    `subject` are parts, `since` and `until` are whole days of the town's time, both included.
    """
    found = Entry.objects.all()
    if action:
        found = found.filter(Q(action=action) | Q(action__startswith=f"{action}."))
    if actor:
        found = found.filter(actor_name__icontains=actor)
    if subject:
        found = found.filter(subject__icontains=subject)
    if since:
        found = found.filter(at__gte=_midnight(since))
    if until:
        found = found.filter(at__lt=_midnight(until + timedelta(days=1)))
    return found.order_by("-seq")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def actions() -> list[str]:
    """Every action that occurs, and the rooms they begin with."""
    names = set(Entry.objects.order_by().values_list("action", flat=True).distinct())
    return sorted(names | {name.split(".")[0] for name in names})


def neighbours(entry: Entry) -> dict[str, Any]:
    """Numbers of the entries before and after, where there are any."""
    before = Entry.objects.filter(seq__lt=entry.seq).order_by("-seq").values_list("seq", flat=True).first()
    after = Entry.objects.filter(seq__gt=entry.seq).order_by("seq").values_list("seq", flat=True).first()
    return {"before": before, "after": after}
