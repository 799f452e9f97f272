# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is handed in: pictures and films, or ZIP files of them, one in memory at a time."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _

from allmende.kernel.documents.engine import archive
from allmende.kernel.files import service as files
from allmende.kernel.files.service import UploadRefused
from allmende.modules.anonymiser import filming, rules
from allmende.modules.anonymiser.problems import Problem

PURPOSE = "anonymiser"
ZIP = "application/zip"


@dataclass(frozen=True)
class Taken:
    """A picture or film that was handed in. With a `problem` it is none that the room takes, and `content` is empty."""

    name: str
    content: bytes = b""
    media_type: str = ""
    problem: Problem | None = None

    @property
    def kind(self) -> str:
        """Picture or film."""
        return rules.FILM if _is_film(self.media_type) else rules.PICTURE


def pictures(uploads: Iterable["UploadedFile[bytes]"]) -> Iterator[Taken]:
    """Every picture and film, those inside a ZIP one by one; what is neither is told as such and stops nothing.

    Raises UploadRefused for too many.
    """
    most, films = rules.part("upload")["pictures"], 0
    for number, taken in enumerate(_each(uploads), start=1):
        if number > most:
            raise UploadRefused(_("Ein Stapel hat höchstens %(most)d Bilder.") % {"most": most})
        films += taken.kind == rules.FILM
        if films > rules.part("upload")["films"]:
            raise UploadRefused(
                _("Ein Stapel hat höchstens %(most)d Filme; jeder beschäftigt das Haus lange.")
                % {"most": rules.part("upload")["films"]}
            )
        yield taken


def _each(uploads: Iterable["UploadedFile[bytes]"]) -> Iterator[Taken]:
    for upload in uploads:
        try:
            found = files.examine(upload, purpose=PURPOSE)
        except UploadRefused as refusal:
            yield Taken(str(refusal.values["name"]), problem=Problem(refusal.code, refusal.values))
            continue
        if found.media_type == ZIP:
            yield from _unpacked(found)
        else:
            yield _taken(found)


def _unpacked(packed: files.Examined) -> Iterator[Taken]:
    """What lies in a ZIP, by the same rules; a ZIP inside it is none."""
    try:
        archive.check(packed.content, rules.part("upload"))
    except archive.ArchiveRefused as refusal:
        yield Taken(packed.name, problem=Problem("archive", {"name": packed.name, "code": refusal.code}))
        return
    with zipfile.ZipFile(io.BytesIO(packed.content)) as opened:
        for entry in opened.infolist():
            if not entry.is_dir() and not _is_hidden(entry.filename):
                yield from _each([SimpleUploadedFile(PurePosixPath(entry.filename).name, opened.read(entry))])


def _taken(found: files.Examined) -> Taken:
    """A picture, or a film within the room's bounds; else why not."""
    if _is_film(found.media_type):
        try:
            filming.check(found.content)
        except filming.FilmRefused as refused:
            return Taken(found.name, media_type=found.media_type, problem=refused.problem)
    elif not _is_picture(found.media_type):
        return Taken(found.name, problem=Problem("neither"))
    return Taken(found.name, found.content, found.media_type)


def _is_picture(media_type: str) -> bool:
    return media_type.startswith("image/") and media_type != "image/svg+xml"


def _is_film(media_type: str) -> bool:
    return media_type.startswith("video/")


def _is_hidden(path: str) -> bool:
    """What file managers add on their own: .DS_Store, __MACOSX, Thumbs.db."""
    parts = PurePosixPath(path).parts
    return any(part.startswith((".", "__")) for part in parts) or parts[-1] == "Thumbs.db"
