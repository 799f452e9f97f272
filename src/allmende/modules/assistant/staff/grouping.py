# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From answers to gaps, from gaps to groups. Called by the job, step by step; each step may be repeated."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from allmende.kernel.search import embedding
from allmende.kernel.search import queries as search
from allmende.kernel.search.engine.vectors import Float32, quantise
from allmende.kernel.town import queries as town
from allmende.modules.assistant.engine import clustering
from allmende.modules.assistant.models import Answer
from allmende.modules.assistant.schemas import Status
from allmende.modules.assistant.staff import citations, rules
from allmende.modules.assistant.staff.models import Analysis, Citation, Gap, QuestionGroup
from allmende.modules.assistant.staff.queries import unsure
from allmende.modules.assistant.staff.wording import Wording, plain, wording

BATCH = 500
MEANING, WORDS = "meaning", "words"
GAP_STATUSES = (Status.NO_SOURCE, Status.OUT_OF_SCOPE)


@dataclass(frozen=True)
class Labelled:
    """A group that is not stored yet: its gaps, the most typical first, its words, and the nearest service."""

    gaps: Sequence[Gap]
    words: Sequence[str]
    service: str
    distance: float | None


@dataclass(frozen=True)
class Grouped:
    """What comparing brought. `method` is MEANING or WORDS."""

    groups: Sequence[Labelled]
    questions: int
    left_out: int
    method: str
    seconds: float


def collect_citations() -> Iterator[int]:
    """Note what answers cite that were given since; yields how many after each batch, each in its own transaction."""
    waiting = Answer.objects.filter(status=Status.ANSWERED, citations=None)
    for batch in _batches(waiting):
        Citation.objects.bulk_create((row for answer in batch for row in citations.of(answer)), ignore_conflicts=True)
        yield len(batch)


def collect_gaps() -> Iterator[int]:
    """Note the questions that were not answered well; yields how many after each batch, each in its own transaction.

    A thumb can come later: what is no gap any more is forgotten, and the reason follows.
    """
    reason = Case(
        When(feedback__helpful=False, then=Value("thumbs_down")),
        *(When(status=status, then=Value(str(status))) for status in GAP_STATUSES),
        When(unsure(), then=Value("unsure")),
        default=Value(""),
    )
    judged = Answer.objects.annotate(why=reason).order_by("pk")
    Gap.objects.filter(answer__in=judged.filter(why="").values("pk")).delete()
    for name in rules.names("reasons"):
        Gap.objects.exclude(reason=name).filter(answer__in=judged.filter(why=name).values("pk")).update(reason=name)
    for batch in _batches(judged.filter(gap=None).exclude(why="").defer("content")):
        Gap.objects.bulk_create([Gap(answer=row, reason=row.why) for row in batch], ignore_conflicts=True)
        yield len(batch)


def _batches(waiting: QuerySet[Any]) -> Iterator[list[Any]]:
    """The rows by primary key, some at a time; what is added behind the place that was reached comes too."""
    batch = list(waiting.order_by("pk")[:BATCH])
    while batch:
        yield batch
        batch = list(waiting.order_by("pk").filter(pk__gt=batch[-1].pk)[:BATCH])


def without_vectors() -> QuerySet[Gap]:
    """Gaps whose vector is still to be made, in the order of their keys."""
    return _compared().exclude(vector_of=embedding.version()).order_by("pk")


def embedded(gaps: Sequence[Gap]) -> list[Gap]:
    """The gaps with their vectors, not stored; without those that the model refused."""
    done = []
    for gap in gaps:
        vector = search.question_vector(plain(gap.answer.question))
        if vector is not None:
            gap.vector, gap.vector_of = quantise(vector[None])[0].tobytes(), embedding.version()
            done.append(gap)
    return done


def grouped(tell: Callable[[int], None]) -> Grouped:
    """Compare all gaps and label the groups. Slow; writes nothing. `tell` hears how many questions are done."""
    began = time.perf_counter()
    total = Gap.objects.count()
    gaps = list(_compared().order_by("-answer__asked_at", "pk"))
    read = wording()
    complete = bool(gaps) and all(gap.vector_of == embedding.version() for gap in gaps)
    names, middle = services() if complete else ({}, None)
    meanings = np.stack([_floats(gap) for gap in gaps]) if middle is not None else None
    rows, least = features([read.text(gap.answer.question) for gap in gaps], meanings, middle)
    found = [[gaps[place] for place in group.members] for group in clustering.groups(rows, least, tell)]
    labels = _label(found, read)
    groups = [_placed(own, words, names, middle) for own, words in zip(found, labels, strict=True)]
    method = WORDS if meanings is None else MEANING
    return Grouped(groups, len(gaps), total - len(gaps), method, time.perf_counter() - began)


