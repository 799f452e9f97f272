# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The provider that the operator names in the environment. Its key is never stored."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from allmende.kernel.llm import rules
from allmende.kernel.llm.endpoints import Endpoint
from allmende.kernel.outbound.engine import addresses

SLUG = "environment"
"""Its name in figures and addresses; no stored provider may take it."""


def endpoint() -> Endpoint | None:
    """The provider of ALLMENDE_LLM_URL, if there is one."""
    given: dict[str, Any] = settings.LLM
    if not given["url"]:
        return None
    location = rules.LOCATIONS[given["location"]]
    return Endpoint(
        slug=SLUG,
        name=_("aus den Einstellungen"),
        url=given["url"].rstrip("/"),
        location=given["location"],
        classes=frozenset(given["classes"] or location.classes),
        chat_model=given["model"],
        embeddings_model=given["embeddings_model"],
        key=given["key"],
        timeout=given["timeout"],
    )


def check() -> None:
    """Raises ImproperlyConfigured, naming the variable, when the settings contradict each other or the rules."""
    given: dict[str, Any] = settings.LLM
    if not given["url"]:
        return
    location = rules.LOCATIONS.get(given["location"])
    if location is None:
        raise ImproperlyConfigured(f"ALLMENDE_LLM_LOCATION must be one of {', '.join(rules.LOCATIONS)}.")
    if not (given["model"] or given["embeddings_model"]):
        raise ImproperlyConfigured("ALLMENDE_LLM_MODEL or ALLMENDE_LLM_EMBEDDINGS_MODEL must name a model.")
    if unknown := sorted(set(given["classes"]) - set(rules.CLASSES)):
        raise ImproperlyConfigured(f"ALLMENDE_LLM_CLASSES names unknown classes: {', '.join(unknown)}.")
    if fault := addresses.fault(given["url"], plain_http=location.plain_http):
        also = " Without TLS it needs ALLMENDE_LLM_LOCATION=house." if fault == "plain" else ""
        raise ImproperlyConfigured(f"ALLMENDE_LLM_URL cannot be used ({fault}).{also} See docs/operations/settings.md.")
    if given["timeout"] < 1:
        raise ImproperlyConfigured("ALLMENDE_LLM_TIMEOUT must be at least 1 second.")
