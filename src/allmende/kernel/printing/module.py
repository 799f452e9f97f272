# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, HealthCheck, Room

ROOM = Room(
    name="printing",
    package="allmende.kernel.printing",
    area=Area.HOUSE,
    title=_("Druck"),
    description=_("Bescheinigungen und Berichte als barrierefreies PDF, das ein Screenreader vorlesen kann."),
    health_checks=(
        HealthCheck(name="printing", title=_("Druck von PDF"), check="allmende.kernel.printing.health:check"),
    ),
)
