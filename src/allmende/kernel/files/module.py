# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, HealthCheck, Room

ROOM = Room(
    name="files",
    package="allmende.kernel.files",
    area=Area.HOUSE,
    title=_("Dateien"),
    description=_("Hochgeladene Dateien: erkannt, begrenzt, gereinigt, gespeichert."),
    urls="allmende.kernel.files.urls",
    health_checks=(HealthCheck(name="files", title=_("Dateiablage"), check="allmende.kernel.files.health:storage"),),
)
