# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, HealthCheck, NavigationItem, Right, Role, Room

ROOM = Room(
    name="llm",
    package="allmende.kernel.llm",
    area=Area.HOUSE,
    title=_("Sprachmodelle"),
    description=_("Die eine Tür zu Sprachmodellen: Anbieter, Datenschutz, Kontingente und Verbrauch."),
    urls="allmende.kernel.llm.urls",
    navigation=(
        NavigationItem(
            title=_("Sprachmodelle"),
            url_name="llm:list",
            right="llm.read",
            description=_("Sehen, welche Sprachmodelle angeschlossen sind und was sie verbrauchen."),
            icon="language",
        ),
    ),
    rights=(
        Right(
            name="llm.read",
            title=_("Sprachmodelle und ihren Verbrauch sehen"),
            roles=(Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER),
        ),
        Right(name="llm.manage", title=_("Sprachmodelle einrichten"), roles=(Role.ADMINISTRATOR,)),
    ),
    health_checks=(HealthCheck(name="llm", title=_("Sprachmodelle"), check="allmende.kernel.llm.health:check"),),
)
