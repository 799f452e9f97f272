# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files in, structured text out. The room's public door."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.kernel import processes
from allmende.kernel.documents.engine.blocks import Block, Kind, Section
from allmende.kernel.documents.engine.blocks import sections as sections_of
from allmende.kernel.files.engine.sniff import media_type_of

DATA = Path(__file__).parent / "data"
CHILD = "allmende.kernel.documents.child"
READABLE = {
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text",
    "text/html",
    "text/markdown",
    "text/plain",
}

REASONS = {
    "scan": gettext_lazy("Das PDF enthält keinen Text, es ist vermutlich eine eingescannte Seite."),
    "too_many": gettext_lazy("Die Datei enthält zu viele Teile."),
    "too_large": gettext_lazy("Die Datei wird beim Auspacken zu groß."),
    "ratio": gettext_lazy("Die Datei ist verdächtig stark gepackt."),
    "path": gettext_lazy("Die Datei enthält einen unerlaubten Pfad."),
    "link": gettext_lazy("Die Datei enthält eine Verknüpfung."),
    "nested": gettext_lazy("Die Datei enthält ein weiteres Archiv."),
    "broken": gettext_lazy("Die Datei ist beschädigt."),
    "memory": gettext_lazy("Die Datei braucht zum Lesen zu viel Speicher."),
    "time": gettext_lazy("Das Lesen der Datei hat zu lange gedauert."),
}


class ExtractionFailed(Exception):
    """The document could not be read; the message says why, for people, and `code` for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Extracted:
    """A document as blocks in reading order; `title` is its first heading or empty."""

    title: str
    media_type: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """The whole text, one block a line."""
        return "\n".join(block.text for block in self.blocks)


@cache
def limits() -> dict[str, int]:
    """What a document may cost: bytes, seconds, entries (data/limits.yaml)."""
    loaded: dict[str, int] = yaml.safe_load((DATA / "limits.yaml").read_text(encoding="utf-8"))
    return loaded


def extract(content: bytes, name: str) -> Extracted:
    """Read a document in a child process with time and memory limits.

    `name` is the file name; the content decides what it is, the name only between kinds of plain text.
    Raises ExtractionFailed.
    """
    media_type = media_type_of(content, name)
    if media_type not in READABLE:
        raise ExtractionFailed(
            "kind", _("Dateien dieser Art können nicht gelesen werden: %(kind)s.") % {"kind": media_type}
        )
    if len(content) > limits()["input_bytes"]:
        raise ExtractionFailed("too_large", _("Die Datei ist größer als %d MB.") % (limits()["input_bytes"] // 1024**2))
    answer = _ask_child(content, media_type)
    blocks = tuple(Block(**{**block, "kind": Kind(block["kind"])}) for block in answer["blocks"])
    return Extracted(answer["title"], media_type, blocks)


def sections(extracted: Extracted) -> list[Section]:
    """The §§ of a by-law with heading, text and page."""
    return sections_of(extracted.blocks)


def _ask_child(content: bytes, media_type: str) -> dict[str, Any]:
    try:
        _code, output = processes.ask(CHILD, media_type, json.dumps(limits()), content=content, limits=limits())
        answer: dict[str, Any] = json.loads(output)
    except processes.OutOfTime as error:
        raise _failed("time") from error
    except ValueError as error:
        raise _failed("memory") from error  # a library aborts when it gets no more
    if "error" in answer:
        raise _failed(answer["error"])
    return answer


def _failed(code: str) -> ExtractionFailed:
    return ExtractionFailed(code, str(REASONS.get(code, _("Die Datei konnte nicht gelesen werden."))))
