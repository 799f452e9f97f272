# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, Command, HealthCheck, Room

ROOM = Room(
    name="documents",
    package="allmende.kernel.documents",
    area=Area.HOUSE,
    title=_("Dokumente"),
    description=_("PDF, DOCX, ODT, HTML, Markdown und Text werden zu Überschriften, Paragrafen und Seiten."),
    commands=(
        Command(
            name="extract",
            help="Read a document and print its structure.",
            target="allmende.kernel.documents.cli:extract",
        ),
    ),
    health_checks=(
        HealthCheck(name="documents", title=_("Lesen von Dokumenten"), check="allmende.kernel.documents.health:child"),
    ),
)
