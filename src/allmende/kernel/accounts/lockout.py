# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which account a failed login counts against."""

from typing import Any

from django.http import HttpRequest

from allmende.kernel.accounts import queries

MAX_NAME = 255


def account_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The name for django-axes: user name and e-mail address of one account count together, an unknown name alone."""
    given = credentials or {}
    posted = request.POST if request is not None else {}
    login = str(given.get("username") or given.get("email") or posted.get("login") or "").strip().lower()
    user = queries.by_login(login)
    return user.username if user else login[:MAX_NAME]
