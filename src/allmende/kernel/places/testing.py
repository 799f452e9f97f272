# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The register of a file without a database, for tests and benchmarks."""

from pathlib import Path

from allmende.kernel.places import rules
from allmende.kernel.places.engine import table
from allmende.kernel.places.engine.register import Register, Street


def register_of(file: Path) -> Register:
    """The register as it would hold once the file is taken in."""
    found = table.read(file.read_bytes(), rules.columns(), rules.limits()["rows"])
    streets = (
        Street(
            name,
            part,
            row.postcode,
            tuple(row.spellings),
            {number: house.postcode for (number, _), house in row.houses.items()},
        )
        for (name, part), row in found.streets.items()
    )
    return Register(streets, rules.spelling())
