# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Numbers and amounts of money."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from allmende.modules.applications.engine.expressions.kinds import MONEY, NUMBER, Kind
from allmende.modules.applications.engine.fields.base import Field, Plain, Raw, text_of
from allmende.modules.applications.engine.problems import Refused, shown
from allmende.modules.applications.engine.setting import Setting
from allmende.modules.applications.engine.spoken import amount, numbers
from allmende.modules.applications.engine.words import NUMBER as WRITTEN
from allmende.modules.applications.engine.words import fold

LARGEST = Decimal(10) ** 12
CURRENCY = re.compile(r"€|\beuros?\b|\beur\b")


@dataclass(frozen=True)
class NumberField(Field):
    """`decimals` digits behind the comma at most. An answer is kept as a text such as "2.5"."""

    decimals: int = 0

    @property
    def kind(self) -> Kind:
        """A number."""
        return NUMBER

    def parse(self, raw: Raw, setting: Setting) -> Plain:
        """A number in digits; in words it is taken too."""
        text = text_of(raw)
        if not text:
            return None
        written = CURRENCY.sub("", fold(text)).strip() if self.kind == MONEY else text
        sign, digits = (-1, written[1:]) if written[:1] in ("-", "−") else (1, written)
        if re.fullmatch(WRITTEN, digits):
            return self._kept(sign * amount(digits))
        found = setting.words.numbers.get(fold(written))
        if found is None:
            raise Refused(f"{self.kind.name}.form")
        return self._kept(found)

    def hear(self, text: str, setting: Setting) -> Plain:
        """The one number of a sentence; "ein" counts where there is no other."""
        found = numbers(text, setting.words)
        if len(found) > 1:
            articles = {
                setting.words.numbers[word]
                for word in setting.words.phrases["fillers"]
                if word in setting.words.numbers
            }
            found = [number for number in found if number not in articles] or found[:1]
        if len(set(found)) > 1:
            raise Refused("number.several")
        return self._kept(found[0]) if found else None

    def _kept(self, number: Decimal) -> str:
        number = number.normalize()
        return f"{number:f}" if number else "0"

    def load(self, plain: Plain, setting: Setting) -> Decimal:  # noqa: ARG002
        """The number, with no more digits than are asked for."""
        try:
            number = Decimal(plain) if isinstance(plain, str) and len(plain) <= 20 else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or abs(number) > LARGEST:
            raise Refused(f"{self.kind.name}.form")
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.decimals:
            raise Refused("number.whole") if self.decimals == 0 else Refused("number.decimals", decimals=self.decimals)
        return number

    def show(self, plain: Plain, language: str) -> str:
        """With the separators of the language."""
        return shown(Decimal(str(plain)), language)


@dataclass(frozen=True)
class MoneyField(NumberField):
    """An amount in euros, kept as "96.50"."""

    decimals: int = 2

    @property
    def kind(self) -> Kind:
        """An amount of money."""
        return MONEY

    def _kept(self, number: Decimal) -> str:
        return f"{number:.2f}" if number == round(number, 2) else f"{number:f}"

    def show(self, plain: Plain, language: str) -> str:
        """96,50 € in German, €96.50 in English."""
        text = shown(Decimal(f"{Decimal(str(plain)):.2f}"), language)
        return f"{text} €" if language == "de" else f"€{text}"
