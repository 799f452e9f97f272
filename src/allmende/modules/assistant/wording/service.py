# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A language model rephrases an answer that is already stored; each sentence is checked before anybody sees it.

The model gets the masked question and the answer's public sources through kernel.llm. What no cited source says is dropped. What was
shown is stored beside the answer and never changes.
"""

import asyncio
import json
import logging
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.utils import timezone

from allmende import __version__
from allmende.kernel.llm import queries as llm
from allmende.kernel.llm.service import BrokenOff, LlmError, Message, Speaker, Stream, TimedOut, stream
from allmende.kernel.town import queries as town
from allmende.modules.assistant import models, schemas, switches
from allmende.modules.assistant.engine.citing import Cited, Splitter
from allmende.modules.assistant.engine.support import Support
from allmende.modules.assistant.live import queries as chats
from allmende.modules.assistant.models import Answer
from allmende.modules.assistant.schemas import AnswerView, Sentence, Status
from allmende.modules.assistant.wording import rules, sources

ROOM, PURPOSE = "assistant", "wording"
logger = logging.getLogger(__name__)
COMPLETE, BROKEN, LEFT = "complete", "broken", "left"
_keeping: set["asyncio.Future[None]"] = set()
"""Keeps tasks alive that store for a citizen who has gone."""


@dataclass
class Rewording:
    """An answer on its way to being reworded: what it is made from, and what has become of it so far."""

    answer: uuid.UUID
    messages: Sequence[Message]
    support: Support
    shown: list[Sentence] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    outcome: str = LEFT
    speaker: Speaker | None = None

    def take(self, found: Iterable[Cited]) -> Iterator[Sentence]:
        """Those of the sentences that are supported, as long as there is room."""
        for cited in found:
            fault = self.support.check(cited.text, cited.sources)
            if fault and any(map(str.isalnum, cited.text)):
                self.dropped[fault] += 1
            elif not fault and not self.is_full:
                self.shown.append(Sentence(text=cited.text, sources=list(cited.sources)))
                yield self.shown[-1]

    @property
    def is_full(self) -> bool:
        """Whether enough was said."""
        return len(self.shown) >= rules.limits().most_sentences


def offers(answer: AnswerView) -> bool:
    """Whether `begin` would begin now, if it is switched on. Three queries, none for an answer that is never reworded.

    It is answered, sure, fresh, has a source in its language (what cannot be compared is not shown) and nothing on the red list, and
    a provider may have such texts.
    """
    fresh = timezone.now() - answer.asked_at < timedelta(minutes=rules.limits().fresh_minutes)
    if not (fresh and answer.status is Status.ANSWERED and answer.sure and answer.wording is None):
        return False
    if not sources.usable(answer) or sources.services(answer) & town.red_list():
        return False
    return bool(llm.available(data_class=rules.data_class()))


def begin(answer: AnswerView) -> Rewording | None:
    """Prepare the wording of a stored answer; None where there is to be none. See `sentences`."""
    if chats.open_in(answer.conversation):
        return None  # a person has the conversation
    if not (switches.is_on(switches.ANSWERS) and switches.is_on(switches.MODEL) and offers(answer)):
        return None
    known, view = sources.usable(answer), town.town()
    lexicon = rules.lexicon(answer.language, view.name if view else "")
    support = Support(known, lexicon, answer.language, rules.bounds())
    return Rewording(answer.id, _messages(answer), support)


def view(wording: Rewording) -> schemas.Wording:
    """What has become of it so far, as a citizen gets it."""
    return schemas.Wording(
        sentences=wording.shown,
        dropped=wording.dropped.total(),
        provider=wording.speaker.provider if wording.speaker else "",
        model=wording.speaker.model if wording.speaker else "",
        digital_source_type=rules.digital_source_type(),
    )


async def sentences(wording: Rewording) -> AsyncGenerator[Sentence, None]:
    """The supported sentences, as the model writes them. Whoever stops reading ends the provider's work; what was shown is stored.

    Raises nothing of the model's: a failure ends the sentences.
    """
    splitter = Splitter(wording.support.reader.sentences)
    try:
        async with _stream(wording) as pieces:
            async for piece in pieces:
                wording.speaker = pieces.speaker
                for sentence in wording.take(splitter.feed(piece)):
                    yield sentence
                if wording.is_full:
                    break
        for sentence in wording.take(splitter.end()):
            yield sentence
        wording.outcome = COMPLETE
    except (BrokenOff, TimedOut):
        wording.outcome = BROKEN  # the sentence that was under way is not shown
    except LlmError as error:
        logger.info("An answer is not reworded: %s", error.outcome)
    finally:
        await _keep(wording)


def _stream(wording: Rewording) -> Stream:
    limits = rules.limits()
    return stream(
        wording.messages,
        room=ROOM,
        purpose=PURPOSE,
        data_class=rules.data_class(),
        actor=AnonymousUser(),
        max_tokens=limits.max_tokens,
        temperature=limits.temperature,
    )


async def _keep(wording: Rewording) -> None:
    """Store what was shown, also for somebody who has gone meanwhile. What broke off before its first sentence may be tried again."""
    if wording.speaker is None or not (wording.shown or wording.outcome == COMPLETE):
        return
    store = sync_to_async(_store, thread_sensitive=False)
    task = asyncio.ensure_future(store(wording, wording.speaker))
    _keeping.add(task)
    task.add_done_callback(_keeping.discard)
    await asyncio.shield(task)


def _store(wording: Rewording, speaker: Speaker) -> None:
    """In a borrowed thread. The first wording of an answer stays; a conversation that was deleted meanwhile gets none."""
    values = {
        "sentences": [sentence.model_dump() for sentence in wording.shown],
        "dropped": dict(wording.dropped),
        "outcome": wording.outcome,
        "provider": speaker.provider,
        "model": speaker.model,
        "location": speaker.location,
        "version": __version__,
    }
    try:
        if Answer.objects.filter(pk=wording.answer).exists():
            models.Wording.objects.get_or_create(answer_id=wording.answer, defaults=values)
    finally:
        connections.close_all()


def _messages(answer: AnswerView) -> list[Message]:
    """The instructions, and the question with its sources as data: nothing in them can pass for an instruction of ours."""
    names = rules.names(answer.language)
    listed = [
        {names["number"]: source.number, names["title"]: source.title, names["text"]: source.text}
        for source in sources.usable(answer)
    ]
    data = {names["question"]: answer.question, names["sources"]: listed}
    return [
        {"role": "system", "content": rules.prompt(answer.language)},
        {"role": "user", "content": json.dumps(data, ensure_ascii=False)},
    ]
