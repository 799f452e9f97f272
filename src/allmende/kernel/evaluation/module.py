# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, NavigationItem, Right, Role, Room

ROOM = Room(
    name="evaluation",
    package="allmende.kernel.evaluation",
    area=Area.HOUSE,
    title=_("Messungen"),
    description=_(
        "Wie gut die KI-Systeme der Stadt sind: Fragensätze hinein, ehrliche Zahlen heraus, je Version aufbewahrt."
    ),
    urls="allmende.kernel.evaluation.urls",
    navigation=(
        NavigationItem(
            title=_("Messungen"),
            url_name="evaluation:overview",
            right="evaluation.read",
            description=_("Sehen, wie gut die KI-Systeme arbeiten, und wie man das nachmisst."),
            icon="checklist",
        ),
    ),
    rights=(
        Right(
            name="evaluation.read",
            title=_("Messungen sehen"),
            roles=(Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, Role.DATA_STEWARD, Role.EDITOR),
        ),
    ),
)
