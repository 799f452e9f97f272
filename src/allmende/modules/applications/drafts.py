# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Applications that somebody is filling in, for every surface: form, chat, phone.

Whoever has the token has the draft. The server keeps its answers sealed with a key that only the token yields, and where they lead is
computed anew each time. `revision` is the one that a page showed: two windows may answer different questions, but not the same one
without seeing each other (`ChangedElsewhereError`).
"""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from allmende.modules.applications import house, queries, rules, tokens
from allmende.modules.applications.engine.chat import step_back
from allmende.modules.applications.engine.fields.base import Plain
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.problems import Fault, Place
from allmende.modules.applications.engine.reviewing import file_ids
from allmende.modules.applications.engine.setting import Setting
from allmende.modules.applications.engine.simulate import Answers, Run, simulate
from allmende.modules.applications.models import Draft, FlowVersion, Unsent


class NoDraftError(Exception):
    """There is no draft with this token: it was sent, deleted, or its time is over."""


class NotOfferedError(Exception):
    """The flow is not offered, or was withdrawn after the draft was begun. Nothing was changed."""


class ChangedElsewhereError(Exception):
    """The same question was answered in another window meanwhile. Nothing was changed; `draft` is as it is now."""

    def __init__(self, draft: "Opened") -> None:
        super().__init__()
        self.draft = draft


class NotTakenError(Exception):
    """The flow does not take these answers. Nothing was changed."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__()
        self.faults = faults


@dataclass(frozen=True)
class Opened:
    """A draft that was opened with its token. `changed` is the revision at which each slot was last answered."""

    id: uuid.UUID
    version: FlowVersion
    flow: Flow
    setting: Setting
    language: str
    channel: str
    revision: int
    expires_at: datetime
    answers: Answers
    changed: Mapping[str, int]
    confirmed: tuple[str, ...]

    @cached_property
    def run(self) -> Run:
        """Where the answers lead today."""
        return simulate(self.flow, self.answers, self.setting, self.confirmed)


@transaction.atomic
def begin(flow: str, language: str, channel: str, *, version: int | None = None, answers: Answers | None = None) -> str:
    """The token of a new draft of the flow's current version; `version` and `answers` are those of one that was saved.

    Raises NotOfferedError.
    """
    row = queries.current(flow) if version is None else queries.published(flow, version)
    if row is None:
        raise NotOfferedError
    token = tokens.make()
    Draft.objects.create(
        key=tokens.digest(token),
        version=row,
        sealed=tokens.close(token, {"answers": answers or {}, "changed": {}, "confirmed": []}),
        language=language,
        channel=channel,
        step=queries.flow_of(row).start,
        expires_at=_later(hours=rules.drafts()["hours"]),
    )
    return token


def load(token: str, language: str = "") -> Opened:
    """The draft; with `language` as if it was filled in in that. One query. Raises NoDraftError, NotOfferedError."""
    row = Draft.objects.filter(key=tokens.digest(token)).select_related("version").defer("version__text").first()
    return opened(row, token, language)


@transaction.atomic
def answer(
    token: str, step: str, given: Mapping[str, Plain], *, revision: int | None = None, language: str = ""
) -> Opened:
    """Keep answers to a step that the draft has reached: all of them or none. What was answered alike changes nothing.

    Confirmations fall when an answer changes. Raises NoDraftError, NotOfferedError, ChangedElsewhereError, NotTakenError, and
    KeyError for a step that was not reached or a slot that it does not ask for.
    """
    row, draft = _locked(token, language)
    if not draft.run.reaches(step) or not set(given) <= set(draft.flow.steps[step].slots):
        raise KeyError(step)
    new = {name: plain for name, plain in given.items() if name not in draft.answers or draft.answers[name] != plain}
    if revision is not None and any(draft.changed.get(name, 0) > revision for name in new):
        raise ChangedElsewhereError(draft)
    if not new:
        return draft
    if foreign := _foreign_files(row, draft.flow, new):
        raise NotTakenError(tuple(Fault(Place(name), "file.form") for name in foreign))
    return _answered(row, token, draft, {**draft.answers, **new}, new)


@transaction.atomic
def back(token: str, *, language: str = "") -> Opened:
    """Forget the answer that was given last, so that its question is the open one again: "zurück" in the chat.

    A form needs none of this: it shows the page before. Raises NoDraftError, NotOfferedError.
    """
    row, draft = _locked(token, language)
    answers, name = step_back(draft.flow, draft.run, draft.answers)
    return _answered(row, token, draft, answers, {name}) if name else draft


