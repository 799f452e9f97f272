# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demo town asks itself questions, so that those who improve texts see something: really asked, now, in the channel "demo".

Nothing is dated back and no answer is made up. Each line of the files in `questions/` is one conversation; where its right service is known
and was not shown, the service is chosen from what was offered, or the question is asked again in official words, as citizens do.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from allmende.kernel.jobs import service as jobs
from allmende.modules.assistant import service as assistant
from allmende.modules.assistant.models import Answer
from allmende.modules.assistant.schemas import AnswerView
from allmende.modules.assistant.staff import service
from allmende.modules.assistant.staff.queries import EXAMPLE

SCHEDULE = "assistant.examples"
QUESTION_SET = "development.jsonl"
FILES = ("gaps.jsonl", "everyday.jsonl", QUESTION_SET)
RATED = 3
"""Of so many conversations one gets a thumb."""


@dataclass(frozen=True)
class Example:
    """One conversation to have. `services`: those it is about, empty where nobody knows; `again`: the same in official words."""

    number: int
    question: str
    language: str
    services: tuple[str, ...]
    again: str
    comment: str


def load(folder: Path) -> None:
    """Take over the town's question set, and in a demo town ask its examples once, in the background."""
    questions = folder / "questions"
    if (questions / QUESTION_SET).is_file():
        service.put_question_set(f"{folder.name}/{QUESTION_SET}", (questions / QUESTION_SET).read_bytes())
    is_demo = all((questions / name).is_file() for name in FILES) and not settings.PRODUCTION
    if is_demo and not are_asked():
        target = "allmende.modules.assistant.staff.tasks:ask_examples"
        jobs.schedule(SCHEDULE, target, minutes=1, args={"folder": str(questions)}, title=_("Beispielfragen stellen"))


def are_asked() -> bool:
    """Whether the town has begun to ask itself."""
    return Answer.objects.filter(channel=EXAMPLE).exists()


def examples(folder: Path) -> Iterator[Example]:
    """The conversations of the files, in their order."""
    lines = (line for name in FILES for line in (folder / name).read_text(encoding="utf-8").splitlines() if line)
    for number, row in enumerate(map(json.loads, lines)):
        services = tuple(row.get("services", ())) or tuple(filter(None, [row.get("service", "")]))
        again, comment = row.get("again", ""), row.get("comment", "")
        yield Example(number, row["question"], row["language"], services, again, comment)


def have(example: Example) -> None:
    """Have one conversation with the assistant."""
    first = assistant.answer(example.question, language=example.language, channel=EXAMPLE)
    last = first
    offered = [option.service for option in first.options if option.service in example.services]
    if example.services and not _is_about(first, example):
        if offered:
            last = _ask(example.question, example, first, offered[0])
        elif example.again:
            last = _ask(example.again, example, first, "")
    _rate(example, first, last)


def _ask(question: str, example: Example, first: AnswerView, service_id: str) -> AnswerView:
    return assistant.answer(
        question,
        language=example.language,
        channel=EXAMPLE,
        service_id=service_id,
        conversation_id=first.conversation,
    )


def _rate(example: Example, first: AnswerView, last: AnswerView) -> None:
    """A thumb follows from what is known to be right; nobody invents one for the rest."""
    if not example.services or not (example.number % RATED == 0 or example.comment):
        return
    if first.id != last.id:
        assistant.rate(Answer.objects.get(pk=first.id), helpful=False, comment=example.comment)
    assistant.rate(Answer.objects.get(pk=last.id), helpful=_is_about(last, example))


def _is_about(answer: AnswerView, example: Example) -> bool:
    return answer.card is not None and answer.card.service in example.services
