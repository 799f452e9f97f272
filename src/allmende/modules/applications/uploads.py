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

PROOF, PHOTO = "application", "application.photo"
"""Purposes of `kernel.files`: what proves something stays readable, in a photo of a place or thing faces and plates are masked."""


def attach(token: str, uploads: Iterable["UploadedFile[bytes]"], purpose: str = PROOF) -> list[dict[str, Any]]:
    """Check, clean and keep files for a draft; the references to answer with. Raises UploadRefused, NoDraftError, NotOfferedError.

    What is not part of an answer when the application is sent is deleted afterwards. Cleaning may take seconds and locks nothing.
    """
    _opened(token)
    taken = [files.take(upload, purpose=purpose) for upload in uploads]
    with transaction.atomic():
        draft = _opened(token)
        return [_attached(draft, each) for each in taken]


def own(draft: Opened) -> dict[str, dict[str, Any]]:
    """The references of the files that were uploaded for a draft, by id. One query, where the flow asks for files."""
    if not draft.flow.takes_files:
        return {}
    rows = Attachment.objects.filter(draft=draft.id).select_related("file").order_by("file__stored_at")
    return {str(row.file_id): _reference(row.file) for row in rows}


def _opened(token: str) -> Opened:
    row = Draft.objects.select_related("version").filter(key=tokens.digest(token)).first()
    return drafts.opened(row, token)


def _attached(draft: Opened, taken: files.Examined) -> dict[str, Any]:
    most = rules.drafts()["files"]
    if Attachment.objects.filter(draft=draft.id).count() >= most:
        raise UploadRefused(_("Zu einem Antrag nehmen wir höchstens %(most)d Dateien entgegen.") % {"most": most})
    stored = files.keep(taken)
    Attachment.objects.create(file_id=stored.pk, draft_id=draft.id)
    return _reference(stored)


def _reference(stored: Any) -> dict[str, Any]:
    """What an answer says about a file."""
    return {"id": str(stored.pk), "name": stored.name, "media_type": stored.media_type, "size": stored.size}
