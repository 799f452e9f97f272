# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may fetch a file."""

import uuid

from django.http import Http404, HttpRequest

from allmende.kernel.files.models import StoredFile


def own_file(request: HttpRequest, file_id: uuid.UUID) -> StoredFile:
    """The asker's own file. Raises Http404 for every other: whether it exists is nobody else's business."""
    stored = StoredFile.objects.filter(pk=file_id).first()
    if stored is None or stored.owner_id is None or stored.owner_id != request.user.pk:
        raise Http404
    return stored
