# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ask one question of a set as a citizen would ask it, and judge what comes. Nothing is stored."""

import time
from collections.abc import Iterator
from typing import Any

from allmende.kernel.town import queries as town
from allmende.modules.assistant.composing import Composed, Find, compose
from allmende.modules.assistant.pilot import rules
from allmende.modules.assistant.pilot.engine import judging
from allmende.modules.assistant.pilot.engine.figures import Outcome
from allmende.modules.assistant.pilot.engine.judging import Got
from allmende.modules.assistant.pilot.questions import Question
from allmende.modules.assistant.schemas import Card, Content

NOT_READ = frozenset(
    {"url", "source_key", "language", "status", "updated_on", "leika", "source", "online", "approved_on", "facet"}
    | {"rule", "masked", "service", "sure", "in_card", "dialog", "id"}
)
"""Fields of a content that no citizen reads as text."""


def ask(question: Question, find: Find | None = None) -> Outcome:
    """Ask and judge; `find` searches instead of the town's search."""
    began = time.perf_counter()
    composed = compose(question.text, language=question.language, find=find)
    millis = 1000 * (time.perf_counter() - began)
    got = _got(composed.content)
    judged = judging.judge(question.expected, got)
    return Outcome(
        id=question.id,
        question=question.text,
        language=question.language,
        register=question.register,
        typos=question.typos,
        origin=question.origin,
        expected=question.expected.status,
        rests_on=question.rests_on,
        red_list=question.expected.red_list,
        verdict=judged.verdict,
        faults=judged.faults,
        status=got.status,
        sure=got.sure,
        way=judging.offers_a_way(question.expected, got),
        subject=_subject(got),
        sources=got.sources,
        near=_near(composed),
        millis=round(millis, 1),
    )


def _got(content: Content) -> Got:
    card, place = content.card, content.place or (content.card.place if content.card else None)
    return Got(
        status=content.status,
        sure=content.sure,
        service=card.service if card else "",
        unit=place.url.rstrip("/").rpartition("/")[2] if place else "",
        rule=content.rule,
        sources=_sources(content, card),
        options=tuple(option.service for option in content.options),
        flows=tuple(offer.id for offer in content.guided),
        text=" ".join(_texts(content.model_dump(mode="json"))),
        red_list=card is not None and card.service in town.red_list(),
    )


def _sources(content: Content, card: Card | None) -> tuple[str, ...]:
    shown = [f"services/{card.service}"] if card else []
    return tuple(dict.fromkeys([*shown, *(passage.source_key for passage in content.passages)]))


def _subject(got: Got) -> str:
    """What the answer is about, in one key; the services offered, or the rule."""
    return got.rule or ", ".join(got.options if got.status == judging.CLARIFICATION else got.sources[:1]) or got.unit


def _near(composed: Composed) -> tuple[str, ...]:
    return composed.found[: rules.number("near")]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in NOT_READ:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
