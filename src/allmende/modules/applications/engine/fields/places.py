# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses and files."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from allmende.modules.applications.engine.expressions.kinds import ADDRESS, FILE, Kind
from allmende.modules.applications.engine.fields.base import Field, Plain, Raw, parts_of
from allmende.modules.applications.engine.problems import Refused
from allmende.modules.applications.engine.setting import Setting, Town
from allmende.modules.applications.engine.words import fold

PARTS = ("street", "number", "postcode", "city")
HOUSE = r"\d{1,4}\s?[a-zA-Z]?(?:\s?[-/]\s?\d{1,4}\s?[a-zA-Z]?)?"
POSTCODE = re.compile(r"\b\d{5}\b")
ALIKE = 0.82
"""From which likeness on a mistyped street is taken for one of the register."""
LONGEST = 100


@dataclass(frozen=True)
class AddressField(Field):
    """Street, house number, postcode and place. With `in_town` the street is one of the town's register."""

    in_town: bool = False

    @property
    def kind(self) -> Kind:
        """An address."""
        return ADDRESS

    def parse(self, raw: Raw, setting: Setting) -> Plain:
        """From four inputs; a house number in the input of the street is understood. In town two are enough."""
        street, number, postcode, city = (" ".join(part.split())[:LONGEST] for part in parts_of(raw, *PARTS))
        if not (street or number or postcode or city):
            return None
        if not number and (match := re.fullmatch(rf"(.+?)\s+({HOUSE})", street)):
            street, number = match.groups()
        if self.in_town:
            street = in_register(street, setting.town) or street
            postcode, city = postcode or setting.town.postcode, city or setting.town.city
        return {"street": street, "number": number.replace(" ", ""), "postcode": postcode, "city": city}

    def hear(self, text: str, setting: Setting) -> Plain:
        """ "in der Lindenallee 5", "Hauptstr. 12a, 12345 Musterstadt"."""
        match = re.search(rf"([^\W\d_][^\d,;\n]{{2,60}}?)\s*({HOUSE})\b", text[:400])
        if match is None:
            return None
        rest = text[match.end() : 400]
        postcode = POSTCODE.search(rest)
        city = re.search(r"[^\W\d_][\w .()/-]{1,60}", rest[postcode.end() :]) if postcode else None
        street = in_register(match[1], setting.town) if self.in_town or postcode is None else match[1].strip()
        if street is None:
            raise Refused("address.street", street=match[1].strip())
        return {
            "street": street,
            "number": match[2].replace(" ", ""),
            "postcode": postcode.group() if postcode else setting.town.postcode,
            "city": city.group().strip() if city else setting.town.city,
        }

    def load(self, plain: Plain, setting: Setting) -> dict[str, str]:
        """The four parts. Raises Refused for the first that is missing or unknown."""
        if (
            not isinstance(plain, dict)
            or set(plain) != set(PARTS)
            or not all(isinstance(part, str) for part in plain.values())
        ):
            raise Refused("address.form")
        for part in PARTS:
            if not plain[part].strip() or len(plain[part]) > LONGEST:
                raise Refused(f"address.{part}", street=plain["street"])
        if not re.fullmatch(HOUSE, plain["number"]):
            raise Refused("address.number")
        if not POSTCODE.fullmatch(plain["postcode"]):
            raise Refused("address.postcode")
        if self.in_town and plain["street"] not in setting.town.streets:
            raise Refused("address.unknown", street=plain["street"], city=setting.town.city)
        return plain

    def show(self, plain: Plain, language: str) -> str:  # noqa: ARG002
        """On one line."""
        return f"{plain['street']} {plain['number']}, {plain['postcode']} {plain['city']}"


def in_register(text: str, town: Town) -> str | None:
    """The street of the register that a text names: as it is, with "Str." written out, at its end, or mistyped."""
    folded = re.sub(r"str(\.|\b)", "strasse", fold(text)).strip(" ,.")
    folded = " ".join(folded.split())
    if folded in town.by_folded:
        return town.by_folded[folded]
    ends = [street for street in town.by_folded if folded.endswith(f" {street}")]
    if ends:
        return town.by_folded[max(ends, key=len)]
    last = folded.rsplit(" ", 1)[-1]
    close = get_close_matches(folded, town.by_folded, 1, ALIKE) or get_close_matches(last, town.by_folded, 1, ALIKE)
    return town.by_folded[close[0]] if close else None


@dataclass(frozen=True)
class FileField(Field):
    """References to uploads, which the room checks and stores; here only their number, size and media type are looked at."""

    media_types: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png")
    max_bytes: int = 10_000_000
    min_items: int = 1
    max_items: int = 1

    @property
    def kind(self) -> Kind:
        """A list of files."""
        return FILE

    def parse(self, raw: Raw, setting: Setting) -> Plain:  # noqa: ARG002
        """The references that the room made of the uploads: dictionaries with id, name, media_type and size."""
        found = [raw] if isinstance(raw, dict) else list(raw)
        return [dict(reference) for reference in found if isinstance(reference, dict)] or None

    def hear(self, text: str, setting: Setting) -> Plain:  # noqa: ARG002
        """A file cannot be said."""
        raise Refused("file.said")

    def load(self, plain: Plain, setting: Setting) -> tuple[str, ...]:  # noqa: ARG002
        """The ids of the files."""
        if not isinstance(plain, list) or not all(_is_reference(reference) for reference in plain):
            raise Refused("file.form")
        if len(plain) < self.min_items:
            raise Refused("file.few", min=self.min_items)
        if len(plain) > self.max_items:
            raise Refused("file.many", max=self.max_items)
        for reference in plain:
            if reference["media_type"] not in self.media_types:
                raise Refused("file.kind", name=reference["name"])
            if reference["size"] > self.max_bytes:
                raise Refused("file.size", name=reference["name"], max=self.max_bytes // 1_000_000)
        return tuple(reference["id"] for reference in plain)

    def show(self, plain: Plain, language: str) -> str:  # noqa: ARG002
        """The names of the files."""
        return ", ".join(reference["name"] for reference in plain)


def _is_reference(reference: object) -> bool:
    kinds = {"id": str, "name": str, "media_type": str, "size": int}
    return isinstance(reference, dict) and all(isinstance(reference.get(name), kind) for name, kind in kinds.items())
