# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Data in, an accessible PDF out. The room's public door."""

import json
import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allmende.kernel import processes
from allmende.kernel.printing.engine import glyphs
from allmende.kernel.registry import read_text
from allmende.kernel.town import queries as town

logger = logging.getLogger(__name__)
LIBRARY = "allmende.kernel.printing:templates/printing/house.typ"
CHILD = "allmende.kernel.printing.child"


OFTEN = "often"


class PrintingFailed(Exception):
    """There is no PDF. `code`: time, memory, too_large or template; for the last the log says what is wrong with it.

    Or OFTEN, where whoever asks limits how often: then the message says to wait.
    """

    def __init__(self, code: str) -> None:
        failed, often = (
            _("Das PDF konnte nicht erzeugt werden. Ihre Angaben sind nicht betroffen."),
            _("Das PDF wurde gerade sehr oft abgerufen. Bitte warten Sie eine Minute, dann geht es wieder."),
        )
        super().__init__(often if code == OFTEN else failed)
        self.code = code


@cache
def limits() -> dict[str, int]:
    """What a document may cost (data/limits.yaml)."""
    loaded: dict[str, int] = yaml.safe_load((Path(__file__).parent / "data/limits.yaml").read_text(encoding="utf-8"))
    return loaded


def pdf(template: str, data: Mapping[str, Any], language: str, title: str) -> bytes:
    """The document as PDF/UA-1; the same data is the same file, byte by byte.

    `template` is a file of the house, ``"package:templates/room/receipt.typ"``, that imports ``house.typ``; `data` is plain data,
    which it reads as ``data.json``. `language` is de or en. Raises PrintingFailed, RegistryError for a template that does not exist.
    """
    files = {
        "main.typ": read_text(template),
        "house.typ": read_text(LIBRARY),
        "house.json": _json(_house(language, title)),
        "data.json": _json(data),
    }
    order = json.dumps({"files": files, "fonts": [str(settings.PRINT_FONTS)]}).encode()
    if len(order) > limits()["input_bytes"]:
        raise PrintingFailed("too_large")
    try:
        code, answer = processes.ask(CHILD, json.dumps(limits()), content=order, limits=limits())
    except processes.OutOfTime as error:
        raise PrintingFailed("time") from error
    if answer.startswith(b"%PDF-"):
        return answer
    logger.error(
        "%s cannot be printed: %s", template, answer.decode(errors="replace") or f"the process ended with {code}"
    )
    raise PrintingFailed("template" if answer else "memory")


def _house(language: str, title: str) -> dict[str, Any]:
    """What the paper says on every page."""
    found = town.town()
    with translation.override(language):
        words = {"page": pgettext("page number", "Seite"), "of": pgettext("page number", "von")}
    named = {"name": found.name, "address": found.address} if found else {"name": "", "address": ""}
    return {"language": language, "title": title, "town": named, "words": words}


def _json(data: Any) -> str:
    """Plain data as JSON, with texts that the font can show."""
    return json.dumps(glyphs.shown(data, glyphs.covered(settings.PRINT_FONTS)), ensure_ascii=False)
