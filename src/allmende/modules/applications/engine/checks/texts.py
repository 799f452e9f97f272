# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether everything is said in both languages, rests on a source, and has a reason in law."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from allmende.modules.applications.engine.model import Flow, Source
from allmende.modules.applications.engine.problems import LANGUAGES, Problem

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """What the town has: services with the codes of their text modules, statutes with their sections, units."""

    services: Mapping[str, Collection[str]]
    statutes: Mapping[str, Collection[str]]
    units: Collection[str]


def translations(data: Any, file: str, place: str = "") -> Iterator[Problem]:
    """Every text and every list of phrases in both languages."""
    if isinstance(data, Mapping):
        here = set(LANGUAGES) & data.keys()
        if here and all(isinstance(data[language], (str, list)) for language in here):
            for language in LANGUAGES:
                if not str(data.get(language, "")).strip():
                    yield Problem(file, place, "text.missing", {"language": f"language.{language}"})
        for key, value in data.items():
            yield from translations(value, file, f"{place}.{key}" if place else str(key))
    elif isinstance(data, list):
        for number, value in enumerate(data, 1):
            name = value.get("id", value.get("name", number)) if isinstance(value, Mapping) else number
            yield from translations(value, file, f"{place}.{name}")


def sources(flow: Flow, file: str, known: Known | None) -> Iterator[Problem]:
    """At least one source and one legal basis; with `known`, every source exists in the town."""
    if not flow.sources:
        yield Problem(file, "sources", "source.missing")
    if not flow.legal_basis:
        yield Problem(file, "legal_basis", "legal_basis.missing")
    named = [("sources", source) for source in flow.sources]
    named += [(f"steps.{step.id}.sources", source) for step in flow.steps.values() for source in step.sources]
    for place, source in named:
        if bool(source.service) is bool(source.statute):
            yield Problem(file, place, "source.form")
        elif known:
            yield from _unknown(source, file, place, known)


def _unknown(source: Source, file: str, place: str, known: Known) -> Iterator[Problem]:
    if source.service:
        if source.service not in known.services:
            yield Problem(file, place, "source.service", {"name": source.service})
        elif source.module and source.module not in known.services[source.service]:
            yield Problem(file, place, "source.module", {"name": source.service, "module": source.module})
    elif source.statute not in known.statutes:
        yield Problem(file, place, "source.statute", {"name": source.statute})
    elif source.section and source.section not in known.statutes[source.statute]:
        yield Problem(file, place, "source.section", {"name": source.statute, "section": source.section})


def units(flow: Flow, file: str, known: Known | None) -> Iterator[Problem]:
    """Every unit that is sent something exists."""
    if known is None:
        return
    named = [("unit", flow.unit)] + [
        (f"steps.{step.id}.params.queue", step.queue) for step in flow.steps.values() if step.action
    ]
    for place, unit in named:
        if unit not in known.units:
            yield Problem(file, place, "unit.unknown", {"name": unit})
