# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import AISystem, Area, Command, Evaluation, RiskClass, Room

ROOM = Room(
    name="assistant",
    package="allmende.modules.assistant",
    area=Area.FRONT_OFFICE,
    title=_("Fragen an die Stadt"),
    description=_("Bürgerinnen und Bürger fragen, die Stadt antwortet aus ihren eigenen Texten, mit Quelle und Stand."),
    urls="allmende.modules.assistant.urls",
    api="allmende.modules.assistant.api:router",
    ai_systems=(
        AISystem(
            name="assistant",
            title=_("Assistent für Fragen an die Stadt"),
            purpose=_("Fragen zu Leistungen, Satzungen und Ämtern mit den geprüften Texten der Stadt beantworten."),
            method=_(
                "Suche nach Wörtern und nach Bedeutung, feste Regeln; Antworten sind wörtliche Texte. Kein Sprachmodell."
            ),
            data_used=_(
                "Leistungen, Satzungen, Ämter und Seiten der Stadt; die Frage ohne erkannte persönliche Angaben."
            ),
            risk_class=RiskClass.LIMITED,
            risk_reasons=_(
                "Menschen sprechen mit einem KI-System (Art. 50 KI-Verordnung). Es entscheidet nichts über sie."
            ),
            human_oversight=_(
                "Alle Texte sind fachlich freigegeben; ohne sicheren Beleg verweist der Assistent an Menschen."
            ),
            disclosure=_(
                "Hier antwortet ein KI-System, kein Mensch. Es zeigt geprüfte Texte der Stadt im Wortlaut und kann sich in der "
                "Auswahl irren. Verbindlich ist die Auskunft des zuständigen Amtes."
            ),
            evaluation="assistant",
        ),
    ),
    commands=(Command(name="ask", help="Ask the town a question.", target="allmende.modules.assistant.cli:ask"),),
    evaluations=(
        Evaluation(
            name="assistant",
            help="Right status, right first card and masked personal data on a set of citizens' questions.",
            target="allmende.modules.assistant.evaluation:assistant",
        ),
    ),
)
