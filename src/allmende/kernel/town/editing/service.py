# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The steps a draft goes through: submitted, recalled, given back, discarded, published; and how a text is withdrawn.

Each is one transaction, checked against data/states.yaml, audited under ``town.<kind>.<step>`` with the hash of the
content. Whoever lacks the right gets Http404; who may know of the text but not take the step now gets NotPossibleError.
`revision` is that of the draft somebody saw: if it has changed since, nothing happens and ConflictError is raised.
What a draft says is written in `drafting`.
"""

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from allmende.kernel.evaluation.gates import Publication, pass_gates
from allmende.kernel.town import rules, search_documents
from allmende.kernel.town import service as town
from allmende.kernel.town.editing import access, history, keeping
from allmende.kernel.town.editing.keeping import Actor
from allmende.kernel.town.editing.kinds import Editable
from allmende.kernel.town.editing.models import Draft


@transaction.atomic
def submit(kind: Editable, record_id: str, *, actor: Actor, revision: int) -> Draft:
    """Hand the draft in for review."""
    draft = keeping.step(kind, record_id, "submit", actor, revision)
    keeping.refuse_outdated(kind, draft)
    draft.answer, draft.answered_by_id = "", None
    return keeping.moved(kind, draft, rules.REVIEW, actor, "submitted")


@transaction.atomic
def recall(kind: Editable, record_id: str, *, actor: Actor, revision: int) -> Draft:
    """Take a draft back from review."""
    return keeping.moved(kind, keeping.step(kind, record_id, "recall", actor, revision), rules.DRAFT, actor, "recalled")


@transaction.atomic
def give_back(kind: Editable, record_id: str, *, actor: Actor, revision: int, reason: str) -> Draft:
    """Return a draft to its author with the reason why it cannot be published."""
    draft = keeping.step(kind, record_id, "return", actor, revision, reason)
    draft.answer, draft.answered_by_id = reason.strip(), actor.pk
    return keeping.moved(kind, draft, rules.DRAFT, actor, "returned")


@transaction.atomic
def discard(kind: Editable, record_id: str, *, actor: Actor, revision: int) -> None:
    """Throw a draft away; what is published stays."""
    draft = keeping.step(kind, record_id, "discard", actor, revision)
    digest = draft.content_hash
    draft.delete()
    keeping.audit(kind, record_id, "discarded", actor, {"hash": digest})


@transaction.atomic
def publish(
    kind: Editable, record_id: str, *, actor: Actor, revision: int, approve: bool = False, reason: str = ""
) -> None:
    """Make the draft what holds, as the second person; with `approve` today becomes the day of its approval.

    Raises NotPossibleError for whoever wrote anything of the draft, OutdatedError when what is published is another text
    than the draft began with, TownDataError when something it refers to has gone, ObjectedError when a gate objects
    and there is no `reason` to publish all the same.
    """
    draft = keeping.step(kind, record_id, "publish", actor, revision)
    version = keeping.refuse_outdated(kind, draft)
    data = {**draft.data, "status": rules.PUBLISHED}
    if approve and kind.dated:
        data[kind.dated] = timezone.localdate().isoformat()
    shapes = town.checked(kind.kind, keeping.delivery(data, version, draft.keeps_as))
    note = history.Note(author=draft.changed_by, reviewer=actor, comment=draft.comment)
    author = draft.changed_by_id
    draft.delete()
    town.store(kind.kind, shapes, actor, note=note)
    keys = search_documents.keys(kind.name, record_id)
    pass_gates(Publication(kind.name, record_id, keys), actor=actor, author_id=author, reason=reason)


@transaction.atomic
def withdraw(kind: Editable, record_id: str, *, actor: Actor, reason: str) -> None:
    """Take a record out of public at once. One person is enough: a wrong text must not wait; coming back takes two.

    Raises NotPossibleError without a reason or when it is not public, TownDataError while something public needs it.
    """
    access.check_right(actor, "withdraw")
    version = history.latest(kind.name, record_id)
    if version is None:
        raise Http404
    keeping.refuse_state(version.status, "withdraw", reason)
    town.withdraw(kind.kind, record_id, actor=actor, reason=reason.strip())
