# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wording of an answer as server-sent events: through the page, the widget and the API alike."""

import json
from collections.abc import AsyncIterator

from django.http import HttpResponse, HttpResponseBase

from allmende.kernel.web.sse import Event, event_stream, release_request_thread
from allmende.modules.assistant import queries, schemas
from allmende.modules.assistant.models import Answer
from allmende.modules.assistant.wording import service

NOTHING = 204


def respond(row: Answer) -> HttpResponseBase:
    """Events `sentence`, then one `done`; 204 where no model rewords this answer. What is stored already is told again."""
    answer = queries.view(row)
    if answer.wording:
        return event_stream(_told(answer.wording))
    wording = service.begin(answer)
    return event_stream(_made(wording)) if wording else HttpResponse(status=NOTHING)


async def _told(wording: schemas.Wording) -> AsyncIterator[Event]:
    for sentence in wording.sentences:
        yield _event("sentence", sentence.model_dump())
    yield _done(wording)


async def _made(wording: service.Rewording) -> AsyncIterator[Event]:
    await release_request_thread()
    made = service.sentences(wording)
    try:
        async for sentence in made:
            yield _event("sentence", sentence.model_dump())
    finally:
        await made.aclose()
    yield _done(service.view(wording))


def _done(wording: schemas.Wording) -> Event:
    return _event("done", {**wording.model_dump(exclude={"sentences"}), "shown": len(wording.sentences)})


def _event(name: str, data: object) -> Event:
    return Event(json.dumps(data, ensure_ascii=False), name)
