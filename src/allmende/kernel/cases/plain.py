# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Plain data, readable: mappings as lists of terms, lists as lists, everything else as text."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

LANGUAGES = frozenset({"de", "en"})


def as_html(value: Any, language: str) -> SafeString:
    """The value as HTML; a mapping of languages shows the text of the reader's."""
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
    rows = ((key, as_html(inner, language)) for key, inner in value.items())
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
    words = {True: _("ja"), False: _("nein")}
    shown = words[value] if isinstance(value, bool) else "–" if value in (None, "") else value
    return format_html('<span class="cases-text">{}</span>', shown)
