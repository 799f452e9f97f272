# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What nobody needs any more goes: drafts whose time is over, applications whose case was emptied, files that belong to neither."""

from django.db import transaction
from django.db.models import QuerySet

from allmende.kernel.files import service as files
from allmende.modules.applications import drafts, uploads
from allmende.modules.applications.models import Attachment, Submission


def tidy() -> int:
    """Do all of it; how many things went. A submission goes with its case, when that is deleted."""
    return drafts.delete_expired() + forget(Submission.objects.exclude(case__anonymised_at=None)) + delete_loose_files()


@transaction.atomic
def forget(rows: QuerySet[Submission]) -> int:
    """Delete applications that were sent; how many."""
    _all, by_kind = rows.delete()
    return by_kind.get("applications.Submission", 0)


def delete_loose_files() -> int:
    """Delete files that no draft and no application has any more; how many. Each in a transaction of its own."""
    sent = list(Attachment.objects.filter(submission=None).select_related("file"))
    for row in sent:
        files.delete(row.file, actor=None)
    return len(sent) + uploads.delete_loose()
