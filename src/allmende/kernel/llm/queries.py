# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads: which providers there are, whether they are ready, what was used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Avg, Count, Q, Sum
from django.utils import timezone

from allmende.kernel.llm import environment, rules
from allmende.kernel.llm.endpoints import Endpoint, from_row
from allmende.kernel.llm.models import Call, Circuit, DailyUse, Provider, RoleQuota

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"


@dataclass(frozen=True)
class Available:
    """A model that a room may use now."""

    provider: str
    name: str
    model: str
    location: str


@dataclass(frozen=True)
class Use:
    """What was used of a quota today; no limit is None."""

    scope: str
    calls: int
    tokens: int
    most_calls: int | None
    most_tokens: int | None


def available(kind: str = rules.CHAT, *, data_class: str = "public") -> tuple[Available, ...]:
    """Models for chat or embeddings that may see texts of this class and are not out of order, in their order of use."""
    ready = states()
    return tuple(
        Available(endpoint.slug, endpoint.name, endpoint.model_for(kind), endpoint.location)
        for endpoint in endpoints()
        if is_usable(endpoint, kind, data_class) and ready.get(endpoint.slug, CLOSED) != OPEN
    )


def is_usable(endpoint: Endpoint, kind: str, data_class: str) -> bool:
    """Whether this provider has such a model, may see such texts, and has a key that can be read."""
    allowed = endpoint.handling(data_class) != rules.REFUSED
    return bool(endpoint.model_for(kind)) and allowed and endpoint.key_is_readable


def endpoints(*, everything: bool = False) -> list[Endpoint]:
    """Providers in their order of use, that of the environment first; `everything` includes those out of operation."""
    rows = Provider.objects.all() if everything else Provider.objects.filter(is_active=True)
    first = environment.endpoint()
    return [*([first] if first else []), *(from_row(row) for row in rows)]


def endpoint(slug: str) -> Endpoint | None:
    """The provider of that slug, in operation or not."""
    return next((found for found in endpoints(everything=True) if found.slug == slug), None)


def provider(slug: str) -> Provider | None:
    """The stored provider of that slug."""
    return Provider.objects.filter(slug=slug).first()


def states(now: datetime | None = None) -> dict[str, str]:
    """Slug → state of the breaker, for providers that have failed."""
    now = now or timezone.now()
    return {row.provider: state_of(row, now) for row in Circuit.objects.all()}


def state_of(row: Circuit, now: datetime) -> str:
    """closed: calls pass. open: none does. half_open: the time is over, one call may try."""
    if row.open_until is None:
        return CLOSED
    return OPEN if row.open_until > now else HALF_OPEN


def quota(role: str) -> rules.Quota:
    """What all people of this role may use together in a day; nothing for a role nobody thought of."""
    row = RoleQuota.objects.filter(role=role).first()
    if row is not None:
        return rules.Quota(calls=row.calls, tokens=row.tokens)
    return rules.QUOTAS.get(role, rules.Quota(calls=0, tokens=0))


def quotas() -> dict[str, rules.Quota]:
    """The quota of every role, the house's own included."""
    rows = {row.role: rules.Quota(calls=row.calls, tokens=row.tokens) for row in RoleQuota.objects.all()}
    return {role: rows.get(role, quota) for role, quota in rules.QUOTAS.items()}


def use_today(scopes: Iterable[str]) -> dict[str, DailyUse]:
    """What these roles and providers used today."""
    return {row.scope: row for row in DailyUse.objects.filter(day=timezone.localdate(), scope__in=list(scopes))}


def use_by(*fields: str, since: date) -> list[dict[str, object]]:
    """Calls since that day (local time) in groups of these fields: number, failed, tokens, mean milliseconds."""
    good = Q(outcome__in=["answered", "cancelled", "running"])
    found = (
        Call.objects.filter(at__gte=_begin(since))
        .order_by()
        .values(*fields)
        .annotate(
            calls=Count("pk"),
            failed=Count("pk", filter=~good),
            tokens_in=Sum("tokens_in"),
            tokens_out=Sum("tokens_out"),
            first_ms=Avg("first_ms"),
        )
        .order_by("-calls", *fields)
    )
    return list(found)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def days_ago(days: int) -> date:
    """The local day so many days ago."""
    return timezone.localdate() - timedelta(days=days)
