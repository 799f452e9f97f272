# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The house speaks German first and English completely."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2] / "src" / "allmende"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
ROOMS = sorted({path.parent for path in ROOT.glob("*/*/module.py")} | {ROOT / "site"})
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def catalogue(room: Path) -> Catalog:
    file = room / "locale/en/LC_MESSAGES/django.po"
    if not file.exists():
        return Catalog()
    with file.open("rb") as source:
        return read_po(source, abort_invalid=True)


def messages(room: Path) -> set[str]:
    """Every message of the room's Python files and templates (of a plural, the singular)."""
    found: set[str] = set()
    for file in [*room.rglob("*.py"), *room.rglob("*.html"), *room.rglob("*.txt")]:
        if {"tests", "migrations", "node_modules"} & set(file.parts):
            continue
        text = file.read_text(encoding="utf-8")
        if file.suffix != ".py":
            text = templatize(text, origin=str(file))
        for _line, message, _comments, _context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found - {""}


def translations() -> dict[str, str]:
    found: dict[str, str] = {}
    for room in ROOMS:
        for message in catalogue(room):
            if message.id and message.string:
                key = message.id[0] if isinstance(message.id, tuple) else message.id
                found[key] = message.string[0] if isinstance(message.string, tuple) else message.string
    return found


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_every_text_has_an_english_translation(room: Path) -> None:
    missing = messages(room) - set(translations())
    assert not missing


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_translation_keeps_the_placeholders(room: Path) -> None:
    wrong = []
    for message in catalogue(room):
        translated = isinstance(message.id, str) and message.id and message.string
        if translated and sorted(PLACEHOLDER.findall(message.id)) != sorted(PLACEHOLDER.findall(str(message.string))):
            wrong.append(message.id)
    assert not wrong
