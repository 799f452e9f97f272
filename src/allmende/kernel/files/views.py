# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Download of one's own files."""

import uuid

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from allmende.kernel.files import access, service
from allmende.kernel.files.models import StoredFile


@require_safe
def download(request: HttpRequest, file_id: uuid.UUID) -> FileResponse:
    """One's own file."""
    return attachment(access.own_file(request, file_id))


def attachment(stored: StoredFile) -> FileResponse:
    """A file for somebody who may have it, as an attachment: no browser ever renders an upload, so a script in it never runs."""
    return FileResponse(
        service.open_file(stored), as_attachment=True, filename=stored.name, content_type="application/octet-stream"
    )
