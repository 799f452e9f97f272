# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What citizens tell us for free: which service they meant.

Somebody who chooses from what was offered has said it. So has somebody who asks again in other words and is then answered surely. Both
stand in one conversation and within minutes.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, Prefetch

from allmende.kernel.search import queries as search
from allmende.kernel.search.engine.vectors import Float32
from allmende.modules.assistant.engine.clustering import likeness
from allmende.modules.assistant.models import Answer, Conversation
from allmende.modules.assistant.schemas import Status
from allmende.modules.assistant.staff import rules
from allmende.modules.assistant.staff.question_set import Line
from allmende.modules.assistant.staff.wording import Wording, plain

PICKED, REPHRASED = "picked", "rephrased"
BATCH = 200


@dataclass(frozen=True)
class Label:
    """A question and the service its asker meant. `kind` is PICKED or REPHRASED."""

    answer: uuid.UUID
    question: str
    language: str
    service: str
    kind: str

    @property
    def line(self) -> Line:
        """The same as a question with its right answer."""
        return Line(
            id=str(self.answer),
            question=self.question,
            language=self.language,
            status=Status.ANSWERED,
            services=[self.service],
        )


def labels(read: Wording, middle: Float32 | None) -> list[Label]:
    """The youngest labels, the oldest of them first, at most as many as the rules allow.

    `middle`: what all the town's texts have in common, see clustering.likeness.
    """
    most, found = rules.proposing().most_labels, list[Label]()
    for rows in _conversations():
        found += [label for pair in pairwise(rows) if (label := _label(*pair, read, middle))]
        if len(found) >= most:
            break
    return found[:most][::-1]


def _conversations() -> Iterator[list[Answer]]:
    """The answers of each conversation with more than one, the youngest conversation first, each in its order."""
    several = Conversation.objects.annotate(answers_given=Count("answers")).filter(answers_given__gt=1)
    told = Answer.objects.select_related("feedback").order_by("asked_at")
    rows = several.order_by("-started_at").prefetch_related(Prefetch("answers", told))
    for row in rows.iterator(chunk_size=BATCH):
        yield list(row.answers.all())


def _label(first: Answer, second: Answer, read: Wording, middle: Float32 | None) -> Label | None:
    service = (second.content.get("card") or {}).get("service", "")
    in_time = second.asked_at - first.asked_at <= timedelta(minutes=rules.proposing().within_minutes)
    if not service or not in_time or _disliked(second):
        return None
    if _picked(first, second, service):
        kind = PICKED
    elif _rephrased(first, second, read, middle):
        kind = REPHRASED
    else:
        return None
    return Label(first.pk, first.question, first.language, service, kind)


def _picked(first: Answer, second: Answer, service: str) -> bool:
    """The second is the same question with the choice of a service that the first had offered."""
    offered = {option["service"] for option in first.content.get("options", ())}
    return service in offered and first.question == second.question and second.confidence == 1.0


def _rephrased(first: Answer, second: Answer, read: Wording, middle: Float32 | None) -> bool:
    """The first was not answered well, the second surely, in other words but about the same."""
    missed = first.status in (Status.NO_SOURCE, Status.OUT_OF_SCOPE) or _is_unsure(first.content) or _disliked(first)
    answered = second.status == Status.ANSWERED and not _is_unsure(second.content)
    if not missed or not answered or first.question == second.question:
        return False
    return _alike(first.question, second.question, read, middle)


def _alike(one: str, other: str, read: Wording, middle: Float32 | None) -> bool:
    """By meaning; without the model they must share a word."""
    vectors = search.question_vector(plain(one)), search.question_vector(plain(other))
    if vectors[0] is not None and vectors[1] is not None:
        return likeness(vectors[0], vectors[1], middle) >= rules.proposing().likeness
    return bool(set(read.text(one).split()) & set(read.text(other).split()))


def _is_unsure(content: dict[str, Any]) -> bool:
    return content.get("sure") is False


def _disliked(answer: Answer) -> bool:
    feedback = getattr(answer, "feedback", None)
    return feedback is not None and not feedback.helpful
