# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town's own questions with the right answers: JSON Lines as in demo/lindental/questions, read and checked."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field, ValidationError

from allmende.kernel.privacy import service as privacy
from allmende.modules.assistant.schemas import MAX_QUESTION, Status

MOST_LINES = 1000
MOST_BYTES = 2_000_000


class Line(Schema):
    """A question and what is right: the status, and for an answer its services, statute or unit (any of them will do)."""

    id: str = Field(min_length=1, max_length=100)
    question: str = Field(min_length=1, max_length=MAX_QUESTION)
    language: str = Field("de", pattern="^(de|en)$")
    status: Status
    status_also: list[Status] = []
    services: list[str] = []
    statute: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line of the file: a sentence for people."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return _("Zeile {number}: {sentence}").format(number=self.line, sentence=self.sentence)


class QuestionSetError(Exception):
    """The file cannot be used; `faults` are all that was found, at most ten."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults[:10]
        super().__init__("; ".join(map(str, self.faults)))


def read(content: bytes) -> list[Line]:
    """The questions of a file, masked like a citizen's. Raises QuestionSetError."""
    faults: list[Fault] = []
    lines: list[Line] = []
    for number, text in _texts(content):
        found = _line(number, text, {line.id for line in lines})
        (faults if isinstance(found, Fault) else lines).append(found)  # type: ignore[arg-type]  # each goes to its own list
    if not lines and not faults:
        faults = [Fault(1, _("Die Datei enthält keine Frage."))]
    if faults:
        raise QuestionSetError(faults)
    return [line.model_copy(update={"question": privacy.mask(line.question).text}) for line in lines]


def _texts(content: bytes) -> Iterator[tuple[int, str]]:
    if len(content) > MOST_BYTES:
        raise QuestionSetError([Fault(1, _("Die Datei ist größer als 2 MB."))])
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise QuestionSetError([Fault(1, _("Die Datei ist nicht in UTF-8 gespeichert."))]) from None
    if len(lines) > MOST_LINES:
        raise QuestionSetError([Fault(MOST_LINES + 1, _("Die Datei hat mehr als 1.000 Zeilen."))])
    yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def _line(number: int, text: str, known: set[str]) -> Line | Fault:
    try:
        row: Any = json.loads(text)
        line = Line.model_validate(row if isinstance(row, dict) else {})
    except (json.JSONDecodeError, RecursionError):
        return Fault(number, _("Das ist kein JSON-Objekt."))
    except ValidationError as error:
        fields = sorted({str(fault["loc"][0]) for fault in error.errors() if fault["loc"]})
        return Fault(number, _("Diese Felder fehlen oder passen nicht: {fields}.").format(fields=", ".join(fields)))
    if line.id in known:
        return Fault(number, _("Die Kennung „{id}“ gibt es schon.").format(id=line.id))
    return line
