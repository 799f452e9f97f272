# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A draft tried out: the engine walks it with answers that the page carries along. Nothing is stored, nothing is sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from allmende.modules.applications import house, rules
from allmende.modules.applications.engine import chat, reviewing
from allmende.modules.applications.engine.fields.base import Field, Plain
from allmende.modules.applications.engine.fields.choices import BooleanField, EnumField, MultiField
from allmende.modules.applications.engine.fields.places import FileField
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.problems import LANGUAGES
from allmende.modules.applications.engine.setting import Setting
from allmende.modules.applications.engine.simulate import Notice, Run, simulate

MOST = 100_000
"""Characters of answers that a page carries."""
YES_NO = {"de": ("Ja", "Nein"), "en": ("Yes", "No")}


@dataclass(frozen=True)
class Trial:
    """Where a walk stands. `said` is what the flow says to the last answer when it does not take it."""

    flow: Flow
    setting: Setting
    language: str
    answers: Mapping[str, Plain] = field(default_factory=dict)
    confirmed: bool = False
    said: str = ""

    @property
    def run(self) -> Run:
        """Where the answers lead."""
        return simulate(self.flow, self.answers, self.setting, self.flow.confirmations if self.confirmed else ())

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is said before the step where the answers end."""
        return self.run.notices_at(self.run.at)

    @property
    def prompt(self) -> chat.Prompt | None:
        """The open question."""
        return chat.prompt(self.flow, self.run)

    @property
    def carried(self) -> str:
        """The answers as the page carries them."""
        return json.dumps(self.answers)

    @property
    def input(self) -> str:
        """How the open question is answered: one, several, file or text."""
        asked: Field | None = self.prompt.slot.field if self.prompt else None
        if isinstance(asked, MultiField):
            return "several"
        if isinstance(asked, FileField):
            return "file"
        return "one" if isinstance(asked, EnumField | BooleanField) else "text"

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be chosen, in the language of the trial."""
        asked = self.prompt.slot.field if self.prompt else None
        if isinstance(asked, EnumField):
            return tuple(option.label.get(self.language, key) for key, option in asked.options.items())
        return YES_NO[self.language]

    @property
    def rows(self) -> list[reviewing.Row]:
        """The answers so far."""
        return list(reviewing.review(self.flow, self.run, self.language))


def trial(flow: Flow, sent: QueryDict) -> Trial:
    """The walk as the page carries it, and one step further when the page says so."""
    language = sent.get("language", "")
    language = language if language in LANGUAGES else LANGUAGES[0]
    setting = house.setting(language)
    test = next((test for test in flow.tests if test.name == sent.get("test")), None)
    if test:
        return Trial(flow, Setting(test.today, setting.words, setting.town), language, dict(test.given))
    found = Trial(flow, setting, language, _carried(flow, sent.get("answers", "")), "confirmed" in sent)
    wish = sent.get("do", "")
    return WISHES[wish](found, sent) if wish in WISHES else found


def _answered(found: Trial, sent: QueryDict) -> Trial:
    run, text = found.run, ", ".join(sent.getlist("text")).strip()
    if run.open is None:
        return found
    if found.input == "file" and "pretend" in sent:
        turn = chat.taken(found.flow, found.answers, run.open, _pretended(found), found.setting)
    else:
        turn = chat.understand(found.flow, found.answers, run, text, found.setting)
    if turn.changes:
        return replace(found, answers={**found.answers, **turn.changes})
    return replace(found, said=_said(found, turn))


def _said(found: Trial, turn: chat.Turn) -> str:
    if turn.fault:
        return rules.messages().fault(turn.fault, found.language)
    if turn.said == "question":
        return _("Das ist eine Frage: Der Assistent beantwortet sie, und danach geht es hier weiter.")
    return _("Das ist ein Befehl und keine Antwort: Im Chat tut er, was er sagt.")


def _pretended(found: Trial) -> Plain:
    """As many files as are needed, by name alone."""
    asked = found.prompt.slot.field if found.prompt else None
    if not isinstance(asked, FileField):
        return None
    kind = asked.media_types[0]
    return [
        {"id": str(number), "name": _("Probe {number}").format(number=number), "media_type": kind, "size": 1}
        for number in range(1, max(asked.min_items, 1) + 1)
    ]


def _skipped(found: Trial, _sent: QueryDict) -> Trial:
    place = found.run.open
    if place is None:
        return found
    turn = chat.taken(found.flow, found.answers, place, None, found.setting)
    if turn.fault:
        return replace(found, said=_said(found, turn))
    return replace(found, answers={**found.answers, **turn.changes})


def _back(found: Trial, _sent: QueryDict) -> Trial:
    answers, _slot = chat.step_back(found.flow, found.run, found.answers)
    return replace(found, answers=answers)


def _confirmed(found: Trial, _sent: QueryDict) -> Trial:
    return replace(found, confirmed=True)


def _carried(flow: Flow, text: str) -> dict[str, Any]:
    """Answers of the page; nothing of what is none."""
    try:
        answers = json.loads(text) if 0 < len(text) <= MOST else {}
    except (ValueError, RecursionError):
        return {}
    return {name: plain for name, plain in answers.items() if name in flow.slots} if isinstance(answers, dict) else {}


WISHES = {"answer": _answered, "skip": _skipped, "back": _back, "confirm": _confirmed}
