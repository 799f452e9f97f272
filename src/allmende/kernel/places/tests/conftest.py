# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small register: two streets of one name, one with house numbers, one with another spelling."""

import pytest

from allmende.kernel.places import rules
from allmende.kernel.places.engine.register import Register, Street


@pytest.fixture
def register() -> Register:
    streets = (
        Street("Lindenallee", houses={1: "99998", 2: "99998", 3: "99998", 7: "99998", 8: "99997"}),
        Street("Lindenweg"),
        Street("Am Anger", "Kernstadt", "99998"),
        Street("Am Anger", "Oberbach", "99997"),
        Street("Große Bürgermeister-Müller-Straße", spellings=("Müllerstraße",)),
        Street("An der Mühle"),
        Street("Straße des 17. Juni"),
        Street("Sankt-Georgs-Platz"),
    )
    return Register(streets, rules.spelling())
