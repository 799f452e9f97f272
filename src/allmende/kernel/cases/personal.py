# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the inbox holds about a person (GDPR Art. 15 and 17)."""

from typing import Any

from django.db.models import Q, QuerySet

from allmende.kernel.cases import kinds, retention
from allmende.kernel.cases.models import Case
from allmende.kernel.cases.queries import full_record


def find(contact: str) -> list[dict[str, Any]]:
    """The cases of an e-mail address, or the case of that number, with everything written in them."""
    return [full_record(case, case.language) for case in _held(contact).order_by("number")]


def erase(contact: str) -> int:
    """Make those cases anonymous; one that is still open counts as withdrawn."""
    rows = list(_held(contact).select_for_update())
    for row in rows:
        flow = kinds.kind(row.kind).flow
        if not row.finished:
            row.state, row.finished, row.due_on, row.days_left = flow.withdrawn, True, None, None
        retention.anonymise(row)
    return len(rows)


def _held(contact: str) -> QuerySet[Case]:
    return Case.objects.filter(Q(contact_email__iexact=contact) | Q(number=contact), anonymised_at=None)
