# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a file, a row or an address is not taken, in words."""

from django.utils.translation import gettext as _

from allmende.kernel.places.engine import register, table
from allmende.kernel.places.engine.table import TableRefused


def of_file(refused: TableRefused) -> str:
    """Why nothing was read."""
    return {
        "encoding": _("Die Datei ist weder UTF-8 noch Windows-1252."),
        "street": _("Die erste Zeile nennt keine Spalte mit der Straße, zum Beispiel „strasse“."),
        "rows": _("Die Datei ist zu groß."),
        "broken": _("Die Datei ist kein CSV."),
        "complete": _("Zeilen sind fehlerhaft; ein vollständiges Register darf keine auslassen."),
    }[refused.code]


def of_row(fault: table.Fault) -> str:
    """Why a row was left out."""
    sentence = {
        "street": _("Der Name der Straße fehlt."),
        "long": _("Das ist zu lang: „{value}“."),
        "number": _("Das ist keine Hausnummer: „{value}“."),
        "postcode": _("Eine Postleitzahl hat fünf Ziffern: „{value}“."),
        "degrees": _("Breite und Länge stehen beide in Grad (WGS 84) da, oder keine von beiden: „{value}“."),
        "differs": _("Dieselbe Anschrift steht weiter oben mit einer anderen Postleitzahl als „{value}“."),
        "key": _(
            "Der Straßenschlüssel „{value}“ gehört weiter oben zu einer anderen Straße, oder die Straße hat einen anderen."
        ),
    }[fault.code]
    return sentence.format(value=fault.value)


def of_address(fault: register.Fault) -> str:
    """Why an address is none of the town's."""
    offers = ", ".join(fault.offers)
    sentence = {
        "unknown": _("Diese Straße gibt es nicht. Gemeint ist vielleicht: {offers}.")
        if offers
        else _("Diese Straße gibt es nicht."),
        "several": _("Diese Straße gibt es mehrmals: {offers}."),
        "number": _("Die Hausnummer fehlt oder ist keine."),
        "house": _("Diese Hausnummer gibt es in der Straße nicht. In der Nähe: {offers}."),
        "postcode": _("Die Postleitzahl dieser Anschrift ist {offers}."),
    }[fault.code]
    return sentence.format(offers=offers)
