# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of groups of questions that were not answered well. Their labels are put together from the questions that are still there."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from allmende.kernel.town import queries as town
from allmende.kernel.town.cards import ServiceLink
from allmende.modules.assistant.staff import rules
from allmende.modules.assistant.staff.models import Analysis, Decision, Gap, QuestionGroup

SMALLEST = 2
"""Questions of a group: one alone is found in the list of questions."""


@dataclass(frozen=True)
class GroupView:
    """A group as a list shows it. `fresh`: its questions about which nobody has decided; `service`: one that is near enough to be meant."""

    id: int
    question: str
    words: list[str]
    size: int
    fresh: int
    reasons: list[tuple[str, int]]
    first: date
    last: date
    service: ServiceLink | None
    decision: str


def groups(*, decided: bool = False) -> QuerySet[Any]:
    """Groups that wait for a decision, the largest first; or those about which somebody has decided."""
    waiting = Q(kind=None)
    for kind, count in rules.reopen().items():
        waiting |= Q(kind=kind, fresh__gte=count)
    rows = _counted().filter(size__gte=SMALLEST)
    return rows.filter(~waiting if decided else waiting).order_by("-size", "pk")


def shown(rows: Sequence[QuestionGroup]) -> Iterator[GroupView]:
    """Rows of `groups` with labels, reasons and services. Four queries, however many rows."""
    services = {link.id: link for link in town.services(rules.language())}
    central, reasons = _central(rows), _reasons(rows)
    for row in rows:
        gaps = central[row.pk]
        values: Any = row  # annotated by `groups`
        yield GroupView(
            id=row.pk,
            question=gaps[0].answer.question if gaps else "",
            words=_label(gaps),
            size=values.size,
            fresh=values.fresh,
            reasons=reasons[row.pk],
            first=timezone.localtime(values.first).date(),
            last=timezone.localtime(values.last).date(),
            service=services.get(row.service) if _is_near(row) else None,
            decision=values.kind or "",
        )


def group(group_id: int) -> GroupView | None:
    """One group; None when it does not exist or none of its questions is left."""
    row = _counted().filter(pk=group_id, size__gt=0).first()
    return next(shown([row])) if row else None


def members(group_id: int) -> QuerySet[Gap]:
    """The questions of a group, the most typical first."""
    rows = Gap.objects.filter(group=group_id).select_related("answer", "decision").defer("answer__content", "vector")
    return rows.order_by("rank", "pk")


def decision(group_id: int) -> Decision | None:
    """The last decision about a group's questions, with the person."""
    return Decision.objects.filter(gaps__group=group_id).select_related("by").order_by("-at").first()


def counts() -> tuple[int, int, int]:
    """Groups that wait, groups that are decided, and questions that stand alone."""
    return groups().count(), groups(decided=True).count(), Gap.objects.filter(group=None).count()


def analysis() -> Analysis | None:
    """The last evaluation."""
    return Analysis.objects.filter(pk=1).first()


def _counted() -> QuerySet[Any]:
    return QuestionGroup.objects.annotate(
        size=Count("gaps"),
        fresh=Count("gaps", filter=Q(gaps__decision=None)),
        kind=Max("gaps__decision__kind"),
        first=Min("gaps__answer__asked_at"),
        last=Max("gaps__answer__asked_at"),
    )


def _is_near(row: QuestionGroup) -> bool:
    """Whether the group is about its nearest service; without vectors the search alone has said so."""
    return row.distance is None or row.distance <= rules.proposing().near


def _central(rows: Sequence[QuestionGroup]) -> dict[int, list[Gap]]:
    """The most typical questions of each group, in their order."""
    found: dict[int, list[Gap]] = defaultdict(list)
    bound = rules.grouping().label_questions
    gaps = Gap.objects.filter(group__in=[row.pk for row in rows], rank__lt=bound).select_related("answer")
    for gap in gaps.defer("answer__content", "vector").order_by("rank", "pk"):
        found[gap.group_id or 0].append(gap)
    return found


def _label(gaps: Sequence[Gap]) -> list[str]:
    """The telling words that still stand in a question: those in most questions first."""
    counted = Counter(word for gap in gaps for word in gap.words)
    return [word for word, _count in counted.most_common(rules.grouping().label_words)]


def _reasons(rows: Sequence[QuestionGroup]) -> dict[int, list[tuple[str, int]]]:
    """Reason → how many questions, of each group, the most frequent first."""
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    counted = Gap.objects.filter(group__in=[row.pk for row in rows]).order_by().values_list("group", "reason")
    for number, reason, count in counted.annotate(n=Count("pk")).order_by("-n", "reason"):
        found[number or 0].append((reason, count))
    return found
