# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which of several wordings counts: German is authoritative, easy language never stands in for it."""

from collections.abc import Mapping

GERMAN, ENGLISH = "de", "en"
EASY = "leicht"


def wanted(texts: Mapping[str, str]) -> dict[str, str]:
    """``{"de": …, "en": …}`` of texts by language tag (BCP 47): the plain tag before a regional one, easy language left out."""
    found: dict[str, str] = {}
    for language in (GERMAN, ENGLISH):
        tags = sorted((tag for tag in texts if _is(tag, language)), key=lambda tag: (len(tag), tag))
        if tags:
            found[language] = texts[tags[0]]
    return found


def plain_tag(tag: str) -> str:
    """``de`` of ``de-DE``; a tag of easy language keeps its whole name, so that nobody takes it for German."""
    tag = tag.strip().lower()
    return tag if EASY in tag else tag.split("-")[0]


def _is(tag: str, language: str) -> bool:
    return plain_tag(tag) == language
