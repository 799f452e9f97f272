# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which dialog of the conversation a browser holds: the name it is declared under and its token (`registry.Dialog`).

They lie in a cookie that no script reads and that goes to the pages of the conversation alone. The room of the dialog may set it, too, so
that what was begun as a form goes on in the conversation.
"""

from django.http import HttpRequest, HttpResponse

COOKIE, PATH = "antrag", "/fragen/"
SEPARATOR = "."


def held(request: HttpRequest) -> tuple[str, str]:
    """Name and token; empty where the browser holds none."""
    name, _separator, token = request.COOKIES.get(COOKIE, "").partition(SEPARATOR)
    return name, token


def hold(request: HttpRequest, response: HttpResponse, name: str, token: str) -> HttpResponse:
    """Let the browser hold it, until it is closed."""
    value = f"{name}{SEPARATOR}{token}"
    response.set_cookie(COOKIE, value, path=PATH, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def let_go(response: HttpResponse) -> HttpResponse:
    """Take it back."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    return response
