# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, Room

ROOM = Room(
    name="outbound",
    package="allmende.kernel.outbound",
    area=Area.HOUSE,
    title=_("Verbindungen nach außen"),
    description=_(
        "Der eine Weg, auf dem dieses System andere Rechner anruft: nur wohin es darf, und nie mehr als begrenzt."
    ),
)
