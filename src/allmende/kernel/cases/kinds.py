# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The kinds of cases that rooms declare, with their states."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from django.utils.html import format_html
from django.utils.safestring import SafeString

from allmende.kernel.cases.engine import workflow
from allmende.kernel.cases.engine.workflow import Workflow
from allmende.kernel.cases.plain import as_html
from allmende.kernel.cases.records import Record
from allmende.kernel.registry import CaseKind, RegistryError, Text, read_text, registry, resolve

OWN_STATES = "allmende.kernel.cases:data/states.yaml"


@dataclass(frozen=True)
class Kind:
    """A kind as the inbox uses it."""

    name: str
    title: Text
    room: str
    flow: Workflow
    detail: str = ""
    export: str = ""
    paper: str = ""

    def shown(self, record: Record, language: str) -> SafeString:
        """The payload as HTML, by the room that opened the case, or as a plain list. What is no safe HTML is escaped."""
        html = resolve(self.detail)(record, language) if self.detail else as_html(record.payload, language)
        return format_html("{}", html)

    def exported(self, record: Record, language: str) -> Any:
        """The payload as plain data."""
        return resolve(self.export)(record, language) if self.export else dict(record.payload)

    def printed(self, record: Record, language: str) -> tuple[str, bytes] | None:
        """Name and content of the citizen's PDF; None where there is none. Raises PrintingFailed."""
        made: tuple[str, bytes] | None = resolve(self.paper)(record, language) if self.paper else None
        return made


def declared(name: str) -> Kind:
    """The kind of that name. Raises RegistryError when no room declares it, WorkflowError for a states file with a fault."""
    return _kind(registry().get(CaseKind, name))


def kind(name: str) -> Kind:
    """The kind of that name; of one whose room was taken out, the states of the inbox."""
    try:
        return declared(name)
    except RegistryError:
        return Kind(name, name, "", _flow(OWN_STATES, ()))


def kinds() -> tuple[Kind, ...]:
    """All that rooms declare."""
    return tuple(_kind(item) for item in registry().all(CaseKind))


def _kind(item: CaseKind) -> Kind:
    room = next(room.name for room in registry().rooms if item in room.case_kinds)
    flow = _flow(item.states or OWN_STATES, _frozen(item.retention_days))
    return Kind(item.name, item.title, room, flow, item.detail, item.export, item.paper)


def _frozen(days: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(days.items()))


@cache
def _flow(file: str, keep_days: tuple[tuple[str, int], ...]) -> Workflow:
    return workflow.read(yaml.safe_load(read_text(file)), dict(keep_days))
