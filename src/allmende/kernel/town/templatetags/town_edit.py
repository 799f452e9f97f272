# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""States and forms of the town's texts in templates: `{% load town_edit %}`."""

from typing import Any

from django import template

from allmende.kernel.town import rules
from allmende.kernel.town.editing.queries import Text

register = template.Library()


@register.inclusion_tag("web/components/badge.html")
def state_badge(state: str) -> dict[str, Any]:
    """A state as its badge."""
    return {"kind": rules.states()[state]["badge"], "text": rules.state_title(state), "icon_name": ""}


@register.simple_tag
def public_address(text: Text) -> str:
    """The page of a text that everybody may read."""
    return text.kind.address(text.id)
