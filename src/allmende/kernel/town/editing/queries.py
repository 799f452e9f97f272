# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads for editors: the list of all texts with their drafts, one text, and what waits for whom."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone

from allmende.kernel.accounts.access import has_right
from allmende.kernel.town import access, models, rules
from allmende.kernel.town.editing import choices, history
from allmende.kernel.town.editing.access import is_second_person
from allmende.kernel.town.editing.kinds import KINDS, WORDS_ID, Editable
from allmende.kernel.town.editing.models import Draft, Version
from allmende.kernel.town.queries import fold

GERMAN = "de"


@dataclass(frozen=True)
class Item:
    """A text in the list. `status` is that of the record (empty: never published), `draft` what is beside it."""

    kind: Editable
    id: str
    name: str
    status: str
    unit: str
    dated: date | None
    draft: Draft | None

    @property
    def old(self) -> bool:
        """Whether it was approved longer ago than data/editing.yaml allows."""
        days = rules.editing()["old_after_days"].get(self.kind.name)
        return bool(days and self.dated and self.dated < timezone.localdate() - timedelta(days=days))

    @property
    def states(self) -> tuple[str, ...]:
        """The states under which it is found."""
        return tuple(state for state in (self.status, self.draft.status if self.draft else "") if state)


@dataclass(frozen=True)
class Text:
    """One text: what holds (`version`), its state, and its draft, if any. `data` is what an editor opens."""

    kind: Editable
    id: str
    version: Version | None
    draft: Draft | None

    @property
    def status(self) -> str:
        """The state of the record; empty when it was never published."""
        return self.version.status if self.version else ""

    @property
    def public(self) -> bool:
        """Whether everybody may read it."""
        return self.status in rules.public_states()

    @property
    def data(self) -> dict[str, Any]:
        """The draft, or what holds now without its state, or an empty record."""
        if self.draft:
            return dict(self.draft.data)
        return content(self.version) if self.version else {"id": self.id}

    @property
    def published(self) -> dict[str, Any]:
        """What holds now; empty when there is nothing."""
        return content(self.version) if self.version else {}

    @property
    def name(self) -> str:
        """Its German name."""
        return self.kind.name_of(self.data)

    @property
    def revision(self) -> int:
        """The number of the draft's last change; 0 without a draft."""
        return self.draft.revision if self.draft else 0

    @property
    def base(self) -> int:
        """The number of what holds now; 0 for nothing."""
        return self.version.number if self.version else 0

    @property
    def holds_today(self) -> bool:
        """Whether today lies within the validity of the text that an editor opens."""
        today, first, last = timezone.localdate().isoformat(), self.data.get("valid_from"), self.data.get("valid_to")
        return (not first or first <= today) and (not last or today <= last)

    @property
    def outdated(self) -> bool:
        """Whether the published text changed after the draft was begun."""
        return self.draft is not None and self.draft.base != self.base


def content(version: Version) -> dict[str, Any]:
    """The data of a version without its state, which is not the editor's."""
    return {key: value for key, value in version.data.items() if key != "status"}


def text(kind: Editable, record_id: str) -> Text:
    """One text with its draft. Raises Http404 for one that neither exists nor is drafted. Two queries."""
    found = Text(kind, record_id, history.latest(kind.name, record_id), _draft(kind.name, record_id))
    if found.version is None and found.draft is None and (kind.name, record_id) != ("words", WORDS_ID):
        raise Http404
    return found


def exists(kind: Editable, record_id: str) -> bool:
    """Whether there is anything of this text: a version or a draft."""
    key = {"kind": kind.name, "record_id": record_id}
    return Version.objects.filter(**key).exists() or Draft.objects.filter(**key).exists()


