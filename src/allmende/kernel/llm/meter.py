# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Quotas and figures of calls, without a word of them.

A call reserves what it may cost before it begins and gives back what it did not use, so that many calls at once cannot
pass the ceiling together. Each reservation is one conditional UPDATE; nobody waits for a lock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from allmende.kernel.llm import queries
from allmende.kernel.llm.endpoints import Endpoint
from allmende.kernel.llm.errors import QuotaExceeded
from allmende.kernel.llm.models import Call, DailyUse


@dataclass(frozen=True)
class Reservation:
    """Tokens set aside on one day for a role or a provider."""

    day: date
    scope: str
    tokens: int


@dataclass(kw_only=True)
class Figures:
    """What is known of a call when it has ended. Times in milliseconds."""

    outcome: str
    provider: str = ""
    model: str = ""
    location: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = True
    attempts: int = 0
    first_ms: int | None = None
    total_ms: int | None = None


def begin(roles: Iterable[str], tokens: int, **facts: str) -> tuple[int, Reservation]:
    """Admit a call for the first role with enough left; returns its number and what was reserved.

    `facts`: room, purpose, kind, data_class. Raises QuotaExceeded, recorded as well.
    """
    held = sorted(roles, key=lambda role: -queries.quota(role).tokens)
    with transaction.atomic():
        for role in held:
            quota = queries.quota(role)
            reservation = reserve(f"role:{role}", tokens, most_calls=quota.calls, most_tokens=quota.tokens)
            if reservation is not None:
                call = Call.objects.create(role=role, tokens_in=tokens, outcome="running", **facts)
                return call.pk, reservation
        Call.objects.create(role=held[0], outcome="quota", **facts)
    raise QuotaExceeded


def refuse(roles: Iterable[str], outcome: str, **facts: str) -> None:
    """Record a call that was not even tried."""
    Call.objects.create(role=min(roles), outcome=outcome, **facts)


def reserve_at(endpoint: Endpoint, tokens: int) -> Reservation | None:
    """Set tokens aside at a provider; nothing when its day is used up."""
    return reserve(f"provider:{endpoint.slug}", tokens, most_calls=None, most_tokens=endpoint.daily_tokens)


def reserve(scope: str, tokens: int, *, most_calls: int | None, most_tokens: int | None) -> Reservation | None:
    """One more call with so many tokens, if both still fit into the day."""
    day = timezone.localdate()
    DailyUse.objects.get_or_create(day=day, scope=scope)
    found = DailyUse.objects.filter(day=day, scope=scope)
    if most_calls is not None:
        found = found.filter(calls__lt=most_calls)
    if most_tokens is not None:
        found = found.filter(tokens__lte=most_tokens - tokens) if most_tokens >= tokens else found.none()
    changed = found.update(calls=F("calls") + 1, tokens=F("tokens") + tokens)
    return Reservation(day, scope, tokens) if changed else None


def settle(call: int, figures: Figures, reserved: Iterable[tuple[Reservation, int]]) -> None:
    """Write down how a call ended; `reserved` are the reservations with the tokens that were really used."""
    with transaction.atomic():
        Call.objects.filter(pk=call).update(**vars(figures))
        for reservation, used in reserved:
            correct(reservation, used)


def correct(reservation: Reservation, used: int) -> None:
    """Replace the reserved tokens by those used."""
    DailyUse.objects.filter(day=reservation.day, scope=reservation.scope).update(
        tokens=F("tokens") + (used - reservation.tokens)
    )
