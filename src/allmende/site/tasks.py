# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Background work of the whole house."""

from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from allmende.kernel.audit.service import record
from allmende.kernel.jobs.service import Progress


def tidy(progress: Progress) -> None:
    """Delete what has expired and would otherwise lie there until somebody comes by: sessions, counters, failed logins."""
    now = timezone.now()
    with transaction.atomic():
        failed = AccessAttempt.objects.filter(attempt_time__lt=now - timedelta(hours=settings.AXES_COOLOFF_TIME))
        count = {
            "sessions": Session.objects.filter(expire_date__lt=now).delete()[0],
            "attempts": failed.delete()[0],
            "counters": _delete_expired_counters(),
        }
        if any(count.values()):
            record("house.tidied", actor=None, detail=count)
    progress.message(str(sum(count.values())))


def _delete_expired_counters() -> int:
    """Rows of the cache table, whose keys hold network addresses; Django deletes expired ones only when the table is full."""
    counters: Any = settings.CACHES["default"]
    table = connection.ops.quote_name(counters["LOCATION"])
    now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608 (the name stands in the settings)
        return max(int(cursor.rowcount), 0)
