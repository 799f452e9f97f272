# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import (
    Area,
    Command,
    Dataset,
    DemoLoader,
    Evaluation,
    NavigationItem,
    Right,
    Role,
    Room,
    SearchSource,
)

PACKAGE = "allmende.kernel.town"

ROOM = Room(
    name="town",
    package=PACKAGE,
    area=Area.HOUSE,
    title=_("Stadt"),
    description=_("Wer die Stadt ist: Ämter mit Öffnungszeiten, Leistungen, Ortsrecht und Notrufnummern."),
    urls=f"{PACKAGE}.urls",
    api=f"{PACKAGE}.api:router",
    navigation=(
        NavigationItem(
            title=_("Texte der Stadt"),
            url_name="town_edit",
            right="town.edit",
            description=_("Leistungen, Ämter, Ortsrecht und Seiten schreiben, prüfen lassen und veröffentlichen."),
            icon="edit",
        ),
        NavigationItem(
            title=_("Import"),
            url_name="imports",
            right="town.edit",
            description=_("Leistungen, Ortsrecht und Seiten aus Dateien übernehmen."),
            icon="drive-folder-upload",
        ),
    ),
    rights=(
        Right(
            name="town.edit",
            title=_("Leistungen, Ämter und Ortsrecht bearbeiten"),
            roles=(Role.EDITOR, Role.ADMINISTRATOR),
        ),
        Right(
            name="town.publish",
            title=_("Texte der Stadt prüfen, veröffentlichen und zurückziehen"),
            roles=(Role.EDITOR, Role.ADMINISTRATOR),
        ),
        Right(
            name="town.deliver",
            title=_("Importe veröffentlichen, die die Quelle schon geprüft hat"),
            roles=(Role.ADMINISTRATOR,),
        ),
    ),
    datasets=(
        Dataset(
            name="services",
            title=_("Leistungen der Stadt"),
            description=_(
                "Alle veröffentlichten Leistungen mit LeiKa-Schlüssel, zuständiger Stelle, Gebühren und Freigabedatum."
            ),
            licence="CC0-1.0",
            rows=f"{PACKAGE}.datasets:services",
        ),
    ),
    search_sources=(
        SearchSource(collection="services", title=_("Leistungen"), documents=f"{PACKAGE}.search_documents:services"),
        SearchSource(collection="statutes", title=_("Ortsrecht"), documents=f"{PACKAGE}.search_documents:statutes"),
        SearchSource(collection="pages", title=_("Seiten der Stadt"), documents=f"{PACKAGE}.search_documents:pages"),
        SearchSource(collection="units", title=_("Ämter"), documents=f"{PACKAGE}.search_documents:units"),
    ),
    commands=(
        Command(
            name="import",
            help="Bring services, by-laws and pages into the town.",
            target=f"{PACKAGE}.imports.cli:import_",
        ),
    ),
    evaluations=(
        Evaluation(
            name="terms",
            help="Do the words people use lead to the right service? On words that the search was not told.",
            target=f"{PACKAGE}.evaluation:terms",
            title=_("Wörter, die Menschen benutzen"),
            measures=_(
                "Ob Wörter aus dem Alltag zur richtigen Leistung führen, obwohl sie weder ihr Name noch als Suchwort hinterlegt "
                "sind. Wer das amtliche Wort nicht kennt, findet die Leistung sonst nicht."
            ),
            figures={
                "hit_at_1": _("Richtige Leistung an erster Stelle"),
                "hit_at_3": _("Richtige Leistung unter den ersten drei"),
                "mrr": _("Mittlerer Kehrwert der Stelle (1 ist das Beste)"),
                "terms": _("Wörter und Wendungen"),
                "services": _("Leistungen, die gemeint sind"),
                "services_always_first": _("… davon bei jedem Wort an erster Stelle"),
                "services_never_shown": _("… davon bei keinem Wort unter den ersten drei"),
                "terms_in_index": _("Wörter, die schon als Name oder Suchwort hinterlegt sind (0 ist richtig)"),
            },
        ),
    ),
    demo_loaders=(DemoLoader(load=f"{PACKAGE}.demo:load", order=10),),
)
