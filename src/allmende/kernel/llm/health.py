# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the health page asks of the room. Nobody is called for it: the calls of the day have left their marks."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.kernel.llm import queries


class UnhealthyError(Exception):
    """Models are set up, and none can be used; the text is for the health page."""


def check() -> str:
    """A line about the providers. Raises UnhealthyError when there are some and none is ready."""
    endpoints = queries.endpoints()
    if not endpoints:
        return _("Kein Sprachmodell eingerichtet. Alles andere arbeitet ohne.")
    states = queries.states()
    locked = [endpoint.name for endpoint in endpoints if not endpoint.key_is_readable]
    failing = [item.name for item in endpoints if states.get(item.slug) == queries.OPEN and item.key_is_readable]
    parts = [
        ngettext("%(count)d Anbieter eingerichtet", "%(count)d Anbieter eingerichtet", len(endpoints))
        % {"count": len(endpoints)}
    ]
    if failing:
        parts.append(_("gestört: %(names)s") % {"names": ", ".join(failing)})
    if locked:
        parts.append(_("Schlüssel nicht lesbar, bitte neu eingeben: %(names)s") % {"names": ", ".join(locked)})
    text = "; ".join(parts) + "."
    if len(locked) + len(failing) == len(endpoints):
        raise UnhealthyError(text)
    return text
