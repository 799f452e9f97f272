# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, Command, DemoLoader, Room

PACKAGE = "allmende.kernel.places"

ROOM = Room(
    name="places",
    package=PACKAGE,
    area=Area.HOUSE,
    title=_("Orte"),
    description=_("Wo etwas ist: Ortsteile, Straßen und Hausnummern der Stadt."),
    urls=f"{PACKAGE}.urls",
    api=f"{PACKAGE}.api:router",
    commands=(
        Command(name="places", help="Streets and house numbers: import the register.", target=f"{PACKAGE}.cli:places"),
    ),
    demo_loaders=(DemoLoader(load=f"{PACKAGE}.demo:load", order=15),),
)
