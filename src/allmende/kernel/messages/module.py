# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import (
    Area,
    HealthCheck,
    LetterTemplate,
    NavigationItem,
    PersonalData,
    Right,
    Role,
    Room,
)

PACKAGE = "allmende.kernel.messages"

ROOM = Room(
    name="messages",
    package=PACKAGE,
    area=Area.HOUSE,
    title=_("Post"),
    description=_("Was das Haus verlässt: E-Mails, Pakete, Webhooks und private Links, einmal und mit Wiederholung."),
    urls=f"{PACKAGE}.urls",
    navigation=(
        NavigationItem(
            title=_("Post"),
            url_name="messages_list",
            right="messages.manage",
            description=_("Sehen, ob Nachrichten das Haus verlassen, und gescheiterte noch einmal senden."),
            icon="open-in-new",
        ),
    ),
    rights=(
        Right(
            name="messages.manage",
            title=_("Ausgehende Post überwachen und Ziele einrichten"),
            roles=(Role.ADMINISTRATOR,),
        ),
    ),
    letters=(
        LetterTemplate(
            name="messages.package",
            title=_("Paket an ein Postfach"),
            texts=f"{PACKAGE}:data/letters/package.yaml",
        ),
    ),
    health_checks=(HealthCheck(name="messages", title=_("Post"), check=f"{PACKAGE}.health:check"),),
    personal_data=(
        PersonalData(
            name="messages",
            title=_("Ausgehende Nachrichten"),
            find=f"{PACKAGE}.personal:find",
            erase=f"{PACKAGE}.personal:erase",
        ),
    ),
)
