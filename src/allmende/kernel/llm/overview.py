# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the pages show, put together in few queries."""

from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.kernel.accounts.roles import title as role_title
from allmende.kernel.llm import queries, rules
from allmende.kernel.llm.endpoints import Endpoint
from allmende.kernel.llm.forms import QuotasForm
from allmende.kernel.llm.models import Circuit, Provider
from allmende.kernel.registry import Text

DAYS = 30


@dataclass(frozen=True)
class Line:
    """A provider as the pages show it. The key is not in here."""

    slug: str
    name: str
    url: str
    location: str
    classes: tuple[str, ...]
    chat_model: str
    embeddings_model: str
    state: str
    kind: str
    note: str
    has_key: bool
    calls_today: int
    tokens_today: int
    daily_tokens: int | None
    stored: bool
    is_active: bool


def lines() -> list[Line]:
    """All providers in their order of use, those out of operation included."""
    rows = {row.slug: row for row in Provider.objects.all()}
    found = queries.endpoints(everything=True)
    circuits = {row.provider: row for row in Circuit.objects.all()}
    used = queries.use_today(f"provider:{endpoint.slug}" for endpoint in found)
    return [
        _line(item, rows.get(item.slug), circuits.get(item.slug), used.get(f"provider:{item.slug}")) for item in found
    ]


def line(endpoint: Endpoint, row: Provider | None) -> Line:
    """One provider."""
    circuit = Circuit.objects.filter(provider=endpoint.slug).first()
    scope = f"provider:{endpoint.slug}"
    return _line(endpoint, row, circuit, queries.use_today([scope]).get(scope))


def _line(endpoint: Endpoint, row: Provider | None, circuit: Circuit | None, used: Any) -> Line:
    state, kind, note = _state(endpoint, row, circuit)
    return Line(
        slug=endpoint.slug,
        name=endpoint.name,
        url=endpoint.url,
        location=_(rules.LOCATIONS[endpoint.location].title),
        classes=tuple(
            _(item.title) for name, item in rules.CLASSES.items() if endpoint.handling(name) != rules.REFUSED
        ),
        chat_model=endpoint.chat_model,
        embeddings_model=endpoint.embeddings_model,
        state=state,
        kind=kind,
        note=note,
        has_key=bool(endpoint.key) or not endpoint.key_is_readable,
        calls_today=used.calls if used else 0,
        tokens_today=used.tokens if used else 0,
        daily_tokens=endpoint.daily_tokens,
        stored=row is not None,
        is_active=row is None or row.is_active,
    )


def _state(endpoint: Endpoint, row: Provider | None, circuit: Circuit | None) -> tuple[str, str, str]:
    """Title, colour and, where something is wrong, what."""
    if row is not None and not row.is_active:
        return _("außer Betrieb"), "warning", ""
    if not endpoint.key_is_readable:
        return _("Schlüssel nicht lesbar"), "danger", ""
    name = queries.CLOSED if circuit is None else queries.state_of(circuit, timezone.now())
    state = rules.BREAKER_STATES[name]
    failing = circuit is not None and circuit.failures
    note = _(rules.OUTCOMES[circuit.last_outcome].title) if circuit is not None and failing else ""
    title = state["title"]
    return _(title), state["kind"], note


def matrix() -> list[tuple[Text, Text, list[tuple[Text, Text]]]]:
    """Each data class: title, help, and for each location its title and how such data is handled there."""
    places = [(name, _(item.title)) for name, item in rules.LOCATIONS.items()]
    return [
        (_(item.title), _(item.help), [(title, _(rules.HANDLINGS[item.handling[name]])) for name, title in places])
        for item in rules.CLASSES.values()
    ]


def location_titles() -> list[Text]:
    """Titles of the locations, in the order of the matrix."""
    return [_(item.title) for item in rules.LOCATIONS.values()]


def quota_rows(form: QuotasForm) -> list[tuple[Text, BoundField, BoundField, Any]]:
    """Each role: title, its two fields, and what it used today."""
    used = queries.use_today(f"role:{role}" for role in rules.QUOTAS)
    return [
        (_role(role), form[f"{role}-calls"], form[f"{role}-tokens"], used.get(f"role:{role}")) for role in rules.QUOTAS
    ]


def use() -> dict[str, Any]:
    """The last days in groups, for the page."""
    since = queries.days_ago(DAYS)
    groups = queries.use_by("role", "room", "provider", "model", since=since)
    outcomes = queries.use_by("outcome", since=since)
    return {
        "since": since,
        "days": DAYS,
        "groups": [{**group, "role": _role(str(group["role"]))} for group in groups],
        "outcomes": [
            (_(rules.OUTCOMES[str(row["outcome"])].title), rules.OUTCOMES[str(row["outcome"])].kind, row["calls"])
            for row in outcomes
        ],
    }


def _role(role: str) -> Text:
    return _("Das System selbst (Hintergrundaufträge)") if role == rules.HOUSE else role_title(role)
