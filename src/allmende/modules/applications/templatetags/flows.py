# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""States and texts of flows in templates: `{% load flows %}`."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from allmende.modules.applications.models import FlowVersion

register = template.Library()
Status = FlowVersion.Status
STATES = {
    Status.DRAFT: (_("Entwurf"), "info"),
    Status.REVIEW: (_("in Prüfung"), "warning"),
    Status.PUBLISHED: (_("veröffentlicht"), "success"),
    Status.WITHDRAWN: (_("zurückgezogen"), "danger"),
}
KINDS = {"basics": _("Allgemeines"), "slot": _("Feld"), "step": _("Schritt"), "test": _("Test")}


@register.inclusion_tag("web/components/badge.html")
def flow_state(state: str) -> dict[str, Any]:
    """A state as its badge."""
    title, kind = STATES[Status(state)]
    return {"kind": kind, "text": title, "icon_name": ""}


@register.filter
def part_kind(kind: str) -> str:
    """What a part of a flow is called."""
    return str(KINDS[kind])


@register.filter
def said_in(text: Mapping[str, str], language: str) -> str:
    """A text in a language, in German where the other is missing."""
    return text.get(language) or text.get("de", "")
