# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Imports in templates: `{% load town_imports %}`."""

from django import template

from allmende.kernel.town.imports.labels import label

register = template.Library()


@register.simple_tag
def field_label(kind: str, path: str) -> str:
    """What people call a field of a record of that kind; empty for one that no form has."""
    return label(kind, path)