def items() -> list[Item]:
    """All texts by name, those never published too. Five queries, however many there are."""
    drafts = {(draft.kind, draft.record_id): draft for draft in _drafts()}
    found = [_item(kind, row, drafts.pop((kind, row["pk"]), None)) for kind, rows in ROWS.items() for row in rows()]
    new = (draft for (kind, _id), draft in drafts.items() if kind in ROWS)
    found += [Item(KINDS[draft.kind], draft.record_id, draft.title, "", draft.unit, None, draft) for draft in new]
    return sorted(found, key=lambda item: (fold(item.name), item.id))


def narrowed(
    found: Iterable[Item], *, kind: str = "", q: str = "", status: str = "", unit: str = "", old: bool = False
) -> list[Item]:
    """The items of a kind with all words in name or id, in a state, of a unit, approved long ago."""
    words = fold(q).split()
    return [
        item
        for item in found
        if (not kind or item.kind.name == kind)
        and all(word in f"{fold(item.name)} {item.id}" for word in words)
        and (not status or status in item.states)
        and (not unit or item.unit == unit)
        and (not old or item.old)
    ]


def waiting_for(person: AbstractBaseUser) -> QuerySet[Draft]:
    """Drafts that this person can check: in review, and written by others."""
    if not has_right(person, access.PUBLISH):
        return Draft.objects.none()
    return _drafts().filter(status=rules.REVIEW).exclude(writers=person.pk)


def drafts_of(person: AbstractBaseUser) -> QuerySet[Draft]:
    """Drafts that this person changed last and has not handed in."""
    return _drafts().filter(status=rules.DRAFT, changed_by=person.pk)


def waits_for(person: AbstractBaseUser, draft: Draft | None) -> bool:
    """Whether this draft is one of `waiting_for`."""
    return draft is not None and draft.status == rules.REVIEW and is_second_person(person, draft)


def unit_names() -> Mapping[str, str]:
    """Unit id → German name. One query."""
    return dict(choices.units())


def citing(statute_id: str) -> list[tuple[str, str]]:
    """(service, section) of every line of a public service that rests on a section of the statute. Three queries."""
    found: list[tuple[str, str]] = []
    for model in (models.Fee, models.RequiredDocument, models.Deadline):
        rows = model._default_manager.filter(statute=statute_id, service__status__in=rules.public_states())
        found += rows.exclude(section="").values_list("service_id", "section")
    return sorted(set(found))


def _drafts() -> QuerySet[Draft]:
    return Draft.objects.defer("data").select_related("changed_by")


def _draft(kind: str, record_id: str) -> Draft | None:
    found = Draft.objects.select_related("changed_by", "answered_by").prefetch_related("writers")
    return found.filter(kind=kind, record_id=record_id).first()


def _item(kind: str, row: Mapping[str, Any], draft: Draft | None) -> Item:
    name = row["name"].get(GERMAN, row["pk"]) if isinstance(row["name"], dict) else row["name"] or row["pk"]
    return Item(KINDS[kind], row["pk"], name, row["status"], row["unit_id"] or "", row.get("dated"), draft)


def _services() -> Iterator[Mapping[str, Any]]:
    names = models.ServiceText.objects.filter(service=OuterRef("pk"), module=rules.NAME_MODULE, language=GERMAN)
    rows = models.Service.objects.order_by().annotate(name=Subquery(names.values("text")[:1]), dated=F("approved_on"))
    yield from rows.values("pk", "name", "status", "dated", "unit_id")


def _statutes() -> Iterator[Mapping[str, Any]]:
    rows = models.Statute.objects.order_by().annotate(name=F("title"), dated=F("valid_from"))
    yield from rows.values("pk", "name", "status", "dated", "unit_id")


def _pages() -> Iterator[Mapping[str, Any]]:
    rows = models.Page.objects.order_by().annotate(name=F("title"), dated=F("updated_on"))
    yield from rows.values("pk", "name", "status", "dated", "unit_id")


def _units() -> Iterator[Mapping[str, Any]]:
    yield from models.Unit.objects.order_by().values("pk", "name", "status", unit_id=F("pk"))


ROWS = {"service": _services, "statute": _statutes, "page": _pages, "unit": _units}
