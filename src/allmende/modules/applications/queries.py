# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which flows are offered, and flows ready to run."""

from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from allmende.modules.applications import rules
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.reading import read_flow
from allmende.modules.applications.engine.schema import plain
from allmende.modules.applications.models import FlowVersion

PUBLISHED = FlowVersion.Status.PUBLISHED
FLOWS_KEPT = 200
"""Flows that a process keeps ready."""


def offered() -> list[FlowVersion]:
    """The current version of every flow that is published, by id. One query."""
    rows = FlowVersion.objects.filter(status=PUBLISHED).defer("text").order_by("flow", "version")
    return list({row.flow: row for row in rows}.values())


def current(flow: str) -> FlowVersion | None:
    """The version that new applications begin with: the latest that is published. One query."""
    return FlowVersion.objects.filter(flow=flow, status=PUBLISHED).defer("text").order_by("-version").first()


def published(flow: str, version: int) -> FlowVersion | None:
    """That version, if it is published. One query."""
    return FlowVersion.objects.filter(flow=flow, version=version, status=PUBLISHED).defer("text").first()


def flow_of(version: FlowVersion) -> Flow:
    """The flow of a version that was published, or of one that the compiler called sound. One query, once a process."""
    return _flow(version.pk, version.hash)


def addresses() -> dict[str, str]:
    """Id of each service that a flow rests on first → where it is applied for. One query, and one once a process for each flow."""
    found = {}
    for version in reversed(offered()):
        found[flow_of(version).service] = settings.BASE_URL + reverse("application_start", args=[version.flow])
    return found


@lru_cache(maxsize=FLOWS_KEPT)
def _flow(pk: int, _hash: str) -> Flow:
    row = FlowVersion.objects.only("text", "flow").get(pk=pk)
    flow, _problems = read_flow(plain(rules.parsed(row.text)), row.flow, rules.confirmations())
    return flow
