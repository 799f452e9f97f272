# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages for one's own account, and the page for those who are locked out."""

from typing import Any, cast

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from allmende.kernel.accounts import service
from allmende.kernel.accounts.forms import TokenForm
from allmende.kernel.accounts.models import ApiToken, User
from allmende.kernel.accounts.roles import title
from allmende.kernel.registry import Right, registry


@login_required
@require_GET
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am here: roles, rights, password, second factor, tokens."""
    user = cast(User, request.user)
    held = user.rights
    context = {
        "assignments": [(title(a.role), a.unit) for a in user.assignments.all()],
        "rights": [right.title for right in registry().all(Right) if right.name in held],
        "has_mfa": is_mfa_enabled(user, [Authenticator.Type.TOTP]),
        "identity_provider": bool(settings.OIDC_SERVER_URL),
        "valid_tokens": sum(token.is_valid() for token in user.tokens.all()),
    }
    return render(request, "accounts/profile.html", context)


@login_required
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """My tokens. A new one is shown in the answer to the form, once: nothing that could be reloaded holds it."""
    user = cast(User, request.user)
    form = TokenForm(request.POST or None, user=user)
    plain = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        _token, plain = service.create_token(user, name=data["name"], rights=data["rights"], days=int(data["days"]))
        form = TokenForm(user=user)
    context = {"form": form, "plain": plain, "tokens": user.tokens.all(), "may_have_tokens": bool(user.rights)}
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "accounts/tokens.html", context, status=status)


@login_required
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my tokens. Somebody else's is not there (404)."""
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    service.revoke_token(token, actor=cast(User, request.user))
    messages.success(request, _("Das Token „%(name)s“ gilt ab sofort nicht mehr.") % {"name": token.name})
    return redirect("accounts_tokens")


def locked_out(request: HttpRequest, *_details: Any) -> HttpResponse:
    """Too many failed logins for this account from this address (429): how long, what to do. Called by django-axes."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    response = render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response
