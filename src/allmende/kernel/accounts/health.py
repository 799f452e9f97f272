# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the health page asks of the room."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.kernel.accounts import queries


class NoAdministratorError(Exception):
    """Nobody can manage the house."""


def check_administrators() -> str:
    """How many administrators there are, and how many owe a second factor. Raises NoAdministratorError without any."""
    people = list(queries.administrators())
    if not people:
        raise NoAdministratorError(_("Es gibt kein aktives Konto der Systemverwaltung."))
    waiting = sum(queries.obstacle(user) is not None for user in people)
    text = ngettext("%(count)d Konto der Systemverwaltung", "%(count)d Konten der Systemverwaltung", len(people))
    text %= {"count": len(people)}
    if waiting:
        text += ", " + _("bei %(count)d fehlt noch der zweite Faktor") % {"count": waiting}
    return text
