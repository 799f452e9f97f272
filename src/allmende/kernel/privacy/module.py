# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import AISystem, Area, Evaluation, RiskClass, Room

ROOM = Room(
    name="privacy",
    package="allmende.kernel.privacy",
    area=Area.HOUSE,
    title=_("Schutz persönlicher Angaben"),
    description=_("Findet persönliche Angaben in Texten und verdeckt sie, bevor etwas gespeichert wird."),
    ai_systems=(
        AISystem(
            name="privacy",
            title=_("Erkennung persönlicher Angaben"),
            purpose=_("Persönliche Angaben in Fragen verdecken, bevor sie gespeichert oder weitergegeben werden."),
            method=_("Regeln, Prüfziffern und Wortlisten; kein lernendes Verfahren."),
            data_used=_("Nur der eingegebene Text; die Wortlisten stehen im Quelltext."),
            risk_class=RiskClass.MINIMAL,
            risk_reasons=_("Es wird nichts entschieden. Das Verfahren schützt Personen und bewertet sie nicht."),
            human_oversight=_("Die Datenschutzbeauftragte prüft die Regeln und die gemessene Trefferquote."),
            disclosure=_(
                "Persönliche Angaben werden nach Möglichkeit verdeckt. Eine vollständige Erkennung gibt es nicht."
            ),
            evaluation="privacy",
        ),
    ),
    evaluations=(
        Evaluation(
            name="privacy",
            help="Share of personal data found in labelled sentences, and false findings.",
            target="allmende.kernel.privacy.evaluation:privacy",
            measures=_(
                "Wie viele der persönlichen Angaben in Beispielsätzen gefunden und verdeckt werden, und wie oft etwas "
                "verdeckt wird, das keine ist. Was nicht gefunden wird, steht im Klartext in der gespeicherten Frage."
            ),
            figures={
                "recall": _("Gefunden"),
                "recall.address": _("Gefunden: Anschriften"),
                "recall.birth_date": _("Gefunden: Geburtsdaten"),
                "recall.email": _("Gefunden: E-Mail-Adressen"),
                "recall.iban": _("Gefunden: Kontonummern (IBAN)"),
                "recall.identity_document": _("Gefunden: Ausweisnummern"),
                "recall.name": _("Gefunden: Namen"),
                "recall.number_plate": _("Gefunden: Kennzeichen"),
                "recall.phone": _("Gefunden: Telefonnummern"),
                "recall.social_insurance": _("Gefunden: Sozialversicherungsnummern"),
                "recall.tax_id": _("Gefunden: Steuer-Identifikationsnummern"),
                "precision": _("Zu Recht verdeckt"),
            },
        ),
    ),
)
