# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Flows: store a version, publish it once compiler and tests are green and a second person has looked, withdraw the flow.

The door for editors. Applications go through `drafts` and `submissions`.
"""

import hashlib
from typing import Any

import yaml
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.kernel.audit.service import record
from allmende.modules.applications import access, house, rules
from allmende.modules.applications.engine.compiling import Compiled, compile_flow
from allmende.modules.applications.engine.problems import Problem
from allmende.modules.applications.models import FlowVersion

Status = FlowVersion.Status
OPEN = (Status.DRAFT, Status.REVIEW)


class FlowRefusedError(Exception):
    """Nothing was stored or published; the text is for people, `problems` are the compiler's."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


def compiled(text: str, file: str) -> Compiled:
    """What the compiler says about a file, in this town. Raises FlowRefusedError for what is no YAML."""
    return compile_flow(_data(text), file, house.house())


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
    row = row or FlowVersion(flow=flow, version=version)
    row.text, row.hash, row.status, row.author, row.stored_at = text, digest, Status.DRAFT, actor, timezone.now()  # type: ignore[assignment]
    row.save()
    _note("stored", row, actor)
    return row


@transaction.atomic
def publish(version: FlowVersion, *, actor: AbstractBaseUser | None) -> FlowVersion:
    """Offer a version to citizens. Who stored it last may not publish it; the house itself (a loader) may.

    Applications that were begun with an earlier version go on with that. Raises FlowRefusedError with what the compiler or the tests
    say, for a version that is not a draft, and without a second person; Http404.
    """
    access.check(actor, access.PUBLISH)
    row = FlowVersion.objects.select_for_update().get(pk=version.pk)
    if row.status not in OPEN:
        raise FlowRefusedError(_("Diese Version ist kein Entwurf mehr."))
    if actor is not None and row.author_id == actor.pk:
        raise FlowRefusedError(_("Veröffentlichen muss eine zweite Person."))
    if FlowVersion.objects.filter(flow=row.flow, version__gt=row.version, status=Status.PUBLISHED).exists():
        raise FlowRefusedError(_("Eine neuere Version ist schon veröffentlicht."))
    if problems := compiled(row.text, row.flow).problems:
        said = rules.messages().problem(problems[0], (get_language() or "de")[:2])
        raise FlowRefusedError(said, problems)
    row.status, row.publisher, row.published_at = Status.PUBLISHED, actor, timezone.now()  # type: ignore[assignment]
    row.save(update_fields=["status", "publisher", "published_at"])
    _note("published", row, actor)
    return row


@transaction.atomic
def withdraw(flow: str, *, reason: str, actor: AbstractBaseUser | None) -> int:
    """Take a flow back in all its versions, at once; how many there were. What was begun with it can no longer be sent. Raises Http404."""
    access.check(actor, access.PUBLISH)
    rows = FlowVersion.objects.select_for_update().filter(flow=flow, status=Status.PUBLISHED)
    withdrawn = list(rows)
    for row in withdrawn:
        row.status, row.withdrawn_at, row.reason = Status.WITHDRAWN, timezone.now(), reason[:300]
        row.save(update_fields=["status", "withdrawn_at", "reason"])
        _note("withdrawn", row, actor)
    return len(withdrawn)


def _data(text: str) -> Any:
    try:
        return rules.parsed(text)
    except yaml.YAMLError as error:
        raise FlowRefusedError(_("Das ist kein gültiges YAML: %(error)s") % {"error": error}) from error


def _named(text: str) -> tuple[str, int]:
    """Id and version that a file gives itself."""
    data = _data(text)
    flow, version = (data.get("id"), data.get("version")) if isinstance(data, dict) else (None, None)
    if not isinstance(flow, str) or not isinstance(version, int) or not 0 < version <= 100_000 or len(flow) > 50:
        raise FlowRefusedError(_("Die Datei nennt keine Kennung (id) und keine Version (version)."))
    return flow, version


def _note(what: str, row: FlowVersion, actor: AbstractBaseUser | None) -> None:
    detail = {"version": row.version, "hash": row.hash}
    record(f"applications.flow.{what}", actor=actor, subject=f"flow:{row.flow}", detail=detail)
