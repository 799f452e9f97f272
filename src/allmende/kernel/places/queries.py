# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the register says. Streets are kept in memory by each process, as long as no other file was taken in."""

from functools import lru_cache
from typing import Any

from allmende.kernel.places import models, rules
from allmende.kernel.places.engine import numbers
from allmende.kernel.places.engine.register import Register, Street


def register() -> Register:
    """All streets with their house numbers. One query where nothing has changed."""
    latest = models.Delivery.objects.first()
    return _register((latest.pk, latest.at, latest.digest) if latest else None)


def street_names() -> tuple[str, ...]:
    """All names and other spellings of streets, each once."""
    found = (name for street in register().streets for name in (street.name, *street.spellings))
    return tuple(dict.fromkeys(found))


def position(street: str, number: str) -> tuple[float, float] | None:
    """Latitude and longitude of a house, of which the street is named as `Register.by_label` does; None where they are not known."""
    found, house = register().by_label.get(street), numbers.split(number)
    if found is None or house is None:
        return None
    row = models.Address.objects.filter(
        street__name=found.name, street__district__name=found.district or None, number=house[0], suffix=house[1]
    ).first()
    return (row.latitude, row.longitude) if row and row.latitude is not None and row.longitude is not None else None


@lru_cache(maxsize=2)
def _register(_latest: Any) -> Register:
    """The register of a delivery; two of them, because a process may still answer by the one before."""
    houses: dict[int, dict[int, str]] = {}
    for street, number, postcode in models.Address.objects.values_list("street_id", "number", "postcode").iterator():
        houses.setdefault(street, {})[number] = postcode
    rows = models.Street.objects.select_related("district")
    streets = (
        Street(
            row.name,
            row.district.name if row.district else "",
            row.postcode,
            tuple(row.spellings),
            houses.get(row.pk, {}),
        )
        for row in rows
    )
    return Register(streets, rules.spelling())
