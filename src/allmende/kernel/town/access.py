# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may change the town's data. Reading is for everybody: `queries` returns only what is public."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404

from allmende.kernel.accounts.access import has_right

EDIT = "town.edit"
PUBLISH = "town.publish"
DELIVER = "town.deliver"


def check_edit(actor: AbstractBaseUser | None) -> None:
    """Let editors pass, and the house itself (no actor: a loader, a migration). Raises Http404 for anybody else."""
    if actor is not None and not has_right(actor, EDIT):
        raise Http404


def check_publish(actor: AbstractBaseUser | None) -> None:
    """Let those pass who may make the town's texts public, and the house itself. Raises Http404 for anybody else."""
    if actor is not None and not has_right(actor, PUBLISH):
        raise Http404


def check_deliver(actor: AbstractBaseUser | None) -> None:
    """Let those pass whose imports become public without a second person, and the house itself. Raises Http404 for anybody else."""
    if actor is not None and not has_right(actor, DELIVER):
        raise Http404
