# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, HealthCheck, Room

PACKAGE = "allmende.modules.anonymiser"

ROOM = Room(
    name="anonymiser",
    package=PACKAGE,
    area=Area.BACK_OFFICE,
    title=_("Anonymisierung von Bildern"),
    description=_("Gesichter und Kennzeichen verschwinden aus Bildern, bevor sie jemand zu sehen bekommt."),
    health_checks=(
        HealthCheck(name="anonymiser", title=_("Anonymisierung von Bildern"), check=f"{PACKAGE}.health:check"),
    ),
)
