# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A room for the tests that sends one letter."""

from allmende.kernel.registry import Area, LetterTemplate, Room

LETTER = "garden.letter"
ROOM = Room(
    name="garden",
    package="allmende.kernel.messages.tests",
    area=Area.BACK_OFFICE,
    title="Garten",
    description="Bäume.",
    letters=(
        LetterTemplate(name=LETTER, title="Brief vom Garten", texts="allmende.kernel.messages.tests:letter.yaml"),
    ),
)
