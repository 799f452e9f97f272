# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Telephone numbers that somebody can be called back at, in the form of ITU-T E.164."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

WRITTEN = re.compile(r"\A\+?[\d\s()/.\-–]+\Z")
TRUNK = re.compile(r"\(0\)")
"""The zero in +49 (0) 69 …, which is not dialled from abroad."""


class NotANumberError(ValueError):
    """The text is no telephone number, or none that is called back; `reason` is ``form`` or ``refused``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Numbering:
    """The rules of data/handover.yaml: `shortest` and `longest` count digits with the country code."""

    country: str
    shortest: int
    longest: int
    refused: Sequence[str]

    def normalise(self, text: str) -> str:
        """``+49699000912`` for ``069 9000-912``. Raises NotANumberError."""
        text = text.strip()
        if not WRITTEN.match(text):
            raise NotANumberError("form")
        number = self._international(TRUNK.sub("", text))
        if not re.fullmatch(rf"\+[1-9]\d{{{self.shortest - 1},{self.longest - 1}}}", number):
            raise NotANumberError("form")
        if number.startswith(tuple(self.refused)):
            raise NotANumberError("refused")
        return number

    def _international(self, text: str) -> str:
        digits = "".join(character for character in text if character in "0123456789")
        if text.startswith("+"):
            number = f"+{digits}"
        elif digits.startswith("00"):
            number = f"+{digits[2:]}"
        elif digits.startswith("0"):
            number = f"{self.country}{digits[1:]}"
        else:
            raise NotANumberError("form")
        doubled = f"{self.country}0"  # +49069… instead of +4969…
        return f"{self.country}{number.removeprefix(doubled)}" if number.startswith(doubled) else number
