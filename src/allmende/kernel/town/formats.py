# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The shapes in which the town's data arrives, from files now and from forms and XZuFi later.

`read(shape, data, source)` checks one record and raises TownDataError with every problem in it. Field names are those
of the files in demo/lindental; the README explains them.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from django.utils.translation import gettext as _
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from allmende.kernel.town.engine.statutes import anchor_of
from allmende.kernel.town.errors import TownDataError, problems_of
from allmende.kernel.town.rules import NAME_MODULE, SHORT_MODULE, module_codes, states, statute_kinds

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Term = Annotated[str, Field(min_length=1, max_length=120)]
Url = Annotated[str, Field(pattern=r'^$|^https?://[^\s<>"]+$', max_length=200)]
LeiKa = Annotated[str, Field(pattern=r"^99\d{12}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$", max_length=16)]
Weekday = Literal["mo", "tu", "we", "th", "fr", "sa", "su"]
Phone = Annotated[str, Field(max_length=40)]
Email = Annotated[str, Field(pattern=r"^$|^[^@\s]+@[^@\s]+$", max_length=254)]
SeasonDay = Annotated[str, Field(pattern=r"^$|^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]

WEEKDAYS: tuple[Weekday, ...] = ("mo", "tu", "we", "th", "fr", "sa", "su")


def _clock(value: object) -> object:
    """YAML 1.1 reads an unquoted 18:30 as 1110 minutes; a clock time is meant."""
    if isinstance(value, int) and 0 <= value < 24 * 60:
        return time(*divmod(value, 60))
    return value


Clock = Annotated[time, BeforeValidator(_clock)]


class Shape(BaseModel):
    """Common rules: unknown fields are refused, texts lose surrounding space, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    def fingerprint(self) -> str:
        """The hash of the content: equal for equal content, whatever the file or the database makes of its order."""
        return hashlib.sha256(json.dumps(self.plain(), sort_keys=True).encode()).hexdigest()

    def plain(self) -> dict[str, Any]:
        """The content as JSON values, without what is left at its default; read again it is the same."""
        return self.model_dump(mode="json", exclude_defaults=True)


class Translated(Shape):
    """A text with its German wording, which is authoritative, and perhaps an English one."""

    de: str = Field(min_length=1)
    en: str = ""

    def value(self) -> dict[str, str]:
        """Language → text, without empty ones."""
        return {language: text for language, text in (("de", self.de), ("en", self.en)) if text}


class Reference(Shape):
    """A line that may rest on a section of the town's own law."""

    statute: Id | None = None
    section: str = Field(default="", max_length=40)

    @field_validator("section")
    @classmethod
    def names_a_section(cls, section: str, info: ValidationInfo) -> str:
        """``§ 5``, ``§ 5 Abs. 2`` or an annex, of a statute that is named: a section alone says nothing."""
        if section and not anchor_of(section):
            raise ValueError(_("Erwartet wird ein Paragraf wie „§ 5“ oder „Anlage 1“."))
        if section and info.data.get("statute", section) is None:
            raise ValueError(_("Zu dem Paragrafen fehlt die Satzung."))
        return section


class FeeShape(Reference):
    """What something costs; without `amount` the label says it."""

    label: Translated
    amount: Decimal | None = Field(default=None, ge=0, max_digits=10, decimal_places=2)
    per: Translated | None = None


class LineShape(Reference):
    """A document to bring along, or a deadline: its text beside the reference."""

    de: str = Field(min_length=1)
    en: str = ""

    def value(self) -> dict[str, str]:
        """Language → text, without empty ones."""
        return Translated(de=self.de, en=self.en).value()


class RecordShape(Shape):
    """What every record of the town has."""

    id: Id
    status: str = "published"

    @field_validator("status")
    @classmethod
    def is_a_known_state(cls, status: str) -> str:
        """One of data/states.yaml."""
        return _one_of(status, states())


class Validity(Shape):
    """From when and until when something holds; both days included."""

    valid_from: date | None = None
    valid_to: date | None = None

    @field_validator("valid_to")
    @classmethod
    def ends_after_it_begins(cls, valid_to: date | None, info: ValidationInfo) -> date | None:
        """No end before the beginning."""
        if valid_to and (valid_from := info.data.get("valid_from")) and valid_to < valid_from:
            raise ValueError(_("Das Ende der Gültigkeit liegt vor ihrem Beginn."))
        return valid_to


class ServiceShape(RecordShape, Validity):
    """One service; see demo/lindental/services."""

    leika: tuple[LeiKa, ...] = ()
    unit: Id
    approved_on: date
    red_list: bool = False
    name: Translated
    synonyms: dict[Language, tuple[Term, ...]] = {}
    online: Url = ""
    source: Url = ""
    text: dict[str, Translated]
    fees: tuple[FeeShape, ...] = ()
    free: Translated | None = Field(default=None, validate_default=True)
    documents: tuple[LineShape, ...] = ()
    deadlines: tuple[LineShape, ...] = ()
    processing_time: Translated | None = None
    statutes: tuple[Id, ...] = ()
    related: tuple[Id, ...] = ()

    @field_validator("text")
    @classmethod
    def names_known_modules(cls, text: dict[str, Translated]) -> dict[str, Translated]:
        """Only the modules of data/text_modules.yaml, and never without the short one."""
        allowed = {name: code for name, code in module_codes().items() if code != NAME_MODULE}
        for name in text:
            _one_of(name, allowed)
        if SHORT_MODULE not in {allowed[name] for name in text}:
            raise ValueError(_("Der Kurztext („short“) fehlt."))
        return text

    @field_validator("free")
    @classmethod
    def says_what_it_costs(cls, free: Translated | None, info: ValidationInfo) -> Translated | None:
        """Fees, or the sentence that there are none."""
        if free is None and info.data.get("fees") == ():
            raise ValueError(_("Ohne Gebühren braucht die Leistung einen Hinweis, zum Beispiel „gebührenfrei“."))
        return free

    def texts(self) -> dict[tuple[str, str], str]:
        """(module code, language) → text, the name included."""
        by_code = {NAME_MODULE: self.name, **{module_codes()[name]: words for name, words in self.text.items()}}
        return {(code, language): text for code, words in by_code.items() for language, text in words.value().items()}

    def references(self) -> list[tuple[str, str, str]]:
        """(field, statute, section) of every line that rests on the town's own law."""
        lines = [
            (name, line) for name in ("fees", "documents", "deadlines") for line in enumerate(getattr(self, name), 1)
        ]
        found = [(f"{name}.{n}.section", line.statute, line.section) for name, (n, line) in lines if line.statute]
        return found + [(f"statutes.{n}", statute, "") for n, statute in enumerate(self.statutes, 1)]


class StatuteShape(RecordShape, Validity):
    """One version of a statute; `text` is its Markdown. See demo/lindental/statutes."""

    valid_from: date
    replaces: Id | None = None
    kind: str = "statute"
    title: Line
    abbreviation: str = Field(default="", max_length=40)
    unit: Id
    synonyms: tuple[Term, ...] = ()
    adopted_on: date | None = None
    promulgated_on: date | None = None
    source: Url = ""
    text: str = Field(min_length=1)

    @field_validator("kind")
    @classmethod
    def is_a_known_kind(cls, kind: str) -> str:
        """One of data/statute_kinds.yaml."""
        return _one_of(kind, statute_kinds())


class HoursShape(Validity):
    """Openings on one or more weekdays: every week or the n-th of the month, in a season or all year.

    A condition that stands only in `note` is shown, but nobody can compute when it holds: it never counts as open.
    """

    days: tuple[Weekday, ...] = Field(min_length=1)
    opens: Clock
    closes: Clock
    nth_of_month: int | None = Field(default=None, ge=1, le=5)
    season_from: SeasonDay = ""
    season_to: SeasonDay = ""
    note: Translated | None = None

    @property
    def counts(self) -> bool:
        """Whether the days on which these hours hold can be computed."""
        bounds = (self.nth_of_month, self.season_from, self.valid_from, self.valid_to)
        return self.note is None or any(bounds)

    @model_validator(mode="after")
    def opens_before_it_closes(self) -> "HoursShape":
        """An opening ends on the day it begins; a season has two ends."""
        if self.opens >= self.closes:
            raise ValueError(_("Das Ende der Öffnungszeit liegt nicht nach ihrem Beginn."))
        if bool(self.season_from) != bool(self.season_to):
            raise ValueError(_("Eine Saison braucht Anfang und Ende."))
        return self


class ClosureShape(Shape):
    """Days on which a unit stays closed; `last` may be left out for a single day."""

    first: date
    last: date | None = None
    reason: Translated

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> "ClosureShape":
        """No end before the beginning."""
        if self.last and self.last < self.first:
            raise ValueError(_("Der letzte Tag liegt vor dem ersten."))
        return self


class AddressShape(Shape):
    """A postal address."""

    street: Line
    postcode: str = Field(pattern=r"^\d{5}$")
    city: Line


class UnitShape(RecordShape):
    """An office, a facility or an authority the town refers to; see demo/lindental/town.yaml."""

    kind: Literal["office", "facility", "external"] = "office"
    position: int = Field(default=0, ge=0, le=9999)
    parent: Id | None = None
    name: Translated
    description: Translated | None = None
    synonyms: dict[Language, tuple[Term, ...]] = {}
    address: AddressShape
    floor: Translated | None = None
    phone: Phone = ""
    email: Email = ""
    website: Url = ""
    appointment: Url = ""
    accessible: Translated | None = None
    opening_hours: tuple[HoursShape, ...] = ()
    closed_note: Translated | None = None
    open_on_holidays: bool = False
    closures: tuple[ClosureShape, ...] = ()


class EmergencyShape(Shape):
    """A number to call when waiting is wrong."""

    number: str = Field(min_length=2, max_length=40)
    label: Translated
    description: Translated | None = None


class TownShape(RecordShape):
    """The municipality with its emergency numbers; see demo/lindental/town.yaml."""

    name: Term
    kind: str = Field(default="", max_length=120)
    district: str = Field(default="", max_length=120)
    population: int | None = Field(default=None, ge=0, le=100_000_000)
    population_on: date | None = None
    address: AddressShape | None = None
    represented_by: str = Field(default="", max_length=200)
    phone: Phone = ""
    email: Email = ""
    website: Url = ""
    emergency_numbers: tuple[EmergencyShape, ...] = ()


class PageShape(RecordShape):
    """A page of the town's web site; `text` is Markdown. Title and text may be plain German or by language."""

    language: Literal["de"] = "de"
    title: Translated
    unit: Id | None = None
    synonyms: dict[Language, tuple[Term, ...]] = {}
    updated_on: date | None = None
    source: Url = ""
    text: Translated

    @field_validator("title", "text", mode="before")
    @classmethod
    def may_be_german(cls, value: object) -> object:
        """A plain text is the German one."""
        return {"de": value} if isinstance(value, str) else value


class GroupShape(Shape):
    """Expressions that mean the same in this town."""

    terms: tuple[Term, ...]

    @field_validator("terms")
    @classmethod
    def names_at_least_two(cls, terms: tuple[str, ...]) -> tuple[str, ...]:
        """One expression alone is no synonym."""
        different = tuple(dict.fromkeys(terms))
        if len(different) < 2:
            raise ValueError(_("Eine Gruppe braucht mindestens zwei verschiedene Ausdrücke."))
        return different


class WordListShape(RecordShape):
    """The town's own synonyms, for the search."""

    groups: tuple[GroupShape, ...] = ()


S = TypeVar("S", bound=Shape)


def read(shape: type[S], data: Mapping[str, Any], source: str) -> S:
    """The record in its shape. Raises TownDataError with all problems of the record; `source` names the file."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise TownDataError(problems_of(error, source)) from error


def _one_of(value: str, allowed: Mapping[str, object]) -> str:
    if value not in allowed:
        raise ValueError(
            _("„{value}“ ist nicht bekannt; erlaubt sind {allowed}.").format(value=value, allowed=", ".join(allowed))
        )
    return value
