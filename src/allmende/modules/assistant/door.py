# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Through which door a conversation comes in: the page, whose session knows it, or the widget, whose forms carry a signed token.

Both show the same templates; a door tells them the addresses.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.kernel.web.throttling import PublicThrottle
from allmende.modules.assistant import callbacks, queries, service, switches
from allmende.modules.assistant.forms import QuestionForm
from allmende.modules.assistant.live import queries as live
from allmende.modules.assistant.live.forms import MessageForm
from allmende.modules.assistant.live.queries import Line
from allmende.modules.assistant.schemas import AnswerView
from allmende.modules.assistant.switches import SwitchedOffError
from allmende.modules.assistant.wording import service as wording


@dataclass(frozen=True)
class Door:
    """URL names of a conversation's pages, the template around them, and the switches that close it.

    `live` leads to a person; the widget opens it beside itself, because no such page may be framed. `token` and `language` are the
    widget's; the page has a cookie for each and sends the CSRF token instead.
    """

    channel: str
    base: str
    switches: tuple[str, ...]
    ask: str
    rate: str
    forget: str
    callback: str
    callback_shown: str
    wording: str
    live: str = ""
    token: str = ""
    language: str = ""

    @property
    def query(self) -> str:
        """What an address inside the widget carries along, ``&t=…&lang=de``; empty on the page."""
        return f"&{urlencode({'t': self.token, 'lang': self.language})}" if self.token else ""

    @property
    def origins(self) -> str:
        """The sites that may talk to the frame, separated by spaces."""
        return " ".join(settings.WIDGET_ORIGINS)


PAGE = Door(
    channel="web",
    base="web/base.html",
    switches=(switches.ANSWERS,),
    ask="ask",
    rate="ask_rate",
    forget="ask_forget",
    callback="ask_callback",
    callback_shown="ask_callback_shown",
    wording="ask_wording",
    live="ask_live",
)


def language() -> str:
    """``de`` or ``en``: the language of the page that is being made."""
    return (get_language() or "de").split("-")[0]


def take(
    request: HttpRequest,
    door: Door,
    throttle: PublicThrottle,
    conversation_id: uuid.UUID | None,
    subject: str = "",
) -> tuple[QuestionForm, AnswerView | None, int]:
    """Take a question through this door: its form, the answer, and the status of the page. `subject` as in `service.answer`.

    Without an answer the form says why: 422 for a fault, 429 for too many questions, 503 while nothing is answered; 409 says that
    a person has taken over and got the question.
    """
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return form, None, 422
    if not throttle.allow_request(request):
        form.add_error(
            "q",
            _("Das waren viele Fragen in kurzer Zeit. Bitte warten Sie eine Minute. Ihre Frage steht noch im Feld."),
        )
        return form, None, 429
    try:
        for name in door.switches:
            switches.check(name, language())
        answer = service.answer(
            form.cleaned_data["q"],
            language=language(),
            service_id=form.cleaned_data["service"],
            conversation_id=conversation_id,
            about=form.cleaned_data["about"],
            subject=subject,
            channel=door.channel,
        )
    except SwitchedOffError:
        return form, None, 503
    except service.WithPersonError:
        return form, None, 409
    return form, answer, 200


def conversation(
    door: Door, form: QuestionForm, *, conversation_id: uuid.UUID | None, callback_key: uuid.UUID | None
) -> dict[str, Any]:
    """What the template of a conversation needs. Six queries while everything is switched on and no callback is
    asked for; a last answer that a model might reword costs three more. While a person has the conversation, `chat` is theirs."""
    states = switches.states()
    shut = next((name for name in door.switches if not states[name].on), "")
    model = states[switches.MODEL]
    answers, (chat, lines) = queries.conversation(conversation_id), live.chats_in(conversation_id, language())
    return {
        "door": door,
        "form": form,
        "turns": sorted([*answers, *lines], key=_moment),
        "chat": chat,
        "late": chat is not None and live.is_late(chat),
        "message": MessageForm(),
        "offered": offered(*answers[-1:], on=model.on and chat is None),
        "disclosure": queries.disclosure(),
        "examples": service.examples(language()),
        "shut": shut,
        "closed": switches.notice(shut, language()) if shut else None,
        "remark": "" if model.on else model.message[language()],
        **reminder(callback_key),
    }


def _moment(turn: AnswerView | Line) -> datetime:
    return turn.asked_at if isinstance(turn, AnswerView) else turn.at


def offered(*answers: AnswerView, on: bool) -> uuid.UUID | None:
    """Which of the answers a script should ask a wording for; none unless the model is switched on."""
    return next((answer.id for answer in answers if on and wording.offers(answer)), None)


def reminder(callback_key: uuid.UUID | None) -> dict[str, Any]:
    """What the line about a callback that is still to come needs. One query where one was asked for."""
    callback = callbacks.pending(callback_key)
    return {"callback": callback, "callback_link": callbacks.link(callback) if callback else ""}
