# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files that citizens upload while they fill in an application."""

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.kernel.files import service as files
from allmende.kernel.files.service import UploadRefused
from allmende.modules.applications import drafts, rules, tokens
from allmende.modules.applications.drafts import Opened
from allmende.modules.applications.models import Attachment, Draft

PURPOSE = "application"


@transaction.atomic
def attach(token: str, uploads: Iterable["UploadedFile[bytes]"]) -> list[dict[str, Any]]:
    """Check, clean and keep files for a draft; the references to answer with. Raises UploadRefused, NoDraftError, NotOfferedError.

    What is not part of an answer when the application is sent is deleted afterwards.
    """
    row = Draft.objects.select_related("version").filter(key=tokens.digest(token)).first()
    draft = drafts.opened(row, token)
    return [_attached(draft, upload) for upload in uploads]


def own(draft: Opened) -> dict[str, dict[str, Any]]:
    """The references of the files that were uploaded for a draft, by id. One query, where the flow asks for files."""
    if not draft.flow.takes_files:
        return {}
    rows = Attachment.objects.filter(draft=draft.id).select_related("file").order_by("file__stored_at")
    return {str(row.file_id): _reference(row.file) for row in rows}


def _attached(draft: Opened, upload: "UploadedFile[bytes]") -> dict[str, Any]:
    most = rules.drafts()["files"]
    if Attachment.objects.filter(draft=draft.id).count() >= most:
        raise UploadRefused(_("Zu einem Antrag nehmen wir höchstens %(most)d Dateien entgegen.") % {"most": most})
    stored = files.store(upload, purpose=PURPOSE)
    Attachment.objects.create(file_id=stored.pk, draft_id=draft.id)
    return _reference(stored)


def _reference(stored: Any) -> dict[str, Any]:
    """What an answer says about a file."""
    return {"id": str(stored.pk), "name": stored.name, "media_type": stored.media_type, "size": stored.size}
