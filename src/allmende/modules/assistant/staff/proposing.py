# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words that would lead citizens to the service they meant: found in their own questions, proposed, measured, never added by itself."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Prefetch, QuerySet
from django.utils import timezone

from allmende.kernel.search import queries as search
from allmende.modules.assistant.engine.text import fold
from allmende.modules.assistant.staff import rules
from allmende.modules.assistant.staff.labels import Label
from allmende.modules.assistant.staff.lift import Judge, Lift, measure
from allmende.modules.assistant.staff.models import Evidence, Gap, Proposal, QuestionGroup
from allmende.modules.assistant.staff.question_set import Line
from allmende.modules.assistant.staff.wording import Wording

SERVICES = "services"
OPEN = "open"
GROUP = "group"

Wish = tuple[str, str, str]
"""Service, language and folded word."""


@dataclass(frozen=True)
class Witness:
    """A question that speaks for a word: where it stands, how it is spelt there, and what kind of evidence it is."""

    answer: uuid.UUID
    question: str
    term: str
    kind: str


@dataclass(frozen=True)
class Catalogue:
    """The words of the services' documents: key → folded words, and in how many services each word stands."""

    words: Mapping[str, frozenset[str]]
    spread: Counter[str]

    def is_new(self, word: str, service: str, language: str) -> bool:
        """Whether a word would tell the search something about this service."""
        folded, bounds = fold(word), rules.proposing()
        known = self.words.get(key_of(service, language))
        usable = folded.isalpha() and bounds.shortest_term <= len(word) <= bounds.longest_term
        return known is not None and usable and folded not in known and self.spread[folded] <= bounds.most_services


def key_of(service: str, language: str) -> str:
    """The search document of a service in a language."""
    return f"{SERVICES}/{service}" if language == "de" else f"{SERVICES}/{service}/{language}"


def catalogue() -> Catalogue:
    """The words of all public services. Two queries."""
    found = {row.key: row for row in search.sources(asker=search.PUBLIC) if row.collection == SERVICES}
    texts = search.texts(list(found), asker=search.PUBLIC)
    words = {
        key: frozenset(fold(" ".join([row.title, *row.synonyms, *texts.get(key, ())])).split())
        for key, row in found.items()
    }
    return Catalogue(words, Counter(word for own in words.values() for word in own))


def synonyms_of(service: str, language: str) -> frozenset[str]:
    """The title and the synonyms under which the search finds a service, folded. One query."""
    rows = search.sources(asker=search.PUBLIC)
    found = next((row for row in rows if row.key == key_of(service, language)), None)
    return frozenset(fold(term) for term in (found.title, *found.synonyms)) if found else frozenset()


def derive(wrong: Sequence[Label], read: Wording, known: Catalogue) -> dict[Wish, list[Witness]]:
    """Words for services from labels that are answered wrongly today, and from groups near a service; the first witness is the source.

    `wrong` has the oldest first, so that a word found in the oldest is confirmed by the later ones and not by itself.
    """
    found: dict[Wish, list[Witness]] = {}
    for label in wrong:
        for term in _terms(label, read, known):
            witness = Witness(label.answer, label.question, term, label.kind)
            found.setdefault((label.service, label.language, fold(term)), []).append(witness)
    for wish, witnesses in _of_groups(known):
        there = found.setdefault(wish, [])
        told = {witness.answer for witness in there}
        there += [witness for witness in witnesses if witness.answer not in told]
    least = rules.proposing().least_witnesses
    return {wish: witnesses for wish, witnesses in found.items() if _wordings(witnesses) >= least}


@transaction.atomic
def keep(found: Mapping[Wish, Sequence[Witness]]) -> None:
    """Make the open automatic proposals equal to what was derived; what somebody rejected or approved does not come back."""
    there = {wish_of(row): row for row in with_evidence(Proposal.objects.all())}
    for wish, row in there.items():
        if row.automatic and row.state == OPEN and wish not in found:
            row.delete()
    for wish, witnesses in found.items():
        row = there.get(wish) or Proposal.objects.create(service=wish[0], language=wish[1], automatic=True)
        if row.automatic and row.state == OPEN:
            row.evidence.all().delete()
            Evidence.objects.bulk_create(_evidence(row, witnesses))
    Proposal.objects.filter(automatic=True, term="", evidence=None).delete()


