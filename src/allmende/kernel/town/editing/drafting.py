# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a draft says: saved by an editor, begun from an older version, as an amendment or from a file.

As in `service`: one transaction each, checked, audited, and ConflictError when somebody else was quicker.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from allmende.kernel.town import models, rules
from allmende.kernel.town.editing import access, history, keeping, merging
from allmende.kernel.town.editing.errors import ConflictError, NotPossibleError
from allmende.kernel.town.editing.keeping import Actor, Data
from allmende.kernel.town.editing.kinds import Editable
from allmende.kernel.town.editing.models import Draft, Version
from allmende.kernel.town.editing.queries import content
from allmende.kernel.town.errors import Problem, TownDataError

ID_LENGTH = 50


@transaction.atomic
def save(
    kind: Editable, record_id: str, data: Data, *, actor: Actor, revision: int, base: int, comment: str = ""
) -> Draft | None:
    """Keep what an editor wrote as the draft of a record; None when it says what is published anyway.

    `revision` and `base` are the numbers of draft and version that were opened (0: there was none). A draft in review
    becomes a draft again. Raises TownDataError with every problem, ConflictError when somebody else saved meanwhile.
    """
    access.check_right(actor, "save")
    draft, version = keeping.locked(kind, record_id), history.latest(kind.name, record_id)
    if (draft.revision if draft else 0) != revision or (draft is None and (version.number if version else 0) != base):
        raise ConflictError(draft, version)
    keeping.refuse_state(draft.status if draft else "", "save")
    shape = keeping.check(kind, data, version, draft.keeps_as if draft else "")
    if draft is None and version and _says_nothing_new(version, shape.fingerprint()):
        return None
    draft = draft or _begun(kind, record_id, version)
    draft.comment = comment
    return _changed(kind, draft, shape.plain(), shape.fingerprint(), actor, "drafted")


@transaction.atomic
def create(kind: Editable, data: Data, *, actor: Actor, comment: str = "") -> Draft:
    """A draft of a record that does not exist yet. Raises TownDataError, also when its id is taken."""
    access.check_right(actor, "save")
    shape = keeping.check(kind, data, None)
    if keeping.locked(kind, shape.id) or history.latest(kind.name, shape.id):
        taken = _("Die Kennung „{id}“ gibt es schon.").format(id=shape.id)
        raise TownDataError([Problem(shape.id, "id", taken)])
    draft = _begun(kind, shape.id, None)
    draft.comment = comment
    return _changed(kind, draft, shape.plain(), shape.fingerprint(), actor, "drafted")


@transaction.atomic
def adopt(kind: Editable, record_id: str, *, actor: Actor, revision: int) -> tuple[Draft, merging.Merge]:
    """Put the draft on top of what was published meanwhile; where both changed the same field, the draft's stays."""
    draft = keeping.step(kind, record_id, "adopt", actor, revision)
    current = history.latest(kind.name, record_id)
    if current is None or draft.base == current.number:
        raise NotPossibleError(_("Der Entwurf beruht schon auf der veröffentlichten Fassung."))
    begun = history.versions(kind.name, record_id).filter(number=draft.base).first()
    opened = merging.marks(kind.layout, content(begun) if begun else {})
    merged = merging.merge(kind.layout, opened, draft.data, content(current))
    shape = keeping.check(kind, merged.data, current, draft.keeps_as)
    draft.base = current.number
    return _changed(kind, draft, shape.plain(), shape.fingerprint(), actor, "adopted"), merged


@transaction.atomic
def restore(kind: Editable, record_id: str, number: int, *, actor: Actor) -> Draft:
    """An older version as a new draft. Raises Http404 for an unknown number, NotPossibleError while there is a draft."""
    access.check_right(actor, "restore")
    old = history.versions(kind.name, record_id).filter(number=number).first()
    if old is None:
        raise Http404
    _refuse_second_draft(kind, record_id)
    version = history.latest(kind.name, record_id)
    shape = keeping.check(kind, content(old), version)
    draft = _begun(kind, record_id, version)
    draft.comment = _("Fassung {number} wiederhergestellt").format(number=number)
    return _changed(kind, draft, shape.plain(), shape.fingerprint(), actor, "restored")


