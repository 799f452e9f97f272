# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may change flows. Filling in an application is for everybody: whoever has its token has it."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404

from allmende.kernel.accounts.access import has_right

EDIT, PUBLISH, PHONE = "applications.edit", "applications.publish", "applications.phone"


def check(actor: AbstractBaseUser | None, right: str) -> None:
    """Let those pass who hold the right, and the house itself (no actor: a loader). Raises Http404 for anybody else."""
    if actor is not None and not has_right(actor, right):
        raise Http404
