# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which browser holds a draft: its token lies in a cookie that no script reads and that is sent to the pages of this draft alone.

The address names the draft by a piece of the digest, which opens nothing. So two applications stand open side by side, and a refresh,
a second tab or a lost connection lose nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from allmende.kernel.accounts.access import has_right
from allmende.modules.applications import access, drafts, submissions, tokens
from allmende.modules.applications.drafts import NoDraftError, NotOfferedError, Opened

COOKIE = "antrag"
KEY_LETTERS = 16
PHONE = "phone"


def language() -> str:
    """The language of the page."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def key_of(token: str) -> str:
    """What addresses call the draft."""
    return tokens.digest(token)[:KEY_LETTERS]


def token_of(request: HttpRequest, key: str) -> str:
    """The token of this draft, if this browser holds it. Raises NoDraftError."""
    token = request.COOKIES.get(COOKIE, "")
    if not token or key_of(token) != key:
        raise NoDraftError
    return token


def hold(request: HttpRequest, token: str) -> HttpResponse:
    """Go to the open question, with the cookie that opens it."""
    home = reverse("application_draft", args=[key_of(token)])
    response = redirect(home)
    response.set_cookie(COOKIE, token, path=home, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def let_go(response: HttpResponse, key: str) -> HttpResponse:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, path=reverse("application_draft", args=[key]), samesite="Lax")
    return response


def is_clerk(request: HttpRequest, draft: Opened) -> bool:
    """Whether a clerk fills it in for somebody on the phone."""
    return draft.channel == PHONE and has_right(request.user, access.PHONE)


def held(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Guard a page of a draft: the view gets token and draft. Whoever has not got it, or no longer, is told what to do."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, key: str, **rest: Any) -> HttpResponse:
        try:
            token = token_of(request, key)
            return view(request, token, drafts.load(token, language()), **rest)
        except NoDraftError:
            return _gone(request, key)
        except NotOfferedError:
            messages.error(request, _("Dieser Antrag wird gerade nicht online angeboten. Es wurde nichts gesendet."))
            return redirect("applications")

    return guarded


def _gone(request: HttpRequest, key: str) -> HttpResponse:
    try:
        submissions.receipt(token_of(request, key))
    except NoDraftError:
        messages.warning(
            request,
            _(
                "Dieser Antrag ist in diesem Browser nicht geöffnet, oder seine Zeit ist um. Mit Ihrem Code geht es weiter."
            ),
        )
        return redirect("application_resume")
    return redirect("application_done", key)
