# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What callbacks hold about a person (GDPR Art. 15 and 17). They are found by the number to call, however it is written, or by the name."""

from contextlib import suppress
from typing import Any

from django.db.models import Q, QuerySet

from allmende.modules.assistant import callbacks, rules
from allmende.modules.assistant.engine.phone import NotANumberError
from allmende.modules.assistant.engine.text import fold
from allmende.modules.assistant.models import Callback


def find(contact: str) -> list[dict[str, Any]]:
    """The callbacks of that number or name, with all that was filled in and what a clerk noted."""
    return [
        {
            "asked_at": callback.asked_at.isoformat(),
            "name": callback.name,
            "phone": callback.phone,
            "wanted_from": callback.wanted_from.isoformat() if callback.wanted_from else "",
            "wanted_to": callback.wanted_to.isoformat() if callback.wanted_to else "",
            "note": callback.note,
            "consent": callback.consent,
            "outcome": callback.outcome,
            "delete_on": callback.delete_on.isoformat(),
        }
        for callback in _held(contact).order_by("asked_at")
    ]


def erase(contact: str) -> int:
    """Delete them; nobody calls any more."""
    held = list(_held(contact))
    for callback in held:
        callbacks.erase(callback)
    return len(held)


def _held(contact: str) -> QuerySet[Callback]:
    wanted = fold(contact)
    named = [key for key, name in Callback.objects.values_list("pk", "name") if wanted and fold(name) == wanted]
    theirs = Q(pk__in=named)  # compared here, because SQLite takes Ü and ü for two letters; callbacks are kept for days
    with suppress(NotANumberError):  # a name, an address or the number of a case
        theirs |= Q(dial=rules.numbering().normalise(contact))
    return Callback.objects.filter(theirs)
