# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""REST: ask, and say whether it helped. Open to everybody, without cookies, limited by address."""

import uuid

from django.http import HttpRequest, HttpResponseBase
from ninja import Router, Status

from allmende.kernel.web.throttling import PublicThrottle
from allmende.modules.assistant import queries, service
from allmende.modules.assistant.models import Answer
from allmende.modules.assistant.schemas import AnswerView, Closed, Invalid, Problem, Question
from allmende.modules.assistant.switches import SwitchedOffError
from allmende.modules.assistant.wording.views import respond

router = Router()
API = "api"
TAKEN_OVER = Status(409, Problem(detail="Ein Mensch hat dieses Gespräch übernommen und Ihre Frage erhalten."))
GONE = Status(404, Problem(detail="Diese Antwort gibt es nicht oder nicht mehr."))


@router.post(
    "/answers",
    response={201: AnswerView, 400: Problem, 409: Problem, 422: Invalid, 429: Problem, 503: Closed},
    throttle=[PublicThrottle("60/m", scope="ask-api")],
    summary="Eine Frage stellen",
)
def ask(request: HttpRequest, body: Question) -> Status[AnswerView] | Status[Closed] | Status[Problem]:
    """Answer a question from the town's own sources. Personal data in it is masked before it is stored.

    With the status `handed_over` the field `handover` says whom to call, whether somebody is there, and where a callback can be
    asked for. 409: a person has taken over the conversation and has got the question. While the town has switched the answers
    off, 503 says so, with its telephone numbers; nothing is then stored.
    """
    try:
        answer = service.answer(
            body.question,
            language=body.language,
            service_id=body.service,
            conversation_id=body.conversation,
            channel=API,
        )
    except SwitchedOffError as off:
        return Status(503, off.closed)
    except service.WithPersonError:
        return TAKEN_OVER
    return Status(201, answer)


@router.get(
    "/answers/{answer_id}", response={200: AnswerView, 404: Problem, 422: Invalid}, summary="Eine Antwort abrufen"
)
def read(request: HttpRequest, answer_id: uuid.UUID) -> Status[AnswerView] | Status[Problem]:
    """The stored answer; only who knows its id can ask for it."""
    row = _answer(answer_id)
    return Status(200, queries.checked(row)) if row else GONE


@router.post(
    "/answers/{answer_id}/wording",
    response={204: None, 404: Problem, 422: Invalid, 429: Problem},
    throttle=[PublicThrottle("60/m", scope="wording-api")],
    summary="Eine Antwort von einem Sprachmodell formulieren lassen",
    openapi_extra={
        "responses": {
            200: {"description": "Server-sent events", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
        }
    },
)
def reword(request: HttpRequest, answer_id: uuid.UUID) -> HttpResponseBase | Status[Problem]:
    """A stream of events while a language model rewords the answer, where the town has set one up.

    `sentence`: `{"text", "sources"}`, a sentence that its sources say (1 is the card or the place, where there is one, then the
    passages in their order). `done`: how many were `shown` and `dropped`, by which `provider` and `model`, marked as `ai_generated`
    with its `digital_source_type`. The card and the passages are authoritative. 204: no model rewords this answer, because none
    is set up or it is switched off, because the answer is unsure, older than a quarter of an hour or about a service of the
    town's red list. Closing the connection ends the model's work. Afterwards the wording is part of the answer.
    """
    row = _answer(answer_id)
    return respond(row) if row else GONE


def _answer(answer_id: uuid.UUID) -> Answer | None:
    return Answer.objects.select_related("feedback", "wording").filter(pk=answer_id).first()
