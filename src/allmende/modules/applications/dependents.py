# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which flows rest on the town's texts, so that whoever changes a text sees what it touches."""

from collections.abc import Collection, Iterator
from typing import Any

from django.urls import reverse

from allmende.modules.applications import queries
from allmende.modules.applications.engine.model import Flow


def resting(keys: Collection[str]) -> Iterator[dict[str, Any]]:
    """The offered flows that name one of these texts as a source, by key of the text. A flow is not taken back by itself."""
    for version in queries.offered():
        flow, page = queries.flow_of(version), reverse("flow_version", args=[version.flow, version.version])
        for key in sorted(keys_of(flow) & set(keys)):
            yield {"key": key, "title": flow.name["de"], "url": page, "quarantined": False}


def keys_of(flow: Flow) -> set[str]:
    """Keys of the search documents that a flow names as its sources."""
    named = [*flow.sources, *(source for step in flow.steps.values() for source in step.sources)]
    return {f"services/{source.service}" if source.service else f"statutes/{source.statute}" for source in named}
