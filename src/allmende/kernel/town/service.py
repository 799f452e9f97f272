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
from allmende.kernel.town.editing import history
from allmende.kernel.town.errors import Problem, TownDataError

Data = Mapping[str, Any]
Sourced = tuple[str, Data]
Actor = AbstractBaseUser | None
R = TypeVar("R", bound=formats.RecordShape)


@dataclass(frozen=True)
class Kind(Generic[R]):
    """How records of one kind are read, checked and written, what keeps one in public, and whether versions are kept."""

    name: str
    model: type[models.Record]
    shape: type[R]
    check: Callable[[Sequence[tuple[str, R]]], list[Problem]]
    write: Callable[[Sequence[R]], None]
    order: Callable[[Sequence[R]], Sequence[R]] = tuple
    held: Callable[[str], list[Problem]] = lambda _id: []
    has_versions: bool = True


def _one_by_one(write: Callable[[R], None]) -> Callable[[Sequence[R]], None]:
    def write_all(shapes: Sequence[R]) -> None:
        for shape in shapes:
            write(shape)

    return write_all


def _parents_first(shapes: Sequence[formats.UnitShape]) -> Sequence[formats.UnitShape]:
    parents = {shape.id: shape.parent for shape in shapes}

    def depth(unit_id: str | None) -> int:
        return 1 + depth(parents[unit_id]) if unit_id in parents else 0

    return sorted(shapes, key=lambda shape: depth(shape.id))


def _oldest_first(shapes: Sequence[formats.StatuteShape]) -> Sequence[formats.StatuteShape]:
    return sorted(shapes, key=lambda shape: shape.valid_from)


TOWN = Kind("town", models.Town, formats.TownShape, lambda _named: [], _one_by_one(writing.town), has_versions=False)
UNIT = Kind(
    "unit",
    models.Unit,
    formats.UnitShape,
    checks.units,
    _one_by_one(writing.unit),
    order=_parents_first,
    held=checks.unit_is_free,
)
STATUTE = Kind(
    "statute", models.Statute, formats.StatuteShape, checks.statutes, _one_by_one(writing.statute), order=_oldest_first
)
SERVICE = Kind("service", models.Service, formats.ServiceShape, checks.services, writing.services)
PAGE = Kind("page", models.Page, formats.PageShape, checks.unit_exists, _one_by_one(writing.page))
WORDS = Kind("words", models.WordList, formats.WordListShape, lambda _named: [], _one_by_one(writing.words))
KINDS: dict[str, Kind[Any]] = {kind.name: kind for kind in (UNIT, STATUTE, SERVICE, PAGE, WORDS)}
"""What editors maintain, by name."""


def put_town(data: Data, *, actor: Actor = None, source: str = "") -> bool:
    """Create or change the town with its emergency numbers; tells whether anything changed."""
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
    withdraw(UNIT, unit_id, actor=actor)


def withdraw_statute(statute_id: str, *, actor: Actor = None) -> None:
    """Take a version of a statute out of public; services that rest on it keep the reference, without a link."""
    withdraw(STATUTE, statute_id, actor=actor)


def withdraw_service(service_id: str, *, actor: Actor = None) -> None:
    """Take a service out of public."""
    withdraw(SERVICE, service_id, actor=actor)


def withdraw_page(page_id: str, *, actor: Actor = None) -> None:
    """Take a page out of public."""
    withdraw(PAGE, page_id, actor=actor)


def add_service_synonym(
    service_id: str, term: str, *, language: str = "de", author: Actor = None, actor: Actor = None, comment: str = ""
) -> bool:
    """Let citizens find a service under one more word; tells whether it was new. `author` proposed it, `actor` approves it.

    The service gets a new version with nothing else changed. Raises Http404 for a service that is not public and for an
    actor who may not publish, TownDataError for a word that is none.
    """
    return _change_synonyms(service_id, lambda terms: [*terms, term], language, author, actor, comment)


def remove_service_synonym(
    service_id: str, term: str, *, language: str = "de", actor: Actor = None, comment: str = ""
) -> bool:
    """Take such a word away again; tells whether it was there. Raises Http404 as above."""

    def without(terms: Sequence[str]) -> list[str]:
        return [other for other in terms if other != term]

    return _change_synonyms(service_id, without, language, actor, actor, comment)


