# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be chosen in the forms of a flow, and how it is called."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.kernel.town import queries as town
from allmende.kernel.web.editing.choices import Choices, Offered
from allmende.modules.applications import rules
from allmende.modules.applications.flowfile import name_of


def language() -> str:
    """The language of the page: de or en."""
    return (get_language() or "de")[:2]


def units() -> Choices:
    """The town's units by name."""
    return [(unit.id, str(unit.name)) for unit in town.units(language())]


def offered(data: Any) -> Offered:
    """The choices of one page about a flow with these data."""
    steps = data.get("steps") if isinstance(data, dict) else ()
    return Offered(
        {
            "units": units,
            "services": lambda: [(link.id, str(link.name)) for link in town.services(language())],
            "statutes": lambda: [(link.id, str(link.title)) for link in town.statutes(language())],
            "steps": lambda: [(name_of(step, number), "") for number, step in enumerate(steps or (), 1)],
            "types": lambda: [(name, texts[language()]) for name, texts in rules.types().items()],
            "actions": lambda: [
                ("submit", _("abschicken")),
                ("handover", _("an einen Menschen übergeben")),
                ("close", _("beenden, ohne etwas zu senden")),
            ],
            "pii": lambda: [("none", _("keiner")), ("basic", _("gewöhnlich")), ("sensitive", _("besonders geschützt"))],
        }
    )
