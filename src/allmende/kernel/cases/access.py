# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may see and change which cases. What you may not know of does not exist for you."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q, QuerySet
from django.http import Http404

from allmende.kernel.accounts.access import has_right
from allmende.kernel.accounts.models import RoleAssignment, User
from allmende.kernel.accounts.queries import units_of
from allmende.kernel.cases.models import Case
from allmende.kernel.registry import Right, registry

WORK, PROTECT = "cases.work", "cases.protect"


def visible(user: Any) -> QuerySet[Case]:
    """The cases that this person may see and work on: all for those whose role is for no single unit; else those of their own
    units, those without a unit, those of units for which nobody works, and those assigned to them.
    """
    if not has_right(user, WORK):
        return Case.objects.none()
    units = units_of(user, WORK)
    if "" in units:
        return Case.objects.all()
    return Case.objects.filter(Q(unit__in=units | {""}) | Q(assignee_id=user.pk) | ~Q(unit__in=_covered()))


def covers(user: Any, unit: str) -> bool:
    """Whether this person may see and work on whatever comes in for the unit; the empty one stands for none in particular."""
    if not has_right(user, WORK):
        return False
    units = units_of(user, WORK)
    return "" in units or unit in units | {""} or unit not in _covered()


def check_work(actor: AbstractBaseUser, case: Case) -> None:
    """Raises Http404 for those who may not know of the case."""
    if not visible(actor).filter(pk=case.pk).exists():
        raise Http404


def check_protect(actor: AbstractBaseUser) -> None:
    """Raises Http404 for everybody but those who look after data protection."""
    if not has_right(actor, PROTECT):
        raise Http404


def workers() -> QuerySet[User]:
    """Everybody who may work on cases, by name."""
    return (
        User.objects.filter(is_active=True, assignments__role__in=_roles())
        .distinct()
        .order_by("display_name", "username")
    )


def own_units(user: Any) -> frozenset[str]:
    """The units in whose name this person works on cases; empty for those of no single unit."""
    return frozenset(units_of(user, WORK) - {""})


def _covered() -> QuerySet[RoleAssignment, str]:
    """Units for which somebody works who may work on cases."""
    held = RoleAssignment.objects.filter(role__in=_roles(), user__is_active=True).exclude(unit="")
    return held.values_list("unit", flat=True)


def _roles() -> tuple[str, ...]:
    return tuple(registry().get(Right, WORK).roles)
