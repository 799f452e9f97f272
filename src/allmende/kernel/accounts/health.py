# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the health page asks of the room."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.kernel.accounts import factors, queries


class NoAdministratorError(Exception):
    """Nobody can manage the house."""


class UnreadableFactorsError(Exception):
    """People with a second factor cannot sign in."""


def check_administrators() -> str:
    """How many administrators there are, and how many owe a second factor.

    Raises NoAdministratorError without any, UnreadableFactorsError when the secret key opens a second factor no more.
    """
    people = list(queries.administrators())
    if not people:
        raise NoAdministratorError(_("Es gibt kein aktives Konto der Systemverwaltung."))
    if unreadable := factors.unreadable():
        raise UnreadableFactorsError(
            _("%(count)d zweite Faktoren sind nicht lesbar, weil der geheime Schlüssel ein anderer ist.")
            % {"count": unreadable}
        )
    waiting = sum(queries.obstacle(user) is not None for user in people)
    text = ngettext("%(count)d Konto der Systemverwaltung", "%(count)d Konten der Systemverwaltung", len(people))
    text %= {"count": len(people)}
    if waiting:
        text += ", " + _("bei %(count)d fehlt noch der zweite Faktor") % {"count": waiting}
    return text