@transaction.atomic
def _change_synonyms(
    service_id: str,
    change: Callable[[Sequence[str]], list[str]],
    language: str,
    author: Actor,
    actor: Actor,
    comment: str,
) -> bool:
    access.check_publish(actor)
    public = models.Service.objects.select_for_update().filter(pk=service_id, status__in=rules.public_states())
    last = history.latest(SERVICE.name, service_id) if public.exists() else None
    if last is None:
        raise Http404
    terms = last.data.get("synonyms", {}).get(language, [])
    changed = list(dict.fromkeys(change(terms)))
    if changed == list(terms):
        return False
    synonyms = {**last.data.get("synonyms", {}), language: changed}
    shapes = checked(SERVICE, [(f"service {service_id}", {**last.data, "synonyms": synonyms})])
    store(SERVICE, shapes, actor, note=history.Note(author=author or actor, reviewer=actor, comment=comment))
    return True


@transaction.atomic
def _put(kind: Kind[R], records: Iterable[Sourced], actor: Actor) -> list[str]:
    """Check all records, write those that changed, tell the search, audit; the ids of those that changed."""
    access.check_edit(actor)
    named = _read_all(kind, records)
    changed = _changed(kind, [shape for _source, shape in named])
    if not changed:
        _refuse(checks.ids_once(named))
        return []
    _check(kind, named)
    return store(kind, changed, actor, sources={shape.id: source for source, shape in named})


def checked(kind: Kind[R], records: Iterable[Sourced]) -> list[R]:
    """The records in their shape, read and checked as before writing. Raises TownDataError with all problems."""
    named = _read_all(kind, records)
    _check(kind, named)
    return [shape for _source, shape in named]


@transaction.atomic
def store(
    kind: Kind[R],
    shapes: Sequence[R],
    actor: Actor,
    *,
    embed: bool = True,
    origin: str = "",
    sources: Mapping[str, str] | None = None,
    note: history.Note | None = None,
) -> list[str]:
    """Write records that were read and checked, keep their versions, tell the search, audit; their ids.

    For those who bring many records in batches: they queue the embedding once at their end instead of with each batch
    (`embed`). `origin` says in the audit where the records came from, `sources` (id → file) in the versions; `note` is
    what the editors say of it, without one the actor is the author.
    """
    access.check_edit(actor)
    kind.write(kind.order(shapes))
    ids = [shape.id for shape in shapes]
    if kind.has_versions:
        kept = [_kept(shape, (sources or {}).get(shape.id, origin)) for shape in shapes]
        history.keep(kind.name, kept, note or history.Note(author=actor))
    search_documents.tell(kind.name, ids, embed=embed)
    for shape in shapes:
        detail: dict[str, object] = {"hash": shape.fingerprint(), **({"origin": origin} if origin else {})}
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


def _check(kind: Kind[R], named: Sequence[tuple[str, R]]) -> None:
    _refuse(checks.ids_once(named) + kind.check(named))


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise TownDataError(problems)


def _kept(shape: formats.RecordShape, source: str) -> history.Kept:
    return history.Kept(shape.id, shape.status, shape.plain(), shape.fingerprint(), source)


def _changed(kind: Kind[R], shapes: Sequence[R]) -> list[R]:
    rows = kind.model._default_manager.filter(pk__in=[shape.id for shape in shapes])
    known = dict(rows.values_list("pk", "content_hash"))
    return [shape for shape in shapes if known.get(shape.id) != shape.fingerprint()]


@transaction.atomic
def withdraw(kind: Kind[Any], record_id: str, *, actor: Actor, reason: str = "") -> None:
    """Take a record out of public: set the state, forget the hash (so that the same content can be put again), keep a
    version that says so, tell the search, audit. Raises TownDataError while something in public needs the record.
    """
    access.check_edit(actor)
    _refuse(kind.held(record_id))
    row = kind.model._default_manager.select_for_update().filter(pk=record_id).first()
    if row is None:
        raise Http404
    if row.status == rules.WITHDRAWN:
        return
    row.status, row.content_hash = rules.WITHDRAWN, ""
    row.save(update_fields=["status", "content_hash", "changed_at"])
    last = history.latest(kind.name, record_id)
    if last is not None:
        kept = history.Kept(record_id, rules.WITHDRAWN, last.data, last.content_hash)
        history.keep(kind.name, [kept], history.Note(author=actor, comment=reason))
    search_documents.tell(kind.name, [record_id])
    detail: dict[str, object] = {"hash": last.content_hash} if last is not None else {}
    record(f"town.{kind.name}.withdrawn", actor=actor, subject=f"{kind.name}:{record_id}", detail=detail)
