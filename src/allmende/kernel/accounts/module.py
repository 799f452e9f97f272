# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Area, Command, DemoLoader, HealthCheck, NavigationItem, Right, Role, Room

ROOM = Room(
    name="accounts",
    package="allmende.kernel.accounts",
    area=Area.HOUSE,
    title=_("Konten"),
    description=_("Wer hier arbeitet: Anmeldung mit zweitem Faktor, Rollen und Rechte, Token für Programme."),
    urls="allmende.kernel.accounts.urls",
    navigation=(
        NavigationItem(
            title=_("Konten"),
            url_name="accounts_list",
            right="accounts.manage",
            description=_("Konten anlegen und schließen, Rollen vergeben, verlorene Zugänge ersetzen."),
            icon="account-circle",
        ),
    ),
    rights=(Right(name="accounts.manage", title=_("Konten verwalten"), roles=(Role.ADMINISTRATOR,)),),
    commands=(
        Command(
            name="accounts",
            help="Accounts: administrators, one-time passwords.",
            target="allmende.kernel.accounts.cli:accounts",
        ),
    ),
    health_checks=(
        HealthCheck(
            name="accounts", title=_("Systemverwaltung"), check="allmende.kernel.accounts.health:check_administrators"
        ),
    ),
    demo_loaders=(DemoLoader(load="allmende.kernel.accounts.demo:load", order=10),),
)
