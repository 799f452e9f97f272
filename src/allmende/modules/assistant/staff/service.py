# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What members of staff do with questions and gaps: evaluate, decide, propose and approve synonyms, keep a question set.

Each verb checks the right, writes in one transaction and is audited; the audit holds numbers and names of services, never words that
citizens wrote.
"""

import hashlib
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.kernel.audit.service import record
from allmende.kernel.evaluation.gates import Publication, pass_gates
from allmende.kernel.jobs import service as jobs
from allmende.kernel.town import queries as town
from allmende.kernel.town import service as town_service
from allmende.modules.assistant.engine.text import fold
from allmende.modules.assistant.staff import access, proposing, question_set, rules
from allmende.modules.assistant.staff.models import Decision, Evidence, Gap, Proposal, QuestionGroup, QuestionSet

TASKS = "allmende.modules.assistant.staff.tasks"
OPEN, APPROVED, REJECTED, WITHDRAWN = "open", "approved", "rejected", "withdrawn"
MISSING_SYNONYM = "missing_synonym"

Actor = AbstractBaseUser | None


class NotPossibleError(Exception):
    """It cannot be done as things are; the text is for people."""


def start_analysis(*, actor: Actor = None) -> UUID:
    """Queue the evaluation of all questions; the job, which is the waiting or running one where there is one already."""
    access.check_improve(actor)
    title = gettext_lazy("Fragen auswerten")
    return jobs.enqueue(f"{TASKS}:analyse", args={}, title=title, owner=actor, key="assistant.review").uuid


@transaction.atomic
def decide(group_id: int, kind: str, *, actor: Actor) -> Decision:
    """Say what is to be done about a group; it is hidden until new questions come. An earlier decision about it is replaced."""
    access.check_improve(actor)
    group = _group(group_id)
    if kind not in rules.names("decisions"):
        raise Http404
    _forget_decisions(group)
    count = group.gaps.count()
    decision = Decision.objects.create(kind=kind, questions=count, by_id=_pk(actor))
    group.gaps.update(decision=decision)
    record("assistant.gap.decided", actor=actor, subject=_named(group), detail={"kind": kind, "questions": count})
    return decision


@transaction.atomic
def undo(group_id: int, *, actor: Actor) -> None:
    """Take the decision about a group back; it is open again."""
    access.check_improve(actor)
    group = _group(group_id)
    _forget_decisions(group)
    record("assistant.gap.reopened", actor=actor, subject=_named(group))


@transaction.atomic
def propose(service_id: str, term: str, *, language: str = "de", group_id: int | None = None, actor: Actor) -> Proposal:
    """Propose a word for a service; it is measured in the background. From a group, its questions become the evidence.

    Raises NotPossibleError for an unknown service and for a word that is proposed or in use already.
    """
    access.check_improve(actor)
    term = " ".join(term.split())
    _refuse_known(service_id, term, language)
    row = Proposal.objects.create(service=service_id, language=language, term=term, proposed_by_id=_pk(actor))
    if group_id is not None:
        gaps = Gap.objects.filter(group=_group(group_id)).values_list("pk", flat=True)
        Evidence.objects.bulk_create(
            Evidence(proposal=row, answer_id=pk, term="", kind=proposing.GROUP, source=True) for pk in gaps
        )
    measure(row.pk, actor=actor)
    record("assistant.synonym.proposed", actor=actor, subject=_named(row), detail={"service": service_id})
    return row


def measure(proposal_id: int, *, actor: Actor) -> UUID:
    """Queue the measurement of one proposal; the job."""
    access.check_improve(actor)
    row = _proposal(proposal_id, OPEN)
    job = jobs.enqueue(
        f"{TASKS}:measure",
        args={"proposal": row.pk},
        title=gettext_lazy("Wirkung eines Suchworts messen"),
        owner=actor,
        key=f"assistant.measure.{row.pk}",
    )
    return job.uuid


@transaction.atomic
def approve(proposal_id: int, *, actor: AbstractBaseUser, reason: str = "") -> Proposal:
    """Make the word a synonym of the service, in the town's own data. Four eyes: nobody approves what they proposed themselves.

    Raises NotPossibleError for one's own proposal, one that was not measured, and a word the service has meanwhile; ObjectedError when
    a gate objects and there is no `reason` all the same; Http404 for who may not publish.
    """
    access.check_improve(actor)
    row = _proposal(proposal_id, OPEN)
    if row.proposed_by_id == actor.pk:
        raise NotPossibleError(_("Sie haben dieses Wort selbst vorgeschlagen. Annehmen muss es eine zweite Person."))
    if row.measured is None:
        raise NotPossibleError(_("Die Wirkung ist noch nicht gemessen. Bitte warten Sie, bis die Messung fertig ist."))
    row.term = proposing.term_of(row)
    if not _enter(row, actor, reason):
        raise NotPossibleError(_("Unter diesem Wort wird die Leistung schon gefunden."))
    return _close(row, APPROVED, actor)


@transaction.atomic
def reject(proposal_id: int, *, actor: Actor) -> Proposal:
    """Refuse a proposal."""
    access.check_improve(actor)
    return _close(_proposal(proposal_id, OPEN), REJECTED, actor)


@transaction.atomic
def withdraw(proposal_id: int, *, actor: AbstractBaseUser) -> Proposal:
    """Take an approved word out of the service again."""
    access.check_improve(actor)
    row = _proposal(proposal_id, APPROVED)
    _refuse_unknown(row.service, row.language)
    comment = _("Suchwort zurückgenommen")
    town_service.remove_service_synonym(row.service, row.term, language=row.language, actor=actor, comment=comment)
    return _close(row, WITHDRAWN, actor)


@transaction.atomic
def enter_again(proposal_id: int, *, actor: AbstractBaseUser, reason: str = "") -> Proposal:
    """Put an approved word back that a later change of the service has dropped. Raises ObjectedError as `approve` does."""
    access.check_improve(actor)
    row = _proposal(proposal_id, APPROVED)
    _enter(row, actor, reason)
    record("assistant.synonym.entered_again", actor=actor, subject=_named(row), detail={"service": row.service})
    return row


@transaction.atomic
def put_question_set(name: str, content: bytes, *, actor: Actor = None) -> bool:
    """Replace the town's question set; tells whether it changed. Raises QuestionSetError with every fault of the file."""
    access.check_improve(actor)
    digest = hashlib.sha256(content).hexdigest()
    if QuestionSet.objects.filter(pk=1, digest=digest).exists():
        return False
    lines = question_set.read(content)
    values = {
        "name": name[:100],
        "questions": [line.model_dump(mode="json") for line in lines],
        "digest": digest,
        "loaded_at": timezone.now(),
        "by_id": _pk(actor),
    }
    QuestionSet.objects.update_or_create(pk=1, defaults=values)
    record("assistant.question_set.replaced", actor=actor, detail={"questions": len(lines)})
    return True


