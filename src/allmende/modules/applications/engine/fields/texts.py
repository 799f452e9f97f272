# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Free text, e-mail addresses, telephone numbers, IBAN and tax number."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from stdnum import exceptions, iban
from stdnum.de import idnr

from allmende.modules.applications.engine.expressions.kinds import TEXT, Kind
from allmende.modules.applications.engine.fields.base import Field, Plain, Raw, text_of
from allmende.modules.applications.engine.problems import Refused
from allmende.modules.applications.engine.setting import Setting

LONGEST = 4000
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Characters nobody types, among them those that turn the direction of writing."""
EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}")
PHONE = re.compile(r"(?:\+|\b0)[\d\s()/.–-]{5,24}\d")
IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:\s?[A-Za-z0-9]){11,30}\b")
TAX_ID = re.compile(r"\b\d{2}\s?\d{3}\s?\d{3}\s?\d{3}\b")


@dataclass(frozen=True)
class TextField(Field):
    """`lines` allows paragraphs; `pattern` is one of fields/patterns.py."""

    max_length: int = 200
    min_length: int = 1
    lines: bool = False
    pattern: re.Pattern[str] | None = None

    @property
    def kind(self) -> Kind:
        """A text."""
        return TEXT

    def parse(self, raw: Raw, setting: Setting) -> Plain:  # noqa: ARG002 (one signature for all types)
        """The text, its line ends as one character and its spaces as one."""
        text = CONTROL.sub("", text_of(raw).replace("\r\n", "\n").replace("\r", "\n"))
        return (text if self.lines else " ".join(text.split())) or None

    def hear(self, text: str, setting: Setting) -> Plain:
        """What was said, as it was said."""
        return self.parse(text, setting)

    def load(self, plain: Plain, setting: Setting) -> str:  # noqa: ARG002
        """The text within its bounds."""
        if not isinstance(plain, str):
            raise Refused("text.form")
        if len(plain) > min(self.max_length, LONGEST):
            raise Refused("text.long", max=self.max_length, count=len(plain))
        if len(plain.strip()) < self.min_length:
            raise Refused("text.short", min=self.min_length)
        if self.pattern is not None and not self.pattern.fullmatch(plain):
            raise Refused("text.pattern")
        return plain

    def show(self, plain: Plain, language: str) -> str:  # noqa: ARG002
        """As it was entered."""
        return str(plain)


@dataclass(frozen=True)
class _FoundField(Field):
    """A text that can be told from the words around it and has one right form."""

    name: ClassVar[str] = ""
    pattern: ClassVar[re.Pattern[str]] = EMAIL

    @property
    def kind(self) -> Kind:
        """A text."""
        return TEXT

    @property
    def unclear(self) -> str:
        """Named after the type: "email.form"."""
        return f"{self.name}.form"

    def normal(self, text: str) -> str:
        """The right form. Raises Refused."""
        raise NotImplementedError

    def parse(self, raw: Raw, setting: Setting) -> Plain:  # noqa: ARG002
        """The right form of what was entered."""
        text = text_of(raw)
        return self.normal(text) if text else None

    def hear(self, text: str, setting: Setting) -> Plain:  # noqa: ARG002
        """The right form of what is found in a sentence; the words behind it may look as if they belonged to it."""
        found = self.pattern.search(text[:LONGEST])
        words = found.group().split(" ") if found else []
        for end in range(len(words), 1, -1):
            with suppress(Refused):
                return self.normal(" ".join(words[:end]))
        return self.normal(words[0]) if words else None

    def load(self, plain: Plain, setting: Setting) -> str:  # noqa: ARG002
        """The text, if it is in its right form."""
        if not isinstance(plain, str) or self.normal(plain) != plain:
            raise Refused(self.unclear)
        return plain

    def show(self, plain: Plain, language: str) -> str:  # noqa: ARG002
        """As it is kept."""
        return str(plain)


@dataclass(frozen=True)
class EmailField(_FoundField):
    """An address of at most 254 characters (RFC 5321); whether somebody reads it only a letter can tell."""

    name = "email"

    def normal(self, text: str) -> str:
        """The address with its domain in lower case."""
        text = text.strip().rstrip(".")
        if len(text) > 254 or not EMAIL.fullmatch(text) or ".." in text:
            raise Refused("email.form")
        local, _at, domain = text.rpartition("@")
        return f"{local}@{domain.lower()}"


@dataclass(frozen=True)
class PhoneField(_FoundField):
    """A number in the form of ITU-T E.164; one with a single leading zero is German."""

    name = "phone"
    pattern = PHONE

    def normal(self, text: str) -> str:
        """``+49699000912`` for ``069 9000-912``."""
        text = text.strip().replace("(0)", "")
        digits = re.sub(r"[\s()/.–-]", "", text)
        international = re.sub(r"\A00", "+", digits)
        international = re.sub(r"\A0", "+49", international)
        if not re.fullmatch(r"\+[1-9][0-9]{6,14}", international):
            raise Refused("phone.form")
        return international

    def show(self, plain: Plain, language: str) -> str:  # noqa: ARG002
        """With a space behind the German country code."""
        return re.sub(r"\A\+49", "+49 ", str(plain))


@dataclass(frozen=True)
class _NumberedField(_FoundField):
    """A number whose checksum and printed form a module of python-stdnum knows."""

    standard: ClassVar[Any] = iban

    def normal(self, text: str) -> str:
        """Without spaces, letters as capitals."""
        try:
            return str(self.standard.validate(text))
        except exceptions.ValidationError as error:
            raise Refused(self.unclear) from error

    def show(self, plain: Plain, language: str) -> str:  # noqa: ARG002
        """In the groups in which it is printed."""
        return str(self.standard.format(str(plain)))


class IbanField(_NumberedField):
    """Length, checksum and the bank's own check digits."""

    name = "iban"
    pattern = IBAN


class TaxIdField(_NumberedField):
    """The identification number after § 139b AO, eleven digits with a checksum."""

    name = "tax_id"
    pattern = TAX_ID
    standard: ClassVar[Any] = idnr
