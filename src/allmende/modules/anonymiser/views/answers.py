# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the pages of the room share: who acts, and how bytes and refusals are answered."""

import re
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from allmende.modules.anonymiser import results
from allmende.modules.anonymiser.errors import NotPossibleError
from allmende.modules.anonymiser.models import Picture

RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
PIECE = 4 * 1024**2
"""Bytes of a film in one answer."""


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


def played(row: Picture, wanted: str) -> HttpResponse:
    """The result of a film, or the piece of it that a player asks for with the header Range (RFC 9110, section 14).

    Never more than a few megabytes at once: players go on asking, and the server holds no whole film for each of them.
    """
    size = results.size(row)
    asked = RANGE.fullmatch(wanted)
    start, end = _bounds(asked, size) if asked else (0, size)
    if start >= end:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    if asked:
        end = min(end, start + PIECE)
    response = shown(results.shown(row, start, end - start), row.media_type)
    response["Accept-Ranges"] = "bytes"
    if asked:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _bounds(asked: "re.Match[str]", size: int) -> tuple[int, int]:
    """Where the piece begins and ends: from … to …, from … on, or so many of the last bytes."""
    first, last = asked.groups()
    if first:
        return int(first), min(size, int(last) + 1) if last else size
    return max(0, size - int(last or 0)), size


def saved(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Bytes to be saved under a name."""
    response = shown(content, media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
