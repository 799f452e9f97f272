# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The shape of an answer: as it is stored, shown and sent. Texts are final and in the language of the answer."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from ninja import Schema
from pydantic import Field

MAX_QUESTION = 1000
"""Characters of the longest question."""
MAX_COMMENT = 1000
"""Characters of the longest comment."""


WITHOUT_NUL = r"^[^\x00]*$"
"""PostgreSQL stores no NUL in a text."""


class Status(StrEnum):
    """How an answer ends."""

    ANSWERED = "answered"
    CLARIFICATION = "clarification"
    NO_SOURCE = "no_source"
    OUT_OF_SCOPE = "out_of_scope"
    GUARDED = "guarded"
    HANDED_OVER = "handed_over"


class Number(Schema):
    """A telephone number that is shown large."""

    number: str
    title: str
    note: str = ""


class Option(Schema):
    """A button that asks back: choosing it shows the card of `service`."""

    service: str
    label: str
    short: str = ""


class Offer(Schema):
    """A button that leads through something in the chat: `dialog` as a room declares it, and the `id` that begins it."""

    dialog: str
    id: str
    title: str


class Law(Schema):
    """A place in a statute."""

    text: str
    url: str


class Line(Schema):
    """A fee, a document or a deadline, and the law it rests on."""

    text: str
    law: Law | None = None


class Place(Schema):
    """Where to go: the responsible unit."""

    name: str
    address: str
    phone: str
    email: str
    opening: str
    url: str


class Card(Schema):
    """Everything a citizen needs for one service."""

    service: str
    title: str
    short: str
    language: str
    url: str
    place: Place
    fees: list[Line]
    free: str
    documents: list[Line]
    deadlines: list[Line]
    processing_time: str
    online: str
    laws: list[Law]
    leika: list[str]
    source: str
    approved_on: date


class Passage(Schema):
    """A verbatim piece of a source. `section` is its § where it is a statute, `updated_on` the date of its approval or entry into force.

    `in_card`: every line of it stands word for word in the answer's card or place, so that a page need not show it twice.
    """

    title: str
    heading: str
    section: str
    text: str
    url: str
    language: str
    updated_on: date | None
    source_key: str
    in_card: bool = False


class Handover(Schema):
    """The way to a person, as it was when the question was asked.

    `phone` is the town's own number; `office` is the responsible unit where the conversation was about one, else the first office.
    `opening` says whether it is open and when it opens next; `callback_from` is the earliest moment of a callback; `callback` is the
    address of the form for one. `live`: somebody was there to write with at once, on the town's own page.
    """

    town: str
    phone: str
    office: str
    office_phone: str
    office_url: str
    unit: str
    open_now: bool
    opening: str
    next_opening: datetime | None
    callback_from: datetime | None
    callback: str
    live: bool = False


class Sentence(Schema):
    """A sentence that a language model wrote and that its sources say: 1 is the card or the place, where there is one, then the
    passages in their order.
    """

    text: str
    sources: list[int]


class Wording(Schema):
    """What a language model made of the answer: written by AI, each sentence supported by the sources it names.

    `digital_source_type` says so to machines (IPTC, Regulation (EU) 2024/1689 Art. 50(2)). `dropped`: sentences left out because no
    source supports them. The card and the passages are authoritative.
    """

    sentences: list[Sentence]
    dropped: int
    provider: str
    model: str
    ai_generated: bool = True
    digital_source_type: str


class Content(Schema):
    """An answer without what identifies it. `sure` is false where it says itself that it is not.

    `agreed`: the citizen said yes to `guided`, which the answer before had offered.
    """

    status: Status
    language: str
    say: str
    sure: bool = True
    facet: str = ""
    rule: str = ""
    card: Card | None = None
    place: Place | None = None
    passages: list[Passage] = []
    options: list[Option] = []
    guided: list[Offer] = []
    agreed: bool = False
    numbers: list[Number] = []
    handover: Handover | None = None
    masked: list[str] = []


class Turn(NamedTuple):
    """A question, masked, and what was answered."""

    question: str
    content: Content


class AnswerView(Content):
    """An answer as a citizen gets it. `confidence` from 0 to 1, `millis` in milliseconds.

    `outdated`: a source has changed since; it no longer says what the answer shows of it.
    """

    id: uuid.UUID
    conversation: uuid.UUID
    question: str
    asked_at: datetime
    confidence: float
    millis: int
    disclosure: str
    helpful: bool | None = None
    wording: Wording | None = None
    outdated: bool = False

    @property
    def certainty(self) -> float:
        """How sure people are told it is: not at all where its own words say so, however well it was found."""
        return self.confidence if self.sure else 0.0


class Question(Schema):
    """What a citizen asks. `service` answers a question that was asked back; `conversation` goes on with an earlier one."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION, pattern=WITHOUT_NUL)
    language: str = Field("de", pattern="^(de|en)$")
    service: str = Field("", max_length=100, pattern=WITHOUT_NUL)
    conversation: uuid.UUID | None = None


class Closed(Schema):
    """Nothing is answered at the moment: why, whom to call, and where the services are."""

    detail: str
    numbers: list[Number]
    services: str


class Problem(Schema):
    """What went wrong, for people."""

    detail: str


class Invalid(Schema):
    """What is wrong with a request: for each fault its place (`loc`) and a sentence (`msg`)."""

    detail: list[dict[str, Any]]
