# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of conversations."""

import uuid

from django.utils.translation import gettext as _

from allmende.kernel.registry import AISystem, registry
from allmende.modules.assistant import schemas
from allmende.modules.assistant.models import Answer, Wording
from allmende.modules.assistant.schemas import AnswerView, Content
from allmende.modules.assistant.wording import rules

AI_SYSTEM = "assistant"


def conversation(conversation_id: uuid.UUID | None) -> list[AnswerView]:
    """The answers of a conversation, the oldest first; empty without one. One query."""
    if conversation_id is None:
        return []
    rows = Answer.objects.filter(conversation=conversation_id).select_related("feedback", "wording")
    return [view(row) for row in rows]


def subject_of(conversation_id: uuid.UUID | None) -> str:
    """The service whose card the latest answer of a conversation showed; empty where it showed none. One query."""
    if conversation_id is None:
        return ""
    row = Answer.objects.filter(conversation=conversation_id).order_by("-asked_at").first()
    card = Content.model_validate(row.content).card if row else None
    return card.service if card else ""


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
