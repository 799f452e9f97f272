# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is handed in: pictures, or ZIP files of pictures, one picture in memory at a time."""

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
from allmende.modules.anonymiser import rules

PURPOSE = "anonymiser"
ZIP = "application/zip"


@dataclass(frozen=True)
class Taken:
    """A picture that was handed in. With a `problem` it is none that the room takes, and `content` is empty."""

    name: str
    content: bytes = b""
    media_type: str = ""
    problem: str = ""


def pictures(uploads: Iterable["UploadedFile[bytes]"]) -> Iterator[Taken]:
    """Every picture, those inside a ZIP one by one. Raises UploadRefused for an upload that is neither, or for too many.

    A file inside a ZIP that is no picture is told as such and stops nothing.
    """
    most = rules.part("upload")["pictures"]
    for number, taken in enumerate(_each(uploads), start=1):
        if number > most:
            raise UploadRefused(_("Ein Stapel hat höchstens %(most)d Bilder.") % {"most": most})
        yield taken


def _each(uploads: Iterable["UploadedFile[bytes]"]) -> Iterator[Taken]:
    for upload in uploads:
        found = files.examine(upload, purpose=PURPOSE)
        if found.media_type == ZIP:
            yield from _unpacked(found.content, found.name)
        elif _is_picture(found.media_type):
            yield Taken(found.name, found.content, found.media_type)
        else:
            raise UploadRefused(_("„%(name)s“ ist kein Bild und kein ZIP mit Bildern.") % {"name": found.name})


def _unpacked(content: bytes, name: str) -> Iterator[Taken]:
    try:
        archive.check(content, rules.part("upload"))
    except archive.ArchiveRefused as refusal:
        raise UploadRefused(
            _("„%(name)s“ lässt sich nicht sicher entpacken (%(code)s). Bitte packen Sie die Bilder neu.")
            % {"name": name, "code": refusal.code}
        ) from refusal
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for entry in packed.infolist():
            if not entry.is_dir() and not _is_hidden(entry.filename):
                yield _member(entry.filename, packed.read(entry))


def _member(path: str, content: bytes) -> Taken:
    upload = SimpleUploadedFile(PurePosixPath(path).name, content)
    try:
        found = files.examine(upload, purpose=PURPOSE)
    except UploadRefused as refusal:
        return Taken(PurePosixPath(path).name[-200:], problem=str(refusal))
    if not _is_picture(found.media_type):
        return Taken(found.name, problem=_("Das ist kein Bild."))
    return Taken(found.name, found.content, found.media_type)


def _is_picture(media_type: str) -> bool:
    return media_type.startswith("image/") and media_type != "image/svg+xml"


def _is_hidden(path: str) -> bool:
    """What file managers add on their own: .DS_Store, __MACOSX, Thumbs.db."""
    parts = PurePosixPath(path).parts
    return any(part.startswith((".", "__")) for part in parts) or parts[-1] == "Thumbs.db"
