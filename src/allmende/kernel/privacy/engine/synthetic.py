# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sentences with made-up personal data, for measuring the detector. Same seed, same sentences."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from stdnum import iban
from stdnum.de import idnr

SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Sentence:
    """A sentence and the personal data in it: (kind, text)."""

    text: str
    personal: tuple[tuple[str, str], ...]


def sentences(data: Mapping[str, Sequence[str]], count: int, seed: int) -> Iterator[Sentence]:
    """`count` sentences made from the templates of data/synthetic.yaml."""
    make = _Values(data, random.Random(seed))  # noqa: S311  (test data, no secret)
    for number in range(count):
        template = data["sentences"][number % len(data["sentences"])]
        slots = [(slot, make.value(slot)) for slot in SLOT.findall(template)]
        values = dict(slots)
        text = template.format_map(values)
        yield Sentence(text, tuple(("name" if slot == "surname" else slot, value) for slot, value in slots))


class _Values:
    def __init__(self, data: Mapping[str, Sequence[str]], rng: random.Random) -> None:
        self.data = data
        self.rng = rng

    def value(self, slot: str) -> str:
        made: Callable[[], str] = getattr(self, slot)
        return made()

    def digits(self, count: int) -> str:
        return "".join(str(self.rng.randrange(10)) for _ in range(count))

    def iban(self) -> str:
        account = "DE00" + self.digits(18)
        plain = "DE" + iban.calc_check_digits(account) + account[4:]
        return self.rng.choice([plain, " ".join(plain[start : start + 4] for start in range(0, 22, 4)), plain.lower()])

    def tax_id(self) -> str:
        # ten digits of which exactly one occurs twice (§ 139b AO), then the check digit
        while True:
            pool = self.rng.sample("0123456789", 9)
            ten = [*pool, self.rng.choice(pool)]
            self.rng.shuffle(ten)
            number = "".join(ten)
            full = next((number + check for check in "0123456789" if idnr.is_valid(number + check)), None)
            if full:
                return self.rng.choice([full, f"{full[:2]} {full[2:5]} {full[5:8]} {full[8:]}"])

    def social_insurance(self) -> str:
        day, month = self.rng.randrange(1, 29), self.rng.randrange(1, 13)
        number = (
            f"{self.rng.randrange(10, 99)}{day:02}{month:02}{self.digits(2)}{self.rng.choice('ABKMSW')}{self.digits(3)}"
        )
        return self.rng.choice([number, f"{number[:2]} {number[2:8]} {number[8]} {number[9:]}"])

    def birth_date(self) -> str:
        day, month, year = self.rng.randrange(1, 29), self.rng.randrange(1, 13), self.rng.randrange(1938, 2024)
        names = [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
        ]
        word = names[min(month, 11) - 1]
        return self.rng.choice(
            [f"{day:02}.{month:02}.{year}", f"{day}.{month}.{year % 100:02}", f"{day}. {word} {year}"]
        )

    def phone(self) -> str:
        area, number = self.rng.choice(["030", "0221", "069", "0152", "0171", "07164"]), self.digits(7)
        shapes = [
            f"{area} {number}",
            f"{area}/{number}",
            f"+49 {area[1:]} {number}",
            f"{area}-{number[:3]} {number[3:]}",
            area + number,
        ]
        return self.rng.choice(shapes)

    def address(self) -> str:
        street = f"{self.rng.choice(self.data['streets'])} {self.rng.randrange(1, 140)}"
        return self.rng.choice([street, street + "b", f"{street}, 99998 Lindental"])

    def surname(self) -> str:
        return self.rng.choice(self.data["surnames"])

    def name(self) -> str:
        return f"{self.rng.choice(self.data['given_names'])} {self.surname()}"

    def email(self) -> str:
        return f"{self.rng.choice(self.data['given_names']).lower()}{self.digits(2)}@post.example"

    def number_plate(self) -> str:
        district, letters = self.rng.choice(["OB", "GP", "M", "LIP"]), self.rng.choice(["AB", "X", "ZW"])
        return f"{district}-{letters} {self.rng.randrange(1, 9999)}"

    def identity_document(self) -> str:
        return "L" + "".join(self.rng.choice("CFGHJKLMNPRTVWXYZ0123456789") for _ in range(8))
