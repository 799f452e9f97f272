# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the start page shows of the town."""

from django.conf import settings
from django.utils.translation import get_language

from allmende.kernel.town import queries
from allmende.kernel.town.cards import ServiceLink

POPULAR = ("personalausweis", "wohnsitz-anmelden", "sperrmuell", "kita-anmelden")
"""Ids of the services most in demand at German town halls; a town without one of them shows one less."""


def popular_services() -> list[ServiceLink]:
    """At most four services, in the language of the page. Two queries."""
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    found = {link.id: link for link in queries.services(language)}
    return [found[wanted] for wanted in POPULAR if wanted in found]
