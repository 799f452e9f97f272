# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts of the town in templates: `{% load town_text %}`."""

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from allmende.kernel.town.cards import LocalText
from allmende.kernel.town.engine.hours import Span
from allmende.kernel.town.opening import span_text

register = template.Library()


@register.simple_tag(takes_context=True)
def lang(context: Context, text: object) -> SafeString:
    """``lang="de"`` for a text in another language than the page; nothing otherwise."""
    if not isinstance(text, LocalText) or not text or text.language == context.get("language"):
        return SafeString("")
    return SafeString(' lang="de"')  # never another language: only German stands in for a missing text


@register.filter
def clock(span: Span) -> str:
    """``8:00–12:00``."""
    return span_text(span)


@register.filter
def telephone(number: str) -> str:
    """The number as a tel: address wants it."""
    return "".join(character for character in number if character.isdigit() or character == "+")
