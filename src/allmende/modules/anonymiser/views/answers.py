# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the pages of the room share: who acts, and how bytes and refusals are answered."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from allmende.modules.anonymiser.errors import NotPossibleError


def person(request: HttpRequest) -> AbstractBaseUser:
    """Who acts; the page was guarded."""
    return cast(AbstractBaseUser, request.user)


def attempt(request: HttpRequest, verb: Callable[[], Any], done: str, target: Any) -> HttpResponse:
    """Do it, say so and go to `target`; say why not, where it is not possible."""
    try:
        verb()
    except NotPossibleError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, done)
    return redirect(target)


def shown(content: bytes, media_type: str) -> HttpResponse:
    """A picture that this house has drawn itself from pixels, for a page of its own; nobody keeps a copy on the way."""
    response = HttpResponse(content, content_type=media_type)
    response["Cache-Control"] = "no-store, private"
    return response


def saved(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Bytes to be saved under a name."""
    response = shown(content, media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
