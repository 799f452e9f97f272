# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers to people who ask what the town knows about them, and the deletion of it, over all rooms of the house."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from allmende.kernel.audit.service import record
from allmende.kernel.cases import access, retention
from allmende.kernel.registry import PersonalData, registry, resolve

ERASE = "erase"


@transaction.atomic
def export(contact: str, *, actor: AbstractBaseUser) -> dict[str, list[dict[str, Any]]]:
    """Room → what it holds about the person of this e-mail address, or with the case of this number (GDPR Art. 15)."""
    access.check_protect(actor)
    found = {item.name: list(resolve(item.find)(contact)) for item in registry().all(PersonalData)}
    record("cases.person.exported", actor=actor, detail={name: len(things) for name, things in found.items()})
    return found


@transaction.atomic
def erase(contact: str, *, reason: str, actor: AbstractBaseUser) -> dict[str, int]:
    """Delete it everywhere, or nothing (GDPR Art. 17); room → how many things. `reason` stands in the protocol."""
    access.check_protect(actor)
    count = {item.name: int(resolve(item.erase)(contact)) for item in registry().all(PersonalData)}
    for name, number in count.items():
        if number:
            retention.note_disposal(ERASE, name, count=number, by=str(actor), reason=reason)
    record("cases.person.erased", actor=actor, detail=dict(count))
    return count
