# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The names of the roles for people, and what the registry grants to each."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import Right, Role, Text, registry

ROLE_TITLES: dict[Role, Text] = {
    Role.CITIZEN: _("Bürgerin oder Bürger"),
    Role.CLERK: _("Sachbearbeitung"),
    Role.EDITOR: _("Redaktion"),
    Role.DATA_STEWARD: _("Datenverantwortung"),
    Role.DATA_PROTECTION_OFFICER: _("Datenschutzbeauftragte"),
    Role.LIBRARIAN: _("Bibliothek"),
    Role.PLANNER: _("Planung"),
    Role.ADMINISTRATOR: _("Systemverwaltung"),
}

MFA_ROLES = frozenset({Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER})
"""Who may act only with a second factor."""


def rights_of(roles: Iterable[Role]) -> frozenset[str]:
    """The names of all rights that at least one of the roles holds, as the rooms declare it."""
    held = frozenset(roles)
    return frozenset(right.name for right in registry().all(Right) if held & frozenset(right.roles))


def title(role: str) -> Text:
    """The role's name for people; an unknown role keeps its identifier."""
    return ROLE_TITLES[Role(role)] if role in set(Role) else role
