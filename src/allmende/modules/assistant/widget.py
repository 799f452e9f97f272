# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The window that other sites embed: what it remembers without a cookie, and who may frame it.

Browsers keep cookies from frames on other sites. So the frame's forms and addresses carry a token: the ids of conversation and
callback, signed by the server. It reads no session, hence there is nothing that another site could misuse by sending a form, and
no CSRF token is needed. Whoever has the token has the conversation: it never leaves the frame and its own server.
"""

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import Any

from csp.constants import SELF
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from allmende.modules.assistant import switches
from allmende.modules.assistant.door import Door, language

SALT = "allmende.modules.assistant.widget"
SCRIPT = Path(__file__).parent / "static/assistant/widget.js"
OFF = "/* The window is switched off at the moment. */\n"
LEADS_OUT = re.compile(rb'<a (?![^>]*(?:\bdata-inside\b|\bhref="#))')
"""Links of the frame that open a window of their own: no other page of the house may be framed."""

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Visit:
    """What the frame knows of its visitor."""

    conversation: uuid.UUID | None = None
    callback: uuid.UUID | None = None

    @property
    def token(self) -> str:
        """The visit, signed; good for as long as a session."""
        ids = {"c": self.conversation and self.conversation.hex, "k": self.callback and self.callback.hex}
        return signing.dumps(ids, salt=SALT)

    @property
    def door(self) -> Door:
        """The addresses of the frame's pages."""
        return Door(
            channel="widget",
            base="assistant/widget_base.html",
            switches=(switches.WIDGET, switches.ANSWERS),
            ask="widget",
            rate="widget_rate",
            forget="widget_forget",
            callback="widget_callback",
            callback_shown="widget_callback_shown",
            wording="widget_wording",
            live="ask_live_beside",
            token=self.token,
            language=language(),
        )


def visit_of(request: HttpRequest) -> Visit:
    """The visit of a request's token; a new one where the token is missing, forged or too old."""
    token = request.POST.get("t") or request.GET.get("t", "")
    try:
        ids = signing.loads(token, salt=SALT, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return Visit()
    return Visit(*(uuid.UUID(ids[name]) if ids[name] else None for name in ("c", "k")))


def framed(view: View) -> View:
    """A view inside the frame: the allowed sites may frame it, its language is the wanted one, other pages open beside it."""

    @never_cache
    @csrf_exempt
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.POST.get("lang") or request.GET.get("lang", "")
        known = wanted if wanted in dict(settings.LANGUAGES) else translation.get_language()
        with translation.override(known):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = known or settings.LANGUAGE_CODE
        response.content = LEADS_OUT.sub(b'<a target="_blank" rel="noopener" ', response.content)
        return _may_be_framed(response)

    return inner


def script() -> str:
    """widget.js with the sites that may show it; nothing that a browser would run while the widget is switched off."""
    if not switches.is_on(switches.WIDGET):
        return OFF
    return _source().replace("__ORIGINS__", json.dumps(settings.WIDGET_ORIGINS))


def _may_be_framed(response: HttpResponse) -> HttpResponse:
    """frame-ancestors for the house and the allowed sites; X-Frame-Options, which knows no list, where there are none."""
    response._csp_replace = {"frame-ancestors": [SELF, *settings.WIDGET_ORIGINS]}  # type: ignore[attr-defined]
    if settings.WIDGET_ORIGINS:
        response.xframe_options_exempt = True
    else:
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@cache
def _source() -> str:
    return SCRIPT.read_text(encoding="utf-8")
