# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town as the engine needs it: streets and postcode for answers, services, statutes and units for the compiler."""

from typing import cast

from django.utils.functional import SimpleLazyObject

from allmende.kernel.places import queries as places
from allmende.kernel.town import queries as town
from allmende.modules.applications import rules
from allmende.modules.applications.engine.checks.texts import Known
from allmende.modules.applications.engine.compiling import House
from allmende.modules.applications.engine.problems import LANGUAGES
from allmende.modules.applications.engine.setting import Setting, Town


def setting(language: str) -> Setting:
    """Today in this town, and the words of a language. Two queries, once an address is read."""
    return Setting(town.today(), rules.words(language), cast(Town, SimpleLazyObject(_town)))


def house() -> House:
    """What flows are compiled against. Without a town's data nothing is known of sources and units, and they are not checked."""
    known = None
    if town.town() is not None:
        known = Known(town.service_modules(), town.statute_sections(), {unit.id for unit in town.units()})
    return House(rules.validator(), rules.confirmations(), rules.words(LANGUAGES[0]), _town(), known)


def _town() -> Town:
    found = town.town()
    postcode, city = found.postcode_and_city if found else ("", "")
    return Town(places.register(), postcode, city)
