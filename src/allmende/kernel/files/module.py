# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, FileCleaner, HealthCheck, Room

ROOM = Room(
    name="files",
    package="allmende.kernel.files",
    area=Area.HOUSE,
    title=_("Dateien"),
    description=_("Hochgeladene Dateien: erkannt, begrenzt, gereinigt, gespeichert."),
    urls="allmende.kernel.files.urls",
    file_cleaners=(
        FileCleaner(
            name="pictures",
            media_types=("image/jpeg", "image/png", "image/webp"),
            clean="allmende.kernel.files.pictures:clean",
        ),
    ),
    health_checks=(HealthCheck(name="files", title=_("Dateiablage"), check="allmende.kernel.files.health:storage"),),
)
