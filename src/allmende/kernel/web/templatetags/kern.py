# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The building blocks of every page, in KERN markup: `{% load kern %}`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from allmende.kernel.registry import AISystem, RegistryError, registry
from allmende.kernel.web import markdown as markdown_engine

register = template.Library()

KINDS = ("info", "success", "warning", "danger")
ICON_SIZES = ("small", "default", "large", "x-large")
CONFIDENCE_STEPS = ((0.8, "high"), (0.5, "medium"), (0.0, "low"))
"""Lower bounds of the three words with which a confidence between 0 and 1 is shown."""


@register.simple_tag
def icon(name: str, size: str = "default", label: str = "") -> SafeString:
    """A KERN icon. Decorative unless `label` says what it means."""
    size = size if size in ICON_SIZES else "default"
    if label:
        return format_html(
            '<span class="kern-icon kern-icon--{} kern-icon--{}" role="img" aria-label="{}"></span>', name, size, label
        )
    return format_html('<span class="kern-icon kern-icon--{} kern-icon--{}" aria-hidden="true"></span>', name, size)


@register.inclusion_tag("web/components/alert.html")
def kern_alert(kind: str, title: str, body: str = "", urgent: bool = False) -> dict[str, Any]:
    """A notice. `urgent` interrupts a screen reader; use it only for what just went wrong."""
    return {"kind": _kind(kind), "title": title, "body": body, "urgent": urgent}


@register.inclusion_tag("web/components/badge.html")
def kern_badge(text: str, kind: str = "info", icon_name: str = "") -> dict[str, Any]:
    """A short state beside a thing."""
    return {"kind": _kind(kind), "text": text, "icon_name": icon_name}


@register.inclusion_tag("web/components/breadcrumb.html")
def kern_breadcrumb(*parts: str) -> dict[str, Any]:
    """The way here: `{% kern_breadcrumb "Leistungen" url "Ausweis" %}`; the last title, alone, is this page."""
    pairs = list(zip(parts[:-1:2], parts[1::2], strict=False))
    return {"pairs": pairs, "here": parts[-1] if len(parts) % 2 else ""}


@register.inclusion_tag("web/components/description_list.html")
def kern_description_list(items: Mapping[str, Any] | Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Terms and what they mean; empty values are left out."""
    pairs = items.items() if isinstance(items, Mapping) else items
    return {"pairs": [(key, value) for key, value in pairs if value not in (None, "", [], ())]}


@register.inclusion_tag("web/components/empty.html")
def kern_empty(title: str, body: str, url: str = "", action: str = "") -> dict[str, Any]:
    """Nothing here yet: what this place is for, and what to do first."""
    return {"title": title, "body": body, "url": url, "action": action}


@register.inclusion_tag("web/components/progress.html")
def kern_progress(label: str, value: float, total: float, name: str = "progress") -> dict[str, Any]:
    """A bar with its figure; `name` makes its id unique on the page."""
    percent = round(100 * value / total) if total else 0
    return {"label": label, "value": value, "total": total or 1, "percent": percent, "name": name}


@register.inclusion_tag("web/components/pagination.html", takes_context=True)
def kern_pagination(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Ways to the other pages of a list; keeps the other parameters of the address."""
    parameters = context["request"].GET.copy()
    parameters.pop("page", None)
    prefix = f"?{parameters.urlencode()}&page=" if parameters else "?page="
    return {
        "page": page,
        "prefix": prefix,
        "numbers": list(page.paginator.get_elided_page_range(page.number, on_each_side=1)),
    }


@register.inclusion_tag("web/components/ai_badge.html")
def ai_badge(system: str, confidence: float | None = None, basis: str = "", disagree_url: str = "") -> dict[str, Any]:
    """The badge of everything an AI system made: what it is based on, how sure it is (0 to 1), and how to disagree."""
    try:
        declared = registry().get(AISystem, system)
    except RegistryError:
        declared = None
    return {
        "system": declared,
        "name": system,
        "basis": basis,
        "confidence": _confidence(confidence),
        "percent": None if confidence is None else round(100 * confidence),
        "disagree_url": disagree_url,
    }


@register.simple_block_tag
def card(
    content: SafeString, title: str, *, url: str = "", icon_name: str = "", preline: str = "", level: int = 2
) -> SafeString:
    """A card around a block: `{% card "Title" url=address %}…{% endcard %}`; with a url the whole card is the link."""
    context = {"body": content, "title": title, "url": url, "icon_name": icon_name, "preline": preline, "level": level}
    return render_to_string("web/components/card.html", context)


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as safe HTML."""
    return markdown_engine.render(text or "")


@register.filter
def lookup(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The entry of a mapping under a key that only the template knows."""
    return mapping.get(key, "")


@register.filter
def told(errors: Mapping[str, Sequence[object]]) -> int:
    """How many sentences the errors of a form are: a field may have several."""
    return sum(len(own) for own in errors.values())


def _kind(kind: str) -> str:
    return kind if kind in KINDS else "info"


def _confidence(value: float | None) -> str:
    """The word for a confidence; empty when there is none."""
    words = {"high": _("sehr sicher"), "medium": _("ziemlich sicher"), "low": _("unsicher")}
    if value is None:
        return ""
    return next(words[step] for bound, step in CONFIDENCE_STEPS if value >= bound)
