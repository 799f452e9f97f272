# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files that travel with a message, and a package of them for another program. They lie sealed until the message has left."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from allmende.kernel.messages import sealing
from allmende.kernel.messages.models import Enclosure, Message

Role = Literal["data", "form", "attachment"]
"""The answers for a program, the whole as a document for people, and what a person enclosed."""
JSON, XML, PDF = "application/json", "application/xml", "application/pdf"
LONGEST = 120


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """One file."""

    name: str
    media_type: str
    content: bytes
    role: Role = "attachment"


@dataclass(frozen=True, kw_only=True)
class Package:
    """Something for another program: `json` and `xml` say the same for programs, `pdf` for people; `files` are what a person enclosed.

    `reference` is its number with us, `day` when it was sent (ISO 8601), `leika` the key of the service (LeiKa), if there is one.
    """

    reference: str
    title: str
    day: str
    json: bytes
    xml: bytes
    pdf: bytes
    leika: str = ""
    files: tuple[Enclosed, ...] = ()

    @property
    def enclosed(self) -> tuple[Enclosed, ...]:
        """All files, under names that are safe anywhere and different from each other."""
        name = safe_name(self.reference)
        own = (
            Enclosed(name=f"{name}.json", media_type=JSON, content=self.json, role="data"),
            Enclosed(name=f"{name}.xml", media_type=XML, content=self.xml, role="data"),
            Enclosed(name=f"{name}.pdf", media_type=PDF, content=self.pdf, role="form"),
        )
        theirs = (
            Enclosed(name=f"{number:02}-{safe_name(file.name)}", media_type=file.media_type, content=file.content)
            for number, file in enumerate(self.files, start=1)
        )
        return (*own, *theirs)


def safe_name(text: str) -> str:
    """A file name of letters, digits, dot, hyphen and underscore that leads nowhere and hides nothing."""
    name = re.sub(r"[^\w.-]+", "_", unicodedata.normalize("NFC", text)).strip("._-")
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[: LONGEST - len(suffix)]}.{suffix[:LONGEST]}" if dot and stem else name[:LONGEST] or "datei"


def keep(message: Message, enclosed: Iterable[Enclosed]) -> None:
    """Seal files and keep them with the message, in the caller's transaction."""
    Enclosure.objects.bulk_create(
        Enclosure(
            message=message,
            name=each.name,
            media_type=each.media_type,
            role=each.role,
            sealed=sealing.seal_file(each.content),
        )
        for each in enclosed
    )


def opened(message: Message) -> list[Enclosed]:
    """The files of a message. Raises SealError."""
    return [
        Enclosed(name=row.name, media_type=row.media_type, role=row.role, content=sealing.unseal_file(row.sealed))  # type: ignore[arg-type]
        for row in message.enclosures.order_by("pk")
    ]
