# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the other records of a source say about a service: who is responsible, where it is online, what is special here."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from allmende.kernel.town.imports import rules
from allmende.kernel.town.imports.engine import xzufi
from allmende.kernel.town.imports.engine.areas import covers
from allmende.kernel.town.imports.models import Import, ImportedRecord
from allmende.kernel.town.imports.rules import TAKEN

Link = tuple[str, str]
"""Key of a service, key of the record that is linked to it."""


@dataclass(frozen=True)
class Circumstances:
    """Of one service: the unit here, or the name of an unknown one (`owner`); the online link; keys of specialisations."""

    unit: str
    owner: str
    online: str
    specialisations: tuple[str, ...]
    mark: str
    """Changes whenever the same record would become something else."""


class Surroundings:
    """All records of a source that are no services, as they stand."""

    def __init__(self, run: Import, rows: Iterable[ImportedRecord]) -> None:
        self._run = run
        self._by_kind: dict[str, dict[str, ImportedRecord]] = {}
        for row in rows:
            if not row.gone:
                self._by_kind.setdefault(row.kind, {})[row.key] = row
        self._links: dict[str, list[Link]] = {}
        for service, key in sorted(set(self._all_links())):
            self._links.setdefault(xzufi.bare(service), []).append((service, key))
        self._owners = {key for links in self._links.values() for _service, key in links}

    def of(self, row: ImportedRecord) -> Circumstances:
        """The circumstances of a service."""
        owners = self._linked(xzufi.UNIT, row.key)
        known = [owner for owner in owners if owner.local_id and owner.state == TAKEN]
        online = [link for found in self._linked(xzufi.ONLINE, row.key) if (link := _online(found))]
        special = self._linked(xzufi.SPECIALISATION, row.key)
        unit = known[0].local_id if known else ""
        unknown = (owners[0].title or owners[0].key) if owners and not known else ""
        fallback = row.unit or self._run.unit_id or ""
        says = [
            rules.xzufi()["version"],
            row.digest,
            unit or fallback,
            online[:1],
            [[found.key, found.digest] for found in special],
            self._run.arrival,
            self._run.area,
        ]
        return Circumstances(
            unit=unit or fallback,
            owner=unknown,
            online=online[0] if online else "",
            specialisations=tuple(found.key for found in special),
            mark=_mark(says),
        )

    def mark_of_unit(self, row: ImportedRecord) -> str:
        """Changes whenever the same organisational unit would be dealt with otherwise."""
        return _mark([rules.xzufi()["version"], row.digest, self._run.arrival, self._run.area, self.is_needed(row)])

    def is_needed(self, row: ImportedRecord) -> bool:
        """Whether an organisational unit is responsible for a service here; without an area all are."""
        return not self._run.area or row.key in self._owners

    def _linked(self, kind: str, service: str) -> list[ImportedRecord]:
        """The records of a kind that are linked to a service."""
        rows = self._by_kind.get(kind, {})
        links = [link for link in self._links.get(xzufi.bare(service), ()) if link[1] in rows]
        return [rows[key] for key in xzufi.closest(service, links)]

    def _all_links(self) -> Iterator[Link]:
        for row in self._rows(xzufi.SPECIALISATION):
            yield from self._link({**row.facts, "services": [row.facts.get("service", "")]}, row.key)
        owners: dict[str, list[Link]] = {}
        for row in (*self._rows(xzufi.UNIT), *self._rows(xzufi.ONLINE)):
            owners.setdefault(xzufi.bare(row.key), []).append((row.key, row.key))
            for task in row.facts.get("responsibilities", ()):
                yield from self._link(task, row.key)
        yield from self._links_of_their_own(owners)

    def _links_of_their_own(self, owners: dict[str, list[Link]]) -> Iterator[Link]:
        """Responsibilities that came as messages, each for the unit or online service that it names."""
        for row in self._rows(xzufi.RESPONSIBILITY):
            named = row.facts.get("owner", "")
            for owner in xzufi.closest(named, owners.get(xzufi.bare(named), ()))[:1]:
                yield from self._link(row.facts, owner)

    def _link(self, task: dict[str, Any], owner: str) -> Iterator[Link]:
        if covers(task.get("areas", ()), self._run.area):
            yield from ((service, owner) for service in task.get("services", ()))

    def _rows(self, kind: str) -> Iterable[ImportedRecord]:
        return self._by_kind.get(kind, {}).values()


def _online(row: ImportedRecord) -> str:
    return next(iter(row.facts.get("links", ())), "") if row.state == TAKEN else ""


def _mark(says: list[Any]) -> str:
    return hashlib.sha256(json.dumps(says, sort_keys=True, default=str).encode()).hexdigest()
