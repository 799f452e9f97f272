# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Checksums by the names that the rules use. Each takes the matched text and says whether it holds."""

from collections.abc import Callable

from stdnum import iban, luhn
from stdnum.de import idnr

ICAO_WEIGHTS = (7, 3, 1)
"""Check digit weights of machine-readable documents, ICAO Doc 9303 part 3, section 4.9."""


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _document_number(text: str) -> bool:
    """Serial number of a German identity card or passport with its check digit (the last one)."""
    values = [int(character, 36) for character in text[:-1]]
    total = sum(value * ICAO_WEIGHTS[place % 3] for place, value in enumerate(values))
    return any(character.isdigit() for character in text[:-1]) and total % 10 == int(text[-1])


CHECKS: dict[str, Callable[[str], bool]] = {
    "iban": lambda text: bool(iban.is_valid(text)),
    "luhn": lambda text: bool(luhn.is_valid(_digits(text))),
    "tax_id": lambda text: bool(idnr.is_valid(_digits(text))),
    "document_number": _document_number,
}
