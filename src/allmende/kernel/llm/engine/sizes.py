# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many tokens a text is, where the provider does not say."""

from collections.abc import Iterable

CHARACTERS_A_TOKEN = 3
"""German texts have three to four characters a token in the vocabularies in use; the smaller number never promises too little."""


def tokens(texts: Iterable[str]) -> int:
    """A careful estimate: at least one token for each text."""
    return sum(1 + len(text) // CHARACTERS_A_TOKEN for text in texts)