def with_evidence(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Proposals with their evidence and its questions fetched."""
    evidence = Evidence.objects.select_related("answer").defer("answer__content").order_by("-source", "pk")
    return rows.prefetch_related(Prefetch("evidence", evidence))


def wish_of(row: Proposal) -> Wish:
    """What a proposal with fetched evidence proposes."""
    return row.service, row.language, fold(term_of(row))


def term_of(row: Proposal) -> str:
    """The word of a proposal with fetched evidence; of an open automatic one only its questions hold it."""
    return row.term or next((one.term for one in row.evidence.all()), "")


def to_measure(most: int) -> list[int]:
    """Numbers of the open proposals: those never measured first, then by how much speaks for them."""
    rows = Proposal.objects.filter(state=OPEN).annotate(weight=Count("evidence"))
    return list(
        rows.order_by(F("measured_at").asc(nulls_first=True), "-weight", "pk").values_list("pk", flat=True)[:most]
    )


def lift_of(row: Proposal, before: Judge, labels: Sequence[Label], town: list[Line]) -> Lift | None:
    """What a proposal with fetched evidence would change; None when its service is gone. Slow; writes nothing."""
    sources = {one.answer_id: one for one in row.evidence.all() if one.source}
    source = [Label(pk, one.answer.question, row.language, row.service, one.kind).line for pk, one in sources.items()]
    others = [label.line for label in labels if label.answer not in sources]
    try:
        after = before.with_synonyms(key_of(row.service, row.language), [term_of(row)])
    except KeyError:
        return None
    return measure(before, after, source=source, labels=others, town=town)


def store_lift(proposal_id: int, lift: Lift | None) -> None:
    """Keep what was measured, unless somebody has decided meanwhile."""
    measured = lift.as_json() if lift else None
    Proposal.objects.filter(pk=proposal_id, state=OPEN).update(measured=measured, measured_at=timezone.now())


def _wordings(witnesses: Iterable[Witness]) -> int:
    """Different questions; the same one asked twice confirms nothing."""
    return len({fold(witness.question) for witness in witnesses})


def _terms(label: Label, read: Wording, known: Catalogue) -> list[str]:
    """The words of a question that the service does not know; those that stand in the fewest services first."""
    words = read.words(label.question)
    fitting = [word for word in dict.fromkeys(words) if known.is_new(word, label.service, label.language)]
    return sorted(fitting, key=lambda word: known.spread[fold(word)])[: rules.proposing().most_terms]


def _of_groups(known: Catalogue) -> Iterator[tuple[Wish, list[Witness]]]:
    """The first telling word of each undecided group that lies near a service."""
    bounds = rules.proposing()
    undecided = Gap.objects.filter(decision=None).select_related("answer").defer("answer__content").order_by("rank")
    near = QuestionGroup.objects.filter(distance__lte=bounds.near).order_by("pk")
    for group in near.prefetch_related(Prefetch("gaps", undecided)):
        gaps = list(group.gaps.all())
        if len(gaps) >= bounds.least_group:
            yield from _of_group(group, gaps, known)


def _of_group(group: QuestionGroup, gaps: Sequence[Gap], known: Catalogue) -> Iterator[tuple[Wish, list[Witness]]]:
    language = gaps[0].answer.language
    counts = Counter(word for gap in gaps for word in gap.words if known.is_new(word, group.service, language))
    for word, _count in counts.most_common(1):
        holders = [gap for gap in gaps if word in gap.words]
        witnesses = [Witness(gap.answer.pk, gap.answer.question, word, GROUP) for gap in holders]
        yield (group.service, language, fold(word)), witnesses


def _evidence(row: Proposal, witnesses: Iterable[Witness]) -> Iterator[Evidence]:
    """The first witness is the source; so is every question of a group, because nobody said what its asker meant."""
    for number, witness in enumerate(witnesses):
        source = number == 0 or witness.kind == GROUP
        yield Evidence(proposal=row, answer_id=witness.answer, term=witness.term, kind=witness.kind, source=source)
