# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a source has sent so far. `take` notes a batch of arrivals; what did not change costs one comparison of hashes.

A dry ledger reads the database and keeps to itself what it would write.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from allmende.kernel.town import formats
from allmende.kernel.town.imports import mapping, reasons, rules
from allmende.kernel.town.imports.engine import xzufi
from allmende.kernel.town.imports.models import Import, ImportedRecord, packed
from allmende.kernel.town.imports.reading import FILE, NAMELESS, Arrival
from allmende.kernel.town.imports.rules import INVALID, OUTSIDE, TAKEN

Key = tuple[str, str]
ADDRESS: TypeAdapter[str] = TypeAdapter(formats.Url)
STORED = [
    field.name for field in ImportedRecord._meta.concrete_fields if field.name not in ("id", "source", "kind", "key")
]
OUTCOMES = ("written", "unchanged", "deleted")
LIGHT = "packed"
"""The field that is left in the database until a record is dealt with."""


class Ledger:
    """The records of one source, as one import sees and changes them."""

    def __init__(self, run: Import, *, dry: bool = False) -> None:
        self.run = run
        self.dry = dry
        self._kept: dict[Key, ImportedRecord] = {}
        self._seen: dict[Key, int] = {}
        self._by_bare_id: dict[Key, set[str]] | None = None

    def take(self, arrivals: Sequence[Arrival]) -> None:
        """Note what arrived. Of two with one key the later counts, as the source orders; in a table the second is a fault."""
        given = [self._meant(self._once(arrival)) for arrival in arrivals]
        known = self._known({(arrival.kind, arrival.key) for arrival in given})
        changed: dict[Key, ImportedRecord] = {}
        same: dict[Key, ImportedRecord] = {}
        mended: list[ImportedRecord] = []
        for arrival in given:
            key = (arrival.kind, arrival.key)
            row = changed.get(key) or known.get(key)
            if arrival.kind == FILE and arrival.gone:
                mended += [row] if row else []
            elif row is None and arrival.gone:
                continue  # deleted before it ever came here
            elif self._note(arrival, row, changed):
                same.pop(key, None)
            elif row is not None and key not in changed:
                same[key] = row
        self._forget(mended)
        self._keep_as_they_are(list(same.values()))
        self.save(changed.values())

    def rows(self, kinds: Iterable[str]) -> list[ImportedRecord]:
        """All records of these kinds, without their content, by the order in which they first came."""
        wanted = set(kinds)
        stored = ImportedRecord.objects.filter(source=self.run.source, kind__in=wanted).defer(LIGHT).order_by("pk")
        found = {(row.kind, row.key): row for row in stored}
        found |= {key: row for key, row in self._kept.items() if row.kind in wanted}
        return list(found.values())

    def whole(self, rows: Sequence[ImportedRecord]) -> list[ImportedRecord]:
        """These records with their content, as they stand now."""
        mine = {row.pk for row in rows if (row.kind, row.key) not in self._kept}
        stored = ImportedRecord.objects.in_bulk(mine)
        found = (self._kept.get((row.kind, row.key)) or stored.get(row.pk) for row in rows)
        return [row for row in found if row is not None]

    def save(self, rows: Iterable[ImportedRecord]) -> None:
        """Keep the records; one statement for many."""
        given = list(rows)
        if self.dry:
            self._kept |= {(row.kind, row.key): row for row in given}
            return
        for row in given:
            row.pk = None  # source, kind and key decide which row it is
        ImportedRecord.objects.bulk_create(
            given, update_conflicts=True, unique_fields=["source", "kind", "key"], update_fields=STORED
        )

    def counts(self) -> dict[str, int]:
        """The numbers of the summary: what this import wrote, found unchanged, deleted, kept back, or passed over."""
        if self.dry:
            seen = [(row.kind, row.state, row.outcome) for row in self._kept.values() if row.run is self.run]
        else:
            seen = list(ImportedRecord.objects.filter(run=self.run).values_list("kind", "state", "outcome"))
        counted = [(state, outcome) for kind, state, outcome in seen if rules.kinds()[kind]["counts"]]
        waiting = set(rules.quarantined())
        return {
            **{name: sum(outcome == name for _state, outcome in counted) for name in OUTCOMES},
            "outside": sum(state == OUTSIDE for state, _outcome in counted),
            "quarantined": sum(state in waiting for _kind, state, _outcome in seen),
        }

    def end(self, files: Sequence[str]) -> None:
        """Forget faults of these files that did not come again: records without a key have nothing else to be known by."""
        if not self.dry:
            stale = ImportedRecord.objects.filter(source=self.run.source, key__startswith=NAMELESS, file__in=files)
            stale.exclude(run=self.run).delete()

    def _known(self, keys: set[Key]) -> dict[Key, ImportedRecord]:
        rows = ImportedRecord.objects.filter(
            source=self.run.source, kind__in={kind for kind, _key in keys}, key__in={key for _kind, key in keys}
        )
        found = {(row.kind, row.key): row for row in rows.defer(LIGHT)}
        return found | {key: row for key, row in self._kept.items() if key in keys}

    def _once(self, arrival: Arrival) -> Arrival:
        """The arrival; a second line of a table with one id becomes a fault of its own."""
        if self.run.form == "xzufi" or arrival.key.startswith(NAMELESS) or arrival.kind == FILE:
            return arrival
        first = self._seen.setdefault((arrival.kind, arrival.key), arrival.line)
        if first == arrival.line:
            return arrival
        key = f"{NAMELESS}{arrival.file}{NAMELESS}{arrival.line}"[: rules.limits()["key_characters"]]
        return replace(arrival, key=key, fault="twice", detail=str(first))

    def _meant(self, arrival: Arrival) -> Arrival:
        """A deletion with the key of the record it means: sources leave out the agency of an id here and write it there."""
        if self.run.form != "xzufi" or arrival.kind == FILE:
            return arrival
        known = self._keys_by_bare_id().setdefault((arrival.kind, xzufi.bare(arrival.key)), set())
        if not arrival.gone:
            known.add(arrival.key)
            return arrival
        fits = {key for key in known if arrival.key in (key, xzufi.bare(key)) or key == xzufi.bare(arrival.key)}
        return replace(arrival, key=fits.pop()) if arrival.key not in fits and len(fits) == 1 else arrival

    def _keys_by_bare_id(self) -> dict[Key, set[str]]:
        """(kind, id without agency) → keys of this source, those that arrived meanwhile too."""
        if self._by_bare_id is None:
            self._by_bare_id = {}
            rows = ImportedRecord.objects.filter(source=self.run.source).values_list("kind", "key")
            for kind, key in rows.iterator():
                self._by_bare_id.setdefault((kind, xzufi.bare(key)), set()).add(key)
        return self._by_bare_id

    def _note(self, arrival: Arrival, row: ImportedRecord | None, changed: dict[Key, ImportedRecord]) -> bool:
        """Write the arrival into its row, if it is another than the last; says whether it is."""
        content, small = packed(arrival.record)
        digest = _digest(content, arrival)
        if row is not None and row.digest == digest:
            return False
        row = row or ImportedRecord(source=self.run.source, kind=arrival.kind, key=arrival.key)
        row.run, row.file, row.line = self.run, arrival.file[-250:], arrival.line
        row.digest, row.gone, row.fault = digest, arrival.gone, arrival.fault
        row.facts = arrival.facts | ({"detail": arrival.detail} if arrival.detail else {})
        row.packed = b"" if arrival.gone else small
        if arrival.record:
            row.title = mapping.name_of(arrival.kind, arrival.record, self.run.form)[:200]
        row.applied = row.outcome = row.state = ""
        _settle(row)
        changed[arrival.kind, arrival.key] = row
        return True

    def _keep_as_they_are(self, rows: Sequence[ImportedRecord]) -> None:
        """Records that came just as last time: this import has seen them."""
        for row in rows:
            row.run, row.outcome = self.run, "unchanged" if row.state == TAKEN else ""
        if self.dry:
            self._kept |= {(row.kind, row.key): row for row in rows}
            return
        for outcome in ("unchanged", ""):
            pks = [row.pk for row in rows if row.outcome == outcome]
            ImportedRecord.objects.filter(pk__in=pks).update(run=self.run, outcome=outcome)

    def _forget(self, rows: Sequence[ImportedRecord]) -> None:
        for row in rows:
            self._kept.pop((row.kind, row.key), None)
        if not self.dry:
            ImportedRecord.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _settle(row: ImportedRecord) -> None:
    """Records that need nothing but to be known, and those that could not be read, are done at once."""
    row.problems = {}
    if row.fault:
        row.state = INVALID
        row.problems = reasons.in_each_language(lambda: reasons.fault(row.fault, row.line, row.facts.get("detail", "")))
    elif row.kind in (xzufi.SPECIALISATION, xzufi.RESPONSIBILITY):
        row.state = TAKEN
    elif row.kind == xzufi.ONLINE:
        _settle_online(row)


def _settle_online(row: ImportedRecord) -> None:
    links = [link for link in row.facts.get("links", ()) if _is_address(link)]
    row.facts = row.facts | {"links": links}
    row.state = TAKEN if links or row.gone else "invalid"
    if row.state == INVALID:
        row.problems = reasons.in_each_language(reasons.no_link)


def _is_address(link: Any) -> bool:
    try:
        return bool(ADDRESS.validate_python(link))
    except ValidationError:
        return False


def _digest(content: bytes, arrival: Arrival) -> str:
    """What tells one arrival of a key from another; the place in the file does not."""
    told = hashlib.sha256(content)
    told.update(repr((sorted(arrival.facts.items()), arrival.gone, arrival.fault, arrival.detail)).encode())
    return told.hexdigest()
