# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Download of one's own files."""

import uuid

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from allmende.kernel.files import access, service


@require_safe
def download(request: HttpRequest, file_id: uuid.UUID) -> FileResponse:
    """The file as an attachment: no browser ever renders an upload, so a script in it never runs."""
    stored = access.own_file(request, file_id)
    return FileResponse(
        service.open_file(stored), as_attachment=True, filename=stored.name, content_type="application/octet-stream"
    )
