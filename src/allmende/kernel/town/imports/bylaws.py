# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""By-laws and pages from documents: recognised first, looked at by a person, then kept."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.kernel.documents import service as documents
from allmende.kernel.town import access, building, models, service
from allmende.kernel.town.editing import outline
from allmende.kernel.town.engine.statutes import Section
from allmende.kernel.town.errors import Problem, TownDataError
from allmende.kernel.town.imports import rules
from allmende.kernel.town.imports.engine import bylaw
from allmende.kernel.town.imports.engine.slugs import slug
from allmende.kernel.town.rules import DRAFT, PUBLISHED

STATUTE, PAGE = "statute", "page"
MARKDOWN = "text/markdown"
MODELS: dict[str, type[models.Record]] = {STATUTE: models.Statute, PAGE: models.Page}


class DocumentRefused(Exception):
    """The document could not be read; the message says why, for people."""


@dataclass(frozen=True)
class Recognised:
    """What a document holds: its title, its wording as Markdown for a statute and for a page, the kind of law."""

    title: str
    statute: str
    page: str
    law: str

    @property
    def sections(self) -> tuple[Section, ...]:
        """The §§ of the wording."""
        return outline.of("", self.statute).sections

    @property
    def warnings(self) -> tuple[str, ...]:
        """What looks odd about the §§, in sentences."""
        return outline.of("", self.statute).problems

    def text(self, kind: str) -> str:
        """The wording for that kind."""
        return self.statute if kind == STATUTE else self.page


@dataclass(frozen=True)
class Kept:
    """What was stored, and whether anything changed by it."""

    id: str
    changed: bool


def recognise(content: bytes, name: str) -> Recognised:
    """Read a document (PDF, DOCX, ODT, HTML, Markdown, text) in a child process. Raises DocumentRefused."""
    try:
        extracted = documents.extract(content, name)
    except documents.ExtractionFailed as error:
        raise DocumentRefused(str(error)) from error
    longest = rules.bylaws()["heading_characters"]
    title = bylaw.title(extracted.blocks, longest)[:300]
    statute, page = bylaw.statute(extracted.blocks, longest), bylaw.page(extracted.blocks, longest)
    if extracted.media_type == MARKDOWN:  # as it is: nothing is more exact
        given = bylaw.without_front_matter(content.decode("utf-8", "replace"))
        page = given
        statute = given if outline.of("", given).sections else statute
    return Recognised(title, statute, page, kind_of_law(title))


def kind_of_law(title: str) -> str:
    """The kind of local law a title speaks of."""
    lowered = title.lower()
    known = (row["kind"] for row in rules.bylaws()["kinds"] if any(word in lowered for word in row["words"]))
    return str(next(known, rules.bylaws()["otherwise"]))


def suggested_id(kind: str, title: str, replaces: str = "", year: int | None = None) -> str:
    """An id people can read; a version that replaces another gets its year."""
    stem = slug(building.short_title(title) if kind == STATUTE else title)
    return f"{slug(stem, 45)}-{year}" if replaces and year else stem


@transaction.atomic
def keep(
    what: str,
    *,
    text: str,
    title: str,
    arrival: str,
    actor: AbstractBaseUser | None = None,
    replace: bool = False,
    **given: Any,
) -> Kept:
    """Store a statute or a page. Raises TownDataError with everything that is wrong; without `replace` also where
    another wording stands under that id. Publishing needs its right (404).
    """
    access.check_edit(actor)
    if arrival == PUBLISHED:
        access.check_publish(actor)
    first = given.get("valid_from")
    record_id = given.pop("record_id", "") or suggested_id(
        what, title, given.get("replaces", ""), first.year if first else None
    )
    data = {**given, "id": record_id, "title": title, "text": text, "status": arrival or DRAFT}
    if what == STATUTE:
        data.setdefault("kind", kind_of_law(title))
    else:
        data = {name: value for name, value in data.items() if name not in ("valid_from", "valid_to", "replaces")}
    was_there = MODELS[what].objects.filter(pk=record_id).exists()  # type: ignore[attr-defined]
    put = service.put_statute if what == STATUTE else service.put_page
    changed = put(data, actor=actor)
    if changed and was_there and not replace:
        message = _("Unter der Kennung „{id}“ gibt es hier schon einen anderen Text.").format(id=record_id)
        raise TownDataError([Problem(title, "id", message)])
    return Kept(record_id, changed)
