# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Opening a case: once for each key, with the next number of the year."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from allmende.kernel.cases import changing, kinds, rules, town
from allmende.kernel.cases.engine import clock
from allmende.kernel.cases.kinds import Kind
from allmende.kernel.cases.models import Case, Counter
from allmende.kernel.cases.records import Contact

NOBODY = Contact()


def open_case(
    kind: str,
    *,
    key: str,
    title: str,
    payload: Mapping[str, Any],
    unit: str = "",
    contact: Contact = NOBODY,
    priority: int = rules.NORMAL,
    due_on: date | None = None,
    actor: AbstractBaseUser | None = None,
) -> Case:
    """Open a case of a declared kind, in the caller's transaction; the same `key` again returns the first and changes nothing.

    `payload` is plain data, kept as it is with its texts and versions. Without `due_on` the working days of the kind count.
    Raises RegistryError for a kind that nobody declares.
    """
    found = kinds.declared(kind)
    values = {
        "kind": kind,
        "title": title[:200],
        "unit": unit,
        "contact_name": contact.name[:200],
        "contact_email": contact.email,
        "language": contact.language,
        "payload": dict(payload),
        "priority": priority,
        "state": found.flow.initial,
        "due_on": due_on or _due(found, unit),
    }
    with transaction.atomic():
        return _known(found, key) or _new(found, key, values, actor)


def _known(kind: Kind, key: str) -> Case | None:
    return Case.objects.filter(room=kind.room, key=key).first()


def _new(kind: Kind, key: str, values: dict[str, Any], actor: AbstractBaseUser | None) -> Case:
    counter = _locked_counter()
    if again := _known(kind, key):  # whoever held the counter's lock may have opened it meanwhile
        return again
    counter.last += 1
    counter.save(update_fields=["last"])
    number = f"{counter.year}-{counter.last:0{rules.NUMBER_DIGITS}d}"
    case = Case.objects.create(number=number, room=kind.room, key=key, **values)
    changing.tell(case, "opened", actor=actor, detail={}, before={})
    return case


def _locked_counter() -> Counter:
    """The year's counter, locked until the transaction ends: nobody counts beside us, and a rollback takes the number back."""
    year = town.today().year
    Counter.objects.get_or_create(year=year)
    return Counter.objects.select_for_update().get(year=year)


def _due(kind: Kind, unit: str) -> date | None:
    days = kind.flow.working_days
    return None if days is None else clock.due_after(town.today(), days, town.working_days(unit))
