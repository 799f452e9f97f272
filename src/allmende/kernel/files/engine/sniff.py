# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a file really is: its bytes decide, its name only between kinds of plain text."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath

import yaml

UNKNOWN = "application/octet-stream"
TEXT_SAMPLE = 65536
"""Bytes that are looked at to tell text from other files."""


@dataclass(frozen=True)
class KindOfFile:
    """One row of data/kinds.yaml."""

    media_type: str
    suffixes: tuple[str, ...]
    magic: tuple[bytes, ...] = ()
    at: tuple[tuple[int, bytes], ...] = ()
    member: str = ""
    text: bool = False
    opening: re.Pattern[str] | None = None
    cleaned: bool = False
    purposes: tuple[str, ...] = ()
    legacy: bool = False


@cache
def kinds() -> tuple[KindOfFile, ...]:
    """All kinds the house knows, in the order in which they are tried."""
    rows = yaml.safe_load((Path(__file__).parent.parent / "data" / "kinds.yaml").read_text(encoding="utf-8"))
    return tuple(
        KindOfFile(
            media_type=row["media_type"],
            suffixes=tuple(row["suffixes"]),
            magic=tuple(item.encode("latin-1") for item in row.get("magic", ())),
            at=tuple((place, mark.encode("latin-1")) for place, mark in row.get("at", {}).items()),
            member=row.get("member", ""),
            text=row.get("text", False),
            opening=re.compile(row["opening"]) if "opening" in row else None,
            cleaned=row.get("cleaned", False),
            purposes=tuple(row.get("purposes", ())),
            legacy=row.get("legacy", False),
        )
        for row in rows
    )


def media_type_of(content: bytes, name: str = "") -> str:
    """The media type of the content, `UNKNOWN` when it is none of `kinds()`."""
    for kind in kinds():
        if not kind.text and _is_binary_kind(kind, content):
            return kind.media_type
    text = _as_text(content[:TEXT_SAMPLE])
    return _legacy_kind(content[:TEXT_SAMPLE], name) if text is None else _text_kind(text, name)


def suffix_fits(media_type: str, name: str) -> bool:
    """Whether the name's suffix belongs to the media type."""
    suffix = PurePath(name).suffix.lower()
    return any(kind.media_type == media_type and suffix in kind.suffixes for kind in kinds())


def _is_binary_kind(kind: KindOfFile, content: bytes) -> bool:
    if not content.startswith(kind.magic):
        return False
    if not all(content.startswith(mark, place) for place, mark in kind.at):
        return False
    return not kind.member or _has_member(content, kind.member.encode())


def _has_member(content: bytes, name: bytes) -> bool:
    """Whether a zip container's directory has an entry of that name, found without opening the container.

    A hostile directory of some hundred thousand entries would take seconds and as many hundred bytes each. Before anything
    is unpacked, `documents` looks closer, in a process with limits.
    """
    # APPNOTE.TXT 4.3.12: signature, 24 bytes, length of the name, 16 bytes, name
    entry = rb"PK\x01\x02.{24}" + re.escape(len(name).to_bytes(2, "little")) + rb".{16}" + re.escape(name)
    return re.search(entry, content, re.DOTALL) is not None


def _as_text(sample: bytes) -> str | None:
    """The sample as text, None when it holds control characters or is no UTF-8 (a cut last character is fine)."""
    try:
        text = sample.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(sample) < TEXT_SAMPLE or error.start < len(sample) - 4:
            return None
        text = sample[: error.start].decode("utf-8-sig")
    return None if re.search(r"[\x00-\x08\x0e-\x1f]", text) else text


def _legacy_kind(sample: bytes, name: str) -> str:
    """A kind of text that older programs write in Windows-1252, by its name; never something a browser would run."""
    text = sample.decode("cp1252", "replace")
    if re.search(r"[\x00-\x08\x0e-\x1f\ufffd]", text) or any(k.opening and k.opening.search(text) for k in kinds()):
        return UNKNOWN
    suffix = PurePath(name).suffix.lower()
    return next((kind.media_type for kind in kinds() if kind.legacy and suffix in kind.suffixes), UNKNOWN)


def _text_kind(text: str, name: str) -> str:
    by_content = next((kind for kind in kinds() if kind.opening and kind.opening.search(text)), None)
    if by_content:
        return by_content.media_type
    suffix = PurePath(name).suffix.lower()
    by_name = next((kind for kind in kinds() if kind.text and not kind.opening and suffix in kind.suffixes), None)
    return by_name.media_type if by_name else "text/plain"
