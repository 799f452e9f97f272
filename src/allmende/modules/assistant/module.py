# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import (
    AISystem,
    Area,
    CaseKind,
    Command,
    DemoLoader,
    Evaluation,
    NavigationItem,
    PersonalData,
    Preload,
    PublicationGate,
    Right,
    RiskClass,
    Role,
    Room,
)

ROOM = Room(
    name="assistant",
    package="allmende.modules.assistant",
    area=Area.FRONT_OFFICE,
    title=_("Fragen an die Stadt"),
    description=_("Bürgerinnen und Bürger fragen, die Stadt antwortet aus ihren eigenen Texten, mit Quelle und Stand."),
    urls="allmende.modules.assistant.urls",
    api="allmende.modules.assistant.api:router",
    rights=(
        Right(
            name="assistant.review",
            title=_("Verdeckte Fragen und Lücken lesen"),
            roles=(Role.EDITOR, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER),
        ),
        Right(
            name="assistant.improve",
            title=_("Über Lücken und Suchwörter entscheiden"),
            roles=(Role.EDITOR, Role.ADMINISTRATOR),
        ),
        Right(name="assistant.callbacks", title=_("Rückrufe übernehmen"), roles=(Role.CLERK,)),
        Right(name="assistant.live", title=_("Gespräche mit Bürgerinnen und Bürgern führen"), roles=(Role.CLERK,)),
        Right(
            name="assistant.switch",
            title=_("Den Assistenten abschalten und einbinden"),
            roles=(Role.EDITOR, Role.ADMINISTRATOR),
        ),
        Right(
            name="assistant.pilot",
            title=_("Die Machbarkeitsstudie lesen"),
            roles=(Role.EDITOR, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER),
        ),
        Right(
            name="assistant.pilot_run",
            title=_("Die Machbarkeitsstudie durchführen"),
            roles=(Role.EDITOR, Role.ADMINISTRATOR),
        ),
        Right(name="assistant.survey", title=_("An der Umfrage teilnehmen"), roles=(Role.CLERK, Role.EDITOR)),
    ),
    navigation=(
        NavigationItem(
            title=_("Fragen und Lücken"),
            url_name="review_questions",
            right="assistant.review",
            description=_("Lesen, was gefragt wurde, und Lücken in den Texten schließen."),
            icon="help",
        ),
        NavigationItem(
            title=_("Machbarkeitsstudie"),
            url_name="pilot",
            right="assistant.pilot",
            description=_("Messen, ob der Assistent hilft, und darüber berichten."),
            icon="success",
        ),
        NavigationItem(
            title=_("Umfrage"),
            url_name="pilot_survey_take_part",
            right="assistant.survey",
            description=_("Sagen, wie viel Arbeit Auskünfte machen; ohne Namen."),
            icon="calendar-today",
        ),
        NavigationItem(
            title=_("Rückrufe"),
            url_name="callbacks",
            right="assistant.callbacks",
            description=_("Bitten um einen Rückruf übernehmen und erledigen."),
            icon="mail",
        ),
        NavigationItem(
            title=_("Gespräche"),
            url_name="live_queue",
            right="assistant.live",
            description=_("Mit Menschen schreiben, die der Assistent weitergibt."),
            icon="question-mark",
        ),
        NavigationItem(
            title=_("Assistent abschalten"),
            url_name="switches",
            right="assistant.switch",
            description=_("Den Assistenten ganz oder in Teilen abschalten und sagen, warum."),
            icon="warning",
        ),
        NavigationItem(
            title=_("Fenster einbinden"),
            url_name="widget_recipe",
            right="assistant.switch",
            description=_("Das Fenster für Fragen auf anderen Seiten der Stadt einbinden."),
            icon="add",
        ),
    ),
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
        AISystem(
            name="wording",
            title=_("Formulierung von Antworten"),
            purpose=_(
                "Eine Antwort der Stadt in wenigen Sätzen zusammenfassen, über den Texten, aus denen sie stammt; nur, wo ein "
                "Sprachmodell eingerichtet ist."
            ),
            method=_(
                "Ein großes Sprachmodell schreibt, feste Regeln prüfen: Ein Satz wird nur gezeigt, wenn eine Zeile der Quelle, die "
                "er nennt, dasselbe sagt, mit denselben Beträgen, Fristen, Verneinungen und Bedingungen."
            ),
            data_used=_(
                "Die Frage ohne erkannte persönliche Angaben und die öffentlichen Texte der Antwort; beides erhält der Anbieter des "
                "Sprachmodells, nach den Regeln für Datenklassen."
            ),
            risk_class=RiskClass.LIMITED,
            risk_reasons=_(
                "Menschen lesen erzeugten Text (Art. 50 KI-Verordnung); er ist als solcher gekennzeichnet. Sozialleistungen, "
                "Migration, Justiz und Notfälle stehen auf der roten Liste und werden nie formuliert."
            ),
            human_oversight=_(
                "Die Redaktion sieht jede Formulierung und wie viele Sätze weggelassen wurden, und kann das Sprachmodell jederzeit "
                "abschalten. Die geprüften Texte stehen immer darunter."
            ),
            disclosure=_(
                "Diese Sätze hat ein Sprachmodell geschrieben. Jeder wurde mit der Quelle verglichen, die er nennt. Es gelten die "
                "Texte der Stadt."
            ),
            evaluation="support",
        ),
        AISystem(
            name="question_groups",
            title=_("Gruppen unbeantworteter Fragen"),
            purpose=_(
                "Fragen, die schlecht beantwortet wurden, nach ihrer Bedeutung zusammenstellen und Suchwörter vorschlagen, damit "
                "die Redaktion Texte verbessert."
            ),
            method=_(
                "Vergleich der Fragen mit dem Sprachmodell multilingual-e5-small und nach Buchstabenfolgen, mittlere "
                "Ähnlichkeit; die Wirkung eines Vorschlags wird durch Suchen vorher und nachher gemessen."
            ),
            data_used=_("Fragen ohne erkannte persönliche Angaben, solange sie aufbewahrt werden."),
            risk_class=RiskClass.MINIMAL,
            risk_reasons=_(
                "Es ordnet Texte für Beschäftigte. Es entscheidet nichts über Menschen und bewertet sie nicht."
            ),
            human_oversight=_(
                "Kein Suchwort gilt, bevor ein Mensch es mit seiner gemessenen Wirkung angenommen hat; alles lässt sich "
                "zurücknehmen."
            ),
            disclosure=_("Diese Gruppen hat ein Rechenverfahren zusammengestellt. Es kann sich irren."),
            evaluation="groups",
        ),
    ),
    case_kinds=(
        CaseKind(
            name="assistant.conversation",
            title=_("Gespräch mit einem Menschen"),
            detail="allmende.modules.assistant.live.cases:detail",
        ),
    ),
    personal_data=(
        PersonalData(
            name="assistant.chats",
            title=_("Gespräche mit Menschen im Assistenten"),
            find="allmende.modules.assistant.live.personal:find",
            erase="allmende.modules.assistant.live.personal:erase",
        ),
        PersonalData(
            name="assistant.callbacks",
            title=_("Rückrufwünsche im Assistenten"),
            find="allmende.modules.assistant.callback_personal:find",
            erase="allmende.modules.assistant.callback_personal:erase",
        ),
    ),
    commands=(
        Command(name="ask", help="Ask the town a question.", target="allmende.modules.assistant.cli:ask"),
        Command(
            name="pilot",
            help="The pilot study: question sets and runs.",
            target="allmende.modules.assistant.pilot.cli:pilot",
        ),
    ),
    publication_gates=(
        PublicationGate(
            name="pilot",
            title=_("Machbarkeitsstudie: abgenommene Fragen"),
            check="allmende.modules.assistant.pilot.gate:check",
            watched="allmende.modules.assistant.pilot.gate:watched",
        ),
    ),
    demo_loaders=(DemoLoader(load="allmende.modules.assistant.staff.demo:load", order=60),),
    evaluations=(
        Evaluation(
            name="groups",
            help="Do questions about the same stand in one group? On questions with their topic.",
            target="allmende.modules.assistant.staff.evaluation:groups",
            measures=_(
                "Ob Fragen zum selben Anliegen in einer Gruppe stehen und Fragen zu verschiedenen Anliegen in verschiedenen. "
                "Sonst sieht die Redaktion eine Lücke in den Texten nicht oder hält sie für größer, als sie ist."
            ),
            figures={
                "pairs_right": _("Zu Recht zusammengestellte Paare von Fragen"),
                "pairs_found": _("Gefundene Paare zum selben Anliegen"),
                "topics_found": _("Gefundene Anliegen"),
                "questions": _("Fragen"),
                "groups": _("Gruppen"),
                "grouping_s": _("Dauer"),
            },
        ),
        Evaluation(
            name="support",
            help="Which sentences of a language model does the check let through? On sentences written to be supported or not.",
            target="allmende.modules.assistant.wording.evaluation:support",
            measures=_(
                "Wie viele Sätze eines Sprachmodells, die ihre Quelle nicht sagt, trotzdem gezeigt würden, und wie viele richtige "
                "Sätze übrig bleiben. Ein falscher Satz kann Menschen Geld oder eine Frist kosten; ein weggelassener kostet nichts."
            ),
            figures={
                "unsupported_let_through": _("Nicht belegte Sätze, die gezeigt würden"),
                "supported_kept": _("Belegte Sätze, die übrig bleiben"),
                "unsupported_let_through_by_kind": _("Gezeigt, obwohl nicht belegt"),
                "supported_kept_by_kind": _("Übrig von den belegten"),
                "check_ms": _("Dauer der Prüfung eines Satzes"),
            },
        ),
        Evaluation(
            name="assistant",
            help="Right status, right first card and masked personal data on a set of citizens' questions.",
            target="allmende.modules.assistant.evaluation:assistant",
            measures=_(
                "Ob auf Fragen von Bürgerinnen und Bürgern die richtige Leistung gezeigt, zu Recht nachgefragt oder zu Recht "
                "abgelehnt wird, und ob persönliche Angaben in der gespeicherten Frage verdeckt sind."
            ),
            figures={
                "right_status": _("Richtig entschieden: antworten, nachfragen oder ablehnen"),
                "right_subject_where_answered": _("Richtige Leistung, wo geantwortet wurde"),
                "right_status.ambiguous": _("… bei mehrdeutigen Fragen"),
                "right_status.colloquial": _("… bei Umgangssprache"),
                "right_status.compound": _("… bei zusammengesetzten Wörtern"),
                "right_status.emergency": _("… bei Notfällen"),
                "right_status.english": _("… bei englischen Fragen"),
                "right_status.hours": _("… bei Öffnungszeiten"),
                "right_status.injection": _("… bei Versuchen, die Regeln zu umgehen"),
                "right_status.out_of_scope": _("… bei Fragen, für die keine Stadt zuständig ist"),
                "right_status.personal_data": _("… bei Fragen mit persönlichen Angaben"),
                "right_status.plain": _("… bei einfachen Fragen"),
                "right_status.statute": _("… bei Fragen zum Ortsrecht"),
                "right_status.typo": _("… bei Tippfehlern"),
                "masked": _("Verdeckte persönliche Angaben"),
                "answer_ms_p50": _("Dauer einer Antwort, jede zweite ist schneller"),
                "answer_ms_p95": _("Dauer einer Antwort, 95 von 100 sind schneller"),
            },
        ),
    ),
    preloads=(Preload(name="assistant", load="allmende.modules.assistant.scope:preload"),),
)
