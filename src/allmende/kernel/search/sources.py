# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What other rooms hand to the search."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allmende.kernel.search.engine.chunking import Part

__all__ = ["PUBLIC_AUDIENCE", "Part", "SourceDocument", "content_hash", "text_hash"]

PUBLIC_AUDIENCE = "public"


@dataclass(frozen=True, kw_only=True)
class SourceDocument:
    """A document as its room knows it.

    `key` is unique in the house ("services/hundesteuer"). `audience` is "public" or the name of the right one needs to
    see it. `valid_to` is the last valid day. `synonyms` are words people use for it that its text lacks. `data` are plain
    JSON values that come back with each hit.
    """

    key: str
    collection: str
    title: str
    authority: str
    parts: tuple[Part, ...]
    audience: str = PUBLIC_AUDIENCE
    language: str = "de"
    url: str = ""
    updated_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    synonyms: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


def content_hash(document: SourceDocument) -> str:
    """Changes with anything about the document."""
    return _digest({**vars(document), "parts": [vars(part) for part in document.parts], "data": dict(document.data)})


def text_hash(document: SourceDocument) -> str:
    """Changes with what is embedded: title, synonyms and texts."""
    return _digest([document.title, document.synonyms, [vars(part) for part in document.parts]])


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
