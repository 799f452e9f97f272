# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads for those who improve the texts: which questions were asked, and how it went.

No read here returns which conversation a question belongs to, and times are cut to the hour: second by second they could be laid
beside a server's log and lead to a person.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from allmende.kernel.evaluation.service import metrics
from allmende.modules.assistant.models import Answer, Wording
from allmende.modules.assistant.schemas import Content, Status
from allmende.modules.assistant.staff import rules, sources
from allmende.modules.assistant.staff.times import hour, within

RATINGS = ("up", "down", "none", "comment")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What narrows the list; everything may be left out. Days are whole days of the town's time, both included.

    `source`: shown by the answer; `changed`: a wording that the answer showed (of that source) is not there any more.
    """

    since: date | None = None
    until: date | None = None
    status: str = ""
    language: str = ""
    channel: str = ""
    rating: str = ""
    words: str = ""
    source: str = ""
    changed: bool = False

    @property
    def names(self) -> list[str]:
        """The names of those that are set, for the audit."""
        return sorted(name for name, value in vars(self).items() if value)


@dataclass(frozen=True)
class Asked:
    """One question in a list. `hour` is the beginning of the hour in which it was asked."""

    id: uuid.UUID
    hour: datetime
    question: str
    status: str
    sure: bool
    language: str
    channel: str
    confidence: float
    millis: int
    version: str
    helpful: bool | None
    comment: str


@dataclass(frozen=True)
class Bar:
    """One line of the figures: a share with its interval where it has one, all between 0 and 1."""

    name: str
    count: int
    share: metrics.Share


@dataclass(frozen=True)
class Figures:
    """The key figures of a selection. `unsure` is a share of the answered, `helpful` of the rated."""

    total: int
    statuses: list[Bar]
    unsure: metrics.Share
    unsure_count: int
    helpful: metrics.Share
    helpful_count: int
    examples: int


@dataclass(frozen=True)
class Told:
    """One answer as the citizen got it, and what is known about it now."""

    asked: Asked
    content: Content
    wording: Wording | None


def recent(days: int | None = None) -> Selection:
    """The last days, today included; without a number as many as the rules say."""
    until = timezone.localdate()
    return Selection(since=until - timedelta(days=(days or rules.number("period_days")) - 1), until=until)


def questions(selection: Selection) -> QuerySet[Answer]:
    """The answers of the selection, the youngest first, without their content."""
    found = _all_of(selection)
    if selection.status == UNSURE:
        found = found.filter(unsure())
    elif selection.status:
        found = found.filter(status=selection.status)
    if selection.rating:
        found = found.filter(_rated(selection.rating))
    if selection.words:
        found = found.filter(question__icontains=selection.words)
    if selection.changed:
        found = found.filter(pk__in=sources.outdated(selection.since, selection.until, selection.source))
    elif selection.source:
        found = found.filter(pk__in=Answer.objects.filter(citations__source=selection.source).values("pk"))
    return found.annotate(
        said_sure=F("content__sure"), helpful=F("feedback__helpful"), comment=F("feedback__comment")
    ).defer("content")


UNSURE = "unsure"
"""Beside the statuses, a choice of the filter: answered, but the answer says that it is unsure."""


def shown(rows: Iterable[Answer]) -> Iterator[Asked]:
    """Rows of `questions` as a list shows them. Asks the database nothing more."""
    for row in rows:
        yield Asked(
            id=row.pk,
            hour=hour(row.asked_at),
            question=row.question,
            status=row.status,
            sure=row.said_sure is not False,  # type: ignore[attr-defined]  # annotated by `questions`
            language=row.language,
            channel=row.channel,
            confidence=row.confidence,
            millis=row.millis,
            version=row.version,
            helpful=row.helpful,  # type: ignore[attr-defined]
            comment=row.comment or "",  # type: ignore[attr-defined]
        )


def answer(answer_id: uuid.UUID) -> Told | None:
    """One answer; None when it does not exist or not any more. Three queries."""
    row = questions(Selection()).filter(pk=answer_id).first()
    if row is None:
        return None
    content = Content.model_validate(Answer.objects.values_list("content", flat=True).get(pk=answer_id))
    return Told(next(shown([row])), content, Wording.objects.filter(answer=answer_id).first())


def figures(selection: Selection) -> Figures:
    """The key figures of period, language and channel; status, rating and words do not narrow them. Two queries."""
    found = _all_of(selection)
    counted: dict[str, int] = dict(found.order_by().values_list("status").annotate(n=Count("pk")))
    rest = found.aggregate(
        unsure=Count("pk", filter=unsure()),
        rated=Count("feedback"),
        helpful=Count("feedback", filter=Q(feedback__helpful=True)),
        examples=Count("pk", filter=Q(channel=EXAMPLE)),
    )
    total, answered = sum(counted.values()), counted.get(Status.ANSWERED, 0)
    return Figures(
        total=total,
        statuses=[
            Bar(name, counted.get(name, 0), metrics.share(counted.get(name, 0), total))
            for name in rules.names("statuses")
        ],
        unsure=metrics.share(rest["unsure"], answered),
        unsure_count=rest["unsure"],
        helpful=metrics.share(rest["helpful"], rest["rated"]),
        helpful_count=rest["helpful"],
        examples=rest["examples"],
    )


EXAMPLE = "demo"
"""The channel of questions that the demo town asked itself."""


def languages() -> list[str]:
    """The languages that occur."""
    return sorted(Answer.objects.order_by().values_list("language", flat=True).distinct())


def channels() -> list[str]:
    """The channels that occur."""
    return sorted(Answer.objects.order_by().values_list("channel", flat=True).distinct())


def _all_of(selection: Selection) -> QuerySet[Answer]:
    """Period, language and channel."""
    period = within("asked_at", selection.since, selection.until)
    found = Answer.objects.filter(period).order_by("-asked_at", "pk")
    if selection.language:
        found = found.filter(language=selection.language)
    if selection.channel:
        found = found.filter(channel=selection.channel)
    return found


def unsure() -> Q:
    """Answered, and the answer says that it is unsure."""
    return Q(status=Status.ANSWERED, content__sure=False)


def _rated(rating: str) -> Q:
    return {
        "up": Q(feedback__helpful=True),
        "down": Q(feedback__helpful=False),
        "none": Q(feedback=None),
        "comment": Q(feedback__isnull=False) & ~Q(feedback__comment=""),
    }[rating]