def features(texts: Sequence[str], meanings: Float32 | None, middle: Float32 | None) -> tuple[clustering.Rows, float]:
    """What is compared of each question, and how alike those of a group are at least.

    By letters alone without `meanings` (n, 384), and without `middle`: what the names of a town's services have in common must
    be taken off, else every question to a town means nearly the same.
    """
    bounds = rules.grouping()
    if meanings is None or middle is None:
        return clustering.features(texts, None, None, bounds.meaning_weight), bounds.least_by_words
    return clustering.features(texts, meanings, middle, bounds.meaning_weight), bounds.least_by_meaning


@transaction.atomic
def keep(found: Grouped) -> None:
    """Store the groups in the place of those before. A group with most of the questions of an earlier one keeps its number."""
    numbers = _numbers(found.groups)
    Gap.objects.exclude(group=None).update(group=None, rank=0, words=[])
    QuestionGroup.objects.exclude(pk__in=[number for number in numbers if number]).delete()
    there = set(Gap.objects.values_list("pk", flat=True))  # a citizen may have deleted some meanwhile
    changed = []
    for group, number in zip(found.groups, numbers, strict=True):
        row = QuestionGroup(pk=number, service=group.service, distance=group.distance, made_at=timezone.now())
        row.save()
        for rank, gap in enumerate(group.gaps):
            gap.group, gap.rank = row, rank
            changed += [gap] if gap.pk in there else []
    Gap.objects.bulk_update(changed, ["group", "rank", "words"], batch_size=BATCH)
    Analysis.objects.update_or_create(
        pk=1,
        defaults={
            "finished_at": timezone.now(),
            "questions": found.questions,
            "left_out": found.left_out,
            "method": found.method,
            "seconds": found.seconds,
        },
    )


def _compared() -> QuerySet[Gap]:
    """The youngest gaps, as many as are compared, with their questions."""
    most = rules.grouping().most_questions
    moments = Gap.objects.order_by("-answer__asked_at").values_list("answer__asked_at", flat=True)
    oldest = moments[most - 1 : most].first()
    found = Gap.objects.select_related("answer").defer("answer__content")
    return found.filter(answer__asked_at__gte=oldest) if oldest else found


def _floats(gap: Gap) -> Float32:
    stored = np.frombuffer(bytes(gap.vector), np.int8).astype(np.float32)
    return np.asarray(stored / (np.linalg.norm(stored) or 1.0), np.float32)


def services() -> tuple[dict[str, Float32], Float32 | None]:
    """Id → (384,) vector of each service's German name, and what they all have in common."""
    vectors = {link.id: search.question_vector(link.name) for link in town.services()}
    known = {name: vector for name, vector in vectors.items() if vector is not None}
    middle = np.stack(list(known.values())).mean(axis=0).astype(np.float32) if known else None
    return known, middle


def _label(groups: Sequence[Sequence[Gap]], read: Wording) -> list[list[str]]:
    """The telling words of each group, spelt as most people did. Each central question is given those that stand in it."""
    bounds = rules.grouping()
    central = [group[: bounds.label_questions] for group in groups]
    written = [[read.words(gap.answer.question) for gap in group] for group in central]
    spelt: dict[str, Counter[str]] = {}
    for word in (word for questions in written for words in questions for word in words):
        spelt.setdefault(word.lower(), Counter())[word] += 1
    lowered = [[[word.lower() for word in words] for words in questions] for questions in written]
    chosen = clustering.distinctive(lowered, bounds.label_words)
    for group, questions, words in zip(central, lowered, chosen, strict=True):
        for gap, own in zip(group, questions, strict=True):
            gap.words = [spelt[word].most_common(1)[0][0] for word in words if word in own]
    return [[spelt[word].most_common(1)[0][0] for word in words] for words in chosen]


def _placed(gaps: Sequence[Gap], words: Sequence[str], names: dict[str, Float32], middle: Float32 | None) -> Labelled:
    """The group with the service that the search puts first for its most typical question."""
    service = _nearest_service(gaps[0].answer.question)
    distance = None
    if service in names:
        centre = np.stack([_floats(gap) for gap in gaps]).mean(axis=0).astype(np.float32)
        distance = 1.0 - clustering.likeness(centre, names[service], middle)
    return Labelled(gaps, words, service, distance)


def _nearest_service(question: str) -> str:
    """The service that the search puts first for the most typical question; empty when it finds none."""
    found = search.search(plain(question), asker=search.PUBLIC, k=1, authority=settings.TOWN, collections=("services",))
    return str(found.hits[0].data["id"]) if found.hits else ""


def _numbers(groups: Sequence[Labelled]) -> list[int | None]:
    """For each group the number of the earlier one most of whose questions it holds; no number twice."""
    before = dict(Gap.objects.exclude(group=None).values_list("pk", "group"))
    sizes = Counter(before.values())
    taken: set[int] = set()
    numbers: list[int | None] = []
    for group in groups:
        shared = Counter(before[gap.pk] for gap in group.gaps if gap.pk in before)
        number, count = shared.most_common(1)[0] if shared else (None, 0)
        keeps = number is not None and number not in taken and 2 * count > sizes[number]
        numbers.append(number if keeps else None)
        if keeps and number is not None:
            taken.add(number)
    return numbers
