# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, NavigationItem, Right, Role, Room

ROOM = Room(
    name="web",
    package="allmende.kernel.web",
    area=Area.HOUSE,
    title=_("Seitenrahmen"),
    description=_("Ob alles arbeitet: Datenbank, Suche, Arbeit im Hintergrund."),
    urls="allmende.kernel.web.urls",
    rights=(
        Right(
            name="health.read",
            title=_("Zustand des Systems im Einzelnen sehen"),
            roles=(Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER),
        ),
    ),
    navigation=(
        NavigationItem(
            title=_("Zustand"),
            url_name="health",
            right="health.read",
            description=_("Sehen, ob Datenbank, Suche und Hintergrundarbeit laufen."),
            icon="info",
        ),
    ),
)
