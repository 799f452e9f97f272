# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room holds about a person (GDPR Art. 15 and 17).

What was sent is found by its case, and told in full with it (`showing.export`); here stand the uploads. Drafts are sealed with tokens that
only their citizens have: nobody can look into them, and they go by themselves.
"""

from typing import Any

from django.db.models import Q, QuerySet

from allmende.modules.applications import tidying
from allmende.modules.applications.models import Submission


def find(contact: str) -> list[dict[str, Any]]:
    """The applications of an e-mail address or a case number, each with the files that came with it."""
    return [
        {
            "number": row.case.number,
            "sent_at": row.sent_at.isoformat(),
            "flow": row.version.flow,
            "version": row.version.version,
            "files": [
                {"name": each.file.name, "media_type": each.file.media_type, "bytes": each.file.size}
                for each in row.attachments.all()
            ],
        }
        for row in _held(contact).select_related("case", "version").prefetch_related("attachments__file")
    ]


def erase(contact: str) -> int:
    """Delete those applications and their files, and those whose case the inbox has just emptied."""
    count = tidying.forget(_held(contact) | Submission.objects.exclude(case__anonymised_at=None))
    tidying.delete_loose_files()
    return count


def _held(contact: str) -> QuerySet[Submission]:
    return Submission.objects.filter(Q(case__contact_email__iexact=contact) | Q(case__number=contact))
