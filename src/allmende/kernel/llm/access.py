# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may see and change providers, and for which role a call is counted."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from allmende.kernel.accounts.models import User
from allmende.kernel.llm import rules
from allmende.kernel.registry import Role

READ, MANAGE = "llm.read", "llm.manage"

Actor = AbstractBaseUser | AnonymousUser | None


def roles_of(actor: Actor) -> list[str]:
    """The roles whose quotas an actor may use: those held, else a citizen's. Nobody (None) is the house itself."""
    if actor is None:
        return [rules.HOUSE]
    held = sorted(role.value for role in actor.roles) if isinstance(actor, User) else []
    return held or [Role.CITIZEN.value]
