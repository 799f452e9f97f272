# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From records as they arrived to checked shapes. Reads only; `applying` decides and writes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation

from allmende.kernel.town import checks, formats, models, queries
from allmende.kernel.town.errors import TownDataError
from allmende.kernel.town.imports import mapping, reasons
from allmende.kernel.town.imports.circumstances import Circumstances, Surroundings
from allmende.kernel.town.imports.engine.areas import covers
from allmende.kernel.town.imports.engine.slugs import LENGTH, free_slug, slug
from allmende.kernel.town.imports.ledger import Ledger
from allmende.kernel.town.imports.models import Import, ImportedRecord
from allmende.kernel.town.imports.rules import DISCARDED
from allmende.kernel.town.rules import DRAFT, PUBLISHED

NO_UNIT = "unbekannt"
"""Stands in for a unit nobody knows, so that everything else about the record is still checked."""

Data = dict[str, Any]
Made = tuple[Data, reasons.Problems]


@dataclass
class Plan:
    """What is to become of a record: its shape, or nothing where it is wrong, not for us (`outside`) or deleted.

    `left` is the hash of the content that the import left last.
    """

    row: ImportedRecord
    mark: str
    shape: Any = None
    outside: bool = False
    left: str = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.row.written


@dataclass
class Names:
    """The ids there are, and those given away meanwhile; what is expected to come with the same delivery."""

    taken: set[str]
    expected: set[str] = field(default_factory=set)


class ServicePlanner:
    """Plans services, many at a time."""

    def __init__(self, ledger: Ledger, around: Surroundings, units: Iterable[str] = ()) -> None:
        self._ledger, self._around, self._run = ledger, around, ledger.run
        self._units = frozenset(units)
        self._known_units = self._units | set(models.Unit.objects.values_list("pk", flat=True))
        self._special = {row.key: row for row in ledger.rows(["specialisation"])}
        waiting = {row.key for row in ledger.rows(["service"]) if not row.gone and not row.fault}
        self._names = Names(
            set(models.Service.objects.values_list("pk", flat=True)),
            waiting if self._run.form != "xzufi" else set(),
        )

    def is_due(self, row: ImportedRecord) -> bool:
        """Whether something is left to do: it changed, what is around it did, or it waits in quarantine."""
        return _is_due(row, lambda: self._around.of(row).mark)

    def plan(self, rows: Sequence[ImportedRecord]) -> list[Plan]:
        """A plan for each; problems are noted in the rows."""
        whole = self._ledger.whole(rows)
        around = {row.key: self._around.of(row) for row in whole}
        plans = [Plan(row, around[row.key].mark) for row in whole]
        open_plans = [plan for plan in plans if not plan.row.gone and not self._is_outside(plan)]
        contents = {plan.row.key: plan.row.record for plan in open_plans}
        self._with_ids(open_plans, contents)
        special = self._specialisations(around.values())

        def made(plan: Plan) -> Made:
            return self._made(plan.row, contents[plan.row.key], around[plan.row.key], special)

        check = _checked(made, formats.ServiceShape, self._check)
        _in_each_language(open_plans, check)
        return plans

    def _is_outside(self, plan: Plan) -> bool:
        areas = plan.row.record.get("areas", ()) if self._run.form == "xzufi" else ()
        plan.outside = not covers(areas, self._run.area)
        return plan.outside

    def _with_ids(self, plans: Sequence[Plan], contents: Mapping[str, Data]) -> None:
        for row in (plan.row for plan in plans):
            if self._run.form != "xzufi":
                given = contents[row.key].get("id")
                row.local_id = given.strip()[:LENGTH] if isinstance(given, str) else ""
            elif not row.local_id:
                name = mapping.name_of(row.kind, contents[row.key], self._run.form)
                row.local_id = free_slug(name, f"{row.source}:{row.key}", self._names.taken)
            self._names.taken.add(row.local_id)

    def _specialisations(self, around: Iterable[Circumstances]) -> dict[str, Data]:
        needed = {key for given in around for key in given.specialisations}
        rows = self._ledger.whole([self._special[key] for key in needed if key in self._special])
        return {row.key: row.record for row in rows}

    def _made(self, row: ImportedRecord, record: Data, around: Circumstances, special: Mapping[str, Data]) -> Made:
        """The fields, and what is wrong with them before anybody looks at their shape."""
        if self._run.form != "xzufi":
            return self._of_table(record, around)
        given = mapping.specialised(record, [special[key] for key in around.specialisations if key in special])
        day = queries.today().isoformat()
        data = mapping.service(given, unit=around.unit, online=around.online, day=day)
        status, problems = _status(self._run, bool(data.get("approved_on")))
        if not data.get("approved_on"):
            data["approved_on"] = mapping.iso_day(given["changed"]) or day
        problems += [] if around.unit else reasons.no_unit(around.owner)
        return {**data, "unit": around.unit or NO_UNIT, "id": row.local_id, "status": status}, problems

    def _of_table(self, record: Data, around: Circumstances) -> Made:
        status, _problems = _status(self._run, approved=True)
        ours = isinstance(record.get("unit"), str) and record["unit"] in self._known_units
        given = {"unit": around.unit} if around.unit and not ours else {}
        wish = record.get("status", status) if self._run.arrival == Import.Arrival.AUTO else status
        return {**record, **given, "status": wish}, []

    def _check(self, named: Sequence[tuple[str, formats.ServiceShape]]) -> list[Any]:
        return checks.services(named, expected_units=self._units, expected_services=self._names.expected)


