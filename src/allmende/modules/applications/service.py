# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Flows: store a version, publish it once compiler and tests are green and a second person has looked, withdraw the flow.

The door for editors. Applications go through `drafts` and `submissions`.
"""

import hashlib
import re
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.kernel.audit.service import record
from allmende.kernel.evaluation.gates import Publication, pass_gates
from allmende.modules.applications import access, house, rules
from allmende.modules.applications.dependents import keys_of
from allmende.modules.applications.engine.compiling import Compiled, House, compile_flow
from allmende.modules.applications.engine.problems import Problem
from allmende.modules.applications.flowfile import FlowFile
from allmende.modules.applications.models import FlowVersion
from allmende.modules.applications.rules import UnreadableError

Status = FlowVersion.Status
OPEN = (Status.DRAFT, Status.REVIEW)
ID = re.compile(r"(?=.{1,50}$)[a-z0-9]+(-[a-z0-9]+)*")


class ChangedError(Exception):
    """Somebody else changed the draft since it was opened. `row` is what is there now; None: nothing any more."""

    def __init__(self, row: FlowVersion | None) -> None:
        super().__init__("somebody else changed the draft")
        self.row = row


class FlowRefusedError(Exception):
    """Nothing was stored or published; the text is for people, `problems` are the compiler's."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


def compiled(text: str, file: str, within: House | None = None) -> Compiled:
    """What the compiler says about a file, in this town; `within` saves asking for it. Raises FlowRefusedError for what is no YAML."""
    return compile_flow(_data(text), file, within or house.house())


