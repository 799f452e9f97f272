# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Figures in the reader's language: `{% load figures %}`."""

from django import template
from django.utils.formats import number_format

from allmende.kernel.evaluation.figures import Figure

register = template.Library()


@register.filter
def figure_value(figure: Figure | None) -> str:
    """The value: a share in percent, a number with its unit, text as it is, a dash for nothing."""
    if figure is None:
        return "–"
    if isinstance(figure.value, str):
        return figure.value
    if figure.is_share:
        return f"{_percent(figure.value)} %"
    number = number_format(round(figure.value, 3), force_grouping=True)
    return f"{number} {figure.unit}".strip()


@register.filter
def figure_interval(figure: Figure) -> str:
    """The 95 % interval of a share in percent."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{_percent(figure.low)} – {_percent(figure.high)} %"


def _percent(share: float) -> str:
    return number_format(round(100 * share, 1), 1)