def _group(group_id: int) -> QuestionGroup:
    """The group, locked. Raises Http404."""
    group = QuestionGroup.objects.select_for_update().filter(pk=group_id).first()
    if group is None:
        raise Http404
    return group


def _forget_decisions(group: QuestionGroup) -> None:
    """Decisions about questions of this group that concern no other question disappear."""
    earlier = set(group.gaps.exclude(decision=None).values_list("decision", flat=True))
    group.gaps.update(decision=None)
    Decision.objects.filter(pk__in=earlier, gaps=None).delete()


def _proposal(proposal_id: int, state: str) -> Proposal:
    """The proposal in that state, locked, with its evidence. Raises Http404 and, in another state, NotPossibleError."""
    row = proposing.with_evidence(Proposal.objects.select_for_update().filter(pk=proposal_id)).first()
    if row is None:
        raise Http404
    if row.state != state:
        raise NotPossibleError(_("Über diesen Vorschlag wurde inzwischen anders entschieden."))
    return row


def _refuse_known(service_id: str, term: str, language: str) -> None:
    _refuse_unknown(service_id, language)
    if fold(term) in proposing.synonyms_of(service_id, language):
        raise NotPossibleError(_("Unter diesem Wort wird die Leistung schon gefunden."))
    wish = (service_id, language, fold(term))
    current = proposing.with_evidence(Proposal.objects.filter(state=OPEN, service=service_id, language=language))
    if any(proposing.wish_of(row) == wish for row in current):
        raise NotPossibleError(_("Dieses Wort ist für diese Leistung schon vorgeschlagen."))


def _refuse_unknown(service_id: str, language: str) -> None:
    if town.service_card(service_id, language) is None:
        raise NotPossibleError(_("Diese Leistung gibt es nicht."))


def _enter(row: Proposal, actor: AbstractBaseUser, reason: str) -> bool:
    """Make it a synonym of the service, if no gate objects; tells whether it was new."""
    _refuse_unknown(row.service, row.language)
    comment = _("Suchwort aus Fragen an die Stadt")
    is_new = town_service.add_service_synonym(
        row.service, row.term, language=row.language, author=row.proposed_by, actor=actor, comment=comment
    )
    if is_new:
        publication = Publication("synonym", row.service, (proposing.key_of(row.service, row.language),))
        pass_gates(publication, actor=actor, author_id=row.proposed_by_id, reason=reason)
    return is_new


def _close(row: Proposal, state: str, actor: Actor) -> Proposal:
    row.state, row.decided_by_id, row.decided_at = state, _pk(actor), timezone.now()
    row.save(update_fields=["term", "state", "decided_by", "decided_at"])
    record(f"assistant.synonym.{state}", actor=actor, subject=_named(row), detail={"service": row.service})
    return row


def _named(row: QuestionGroup | Proposal) -> str:
    return f"{row._meta.model_name}:{row.pk}"


def _pk(actor: Actor) -> int | None:
    return None if actor is None else actor.pk
