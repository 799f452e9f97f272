# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is kept of an application once it is sent: the words that were shown and the answers, as plain JSON that nobody changes.

A text is ``{"de": …, "en": …}``. The record, format ``record/1``:

- ``schema``: ``"record/1"``; ``house``: version of the program that made it
- ``flow``: ``id``, ``version``, ``hash`` (SHA-256 of its file, hexadecimal), ``name`` (text), ``leika`` (list of keys),
  ``data_schema`` (as in the flow's file; records made before the format had it lack it)
- ``language`` of the pages, ``channel`` (form, chat, phone), ``moment`` (ISO 8601 with offset)
- ``unit``: id of the unit it goes to
- ``applicant``: ``name`` and ``email``, empty where the flow does not ask
- ``legal_basis``: list of strings; ``sources``: list of ``{"service", "module"}`` or ``{"statute", "section"}``
- ``path``: ids of the steps
- ``steps``: what was asked, in order: ``id``, ``said`` (texts before it), ``ask``, ``help``, ``sources`` and ``rows``
- a row: ``slot``, ``item`` (number from 0 in a repeated group, else null), ``field`` (its name in the group, else null),
  ``kind`` (text, number, money, date, period, bool, enum, list, address, file, group), ``label``, ``item_label``, ``answer`` (JSON, null
  for what was left empty), ``shown`` (the answer as a text), ``fim`` (id of the FIM field, or empty),
  ``within`` (that of the repeated group it stands in, or empty), ``code`` (in FIM's code list, of what was chosen, else null)
- ``closing``: texts that were said after the last question
- ``answers``: slot → answer, exactly those of the path
- ``confirmations``: list of ``name`` and ``text``
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allmende.modules.applications.engine.chat import slot_at
from allmende.modules.applications.engine.fields.base import Field, Plain
from allmende.modules.applications.engine.fields.choices import EnumField
from allmende.modules.applications.engine.fields.texts import EmailField
from allmende.modules.applications.engine.model import Flow, Source
from allmende.modules.applications.engine.problems import LANGUAGES, Place, Text
from allmende.modules.applications.engine.reviewing import Row, review
from allmende.modules.applications.engine.simulate import Notice, Run

SCHEMA = "record/1"


@dataclass(frozen=True)
class Origin:
    """What a flow does not know of itself and its run: `hash` of its file, `house` is the version of the program."""

    hash: str
    house: str
    language: str
    channel: str
    moment: datetime


def make_record(flow: Flow, run: Run, origin: Origin) -> dict[str, Any]:
    """The record of a run that ended in a submission; its shape stands above."""
    rows = list(zip(*(review(flow, run, language) for language in LANGUAGES), strict=True))
    return {
        "schema": SCHEMA,
        "house": origin.house,
        "flow": {
            "id": flow.id,
            "version": flow.version,
            "hash": origin.hash,
            "name": dict(flow.name),
            "leika": list(flow.leika),
            "data_schema": dict(flow.data_schema),
        },
        "language": origin.language,
        "channel": origin.channel,
        "moment": origin.moment.isoformat(timespec="seconds"),
        "unit": run.queue,
        "applicant": {"name": applicant(flow, run), "email": email(flow, run)},
        "legal_basis": list(flow.legal_basis),
        "sources": _sources(flow.sources),
        "path": list(run.path),
        "steps": [_step(flow, run, stop, rows) for stop in run.stops],
        "closing": _said(run.notices_at(run.at)),
        "answers": dict(run.answers),
        "confirmations": list(_confirmations(flow, run)),
    }


def applicant(flow: Flow, run: Run) -> str:
    """The name of who applies, of the slots that the flow names; empty without."""
    given = ((flow.slots[name], run.answers.get(name)) for name in flow.applicant)
    return " ".join(slot.field.show(plain, LANGUAGES[0]) for slot, plain in given if plain is not None)


def email(flow: Flow, run: Run) -> str:
    """The first e-mail address on the path; empty without."""
    given = (plain for name, plain in run.answers.items() if isinstance(flow.slots[name].field, EmailField))
    return next((str(plain) for plain in given if plain), "")


def _step(flow: Flow, run: Run, name: str, rows: Sequence[tuple[Row, ...]]) -> dict[str, Any]:
    step = flow.steps[name]
    return {
        "id": name,
        "said": _said(run.notices_at(name)),
        "ask": dict(step.ask),
        "help": dict(step.help),
        "sources": _sources(step.sources),
        "rows": [_row(flow, run, row) for row in rows if row[0].step == name],
    }


def _row(flow: Flow, run: Run, row: tuple[Row, ...]) -> dict[str, Any]:
    """One answer, from the same row in every language."""
    place, slot = row[0].place, slot_at(flow, row[0].place)
    return {
        "slot": place.slot,
        "item": place.item,
        "field": place.field,
        "kind": slot.field.kind.name,
        "label": dict(row[0].label),
        "item_label": dict(row[0].item),
        "answer": _answer(run.answers, place),
        "shown": {language: told.text for language, told in zip(LANGUAGES, row, strict=True)},
        "fim": slot.fim,
        "within": flow.slots[place.slot].fim if place.item is not None else "",
        "code": _code(slot.field, _answer(run.answers, place)),
    }


def _code(field: Field, answer: Plain) -> Plain:
    """The code of the chosen option, or of each of several; None where the options have none."""
    if answer is None or not isinstance(field, EnumField) or not any(each.code for each in field.options.values()):
        return None
    chosen = [field.options[key].code or key for key in (answer if isinstance(answer, list) else [answer])]
    return chosen if isinstance(answer, list) else chosen[0]


def _answer(answers: Mapping[str, Plain], place: Place) -> Plain:
    found = answers[place.slot]
    return found if place.field is None or place.item is None else found[place.item][place.field]


def _confirmations(flow: Flow, run: Run) -> Iterator[dict[str, Any]]:
    for step in run.path:
        for name in flow.steps[step].confirm:
            yield {"name": name, "text": dict(flow.confirmations[name])}


def _said(notices: Iterable[Notice]) -> list[dict[str, str]]:
    texts: Iterable[Text] = (notice.say for notice in notices)
    return [dict(text) for text in texts if text]


def _sources(sources: Iterable[Source]) -> list[dict[str, str]]:
    return [
        {"service": source.service, "module": source.module}
        if source.service
        else {"statute": source.statute, "section": source.section}
        for source in sources
    ]
