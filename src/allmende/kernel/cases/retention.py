# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Deleting what is due, and the protocol of it: what, how many, when."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from allmende.kernel.audit.service import record
from allmende.kernel.cases import kinds, town
from allmende.kernel.cases.correspondence import about
from allmende.kernel.cases.engine.workflow import ANONYMISE
from allmende.kernel.cases.models import Case, Disposal
from allmende.kernel.messages import links, personal


def due() -> list[str]:
    """The numbers of the cases whose time is over, in ascending order."""
    over = Case.objects.filter(delete_on__lte=town.today()).order_by("number")
    return list(over.values_list("number", flat=True))


@transaction.atomic
def dispose(number: str) -> str:
    """Delete the case or make it anonymous, as its state says; what was done, empty when its time is not over any more."""
    row = Case.objects.select_for_update().filter(number=number, delete_on__lte=town.today()).first()
    if row is None:
        return ""
    action = kinds.kind(row.kind).flow.state(row.state).afterwards
    kind, state = row.kind, row.state
    if action == ANONYMISE:
        anonymise(row)
    else:
        forget_words(row)
        row.delete()
    note_disposal(action, kind, state)
    record(f"cases.case.{action}d", actor=None, subject=f"case:{number}", detail={"kind": kind, "state": state})
    return action


def anonymise(row: Case) -> None:
    """Empty everything that leads to a person; number, kind, unit, states and times stay."""
    forget_words(row)
    row.notes.all().delete()
    row.letters.all().delete()
    row.title, row.contact_name, row.contact_email, row.payload = "", "", "", {}
    row.assignee, row.delete_on, row.anonymised_at = None, None, timezone.now()
    row.save()


def forget_words(row: Case) -> None:
    """Private links and announcements of the case."""
    links.revoke(about(row))
    personal.erase(row.number)


def note_disposal(action: str, kind: str, state: str = "", *, count: int = 1, by: str = "", reason: str = "") -> None:
    """Count it in the protocol."""
    line, _made = Disposal.objects.get_or_create(
        on=town.today(), action=action, kind=kind, state=state, by=by, reason=reason
    )
    Disposal.objects.filter(pk=line.pk).update(count=F("count") + count)
