# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may: the one question `has_right`, asked by pages through `require` and by the API through `for_api`."""

from collections.abc import Callable, Coroutine
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, ParamSpec, TypeVar, cast

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from ninja.security import APIKeyCookie, HttpBearer
from ninja.security.base import AuthBase

from allmende.kernel.accounts import queries, service
from allmende.kernel.accounts.models import User
from allmende.kernel.registry import Right, registry

P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., Any])
Anybody = AbstractBaseUser | AnonymousUser


def has_right(user: Anybody | None, right: str) -> bool:
    """Whether this person, signed in or not, holds the right. Anonymous and deactivated people hold none."""
    return isinstance(user, User) and user.is_active and user.has_right(right)


def require(right: str) -> Callable[[V], V]:
    """Guard a view, sync or async: anonymous people are led to the login, without the right it is not there (404).

    Raises RegistryError, when the view is imported, for a right that no room declares.
    """
    registry().get(Right, right)

    def decorate(view: V) -> V:
        if iscoroutinefunction(view):

            @wraps(view)
            async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
                refusal = await sync_to_async(_refusal)(await request.auser(), request, right)
                return refusal or await cast(Coroutine[Any, Any, HttpResponseBase], view(request, *args, **kwargs))

            return cast(V, guarded_async)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return _refusal(request.user, request, right) or view(request, *args, **kwargs)

        return cast(V, guarded)

    return decorate


def _refusal(user: Anybody, request: HttpRequest, right: str) -> HttpResponseBase | None:
    """The way to the login, or nothing. Raises Http404 for those who may not know of the page."""
    if not user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not has_right(user, right):
        raise Http404
    return None


def for_api(right: str) -> list[AuthBase]:
    """Authentication of a ninja operation or router: ``auth=for_api("town.edit")``.

    A bearer token scoped to the right, or the session with its CSRF token. Neither: 401. Known, but without the
    right: 404. `request.auth` is the User. Raises RegistryError for a right that no room declares.
    """
    registry().get(Right, right)
    return [TokenAuth(right), RightfulSession(right)]


class TokenAuth(HttpBearer):
    """``Authorization: Bearer allmende_…`` with a token that holds the right, of a person who still holds it."""

    def __init__(self, right: str) -> None:
        super().__init__()
        self.right = right

    def authenticate(self, request: HttpRequest, token: str) -> User | None:  # noqa: ARG002 (ninja calls it so)
        """The token's owner, or nobody. Raises Http404 when the token is good but not for this."""
        found = queries.token(token)
        if found is None or queries.obstacle(found.user) is not None:
            return None
        if self.right not in found.rights or not has_right(found.user, self.right):
            raise Http404
        service.note_use(found)
        return found.user


class RightfulSession(APIKeyCookie):
    """The browser's session; every writing request carries the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, right: str) -> None:
        super().__init__(csrf=True)
        self.right = right

    def __call__(self, request: HttpRequest) -> Any | None:
        """Nobody without a session: the CSRF check is for those who have one, others hear 401."""
        return super().__call__(request) if request.user.is_authenticated else None

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:  # noqa: ARG002 (ninja calls it so)
        """The signed-in user. Raises Http404 without the right."""
        if not has_right(request.user, self.right):
            raise Http404
        return cast(User, request.user)
