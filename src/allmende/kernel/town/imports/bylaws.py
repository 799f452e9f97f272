# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""By-laws and pages from documents: recognised first, looked at by a person, then kept."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.kernel.documents import service as documents
from allmende.kernel.town import access, building, formats, service
from allmende.kernel.town.editing import drafting, history, outline
from allmende.kernel.town.editing.kinds import KINDS
from allmende.kernel.town.editing.models import Draft
from allmende.kernel.town.engine.statutes import Section
from allmende.kernel.town.errors import Problem, TownDataError
from allmende.kernel.town.imports import rules
from allmende.kernel.town.imports.engine import bylaw
from allmende.kernel.town.imports.engine.slugs import slug

STATUTE, PAGE = "statute", "page"
MARKDOWN = "text/markdown"
ONLY_OF_STATUTES = ("valid_from", "valid_to", "replaces")


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
    document: str,
    actor: AbstractBaseUser | None = None,
    publish: bool = False,
    replace: bool = False,
    **given: Any,
) -> Kept:
    """Store a statute or a page as a draft for the editors, or, for the house itself, `publish` it at once.

    Raises TownDataError with everything that is wrong, and where something else stands under that id: another draft, or,
    without `replace`, another wording.
    """
    access.check_edit(actor)
    data = _data(what, {**given, "title": title, "text": text})
    shape = formats.read(KINDS[what].shape, data, document)
    if _stands_here(what, shape):
        return Kept(shape.id, changed=False)
    was_there = history.latest(what, shape.id) is not None
    if was_there and not replace:
        raise _refused(document, _("Unter der Kennung „{id}“ gibt es hier schon einen anderen Text."), shape.id)
    if publish:
        access.check_publish(actor)
        put = service.put_statute if what == STATUTE else service.put_page
        return Kept(shape.id, changed=put(data, actor=actor, source=document))
    if actor is not None:
        comment = _("Aus dem Dokument {name}").format(name=document)
        drafting.create(KINDS[what], data, actor=actor, comment=comment)
    elif drafting.propose(KINDS[what], shape.id, data, source=document) is None:
        raise _refused(document, _("Zu „{id}“ gibt es schon einen anderen Entwurf."), shape.id)
    return Kept(shape.id, changed=True)


def _data(what: str, given: dict[str, Any]) -> dict[str, Any]:
    """The fields of the shape; the id is made of the title where none is given."""
    first = given.get("valid_from")
    made = suggested_id(what, given["title"], given.get("replaces", ""), first.year if first else None)
    data = {**given, "id": given.pop("record_id", "") or made}
    data.pop("record_id", None)
    if what == STATUTE:
        return {"kind": kind_of_law(given["title"]), **data}
    return {name: value for name, value in data.items() if name not in ONLY_OF_STATUTES}


def _stands_here(what: str, shape: formats.RecordShape) -> bool:
    """Whether this very content is published, or waits as a draft."""
    version = history.latest(what, shape.id)
    waiting = Draft.objects.filter(kind=what, record_id=shape.id, content_hash=shape.fingerprint())
    return (version is not None and version.content_hash == shape.fingerprint()) or waiting.exists()


def _refused(document: str, sentence: str, record_id: str) -> TownDataError:
    return TownDataError([Problem(document, "id", sentence.format(id=record_id))])
