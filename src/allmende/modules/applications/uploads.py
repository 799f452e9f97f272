# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files that citizens upload while they fill in an application: as unreadable for the town as their answers, until they send it.

The row comes first, the encrypted bytes after it: whatever is cut short in between belongs to the draft and goes with it.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from allmende.kernel.files import sealed
from allmende.kernel.files import service as files
from allmende.kernel.files.sealed import Sealed
from allmende.kernel.files.service import Examined, UploadRefused
from allmende.modules.applications import drafts, rules, tokens
from allmende.modules.applications.drafts import Opened
from allmende.modules.applications.engine.fields.places import FileField
from allmende.modules.applications.engine.problems import Fault, Place, Refused
from allmende.modules.applications.models import Attachment, Draft, Submission, Upload

PROOF, PHOTO = "application", "application.photo"
"""Purposes of `kernel.files`: what proves something stays readable, in a photo of a place or thing faces and plates are masked."""
MB = 1_000_000


def attach(token: str, uploads: Iterable["UploadedFile[bytes]"], field: FileField) -> list[dict[str, Any]]:
    """Check, clean and keep files that a field takes, for a draft; the references to answer with.

    What is not part of an answer when the application is sent is deleted afterwards. Cleaning may take seconds and locks nothing.
    Raises UploadRefused, NoDraftError, NotOfferedError.
    """
    language = _opened(token).language
    try:
        taken = [_taken(upload, field) for upload in uploads]
    except Refused as refused:
        fault = Fault(Place(""), refused.key, refused.params)
        raise UploadRefused(rules.messages().fault(fault, language)) from refused
    return [_kept(token, each) for each in taken]


def own(token: str, draft: Opened) -> dict[str, dict[str, Any]]:
    """The references of the files that were uploaded for a draft, by id. One query, where the flow asks for files."""
    rows = Upload.objects.filter(draft=draft.id) if draft.flow.takes_files else ()
    return {str(row.pk): _reference(_unsealed(token, row)) for row in rows}


def hand_in(row: Draft, token: str, wanted: Collection[UUID], submission: Submission) -> None:
    """What was sent belongs to the application now, and the town can read it."""
    rows = row.uploads.filter(pk__in=wanted)
    for upload in rows:
        stored = sealed.hand_in(_unsealed(token, upload))
        Attachment.objects.create(file_id=stored.pk, submission=submission)
    rows.delete()


def delete_loose() -> int:
    """Delete what belongs to no draft any more; how many."""
    rows = list(Upload.objects.filter(draft=None))
    for row in rows:
        with transaction.atomic():
            sealed.discard(row.pk)
            row.delete()
    return len(rows)


def _opened(token: str) -> Opened:
    row = Draft.objects.select_related("version").filter(key=tokens.digest(token)).first()
    return drafts.opened(row, token)


def _taken(upload: "UploadedFile[bytes]", field: FileField) -> Examined:
    """Raises Refused for what the field does not take, before anything is cleaned; a cleaned picture may have grown."""
    field.check_size(upload.name or "", upload.size or 0)
    found = files.examine(upload, purpose=PHOTO if field.photo else PROOF)
    field.check_kind(found.name, found.media_type)
    cleaned = replace(found, content=files.clean(found))
    field.check_size(cleaned.name, len(cleaned.content))
    return cleaned


def _kept(token: str, taken: Examined) -> dict[str, Any]:
    found = sealed.prepare(taken)
    with transaction.atomic():
        row = drafts.locked_row(token)
        draft = drafts.opened(row, token)
        _check_room(draft, found)
        Upload.objects.create(
            pk=UUID(found.id), draft_id=draft.id, sealed=tokens.close(token, asdict(found)), size=found.size
        )
    try:
        sealed.put(found, taken.content)
    except BaseException:
        Upload.objects.filter(pk=UUID(found.id)).delete()
        raise
    return _reference(found)


def _check_room(draft: Opened, found: Sealed) -> None:
    """Raises UploadRefused where a draft has as many files, or as many bytes, as it may have."""
    most, megabytes = rules.drafts()["files"], rules.drafts()["files_mb"]
    rows = Upload.objects.filter(draft=draft.id)
    if rows.count() >= most:
        raise UploadRefused(_("Zu einem Antrag nehmen wir höchstens %(most)d Dateien entgegen.") % {"most": most})
    if (rows.aggregate(bytes=Sum("size"))["bytes"] or 0) + found.size > megabytes * MB:
        raise UploadRefused(
            _(
                "„%(name)s“ wurde nicht gespeichert: Zu einem Antrag nehmen wir zusammen höchstens %(most)d MB entgegen, und was Sie "
                "wieder weggenommen haben, zählt mit. Verkleinern Sie die Datei, oder reichen Sie sie nach."
            )
            % {"name": found.name, "most": megabytes}
        )


def _unsealed(token: str, row: Upload) -> Sealed:
    return Sealed(**tokens.open_with(token, row.sealed))


def _reference(found: Sealed) -> dict[str, Any]:
    """What an answer says about a file."""
    return {"id": found.id, "name": found.name, "media_type": found.media_type, "size": found.size}
