# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of conversations."""

import uuid
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.kernel.registry import AISystem, registry
from allmende.kernel.town import queries as town
from allmende.modules.assistant import rules as room
from allmende.modules.assistant import schemas
from allmende.modules.assistant.models import Answer, Wording
from allmende.modules.assistant.pilot import rules as pilot
from allmende.modules.assistant.schemas import AnswerView, Content, Turn
from allmende.modules.assistant.staff import citations
from allmende.modules.assistant.wording import rules

AI_SYSTEM = "assistant"


def conversation(conversation_id: uuid.UUID | None) -> list[AnswerView]:
    """The answers of a conversation, the oldest first; empty without one.

    One query; one more where answers are not quite new, and two where a text has changed since.
    """
    if conversation_id is None:
        return []
    rows = list(Answer.objects.filter(conversation=conversation_id).select_related("feedback", "wording"))
    return _marked(rows)


def checked(row: Answer) -> AnswerView:
    """One stored answer, which knows whether its sources still say so."""
    return _marked([row])[0]


def latest(conversation_id: uuid.UUID | None) -> list[Turn]:
    """The latest turns of a conversation, the newest first: as many as a question may point back. One query."""
    if conversation_id is None:
        return []
    rows = Answer.objects.filter(conversation=conversation_id).order_by("-asked_at")[: room.turns_back()]
    return [Turn(row.question, Content.model_validate(row.content)) for row in rows]


def view(row: Answer) -> AnswerView:
    """The stored answer as a citizen gets it."""
    feedback = getattr(row, "feedback", None)
    worded = getattr(row, "wording", None)
    return AnswerView(
        **Content.model_validate(row.content).model_dump(),
        id=row.id,
        conversation=row.conversation_id,
        question=row.question,
        asked_at=row.asked_at,
        confidence=row.confidence,
        millis=row.millis,
        disclosure=disclosure(),
        helpful=feedback.helpful if feedback else None,
        wording=wording(worded) if worded else None,
    )


def _marked(rows: list[Answer]) -> list[AnswerView]:
    """The answers; those that are not quite new are compared with what their sources say now."""
    settled_at = timezone.now() - timedelta(minutes=pilot.number("settled_minutes"))
    settled = [row for row in rows if row.asked_at < settled_at and pilot.sets_aside("answers")]
    _count, changed_at = town.revision() if settled else (0, None)
    cited = {row.pk: citations.of(row) for row in settled if changed_at and row.asked_at < changed_at}
    current = citations.current({one.source for own in cited.values() for one in own}) if any(cited.values()) else {}
    found = [view(row) for row in rows]
    for answer in found:
        answer.outdated = any(one.digest not in current.get(one.source, ()) for one in cited.get(answer.id, ()))
    return found


def wording(row: Wording) -> schemas.Wording:
    """What a language model made of an answer, as a citizen gets it."""
    return schemas.Wording(
        sentences=[schemas.Sentence.model_validate(sentence) for sentence in row.sentences],
        dropped=sum(row.dropped.values()),
        provider=row.provider,
        model=row.model,
        digital_source_type=rules.digital_source_type(),
    )


def disclosure() -> str:
    """What is said before the first input (Regulation (EU) 2024/1689 Art. 50(1))."""
    return str(registry().get(AISystem, AI_SYSTEM).disclosure)


def masked_kinds(kinds: list[str]) -> list[str]:
    """The kinds of personal data in words."""
    words = {
        "email": _("E-Mail-Adresse"),
        "iban": _("IBAN"),
        "credit_card": _("Kreditkartennummer"),
        "tax_id": _("Steuer-ID"),
        "social_insurance": _("Sozialversicherungsnummer"),
        "identity_document": _("Ausweisnummer"),
        "number_plate": _("Kfz-Kennzeichen"),
        "birth_date": _("Geburtsdatum"),
        "address": _("Adresse"),
        "phone": _("Telefonnummer"),
        "name": _("Name"),
    }
    return [words[kind] for kind in kinds]
