# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, Command, HealthCheck, NavigationItem, Right, Role, Room

ROOM = Room(
    name="jobs",
    package="allmende.kernel.jobs",
    area=Area.HOUSE,
    title=_("Aufträge"),
    description=_("Arbeit, die länger dauert: Warteschlange, Wiederholung, Zeitpläne und sichtbarer Fortschritt."),
    urls="allmende.kernel.jobs.urls",
    navigation=(
        NavigationItem(
            title=_("Aufträge"),
            url_name="jobs:list",
            right="jobs.read",
            description=_("Arbeiten verfolgen, die länger dauern, sie abbrechen oder fortsetzen."),
            icon="autorenew",
        ),
    ),
    rights=(
        Right(name="jobs.read", title=_("Alle Aufträge sehen"), roles=(Role.ADMINISTRATOR,)),
        Right(name="jobs.manage", title=_("Aufträge abbrechen und fortsetzen"), roles=(Role.ADMINISTRATOR,)),
    ),
    commands=(
        Command(
            name="jobs", help="Background jobs: list, cancel, retry, work.", target="allmende.kernel.jobs.cli:jobs"
        ),
    ),
    health_checks=(HealthCheck(name="worker", title=_("Arbeitsprozess"), check="allmende.kernel.jobs.health:check"),),
)
