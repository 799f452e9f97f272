# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Shares and names for the pages of those who improve the texts: `{% load review %}`."""

from collections.abc import Mapping

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from allmende.kernel.evaluation.service import metrics

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """0.123 as 12 %."""
    return f"{number_format(round(100 * share))} %"


@register.filter
def interval(share: metrics.Share) -> str:
    """The 95 % interval of a share."""
    return f"{number_format(round(100 * share['low']))} – {number_format(round(100 * share['high']))} %"


@register.filter
def named(titles: Mapping[str, str], name: str) -> str:
    """The title of a name; the name itself where nobody gave it a title."""
    return titles.get(name, name)


@register.simple_tag
def share_bar(share: metrics.Share, with_interval: bool = False) -> SafeString:
    """A bar of the share's length, with a line for its interval where it is asked for. The figures stand beside it as text."""
    line = format_html(
        '<rect class="review-bar__interval" x="{}%" y="5" width="{}%" height="2"/>',
        round(100 * share["low"], 1),
        round(100 * (share["high"] - share["low"]), 1),
    )
    return format_html(
        '<svg class="review-bar" aria-hidden="true" focusable="false" width="100%" height="12">'
        '<rect class="review-bar__ground" width="100%" height="12"/>'
        '<rect class="review-bar__value" width="{}%" height="12"/>{}</svg>',
        round(100 * share["value"], 1),
        line if with_interval else "",
    )