@transaction.atomic
def amend(kind: Editable, record_id: str, *, actor: Actor, valid_from: date) -> Draft:
    """A draft of a new version of a statute: it takes over the id, and once published the old wording keeps a dated one.

    Raises TownDataError when it does not begin after the old one, NotPossibleError when a later version exists already.
    """
    access.check_right(actor, "amend")
    version = history.latest(kind.name, record_id)
    if version is None or kind.name != "statute":
        raise Http404
    if version.status != rules.PUBLISHED:
        raise NotPossibleError(_("Nur eine veröffentlichte Satzung bekommt eine neue Fassung."))
    _refuse_second_draft(kind, record_id)
    if models.Statute.objects.filter(replaces=record_id).exists():
        raise NotPossibleError(_("Es gibt schon eine spätere Fassung. Ändern Sie diese."))
    old = content(version)
    keeps_as = _free_id(f"{record_id[: ID_LENGTH - 8]}-{old['valid_from'][:4]}")
    dates = ("adopted_on", "promulgated_on", "valid_to")
    data = {key: value for key, value in old.items() if key not in dates}
    data |= {"valid_from": valid_from.isoformat(), "replaces": keeps_as}
    shape = keeping.check(kind, data, version, keeps_as)
    draft = _begun(kind, record_id, version)
    draft.keeps_as, draft.comment = keeps_as, _("Neue Fassung")
    return _changed(kind, draft, shape.plain(), shape.fingerprint(), actor, "amended")


@transaction.atomic
def propose(kind: Editable, record_id: str, data: Data, *, source: str) -> Draft | None:
    """What a file says as a draft for the editors; None while they have one of their own. For loaders, not for people."""
    if keeping.locked(kind, record_id) is not None:
        return None
    version = history.latest(kind.name, record_id)
    shape = keeping.check(kind, {key: value for key, value in data.items() if key != "status"}, version)
    draft = _begun(kind, record_id, version)
    draft.comment = _("Aus der Datei {source}").format(source=source)
    return _changed(kind, draft, shape.plain(), shape.fingerprint(), None, "proposed")


def _refuse_second_draft(kind: Editable, record_id: str) -> None:
    if keeping.locked(kind, record_id) is not None:
        raise NotPossibleError(_("Es gibt schon einen Entwurf. Veröffentlichen oder verwerfen Sie ihn zuerst."))


def _begun(kind: Editable, record_id: str, version: Version | None) -> Draft:
    return Draft(kind=kind.name, record_id=record_id, base=version.number if version else 0, revision=0)


def _says_nothing_new(version: Version, digest: str) -> bool:
    return version.status == rules.PUBLISHED and version.content_hash == digest


def _changed(
    kind: Editable, draft: Draft, data: Mapping[str, Any], digest: str, actor: Actor | None, event: str
) -> Draft:
    """Write what the draft says now. Raises ConflictError when somebody else began one at the same moment."""
    unit = data.get("unit", "") if kind.name != "unit" else draft.record_id
    fields: dict[str, Any] = {
        "data": {key: value for key, value in data.items() if key != "status"},
        "content_hash": digest,
        "title": kind.name_of(data)[:300],
        "unit": unit or "",
        "changed_by_id": actor.pk if actor else None,
        "comment": draft.comment.strip(),
    }
    if draft._state.adding:
        fields |= {"base": draft.base, "keeps_as": draft.keeps_as, "status": rules.DRAFT, "revision": 1}
        key = {"kind": kind.name, "record_id": draft.record_id}
        draft, made = Draft.objects.get_or_create(**key, defaults=fields)
        if not made:
            raise ConflictError(draft, None)
    else:
        for field, value in fields.items():
            setattr(draft, field, value)
        keeping.advance(draft, rules.DRAFT)
    if actor is not None:
        draft.writers.add(actor.pk)
    detail = {"hash": digest, "revision": draft.revision}
    keeping.audit(kind, draft.record_id, event, actor, detail)
    return draft


def _free_id(wanted: str) -> str:
    taken: Iterable[str] = models.Statute.objects.filter(pk__startswith=wanted).values_list("pk", flat=True)
    known, number, found = set(taken), 1, wanted
    while found in known:
        number += 1
        found = f"{wanted}-{number}"
    return found