@transaction.atomic
def confirm(token: str, names: Collection[str], *, revision: int | None = None, language: str = "") -> Opened:
    """Keep what was confirmed at the review. Raises NoDraftError, NotOfferedError, ChangedElsewhereError when an answer changed since."""
    row, draft = _locked(token, language)
    if revision is not None and draft.revision != revision:
        raise ChangedElsewhereError(draft)
    confirmed = tuple(name for name in draft.flow.confirmations if name in {*draft.confirmed, *names})
    return _kept(row, token, replace(draft, confirmed=confirmed))


@transaction.atomic
def keep(token: str) -> Opened:
    """Keep the draft for longer: somebody wants to go on another day, with the token as the code. Raises NoDraftError, NotOfferedError."""
    row, draft = _locked(token, "")
    row.expires_at = max(row.expires_at, _later(days=rules.drafts()["kept_days"]))
    row.save(update_fields=["expires_at"])
    return replace(draft, expires_at=row.expires_at)


@transaction.atomic
def forget(token: str) -> None:
    """Delete the draft; nothing of it is left but the count of the step where it ended."""
    _end(Draft.objects.filter(key=tokens.digest(token)))


@transaction.atomic
def delete_expired() -> int:
    """Delete the drafts whose time is over; how many."""
    return _end(Draft.objects.filter(expires_at__lte=timezone.now()))


def opened(row: Draft | None, token: str, language: str = "") -> Opened:
    """The draft of a row. Raises NoDraftError, NotOfferedError."""
    if row is None or row.expires_at <= timezone.now():
        raise NoDraftError
    if row.version.status != queries.PUBLISHED:
        raise NotOfferedError
    content = tokens.open_with(token, row.sealed)
    return Opened(
        id=row.pk,
        version=row.version,
        flow=queries.flow_of(row.version),
        setting=house.setting(language or row.language),
        language=language or row.language,
        channel=row.channel,
        revision=row.revision,
        expires_at=row.expires_at,
        answers=content["answers"],
        changed=content["changed"],
        confirmed=tuple(content["confirmed"]),
    )


def _end(rows: QuerySet[Draft]) -> int:
    """Delete drafts that were not sent, and count where they ended; how many."""
    found = list(rows.select_for_update(of=("self",)).select_related("version").defer("version__text", "sealed"))
    ended = Counter((row.version.flow, row.step) for row in found)
    for (flow, step), count in ended.items():
        row, _made = Unsent.objects.select_for_update().get_or_create(day=timezone.localdate(), flow=flow, step=step)
        row.count += count
        row.save(update_fields=["count"])
    Draft.objects.filter(pk__in=[row.pk for row in found]).delete()
    return len(found)


def _foreign_files(row: Draft, flow: Flow, given: Mapping[str, Plain]) -> list[str]:
    """The slots whose answers name files that were not uploaded for this draft."""
    wanted = {name: set(file_ids(flow.slots[name], plain)) for name, plain in given.items()}
    if not any(wanted.values()):
        return []
    own = {str(file) for file in row.uploads.values_list("pk", flat=True)}
    return [name for name, ids in wanted.items() if not ids <= own]


def locked_row(token: str) -> Draft | None:
    """The row of a draft, locked until the end of the transaction; None when there is none."""
    rows = Draft.objects.select_for_update(of=("self",)).select_related("version").defer("version__text")
    return rows.filter(key=tokens.digest(token)).first()


def _locked(token: str, language: str) -> tuple[Draft, Opened]:
    row = locked_row(token)
    draft = opened(row, token, language)
    assert row is not None  # noqa: S101  (opened() refuses it)
    return row, draft


def _answered(row: Draft, token: str, draft: Opened, answers: Answers, names: Collection[str]) -> Opened:
    """The draft with these answers, of which those of `names` are new. Raises NotTakenError."""
    revision = draft.revision + 1
    changed = {**draft.changed, **dict.fromkeys(names, revision)}
    after = replace(draft, answers=answers, changed=changed, confirmed=(), revision=revision)
    if faults := tuple(fault for fault in after.run.faults if fault.place.slot in names):
        raise NotTakenError(faults)
    return _kept(row, token, after)


def _kept(row: Draft, token: str, draft: Opened) -> Opened:
    content = {"answers": draft.answers, "changed": draft.changed, "confirmed": draft.confirmed}
    row.sealed, row.revision, row.language = tokens.close(token, content), draft.revision, draft.language
    row.step = draft.run.at
    row.expires_at = max(row.expires_at, _later(hours=rules.drafts()["hours"]))
    row.save(update_fields=["sealed", "revision", "language", "step", "expires_at"])
    return replace(draft, expires_at=row.expires_at)


def _later(**span: int) -> datetime:
    return timezone.now() + timedelta(**span)
