# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may change flows, and open what came with an application. Filling one in is for everybody: whoever has its token has it."""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404

from allmende.kernel.accounts.access import has_right
from allmende.kernel.cases import access as cases
from allmende.modules.applications.models import Attachment

EDIT, PUBLISH, PHONE = "applications.edit", "applications.publish", "applications.phone"


def check(actor: AbstractBaseUser | None, right: str) -> None:
    """Let those pass who hold the right, and the house itself (no actor: a loader). Raises Http404 for anybody else."""
    if actor is not None and not has_right(actor, right):
        raise Http404


def uploaded(user: Any, file_id: uuid.UUID) -> Attachment:
    """A file that came with an application, for those who may work on its case. Raises Http404 for everybody else."""
    found = (
        Attachment.objects.filter(file_id=file_id, submission__case__in=cases.visible(user))
        .select_related("file")
        .first()
    )
    if found is None:
        raise Http404
    return found
