# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses and files."""

import re
from dataclasses import dataclass

from allmende.kernel.places.engine import numbers
from allmende.kernel.places.engine.numbers import NUMBER
from allmende.kernel.places.engine.register import Fault, Meant
from allmende.modules.applications.engine.expressions.kinds import ADDRESS, FILE, Kind
from allmende.modules.applications.engine.fields.base import Field, Plain, Raw, parts_of
from allmende.modules.applications.engine.problems import Refused
from allmende.modules.applications.engine.setting import Setting, Town

PARTS = ("street", "number", "postcode", "city")
POSTCODE = re.compile(r"\b\d{5}\b")
LONGEST = 100
FAULTS = {
    ("unknown", True): "alike",
    ("street", True): "alike",
    ("postcode", True): "elsewhere",
}
"""What the register finds wrong, and whether it offers something → message, where that has another name."""


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
        if not number:
            street, number = numbers.at_end(street)
        if self.in_town:
            town = setting.town
            meant = town.register.meant(street, postcode).street
            street = town.register.label(meant) if meant else street
            postcode, city = postcode or _postcode(town, street, number), city or town.city
        return {"street": street, "number": number.replace(" ", ""), "postcode": postcode, "city": city}

    def hear(self, text: str, setting: Setting) -> Plain:
        """ "in der Lindenallee 5", "Hauptstr. 12a, 12345 Musterstadt"."""
        match = re.search(rf"([^\W\d_][^\d,;\n]{{2,60}}?)\s*({NUMBER})\b", text[:400])
        if match is None:
            return None
        rest = text[match.end() : 400]
        postcode = POSTCODE.search(rest)
        city = re.search(r"[^\W\d_][\w .()/-]{1,60}", rest[postcode.end() :]) if postcode else None
        street, number = match[1].strip(), match[2].replace(" ", "")
        if self.in_town or postcode is None:
            street = _heard(street, setting.town)
        return {
            "street": street,
            "number": number,
            "postcode": postcode.group() if postcode else _postcode(setting.town, street, number),
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
        if not re.fullmatch(NUMBER, plain["number"]):
            raise Refused("address.number")
        if not POSTCODE.fullmatch(plain["postcode"]):
            raise Refused("address.postcode")
        if self.in_town and (fault := setting.town.register.fault(plain["street"], plain["number"], plain["postcode"])):
            raise _refused(fault, plain["street"], plain["number"], setting.town)
        return plain

    def show(self, plain: Plain, language: str) -> str:  # noqa: ARG002
        """On one line."""
        return f"{plain['street']} {plain['number']}, {plain['postcode']} {plain['city']}"


def _heard(text: str, town: Town) -> str:
    """The street that a sentence names. Raises Refused with those that may be meant."""
    meant = town.register.heard(text)
    if meant.street:
        return town.register.label(meant.street)
    raise _refused(_unclear(meant, town), text, "", town)


def _unclear(meant: Meant, town: Town) -> Fault:
    return Fault("several" if meant.several else "street", tuple(map(town.register.label, meant.others)))


def _postcode(town: Town, street: str, number: str) -> str:
    """That of the register; where it knows none, the town's."""
    found = town.register.by_label.get(street)
    return (found.postcode_at(number) if found else "") or town.postcode


def _refused(fault: Fault, street: str, number: str, town: Town) -> Refused:
    key = FAULTS.get((fault.code, bool(fault.offers)), fault.code)
    return Refused(f"address.{key}", street=street, number=number, city=town.city, offers=fault.offers)


@dataclass(frozen=True)
class FileField(Field):
    """References to uploads, which the room checks and stores; here only their number, size and media type are looked at.

    With `photo` they show a place or a thing, and faces and plates in them are masked; otherwise they prove something and stay readable.
    """

    media_types: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png")
    max_bytes: int = 10_000_000
    min_items: int = 1
    max_items: int = 1
    photo: bool = False

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
            self.check_kind(reference["name"], reference["media_type"])
            self.check_size(reference["name"], reference["size"])
        return tuple(reference["id"] for reference in plain)

    def check_kind(self, name: str, media_type: str) -> None:
        """Raises Refused for a kind of file that is not taken here."""
        if media_type not in self.media_types:
            raise Refused("file.kind", name=name, kinds=self.kinds_told)

    def check_size(self, name: str, size: int) -> None:
        """Raises Refused for a file of more bytes than are taken here."""
        if size > self.max_bytes:
            raise Refused("file.size", name=name, max=self.max_bytes // 1_000_000)

    @property
    def kinds_told(self) -> str:
        """``PDF, JPEG, PNG``."""
        return ", ".join(media_type.rpartition("/")[2].upper() for media_type in self.media_types)

    def show(self, plain: Plain, language: str) -> str:  # noqa: ARG002
        """The names of the files."""
        return ", ".join(reference["name"] for reference in plain)


def _is_reference(reference: object) -> bool:
    kinds = {"id": str, "name": str, "media_type": str, "size": int}
    return isinstance(reference, dict) and all(isinstance(reference.get(name), kind) for name, kind in kinds.items())
