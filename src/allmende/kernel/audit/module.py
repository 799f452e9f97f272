# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, Command, HealthCheck, NavigationItem, Right, Role, Room

ROOM = Room(
    name="audit",
    package="allmende.kernel.audit",
    area=Area.HOUSE,
    title=_("Protokoll"),
    description=_("Was geschehen ist: fortlaufend, verkettet, von niemandem änderbar."),
    urls="allmende.kernel.audit.urls",
    navigation=(
        NavigationItem(
            title=_("Protokoll"),
            url_name="audit_list",
            right="audit.read",
            description=_("Nachlesen, wer wann was getan hat, und prüfen, dass kein Eintrag verändert wurde."),
            icon="draft",
        ),
    ),
    rights=(
        Right(
            name="audit.read",
            title=_("Protokoll lesen und prüfen"),
            roles=(Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR),
        ),
    ),
    commands=(Command(name="audit", help="The audit: verify its chain.", target="allmende.kernel.audit.cli:audit"),),
    health_checks=(HealthCheck(name="audit", title=_("Protokoll"), check="allmende.kernel.audit.service:check_head"),),
)
