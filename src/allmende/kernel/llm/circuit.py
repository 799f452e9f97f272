# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The breaker of each provider: after failures in a row nobody waits for it for a while, then one call tries.

The state is a row, so that all processes of the house share it; a sound provider costs one UPDATE that changes nothing.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from allmende.kernel.llm.engine.waiting import left_alone
from allmende.kernel.llm.models import Circuit
from allmende.kernel.llm.queries import CLOSED, HALF_OPEN, state_of
from allmende.kernel.llm.rules import BREAKER, OUTCOMES


def may_pass(slug: str, now: datetime | None = None) -> bool:
    """Whether a call may try this provider now. Of many that ask a provider on probation, one is let through."""
    now = now or timezone.now()
    row = Circuit.objects.filter(provider=slug).first()
    state = CLOSED if row is None else state_of(row, now)
    if state != HALF_OPEN:
        return state == CLOSED
    nobody_tries = Q(probe_until__isnull=True) | Q(probe_until__lte=now)
    due = Circuit.objects.filter(nobody_tries, provider=slug, open_until__lte=now)
    return due.update(probe_until=now + timedelta(seconds=BREAKER.probe_for)) == 1


def note(slug: str, outcome: str, now: datetime | None = None) -> None:
    """Count a fault of the provider's, or forget them all: whatever else it answered, it is there."""
    now = now or timezone.now()
    if not OUTCOMES[outcome].fault:
        Circuit.objects.filter(provider=slug).exclude(failures=0, open_until__isnull=True).update(
            failures=0, open_until=None, probe_until=None, last_outcome=outcome, changed_at=now
        )
        return
    with transaction.atomic():
        Circuit.objects.get_or_create(provider=slug)
        row = Circuit.objects.select_for_update().get(provider=slug)
        row.failures += 1
        wait = left_alone(row.failures, threshold=BREAKER.failures, first=BREAKER.open_for, most=BREAKER.open_at_most)
        row.open_until = now + timedelta(seconds=wait) if wait else None
        row.probe_until, row.last_outcome, row.changed_at = None, outcome, now
        row.save()


def reset(slug: str) -> None:
    """Forget all failures: the provider was changed."""
    Circuit.objects.filter(provider=slug).delete()