@transaction.atomic
def store(text: str, *, actor: AbstractBaseUser | None) -> FlowVersion:
    """Keep a file as a draft under the id and version it names; a draft of that version is replaced, the same text changes nothing.

    What the compiler complains about is kept too: publishing asks. Raises FlowRefusedError for a file without id and version, and for
    another text under a version that was published; Http404.
    """
    access.check(actor, access.EDIT)
    flow, version = _named(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    row = FlowVersion.objects.select_for_update().filter(flow=flow, version=version).first()
    if row is not None and row.hash == digest:
        return row
    if row is not None and row.status not in OPEN:
        raise FlowRefusedError(
            _("Version %(version)d von „%(flow)s“ wurde schon veröffentlicht. Geben Sie der neuen eine höhere Nummer.")
            % {"flow": flow, "version": version}
        )
    return _keep(row or FlowVersion(flow=flow, version=version), text, actor)


@transaction.atomic
def create(text: str, *, actor: AbstractBaseUser | None) -> FlowVersion:
    """Keep a file as the first draft of a new flow. Raises FlowRefusedError as `store` does, and when there is such a flow; Http404."""
    access.check(actor, access.EDIT)
    flow, _version = _named(text)
    if FlowVersion.objects.filter(flow=flow).exists():
        raise FlowRefusedError(_("Einen Ablauf „%(flow)s“ gibt es schon.") % {"flow": flow})
    return store(text, actor=actor)


@transaction.atomic
def begin(flow: str, *, actor: AbstractBaseUser | None) -> FlowVersion:
    """The draft of a flow: the one that is there, else a new version that says what the latest does. Raises Http404."""
    access.check(actor, access.EDIT)
    latest = FlowVersion.objects.select_for_update().filter(flow=flow).order_by("-version").first()
    if latest is None:
        raise Http404
    if latest.status in OPEN:
        return latest
    file = FlowFile(latest.text)
    file.put("version", latest.version + 1)
    file.put("status", Status.DRAFT.value)
    return _keep(FlowVersion(flow=flow, version=latest.version + 1), file.text, actor)


@transaction.atomic
def save(version: FlowVersion, text: str, *, seen: str, actor: AbstractBaseUser | None) -> FlowVersion:
    """Keep what an editor wrote in a draft, whatever the compiler says of it, even if it is no YAML. `seen` is the hash of the text that
    was changed. What was in review is a draft again. Raises ChangedError, FlowRefusedError for what is no draft; Http404.
    """
    access.check(actor, access.EDIT)
    row = _opened(version, seen, *OPEN)
    return row if row.text == text else _keep(row, text, actor)


@transaction.atomic
def discard(version: FlowVersion, *, seen: str, actor: AbstractBaseUser | None) -> None:
    """Throw a draft away. Raises as `save` does."""
    access.check(actor, access.EDIT)
    row = _opened(version, seen, Status.DRAFT)
    _note("discarded", row, actor)
    row.delete()


@transaction.atomic
def submit(version: FlowVersion, *, seen: str, actor: AbstractBaseUser | None) -> FlowVersion:
    """Ask a second person to look at a draft. Raises as `save` does."""
    access.check(actor, access.EDIT)
    return _moved(_opened(version, seen, Status.DRAFT), Status.REVIEW, "submitted", actor)


@transaction.atomic
def recall(version: FlowVersion, *, seen: str, actor: AbstractBaseUser | None) -> FlowVersion:
    """Take a draft back from review. Raises as `save` does."""
    access.check(actor, access.EDIT)
    return _moved(_opened(version, seen, Status.REVIEW), Status.DRAFT, "recalled", actor)


@transaction.atomic
def give_back(version: FlowVersion, *, seen: str, reason: str, actor: AbstractBaseUser | None) -> FlowVersion:
    """Return a draft with what is to be changed. Raises as `publish` does."""
    access.check(actor, access.PUBLISH)
    row = _opened(version, seen, Status.REVIEW)
    _refuse_same_person(row, actor)
    return _moved(row, Status.DRAFT, "returned", actor, _reason(reason))


@transaction.atomic
def publish(version: FlowVersion, *, actor: AbstractBaseUser | None, seen: str = "", reason: str = "") -> FlowVersion:
    """Offer a version to citizens. Who wrote anything of it may not publish it; the house itself (a loader) may.

    Applications that were begun with an earlier version go on with that. `seen` is the hash of the text that was looked at, by default
    that of `version`. Raises ChangedError; FlowRefusedError with what the compiler or the tests say, for a version that is not a draft,
    for a file that names itself otherwise, and without a second person; ObjectedError when a gate objects to what a person publishes
    and there is no `reason` to publish all the same; Http404.
    """
    access.check(actor, access.PUBLISH)
    row = _opened(version, seen or version.hash, *OPEN)
    _refuse_same_person(row, actor)
    if _named(row.text) != (row.flow, row.version):
        raise FlowRefusedError(
            _("Die Datei muss „id: %(flow)s“ und „version: %(version)s“ nennen.")
            % {"flow": row.flow, "version": row.version}
        )
    if FlowVersion.objects.filter(flow=row.flow, version__gt=row.version, status=Status.PUBLISHED).exists():
        raise FlowRefusedError(_("Eine neuere Version ist schon veröffentlicht."))
    result = compiled(row.text, row.flow)
    if result.flow is None or result.problems:
        said = rules.messages().problem(result.problems[0], (get_language() or "de")[:2])
        raise FlowRefusedError(said, result.problems)
    row.status, row.publisher, row.published_at = Status.PUBLISHED, actor, timezone.now()  # type: ignore[assignment]
    row.save(update_fields=["status", "publisher", "published_at"])
    _note("published", row, actor)
    if actor is not None:
        publication = Publication("flow", row.flow, tuple(sorted(keys_of(result.flow))))
        pass_gates(publication, actor=actor, author_id=row.author_id, reason=reason)
    return row


@transaction.atomic
def withdraw(flow: str, *, reason: str, actor: AbstractBaseUser | None) -> int:
    """Take a flow back in all its versions, at once; how many there were. What was begun with it can no longer be sent.

    Raises FlowRefusedError without a reason; Http404.
    """
    access.check(actor, access.PUBLISH)
    reason = _reason(reason)
    rows = FlowVersion.objects.select_for_update().filter(flow=flow, status=Status.PUBLISHED)
    withdrawn = list(rows)
    for row in withdrawn:
        row.status, row.withdrawn_at, row.reason = Status.WITHDRAWN, timezone.now(), reason
        row.save(update_fields=["status", "withdrawn_at", "reason"])
        _note("withdrawn", row, actor)
    return len(withdrawn)


def _opened(version: FlowVersion, seen: str, *states: str) -> FlowVersion:
    """The version, locked, if its text is the one that was seen and it is in one of these states."""
    row = FlowVersion.objects.select_for_update().filter(pk=version.pk).first()
    if row is None or row.hash != seen:
        raise ChangedError(row)
    if row.status not in states:
        raise FlowRefusedError(
            _("Diese Version ist kein Entwurf mehr.")
            if row.status not in OPEN
            else _("Das geht in diesem Zustand nicht.")
        )
    return row


def _keep(row: FlowVersion, text: str, actor: AbstractBaseUser | None) -> FlowVersion:
    row.text, row.hash, row.status = text, hashlib.sha256(text.encode()).hexdigest(), Status.DRAFT
    row.author, row.stored_at = actor, timezone.now()  # type: ignore[assignment]
    row.save()
    if actor is not None:
        row.writers.add(actor.pk)
    _note("stored", row, actor)
    return row


def _moved(
    row: FlowVersion, status: Status, event: str, actor: AbstractBaseUser | None, reason: str = ""
) -> FlowVersion:
    row.status, row.reason = status, reason
    row.save(update_fields=["status", "reason"])
    _note(event, row, actor)
    return row


def _refuse_same_person(row: FlowVersion, actor: AbstractBaseUser | None) -> None:
    if actor is not None and row.was_written_by(actor):
        raise FlowRefusedError(
            _("Sie haben an diesem Entwurf geschrieben. Prüfen muss ihn jemand, der nichts daran geändert hat.")
        )


def _reason(text: str) -> str:
    if not text.strip():
        raise FlowRefusedError(_("Bitte nennen Sie den Grund."))
    return text.strip()[:300]


def _data(text: str) -> Any:
    try:
        return rules.data(text)
    except UnreadableError as error:
        raise FlowRefusedError(
            _("Das ist kein gültiges YAML (Zeile %(line)d): %(reason)s") % {"line": error.line, "reason": error.reason}
        ) from error


def _named(text: str) -> tuple[str, int]:
    """Id and version that a file gives itself."""
    data = _data(text)
    flow, version = (data.get("id"), data.get("version")) if isinstance(data, dict) else (None, None)
    if (
        not isinstance(flow, str)
        or not isinstance(version, int)
        or not 0 < version <= 100_000
        or not ID.fullmatch(flow)
    ):
        raise FlowRefusedError(_("Die Datei nennt keine Kennung (id) und keine Version (version)."))
    return flow, version


def _note(what: str, row: FlowVersion, actor: AbstractBaseUser | None) -> None:
    detail = {"version": row.version, "hash": row.hash}
    record(f"applications.flow.{what}", actor=actor, subject=f"flow:{row.flow}", detail=detail)
