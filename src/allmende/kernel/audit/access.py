# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may read the log. The room lies below the accounts, so it asks the signed-in person itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

READ = "audit.read"
View = Callable[..., HttpResponseBase]


def readers_only(view: View) -> View:
    """Anonymous people are led to the login; without the right there is no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        has_right = getattr(request.user, "has_right", None)
        if has_right is None or not has_right(READ):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
