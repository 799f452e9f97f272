# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forms of records in templates: `{% load edit %}`."""

from django import template
from django.forms.boundfield import BoundField

from allmende.kernel.web.editing.forms import RowGroup

register = template.Library()


@register.filter
def is_rows(item: BoundField | RowGroup) -> bool:
    """Whether a part of the form is a list of rows."""
    return isinstance(item, RowGroup)
