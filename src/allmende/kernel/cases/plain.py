# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Plain data, readable: mappings as lists of terms, lists as lists, everything else as text."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

TITLE = "_title"
LANGUAGES = frozenset({"de", "en"})
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")


@cache
def _labels() -> dict[str, dict[str, str]]:
    """Key → what it is called, by language."""
    read = yaml.safe_load((Path(__file__).parent / "data" / "labels.yaml").read_text(encoding="utf-8"))
    found: dict[str, dict[str, str]] = read["labels"]
    return found


def as_html(value: Any, language: str) -> SafeString:
    """The value as HTML; a mapping of languages shows the text of the reader's, and what has a title is shown by that alone."""
    if isinstance(value, Mapping):
        return _mapping(value, language)
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = ((as_html(item, language),) for item in value)
        return (
            format_html('<ul class="cases-data">{}</ul>', format_html_join("", "<li>{}</li>", items))
            if value
            else _text("")
        )
    return _text(value)


def _mapping(value: Mapping[str, Any], language: str) -> SafeString:
    if value and set(value) <= LANGUAGES:
        return _text(value.get(language) or value.get("de") or next(iter(value.values())))
    labels = _labels()
    shown = {key: inner for key, inner in value.items() if f"{key}{TITLE}" not in value}
    rows = ((labels.get(key, {}).get(language, key), as_html(inner, language)) for key, inner in shown.items())
    return format_html(
        '<dl class="kern-description-list">{}</dl>',
        format_html_join(
            "",
            '<div class="kern-description-list-item"><dt class="kern-description-list-item__key">{}</dt>'
            '<dd class="kern-description-list-item__value">{}</dd></div>',
            rows,
        ),
    )


def _text(value: Any) -> SafeString:
    return format_html('<span class="cases-text">{}</span>', _readable(value))


def _readable(value: Any) -> Any:
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if value in (None, ""):
        return "–"
    if not isinstance(value, str):
        return value
    moment = parse_datetime(value) if MOMENT.fullmatch(value) else None
    if moment:
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    day = parse_date(value) if DAY.fullmatch(value) else None
    return date_format(day, "SHORT_DATE_FORMAT") if day else value
