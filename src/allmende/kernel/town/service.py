# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public door for changes to the town's data. Keep it small.

A record is a mapping with the fields of `town.formats`. Each `put_…` checks first, refuses with TownDataError (every
problem, with file and field) and then writes all of it or nothing; a record whose content has not changed costs one
comparison and leaves no trace. What was written is audited and told to the search in the same transaction. `put_…s`
take many records as (source, data), so that they may refer to one another. `actor` is the person who does it; without
one it is the house itself (a loader). Somebody who may not edit gets Http404.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import Http404

from allmende.kernel.audit.service import record
from allmende.kernel.town import access, checks, formats, models, rules, search_documents, writing
from allmende.kernel.town.errors import Problem, TownDataError

Data = Mapping[str, Any]
Sourced = tuple[str, Data]
Actor = AbstractBaseUser | None
R = TypeVar("R", bound=formats.RecordShape)


@dataclass(frozen=True)
class Kind(Generic[R]):
    """How records of one kind are read, checked and written. `finish` runs when all records of a delivery are there."""

    name: str
    model: type[models.Record]
    shape: type[R]
    check: Callable[[Sequence[tuple[str, R]]], list[Problem]]
    write: Callable[[R], None]
    order: Callable[[Sequence[R]], Sequence[R]] = tuple
    finish: Callable[[R], None] = lambda _shape: None


def _parents_first(shapes: Sequence[formats.UnitShape]) -> Sequence[formats.UnitShape]:
    parents = {shape.id: shape.parent for shape in shapes}

    def depth(unit_id: str | None) -> int:
        return 1 + depth(parents[unit_id]) if unit_id in parents else 0

    return sorted(shapes, key=lambda shape: depth(shape.id))


def _oldest_first(shapes: Sequence[formats.StatuteShape]) -> Sequence[formats.StatuteShape]:
    return sorted(shapes, key=lambda shape: shape.valid_from)


TOWN = Kind("town", models.Town, formats.TownShape, lambda _named: [], writing.town)
UNIT = Kind("unit", models.Unit, formats.UnitShape, checks.units, writing.unit, order=_parents_first)
STATUTE = Kind("statute", models.Statute, formats.StatuteShape, checks.statutes, writing.statute, order=_oldest_first)
SERVICE = Kind(
    "service", models.Service, formats.ServiceShape, checks.services, writing.service, finish=writing.related
)
PAGE = Kind("page", models.Page, formats.PageShape, checks.unit_exists, writing.page)


def put_town(data: Data, *, actor: Actor = None, source: str = "") -> bool:
    """Create or change the town with streets and emergency numbers; tells whether anything changed."""
    return bool(_put(TOWN, [(source, data)], actor))


def put_unit(data: Data, *, actor: Actor = None, source: str = "") -> bool:
    """Create or change a unit with its opening hours; tells whether anything changed."""
    return bool(put_units([(source, data)], actor=actor))


def put_units(records: Iterable[Sourced], *, actor: Actor = None) -> list[str]:
    """Create or change units; the ids of those that changed."""
    return _put(UNIT, records, actor)


def put_statute(data: Data, *, actor: Actor = None, source: str = "") -> bool:
    """Create or change a version of a statute; tells whether anything changed."""
    return bool(put_statutes([(source, data)], actor=actor))


def put_statutes(records: Iterable[Sourced], *, actor: Actor = None) -> list[str]:
    """Create or change versions of statutes; the ids of those that changed."""
    return _put(STATUTE, records, actor)


def put_service(data: Data, *, actor: Actor = None, source: str = "") -> bool:
    """Create or change a service; tells whether anything changed."""
    return bool(put_services([(source, data)], actor=actor))


def put_services(records: Iterable[Sourced], *, actor: Actor = None) -> list[str]:
    """Create or change services; the ids of those that changed."""
    return _put(SERVICE, records, actor)


def put_page(data: Data, *, actor: Actor = None, source: str = "") -> bool:
    """Create or change a page of the web site; tells whether anything changed."""
    return bool(put_pages([(source, data)], actor=actor))


def put_pages(records: Iterable[Sourced], *, actor: Actor = None) -> list[str]:
    """Create or change pages of the web site; the ids of those that changed."""
    return _put(PAGE, records, actor)


def withdraw_unit(unit_id: str, *, actor: Actor = None) -> None:
    """Take a unit out of public. Raises TownDataError while services in public belong to it."""
    access.check_edit(actor)
    problems = checks.unit_is_free(unit_id, rules.public_states())
    if problems:
        raise TownDataError(problems)
    _withdraw(UNIT, unit_id, actor)


def withdraw_statute(statute_id: str, *, actor: Actor = None) -> None:
    """Take a version of a statute out of public; services that rest on it keep the reference, without a link."""
    _withdraw(STATUTE, statute_id, actor)


def withdraw_service(service_id: str, *, actor: Actor = None) -> None:
    """Take a service out of public."""
    _withdraw(SERVICE, service_id, actor)


def withdraw_page(page_id: str, *, actor: Actor = None) -> None:
    """Take a page out of public."""
    _withdraw(PAGE, page_id, actor)


@transaction.atomic
def _put(kind: Kind[R], records: Iterable[Sourced], actor: Actor) -> list[str]:
    """Check all records, write those that changed, tell the search, audit; the ids of those that changed."""
    access.check_edit(actor)
    named = _read_all(kind, records)
    changed = _changed(kind, [shape for _source, shape in named])
    problems = checks.ids_once(named) + (kind.check(named) if changed else [])
    if problems:
        raise TownDataError(problems)
    if not changed:
        return []
    for shape in kind.order(changed):
        kind.write(shape)
    for shape in changed:
        kind.finish(shape)
    ids = [shape.id for shape in changed]
    search_documents.tell(kind.name, ids)
    for shape in changed:
        detail: dict[str, object] = {"hash": shape.fingerprint()}
        record(f"town.{kind.name}.{shape.status}", actor=actor, subject=f"{kind.name}:{shape.id}", detail=detail)
    return ids


def _read_all(kind: Kind[R], records: Iterable[Sourced]) -> list[tuple[str, R]]:
    """All records in their shape. Raises TownDataError with the problems of all of them."""
    named: list[tuple[str, R]] = []
    problems: list[Problem] = []
    for given, data in records:
        source = given or f"{kind.name} {data.get('id', '?')}"
        try:
            named.append((source, formats.read(kind.shape, data, source)))
        except TownDataError as error:
            problems += error.problems
    if problems:
        raise TownDataError(problems)
    return named


def _changed(kind: Kind[R], shapes: Sequence[R]) -> list[R]:
    rows = kind.model._default_manager.filter(pk__in=[shape.id for shape in shapes])
    known = dict(rows.values_list("pk", "content_hash"))
    return [shape for shape in shapes if known.get(shape.id) != shape.fingerprint()]


@transaction.atomic
def _withdraw(kind: Kind[Any], record_id: str, actor: Actor) -> None:
    """Set the state, forget the hash (so that the same content can be put again), tell the search, audit."""
    access.check_edit(actor)
    row = kind.model._default_manager.select_for_update().filter(pk=record_id).first()
    if row is None:
        raise Http404
    if row.status == rules.WITHDRAWN:
        return
    row.status, row.content_hash = rules.WITHDRAWN, ""
    row.save(update_fields=["status", "content_hash", "changed_at"])
    search_documents.tell(kind.name, [record_id])
    record(f"town.{kind.name}.withdrawn", actor=actor, subject=f"{kind.name}:{record_id}")
