# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The street register in memory: which street somebody means, and whether an address is one of the town's."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from allmende.kernel.places.engine import numbers
from allmende.kernel.places.engine.spelling import Spelling

SURE = 0.82
"""From which likeness on a mistyped street is taken for one of the register."""
AHEAD = 0.04
"""By how much it must be more like it than the next one."""
ALIKE = 0.6
"""From which likeness on a street is offered as meant."""
NEAR = 3
"""How many house numbers below and above an unknown one are named."""


@dataclass(frozen=True, eq=False)
class Street:
    """A street with its house numbers and their postcodes, as far as they are known."""

    name: str
    district: str = ""
    postcode: str = ""
    spellings: tuple[str, ...] = ()
    houses: Mapping[int, str] = field(default_factory=dict)

    @property
    def postcodes(self) -> frozenset[str]:
        """All of them; empty where none is known."""
        return frozenset({self.postcode, *self.houses.values()} - {""})

    def postcode_at(self, number: str) -> str:
        """The postcode of a house, or of the street where it has only one; otherwise empty."""
        house = numbers.split(number)
        own = self.houses.get(house[0], "") if house else ""
        known = self.postcodes
        return own or (next(iter(known)) if len(known) == 1 else "")

    def near(self, number: int) -> tuple[int, ...]:
        """The house numbers on both sides of one that does not exist."""
        known = sorted(self.houses)
        below = [one for one in known if one < number][-NEAR:]
        above = [one for one in known if one > number][:NEAR]
        return (*below, *above)


@dataclass(frozen=True)
class Meant:
    """The street that a text names, or those that it may mean; `several` where all of them bear that name."""

    street: Street | None = None
    others: tuple[Street, ...] = ()
    several: bool = False


@dataclass(frozen=True)
class Fault:
    """Why an address is none of the town's: `unknown` or `several` streets, `house` or `postcode`, and what would be right."""

    code: str
    offers: tuple[str, ...] = ()


class Register:
    """All streets of the town. `spelling` says how their names are compared."""

    def __init__(self, streets: Iterable[Street], spelling: Spelling) -> None:
        self.streets = tuple(streets)
        self.spelling = spelling

    @cached_property
    def by_label(self) -> Mapping[str, Street]:
        """What a street is called so that nobody takes it for another: "Am Anger", "Am Anger (Oberbach)"."""
        times = Counter(street.name for street in self.streets)
        return {_label(street, times[street.name] > 1): street for street in self.streets}

    @cached_property
    def _labels(self) -> Mapping[Street, str]:
        return {street: label for label, street in self.by_label.items()}

    def label(self, street: Street) -> str:
        """What one of its streets is called, see `by_label`."""
        return self._labels[street]

    @cached_property
    def _by_key(self) -> Mapping[str, tuple[Street, ...]]:
        found: dict[str, dict[Street, None]] = {}
        for street in self.streets:
            inside = [f"{street.name} {joint}{street.district}" for joint in ("", "in ") if street.district]
            for text in (street.name, *street.spellings, *inside):
                found.setdefault(self.spelling.key(text), {})[street] = None
        return {key: tuple(streets) for key, streets in found.items() if key}

    @cached_property
    def _words(self) -> Mapping[Street, list[str]]:
        return {street: self.spelling.words_of(street.name) for street in self.streets}

    def meant(self, text: str, postcode: str = "") -> Meant:
        """Which street was typed: as it is written here, in another spelling, or mistyped. The postcode decides between two of one name."""
        exact = self.by_label.get(text)
        if exact:
            return Meant(exact)
        named = self._by_key.get(self.spelling.key(text), ())
        if len(named) > 1:
            here = [street for street in named if postcode in street.postcodes]
            return Meant(here[0]) if len(here) == 1 else Meant(others=named, several=True)
        return Meant(named[0]) if named else self._alike(text)

    def heard(self, text: str) -> Meant:
        """Which street stands at the end of what was said: "ich wohne in der Lindenallee"."""
        words = self.spelling.words_of(text)
        for begin in range(len(words)):
            if named := self._by_key.get("".join(words[begin:])):
                return Meant(named[0]) if len(named) == 1 else Meant(others=named, several=True)
        whole = self._alike(text)
        return whole if whole.street or not words else self._alike(text.rsplit(maxsplit=1)[-1])

    def _alike(self, text: str) -> Meant:
        found = list(self._ranked(self.spelling.key(text), {key: key for key in self._by_key}, 5))
        clear = found and found[0][1] >= SURE and (len(found) == 1 or found[0][1] - found[1][1] >= AHEAD)
        return Meant(found[0][0]) if clear else Meant(others=tuple(street for street, _likeness in found))

    def _ranked(self, key: str, choices: Mapping[str, str], most: int) -> Iterator[tuple[Street, float]]:
        """Streets with their likeness, the likest first, each once. `choices`: key of a street → what of it is compared."""
        seen: set[Street] = set()
        alike = process.extract(key, choices, scorer=OSA.normalized_similarity, limit=most, score_cutoff=ALIKE)
        for _text, likeness, other in alike if key else ():
            for street in self._by_key[other]:
                if street not in seen:
                    seen.add(street)
                    yield street, likeness

    def suggested(self, text: str, most: int) -> list[Street]:
        """Streets for what was typed so far: those that begin so, then those with a word that does, then those that begin alike."""
        key = self.spelling.key(text)
        if not key:
            return []
        begins = [street for street, words in self._words.items() if "".join(words).startswith(key)]
        inside = [street for street, words in self._words.items() if any(word.startswith(key) for word in words[1:])]
        beginnings = {other: other[: len(key)] for other in self._by_key}
        alike = [street for street, _likeness in self._ranked(key, beginnings, most)]
        return list(dict.fromkeys((*begins, *inside, *alike)))[:most]

    def fault(self, street: str, number: str, postcode: str) -> Fault | None:
        """What is wrong with an address that names its street as `by_label` does; None where it is one of the town's.

        What the register does not know is not held against an address: a house number where it has none of the street, a
        postcode where it has none. Letters behind a number are not looked at; they change most often.
        """
        found = self.by_label.get(street)
        if found is None:
            meant = self.meant(street, postcode)
            others = (meant.street,) if meant.street else meant.others
            return Fault("several" if meant.several else "unknown", tuple(map(self.label, others)))
        house = numbers.split(number)
        if found.houses and house and house[0] not in found.houses:
            return Fault("house", tuple(map(str, found.near(house[0]))))
        right = found.postcode_at(number)
        if right and postcode != right:
            return Fault("postcode", (right,))
        return None


def _label(street: Street, twice: bool) -> str:
    return f"{street.name} ({street.district})" if street.district and twice else street.name
