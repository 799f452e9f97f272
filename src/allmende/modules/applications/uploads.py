# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files that citizens upload while they fill in an application."""

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from allmende.kernel.files import service as files
from allmende.modules.applications import drafts, tokens
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


def _attached(draft: Opened, upload: "UploadedFile[bytes]") -> dict[str, Any]:
    stored = files.store(upload, purpose=PURPOSE)
    Attachment.objects.create(file_id=stored.pk, draft_id=draft.id)
    return {"id": str(stored.pk), "name": stored.name, "media_type": stored.media_type, "size": stored.size}
