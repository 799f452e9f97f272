# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of proposed synonyms and of the question set they are measured with."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from allmende.kernel.search import queries as search
from allmende.kernel.town import queries as town
from allmende.kernel.town.cards import ServiceLink
from allmende.modules.assistant.engine.text import fold
from allmende.modules.assistant.models import Answer
from allmende.modules.assistant.staff import lift, proposing, rules
from allmende.modules.assistant.staff.lift import Change, Lift
from allmende.modules.assistant.staff.models import Proposal, QuestionSet
from allmende.modules.assistant.staff.question_set import Line

OPEN, APPROVED = "open", "approved"


@dataclass(frozen=True)
class WordView:
    """A proposal. `mine`: the reader proposed it and may not approve it; `missing`: approved, but the service lost it since."""

    id: int
    term: str
    service: ServiceLink | None
    service_id: str
    language: str
    automatic: bool
    mine: bool
    state: str
    proposed_by: str
    proposed_on: date
    decided_by: str
    decided_on: date | None
    lift: Lift | None
    measured_at: datetime | None
    evidence: int
    missing: bool

    @property
    def better(self) -> int:
        """Independent questions that would become right."""
        return len(self.lift.labels.better) + len(self.lift.town.better) if self.lift else 0

    @property
    def worse(self) -> int:
        """Independent questions that would become wrong."""
        return len(self.lift.labels.worse) + len(self.lift.town.worse) if self.lift else 0

    @property
    def idle(self) -> bool:
        """Derived, measured, and no question would change: not worth anybody's time."""
        found = self.lift
        return self.automatic and found is not None and not any((self.better, self.worse, found.source.better))

    @property
    def enough(self) -> bool:
        """Whether so many independent questions changed that chance could be told from effect at all."""
        return self.better + self.worse >= rules.proposing().least_changes


@dataclass(frozen=True)
class Changed:
    """A question that would become right or wrong; without text where it was deleted since."""

    text: str
    answer: UUID | None
    kind: str
    better: bool


def open_words(reader: AbstractBaseUser | AnonymousUser) -> list[WordView]:
    """Proposals that wait: measured ones first, those with the best balance before, idle ones last."""
    found = [row for row in _shown(Proposal.objects.filter(state=OPEN), reader) if row.term]
    return sorted(found, key=lambda row: (row.idle, row.lift is None, row.worse - row.better, -row.evidence, row.id))


def decided_words(reader: AbstractBaseUser | AnonymousUser) -> list[WordView]:
    """The others, the latest decision first, at most a hundred."""
    found = _shown(Proposal.objects.exclude(state=OPEN).order_by("-decided_at")[:100], reader)
    return [row for row in found if row.term]


def word(proposal_id: int, reader: AbstractBaseUser | AnonymousUser) -> WordView | None:
    """One proposal; None when it does not exist or the question that held its word is deleted."""
    return next((row for row in _shown(Proposal.objects.filter(pk=proposal_id), reader) if row.term), None)


def evidence(proposal_id: int) -> list[Answer]:
    """The questions that speak for a proposal, the source first."""
    row = proposing.with_evidence(Proposal.objects.filter(pk=proposal_id)).first()
    return [one.answer for one in row.evidence.all()] if row else []


def changed(found: Lift) -> list[Changed]:
    """The questions that would change, those of citizens as far as they are still there. Two queries."""
    named = {"source": found.source, "labels": found.labels, "town": found.town}
    wanted = [(kind, name, better) for kind, change in named.items() for name, better in _ids(change)]
    texts = {line.id: line.question for line in town_lines()}
    own = Answer.objects.filter(pk__in=[name for kind, name, _better in wanted if kind != "town"])
    asked = {str(row.pk): row for row in own.defer("content")}
    rows = []
    for kind, name, better in wanted:
        answer = asked.get(name) if kind != "town" else None
        text = texts.get(name, "") if kind == "town" else (answer.question if answer else "")
        rows.append(Changed(text, answer.pk if answer else None, kind, better))
    return rows


def known_set() -> QuestionSet | None:
    """The town's question set."""
    return QuestionSet.objects.filter(pk=1).first()


def town_lines() -> list[Line]:
    """The questions of the town's set."""
    row = known_set()
    return [Line.model_validate(line) for line in row.questions] if row else []


def _ids(change: Change) -> list[tuple[str, bool]]:
    return [(name, True) for name in change.better] + [(name, False) for name in change.worse]


def _shown(rows: QuerySet[Proposal], reader: AbstractBaseUser | AnonymousUser) -> list[WordView]:
    """With services, evidence and whether an approved word is still in use. Five queries, however many rows."""
    fetched = list(proposing.with_evidence(rows.select_related("proposed_by", "decided_by")))
    services = {link.id: link for link in town.services(rules.language())} if fetched else {}
    in_use = {row.key: {fold(term) for term in row.synonyms} for row in search.sources(asker=search.PUBLIC)}
    return [_view(row, services, in_use, reader) for row in fetched]


def _view(
    row: Proposal,
    services: dict[str, ServiceLink],
    in_use: dict[str, set[str]],
    reader: AbstractBaseUser | AnonymousUser,
) -> WordView:
    term = proposing.term_of(row)
    known = in_use.get(proposing.key_of(row.service, row.language), set())
    return WordView(
        id=row.pk,
        term=term,
        service=services.get(row.service),
        service_id=row.service,
        language=row.language,
        automatic=row.automatic,
        mine=row.proposed_by_id is not None and row.proposed_by_id == reader.pk,
        state=row.state,
        proposed_by=str(row.proposed_by or ""),
        proposed_on=timezone.localtime(row.proposed_at).date(),
        decided_by=str(row.decided_by or ""),
        decided_on=timezone.localtime(row.decided_at).date() if row.decided_at else None,
        lift=lift.read(row.measured) if row.measured else None,
        measured_at=row.measured_at,
        evidence=len(row.evidence.all()),
        missing=row.state == APPROVED and fold(term) not in known,
    )
