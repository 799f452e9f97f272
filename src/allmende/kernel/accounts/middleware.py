# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whoever has a one-time password or owes a second factor goes there first."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from allmende.kernel.accounts import queries
from allmende.kernel.web.middleware import PassingMiddleware

WAY_OUT = {
    queries.Obstacle.PASSWORD: "account_change_password",
    queries.Obstacle.MFA: "mfa_activate_totp",
}
"""Where each obstacle is removed (URL names)."""

ALWAYS = frozenset(
    {
        "account_logout",
        "account_login",
        "account_change_password",
        "set_language",
        "theme",
        "impressum",
        "datenschutz",
        "barrierefreiheit",
    }
)
"""Pages that stay open to everybody (URL names). Static files never come this far."""

REAUTHENTICATION = frozenset({"account_reauthenticate", "mfa_reauthenticate"})


class RequireMFAMiddleware(PassingMiddleware):
    """Leads administrators and data protection officers to a second factor, and a one-time password to a new one.

    Pages are redirected; the API answers 403 with a sentence. It looks at the session alone: `for_api` judges tokens.
    """

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponseBase | None:
        """Redirect when something must be done first."""
        match = request.resolver_match
        name = (match.url_name if match else None) or ""
        if name in ALWAYS or not request.user.is_authenticated:
            return None
        obstacle = queries.obstacle(request.user)
        if obstacle is None or _leads_out(obstacle, name):
            return None
        if match and "api" in match.namespaces:
            return JsonResponse(
                {"detail": _("Melden Sie sich zuerst auf der Seite an und folgen Sie den Hinweisen dort.")}, status=403
            )
        return redirect(WAY_OUT[obstacle])


def _leads_out(obstacle: queries.Obstacle, name: str) -> bool:
    """Whether the page is part of removing the obstacle."""
    if name in REAUTHENTICATION:
        return True
    return obstacle is queries.Obstacle.MFA and name.startswith("mfa_")
