# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the page frame shows about the town."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

DEMO_TOWN = "lindental"


def town(_request: HttpRequest) -> dict[str, Any]:
    """Context processor: `town` (name, phone, …), read when a template first asks; `demo` for the fictional town."""
    return {"town": SimpleLazyObject(_town), "demo": settings.TOWN == DEMO_TOWN}


def _town() -> Any:
    from allmende.kernel.town import queries

    return queries.town()
