# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How fresh the sources of the answers are: old, ending soon or changed since they were cited; the most used first."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import timezone

from allmende.kernel.search import queries as search
from allmende.kernel.search.queries import Source
from allmende.modules.assistant.models import Answer
from allmende.modules.assistant.staff import citations, rules
from allmende.modules.assistant.staff.models import Citation
from allmende.modules.assistant.staff.times import within


@dataclass(frozen=True)
class SourceView:
    """A source and its use. `age` and `limit` in days; `used` and `outdated` count answers of the period: those that cite it, and those
    that cite words it no longer has.
    """

    key: str
    title: str
    url: str
    collection: str
    language: str
    updated_on: date | None
    valid_to: date | None
    age: int | None
    limit: int
    used: int
    outdated: int
    ends_in: int | None
    gone: bool

    @property
    def old(self) -> bool:
        """Whether somebody should look at it again."""
        return self.age is not None and self.age > self.limit

    @property
    def ends_soon(self) -> bool:
        """Whether it ends within the days of the rules, or has ended."""
        return self.ends_in is not None and self.ends_in <= rules.number("ends_within_days")

    @property
    def needs_care(self) -> bool:
        """Whether anything is the matter with it."""
        return self.old or self.ends_soon or self.gone or self.outdated > 0


def sources(since: date | None, until: date | None) -> list[SourceView]:
    """Every valid source and every one that was cited in the period: those that need care first, then by use. A fixed number of queries."""
    rows = _citations(since, until)
    used = dict(rows.values_list("source").annotate(n=Count("answer", distinct=True)))
    outdated = _outdated(rows, used)
    today = timezone.localdate()
    found = {row.key: row for row in search.sources(asker=search.PUBLIC, authority=settings.TOWN)}
    shown = [
        _view(key, found.get(key), used.get(key, 0), len(outdated.get(key, ())), today)
        for key in {*found, *used}
        if key in used or not _is_over(found[key], today)
    ]
    return sorted(shown, key=lambda row: (not row.needs_care, -row.used, -(row.age or 0), row.title))


def outdated(since: date | None, until: date | None, source: str = "") -> set[UUID]:
    """Answers of the period that showed a wording which its source (or this one) does not have any more."""
    rows = _citations(since, until)
    rows = rows.filter(source=source) if source else rows
    return set().union(*_outdated(rows, set(rows.values_list("source", flat=True))).values())


def title(source: str) -> str:
    """What a source is called; its key where it is gone. One query."""
    return next((row.title for row in search.sources(asker=search.PUBLIC) if row.key == source), source)


@dataclass(frozen=True)
class Cited:
    """A source of one answer, and whether it still says what the citizen read."""

    key: str
    title: str
    url: str
    changed: bool
    gone: bool


def cited(answer_id: UUID) -> list[Cited]:
    """The sources of an answer in their order. A fixed number of queries."""
    row = Answer.objects.filter(pk=answer_id).first()
    wordings: dict[str, set[str]] = {}
    for citation in citations.of(row) if row else ():
        wordings.setdefault(citation.source, set()).add(citation.digest)
    known = {source.key: source for source in search.sources(asker=search.PUBLIC) if source.key in wordings}
    current = citations.current(list(wordings))
    return [
        Cited(
            key=key,
            title=known[key].title if key in known else key,
            url=known[key].url if key in known else "",
            changed=bool(digests - current.get(key, set())),
            gone=key not in known,
        )
        for key, digests in wordings.items()
    ]


def _citations(since: date | None, until: date | None) -> QuerySet[Citation]:
    return Citation.objects.filter(within("answer__asked_at", since, until)).order_by()


def _outdated(rows: QuerySet[Citation], used: Collection[str]) -> dict[str, set[UUID]]:
    """Source → answers with at least one wording that the source does not have any more. Only the pairs of source and wording and
    the answers that are affected are read, however many answers there are.
    """
    current = citations.current(sorted(used))
    pairs = set(rows.values_list("source", "digest").distinct())
    changed = {(source, digest) for source, digest in pairs if digest not in current.get(source, ())}
    found: dict[str, set[UUID]] = defaultdict(set)
    affected = rows.filter(digest__in={digest for _source, digest in changed})
    for source, digest, answer in affected.values_list("source", "digest", "answer"):
        if (source, digest) in changed:
            found[source].add(answer)
    return found


def _view(key: str, source: Source | None, used: int, outdated: int, today: date) -> SourceView:
    collection = key.partition("/")[0]
    limit = rules.days().get(collection, max(rules.days().values()))
    updated = source.updated_on if source else None
    ends = source.valid_to if source else None
    return SourceView(
        key=key,
        title=source.title if source else key,
        url=source.url if source else "",
        collection=collection,
        language=source.language if source else "de",
        updated_on=updated,
        valid_to=ends,
        age=(today - updated).days if updated else None,
        limit=limit,
        used=used,
        outdated=outdated,
        ends_in=(ends - today).days if ends else None,
        gone=source is None,
    )


def _is_over(source: Source, today: date) -> bool:
    return source.valid_to is not None and source.valid_to < today
