# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of accounts and tokens."""

import hashlib
from collections.abc import Collection
from enum import StrEnum
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from allmende.kernel.accounts.models import ApiToken, RoleAssignment, User
from allmende.kernel.registry import Right, Role, registry


class Obstacle(StrEnum):
    """What keeps a signed-in person from acting."""

    PASSWORD = "password"  # noqa: S105 (a name, not a password)
    MFA = "mfa"


def users(*, text: str = "", role: str = "", active: bool | None = None) -> QuerySet[User]:
    """Accounts by a part of name, display name or e-mail address; each with `has_mfa`, its assignments prefetched."""
    found = User.objects.annotate(has_mfa=Exists(_totp(OuterRef("pk")))).prefetch_related("assignments")
    for word in text.split():
        found = found.filter(Q(username__icontains=word) | Q(display_name__icontains=word) | Q(email__icontains=word))
    if role:
        found = found.filter(Exists(RoleAssignment.objects.filter(user=OuterRef("pk"), role=role)))
    if active is not None:
        found = found.filter(is_active=active)
    return found.order_by("username")


def _totp(user: Any) -> QuerySet[Authenticator]:
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user, type=Authenticator.Type.TOTP)
    return found


def has_mfa(user: User) -> bool:
    """Whether the person has a second factor."""
    return _totp(user.pk).exists()


def obstacle(user: User) -> Obstacle | None:
    """What the person must do before anything else: replace a one-time password, then set up a second factor."""
    if user.must_change_password:
        return Obstacle.PASSWORD
    if user.needs_mfa and not has_mfa(user):
        return Obstacle.MFA
    return None


def by_login(login: str) -> User | None:
    """The account a login name means: a user name or an e-mail address that only one account has."""
    name = login.strip().lower()
    if not name:
        return None
    if user := User.objects.filter(username=name).first():
        return user
    found = list(User.objects.filter(email__iexact=name)[:2])
    return found[0] if len(found) == 1 else None


def email_is_taken(email: str) -> bool:
    """Whether an account here already has the e-mail address, verified or not."""
    return User.objects.filter(Q(email__iexact=email) | Q(emailaddress__email__iexact=email)).exists()


def administrators() -> QuerySet[User]:
    """Active accounts that hold the role of an administrator."""
    return User.objects.filter(is_active=True, assignments__role=Role.ADMINISTRATOR).distinct()


def known_units() -> list[str]:
    """Ids of the organisational units that somebody works for."""
    return list(RoleAssignment.objects.exclude(unit="").values_list("unit", flat=True).distinct().order_by("unit"))


def units_of(user: Any, right: str) -> set[str]:
    """Units for which the person holds a role that has the right; the empty one stands for all."""
    held = RoleAssignment.objects.filter(user_id=user.pk, role__in=registry().get(Right, right).roles)
    return set(held.values_list("unit", flat=True))


def people_elsewhere(units: Collection[str]) -> QuerySet[User]:
    """Those who work for other units and for none of these."""
    here = RoleAssignment.objects.filter(unit__in=units)
    others = RoleAssignment.objects.exclude(unit="").exclude(user__in=here.values("user"))
    return User.objects.filter(pk__in=others.values("user"))


def digest(token: str) -> str:
    """SHA-256 of a token, in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def token(plain: str) -> ApiToken | None:
    """The valid token of an active person."""
    found = ApiToken.objects.select_related("user").filter(digest=digest(plain), user__is_active=True).first()
    return found if found and found.is_valid() else None