class UnitPlanner:
    """Plans organisational units. One the town has already, by its id or name, is only recognised."""

    def __init__(self, ledger: Ledger, around: Surroundings) -> None:
        self._ledger, self._around, self._run = ledger, around, ledger.run
        rows = list(models.Unit.objects.values_list("pk", "name"))
        self._names = Names({pk for pk, _name in rows})
        named: dict[str, list[str]] = {}
        for pk, name in rows:
            named.setdefault(str(name.get("de", "")).casefold(), []).append(pk)
        self._by_name = {name: pks[0] for name, pks in named.items() if len(pks) == 1}

    def is_due(self, row: ImportedRecord) -> bool:
        """Whether something is left to do."""
        return _is_due(row, lambda: self._around.mark_of_unit(row))

    def plan(self, rows: Sequence[ImportedRecord]) -> list[Plan]:
        """A plan for each; problems are noted in the rows. A unit that the town has already gets no shape."""
        plans = [Plan(row, self._around.mark_of_unit(row)) for row in self._ledger.whole(rows)]
        for plan in plans:
            plan.outside = not plan.row.gone and not self._around.is_needed(plan.row)
        open_plans = [plan for plan in plans if not plan.row.gone and not plan.outside and not self._is_ours(plan.row)]
        contents = {plan.row.key: plan.row.record for plan in open_plans}
        for row in (plan.row for plan in open_plans):
            name = mapping.name_of(row.kind, contents[row.key], self._run.form)
            row.local_id = row.local_id or free_slug(name, f"{row.source}:{row.key}", self._names.taken)
            self._names.taken.add(row.local_id)
        status = DRAFT if self._run.arrival == Import.Arrival.DRAFT else PUBLISHED

        def made(plan: Plan) -> Made:
            return {**mapping.unit(contents[plan.row.key]), "id": plan.row.local_id, "status": status}, []

        _in_each_language(open_plans, _checked(made, formats.UnitShape, checks.units))
        return plans

    def _is_ours(self, row: ImportedRecord) -> bool:
        """Whether the town had the unit before; then its id is noted and nothing else."""
        if row.local_id:
            return not row.written
        known = slug(row.key.rpartition(":")[2])
        found = known if known in self._names.taken else self._by_name.get(row.title.casefold(), "")
        row.local_id = found
        row.problems = {}
        return bool(found)


def _is_due(row: ImportedRecord, mark: Callable[[], str]) -> bool:
    if row.fault or row.state == DISCARDED:
        return False
    return not row.state or row.meaning.quarantined or row.applied != mark()


def _status(run: Import, approved: bool) -> tuple[str, reasons.Problems]:
    """In which state a record arrives, and what speaks against it."""
    if run.arrival == Import.Arrival.DRAFT or (run.arrival == Import.Arrival.AUTO and not approved):
        return DRAFT, []
    return PUBLISHED, [] if approved else reasons.not_approved()


def _checked(
    made: Callable[[Plan], Made],
    shape: type[Any],
    check: Callable[[Sequence[tuple[str, Any]]], list[Any]],
) -> Callable[[Sequence[Plan]], dict[str, reasons.Problems]]:
    """A check of some of the plans: key → everything wrong, in the language that holds. It leaves the shapes in the plans."""

    def run(some: Sequence[Plan]) -> dict[str, reasons.Problems]:
        found: dict[str, reasons.Problems] = {}
        named = []
        for plan in some:
            data, problems = made(plan)
            found[plan.row.key] = list(problems)
            try:
                plan.shape = formats.read(shape, data, plan.row.key)
                named.append((plan.row.key, plan.shape))
            except TownDataError as error:
                found[plan.row.key] += [(problem.field, problem.message) for problem in error.problems]
        for problem in check(named):
            if not any(field == problem.field for field, _sentence in found[problem.source]):
                found[problem.source].append((problem.field, problem.message))
        return found

    return run


def _in_each_language(plans: Sequence[Plan], check: Callable[[Sequence[Plan]], dict[str, reasons.Problems]]) -> None:
    """Check all once, and what is wrong again in the other languages, so that every editor reads why."""
    first, *others = [language for language, _name in settings.LANGUAGES]
    with translation.override(first):
        found = check(plans)
    for plan in plans:
        plan.row.problems = {first: found[plan.row.key]} if found[plan.row.key] else {}
    wrong = [plan for plan in plans if plan.row.problems]
    for language in others if wrong else ():
        with translation.override(language):
            said = check(wrong)
        for plan in wrong:
            plan.row.problems = {**plan.row.problems, language: said[plan.row.key]}
    for plan in wrong:
        plan.shape = None
