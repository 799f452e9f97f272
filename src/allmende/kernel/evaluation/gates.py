# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Before something is published, every declared gate may object. The rooms that publish and those that measure do not know each other."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from allmende.kernel.audit.service import record
from allmende.kernel.evaluation.models import Override
from allmende.kernel.registry import PublicationGate, Text, registry, resolve


@dataclass(frozen=True)
class Publication:
    """What is being published: its kind (service, statute, flow, model, …), its id, and keys of the search documents it concerns."""

    kind: str
    subject: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Objection:
    """What a gate says: its name and title, and a sentence for each thing that would be lost."""

    gate: str
    title: Text
    sentences: tuple[Text, ...]


class ObjectedError(Exception):
    """A gate objected, and nobody overrode it. Nothing may be published: the caller's transaction must end with this."""

    def __init__(self, objections: list[Objection]) -> None:
        self.objections = objections
        super().__init__("; ".join(self.sentences))

    @property
    def sentences(self) -> list[str]:
        """Everything that would be lost, in the language of the reader."""
        return [str(sentence) for one in self.objections for sentence in one.sentences]


def pass_gates(
    publication: Publication, *, actor: AbstractBaseUser | None, author_id: int | None, reason: str = ""
) -> None:
    """Ask every gate, in the transaction that has written the publication. Raises ObjectedError.

    A `reason` overrides all objections, unless the actor is the author: that takes a second person. It is kept and audited.
    """
    answers = (_asked(gate, publication) for gate in registry().all(PublicationGate))
    found = [answer for answer in answers if answer]
    if not found:
        return
    if not reason.strip() or actor is None or actor.pk == author_id:
        raise ObjectedError(found)
    kept = Override.objects.create(
        kind=publication.kind,
        subject=publication.subject[:100],
        reason=reason.strip(),
        objections={one.gate: [str(sentence) for sentence in one.sentences] for one in found},
        by_id=actor.pk,
    )
    detail = {"override": kept.pk, "objections": {one.gate: len(one.sentences) for one in found}}
    subject = f"{publication.kind}:{publication.subject}"
    record("evaluation.gate.overridden", actor=actor, subject=subject, detail=detail)


def watched(keys: Collection[str]) -> set[str]:
    """Those of the search documents that a gate will look at closely: whoever publishes many takes these one at a time."""
    return {key for gate in registry().all(PublicationGate) for key in resolve(gate.watched)(keys)} if keys else set()


def _asked(gate: PublicationGate, publication: Publication) -> Objection | None:
    check: Callable[[Publication], Iterable[Text]] = resolve(gate.check)
    sentences = tuple(check(publication))
    return Objection(gate.name, gate.title, sentences) if sentences else None


def overrides() -> QuerySet[Override]:
    """What was published against an objection, the latest first."""
    return Override.objects.select_related("by")
