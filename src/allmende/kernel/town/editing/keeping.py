# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all steps of an editor have in common: the locked draft, what refuses a step, and the note in the audit."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.kernel.audit.service import record
from allmende.kernel.town import rules
from allmende.kernel.town import service as town
from allmende.kernel.town.editing import access, history
from allmende.kernel.town.editing.errors import ConflictError, NotPossibleError, OutdatedError
from allmende.kernel.town.editing.kinds import Editable
from allmende.kernel.town.editing.models import Draft, Version
from allmende.kernel.town.editing.queries import content

Actor = AbstractBaseUser
Data = Mapping[str, Any]


def locked(kind: Editable, record_id: str) -> Draft | None:
    """The draft of a record, locked until the transaction ends."""
    rows = Draft.objects.select_for_update(of=("self",)).select_related("changed_by")
    return rows.filter(kind=kind.name, record_id=record_id).first()


def step(kind: Editable, record_id: str, name: str, actor: Actor, revision: int, reason: str = "") -> Draft:
    """The draft, locked, if this person may take this step with it as it was seen."""
    access.check_right(actor, name)
    draft = locked(kind, record_id)
    if draft is None:
        raise ConflictError(None, history.latest(kind.name, record_id))
    if draft.revision != revision:
        raise ConflictError(draft, None)
    refuse_state(draft.status, name, reason)
    if rules.transitions()[name].second_person and not access.is_second_person(actor, draft):
        raise NotPossibleError(
            _("Sie haben an diesem Entwurf geschrieben. Prüfen muss ihn jemand, der nichts daran geändert hat.")
        )
    return draft


def refuse_state(status: str, name: str, reason: str = "") -> None:
    """Raises NotPossibleError when the step does not lead from this state, or lacks its reason."""
    transition = rules.transitions()[name]
    if status not in transition.origins:
        state = rules.state_title(status)
        raise NotPossibleError(_("Das geht nicht im Zustand „{state}“.").format(state=state))
    if transition.reason and not reason.strip():
        raise NotPossibleError(_("Bitte nennen Sie den Grund."))


def refuse_outdated(kind: Editable, draft: Draft) -> Version | None:
    """What holds now. Raises OutdatedError when the draft was begun from something else."""
    version = history.latest(kind.name, draft.record_id)
    if draft.base != (version.number if version else 0):
        raise OutdatedError
    return version


def check(kind: Editable, data: Data, version: Version | None, keeps_as: str = "") -> Any:
    """The shape of a draft's data, checked together with what publishing it would write. Raises TownDataError."""
    return town.checked(kind.kind, delivery(data, version, keeps_as))[-1]


def delivery(data: Data, version: Version | None, keeps_as: str = "") -> list[tuple[str, Data]]:
    """What publishing these data writes: the record, and before it for an amendment the old wording under its new id."""
    kept = {**content(version), "id": keeps_as} if version and keeps_as else None
    return [("", record) for record in (kept, data) if record is not None]


def moved(kind: Editable, draft: Draft, status: str, actor: Actor, event: str) -> Draft:
    """The draft in another state, and the note of it."""
    advance(draft, status)
    audit(kind, draft.record_id, event, actor, {"hash": draft.content_hash, "revision": draft.revision})
    return draft


def advance(draft: Draft, status: str) -> None:
    """Store a draft that was changed."""
    draft.status, draft.revision, draft.changed_at = status, draft.revision + 1, timezone.now()
    draft.save()


def audit(kind: Editable, record_id: str, event: str, actor: Actor | None, detail: Mapping[str, object]) -> None:
    """Note what happened to a record; the texts themselves do not go into the audit."""
    record(f"town.{kind.name}.{event}", actor=actor, subject=f"{kind.name}:{record_id}", detail=detail)
