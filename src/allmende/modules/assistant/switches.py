# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The kill switches: answers, wording by a model, the widget. Read from the database at each request, so that every process obeys
at its next one. `is_on` is the question that other parts of the room ask.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.urls import reverse

from allmende.kernel.accounts.access import has_right
from allmende.kernel.audit.service import record
from allmende.modules.assistant import cards, rules
from allmende.modules.assistant.models import Switching
from allmende.modules.assistant.schemas import Closed

ANSWERS, MODEL, WIDGET = "answers", "model", "widget"
RIGHT = "assistant.switch"


class SwitchedOffError(Exception):
    """Answers are switched off. `closed` says so to people; nothing was stored."""

    def __init__(self, closed: Closed) -> None:
        super().__init__(closed.detail)
        self.closed = closed


@dataclass(frozen=True)
class Switch:
    """One switch as it stands. `at` is None where nobody ever touched it; `message` is by language."""

    name: str
    on: bool
    message: dict[str, str]
    reason: str = ""
    at: datetime | None = None
    by: str = ""


def states() -> dict[str, Switch]:
    """Every switch by name, in the order of the page. One query."""
    latest = Switching.objects.values("name").annotate(latest=Max("pk")).values("latest")
    rows = {row.name: row for row in Switching.objects.filter(pk__in=latest).select_related("by")}
    return {name: _switch(name, rows.get(name)) for name in rules.switches()}


def is_on(name: str) -> bool:
    """Whether this part works. Raises KeyError for a name that data/switches.yaml does not know. One query."""
    rules.switches()[name]
    row = Switching.objects.filter(name=name).values_list("on", flat=True).first()
    return row is None or row


def check(name: str, language: str) -> None:
    """Raises SwitchedOffError, with the notice in this language, where the part is switched off. One query while it is on."""
    if not is_on(name):
        raise SwitchedOffError(notice(name, language))


def notice(name: str, language: str) -> Closed:
    """What citizens read while the part is off: the editor's message, the town's number, emergency numbers, the services."""
    numbers = [cards.switchboard(), *cards.numbers(rules.emergency_numbers(), language)]
    return Closed(detail=states()[name].message[language], numbers=numbers, services=reverse("services"))


def history() -> list[Switching]:
    """The latest switchings, the newest first. One query."""
    return list(Switching.objects.select_related("by")[: rules.switch_history()])


@transaction.atomic
def turn(name: str, *, on: bool, reason: str, message: dict[str, str], actor: AbstractBaseUser) -> None:
    """Switch a part on or off. A message that is left empty is the usual one. Effective with the commit, in every process.

    Raises Http404 without the right, KeyError for an unknown name.
    """
    if not has_right(actor, RIGHT):
        raise Http404
    usual = rules.switches()[name]["message"]
    kept = {language: message.get(language, "").strip() or text for language, text in usual.items()}
    Switching.objects.create(name=name, on=on, reason=reason.strip(), message=kept, by_id=actor.pk)
    record("assistant.switch.turned_on" if on else "assistant.switch.turned_off", actor=actor, subject=f"switch:{name}")


def _switch(name: str, row: Switching | None) -> Switch:
    usual = rules.switches()[name]["message"]
    if row is None:
        return Switch(name, on=True, message=usual)
    return Switch(name, row.on, {**usual, **row.message}, row.reason, row.at, str(row.by or ""))
