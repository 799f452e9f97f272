# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Private links: who has one may see what it is about, until it ends or is taken back. The token stands nowhere in the database."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from allmende.kernel.messages import rules
from allmende.kernel.messages.models import Link
from allmende.kernel.web.throttling import PublicThrottle

TOKEN_BYTES = 32
THROTTLE = PublicThrottle(rules.LINK_RATE, scope="private-link")
View = Callable[..., HttpResponse]


@transaction.atomic
def make(about: str, *, days: int) -> str:
    """The token of a new link about something ("case:…"), good for so many days. It is told once and cannot be read again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Link.objects.create(digest=_digest(token), about=about, expires_at=timezone.now() + timedelta(days=days))
    return token


def find(token: str) -> Link | None:
    """The link of a token, as long as it is good."""
    return Link.objects.filter(digest=_digest(token), revoked_at=None, expires_at__gt=timezone.now()).first()


@transaction.atomic
def revoke(about: str) -> int:
    """Make every link about something worthless at once; returns how many were good."""
    now = timezone.now()
    return Link.objects.filter(about=about, revoked_at=None, expires_at__gt=now).update(revoked_at=now)


def private(view: View) -> View:
    """Guard a page whose address ends in a token: the view gets the link instead, or 404.

    The page is for no search engine and no cache, and one address may call it only so often. Other sites do not learn its address:
    the house sends a referrer to itself alone (SECURE_REFERRER_POLICY).
    """

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _answer(request, token, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def _answer(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not THROTTLE.allow_request(request):
            return render(request, "messages/too_often.html", status=429)
        link = find(token)
        if link is None:
            raise Http404
        return view(request, link, *args, **kwargs)

    return guarded


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
