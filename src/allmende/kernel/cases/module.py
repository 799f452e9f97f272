# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, LetterTemplate, NavigationItem, PersonalData, Right, Role, Room

PACKAGE = "allmende.kernel.cases"

ROOM = Room(
    name="cases",
    package=PACKAGE,
    area=Area.FRONT_OFFICE,
    title=_("Vorgänge"),
    description=_(
        "Was ein Mensch bearbeiten muss: ein Eingang für alle Bereiche, mit Fristen, Antworten und Löschung."
    ),
    urls=f"{PACKAGE}.urls",
    navigation=(
        NavigationItem(
            title=_("Vorgänge"),
            url_name="cases_inbox",
            right="cases.work",
            description=_("Anliegen übernehmen, weitergeben, beantworten und abschließen."),
            icon="check",
        ),
        NavigationItem(
            title=_("Auskunft und Löschung"),
            url_name="cases_protection",
            right="cases.protect",
            description=_("Menschen sagen, was über sie gespeichert ist, es löschen und das Löschprotokoll lesen."),
            icon="visibility",
        ),
    ),
    rights=(
        Right(
            name="cases.work",
            title=_("Vorgänge des eigenen Amtes bearbeiten"),
            roles=(Role.CLERK, Role.LIBRARIAN, Role.PLANNER),
        ),
        Right(
            name="cases.protect",
            title=_("Auskunft über persönliche Angaben geben und sie löschen"),
            roles=(Role.DATA_PROTECTION_OFFICER,),
        ),
    ),
    letters=(
        LetterTemplate(
            name="cases.answer", title=_("Antwort zu einem Vorgang"), texts=f"{PACKAGE}:data/letters/answer.yaml"
        ),
    ),
    personal_data=(
        PersonalData(
            name="cases", title=_("Vorgänge"), find=f"{PACKAGE}.personal:find", erase=f"{PACKAGE}.personal:erase"
        ),
    ),
)
