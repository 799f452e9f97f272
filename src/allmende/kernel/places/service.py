# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public door for changes to the register: `take_in`, a file of streets and house numbers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from allmende.kernel.audit.service import record
from allmende.kernel.places import models, rules
from allmende.kernel.places.engine import table
from allmende.kernel.places.engine.table import Fault, TableRefused

BATCH = 2000
HOUSE = ("postcode", "latitude", "longitude")


@dataclass
class Taken:
    """What became of a file: how many streets and houses are new, changed or gone, and the rows that make no sense."""

    streets: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "changed", "gone"), 0))
    houses: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "changed", "gone"), 0))
    faults: list[Fault] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything is another than before."""
        return any((*self.streets.values(), *self.houses.values()))


def take_in(content: bytes, *, complete: bool = False) -> Taken:
    """Streets and house numbers of a CSV file, for the house itself (command line and loader).

    Each row stands for itself: what makes no sense is left out and named, the rest goes in, in one transaction. The same file
    again changes nothing. A street is known by name and part of the town; one of another name is the same where it has the key
    of a street that the file does not name any more: it was renamed.
    So it is where it had no part of the town yet. `complete`: the file is the whole register, and what it does not name is deleted; that
    is refused (`TableRefused` "complete") where a row makes no sense, for it may be the one that names it.
    Raises TableRefused for a file that cannot be read; nothing is changed then.
    """
    limits = rules.limits()
    if len(content) > limits["bytes"]:
        raise TableRefused("rows")
    read = table.read(content, rules.columns(), limits["rows"])
    if complete and read.faults:
        raise TableRefused("complete")
    with transaction.atomic():
        return _store(read, hashlib.sha256(content).hexdigest(), complete)


def _store(read: table.Table, digest: str, complete: bool) -> Taken:
    taken = Taken(faults=read.faults)
    streets = _streets(read, taken)
    _houses(read, streets, taken)
    if complete:
        _remove_all_but(read, streets, taken)
    if taken.changed:
        models.Delivery.objects.create(digest=digest)
        detail = {"digest": digest, "streets": taken.streets, "houses": taken.houses, "left_out": len(taken.faults)}
        record("places.register.taken_in", actor=None, subject="places:register", detail=detail)
    return taken


def _streets(read: table.Table, taken: Taken) -> dict[tuple[str, str], models.Street]:
    """The rows of the streets that the file names, by name and part of the town."""
    districts = _districts({part for _name, part in read.streets if part})
    rows = list(models.Street.objects.select_related("district"))
    by_name = {(row.name, row.district.name if row.district else ""): row for row in rows}
    by_key = {row.key: row for name, row in by_name.items() if row.key and name not in read.streets}
    nowhere = {name: row for (name, part), row in by_name.items() if not part and (name, part) not in read.streets}
    found = {}
    for (name, part), wanted in read.streets.items():
        known = by_name.get((name, part)) or by_key.get(wanted.key)
        row = known or nowhere.pop(name, None) or models.Street()
        fields: dict[str, Any] = {"name": name, "district": districts.get(part), "key": wanted.key or row.key}
        fields |= {"postcode": wanted.postcode or row.postcode, "spellings": wanted.spellings or row.spellings}
        found[name, part] = row
        _put(row, fields, taken.streets)
    return found


def _put(row: models.Street, fields: dict[str, Any], counts: dict[str, int]) -> None:
    new = row.pk is None
    if new or any(getattr(row, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        counts["new" if new else "changed"] += 1


def _districts(names: set[str]) -> dict[str, models.District]:
    models.District.objects.bulk_create((models.District(name=name) for name in sorted(names)), ignore_conflicts=True)
    return {row.name: row for row in models.District.objects.filter(name__in=names)}


def _houses(read: table.Table, streets: dict[tuple[str, str], models.Street], taken: Taken) -> None:
    """House numbers are written many at once; a register has a hundred thousand."""
    known = {(row.street_id, row.number, row.suffix): row for row in models.Address.objects.iterator()}
    new, changed = [], []
    for name, wanted in read.streets.items():
        for (number, suffix), house in wanted.houses.items():
            row = known.get((streets[name].pk, number, suffix))
            if row is None:
                new.append(models.Address(street=streets[name], number=number, suffix=suffix, **vars(house)))
            elif _update(row, house):
                changed.append(row)
    models.Address.objects.bulk_create(new, batch_size=BATCH)
    models.Address.objects.bulk_update(changed, HOUSE, batch_size=BATCH)
    taken.houses["new"], taken.houses["changed"] = len(new), len(changed)


def _update(row: models.Address, house: table.House) -> bool:
    """Take over what the file says; what it is silent about stays. Tells whether that changes anything."""
    before = {name: getattr(row, name) for name in HOUSE}
    if house.postcode:
        row.postcode = house.postcode
    if house.latitude is not None:
        row.latitude, row.longitude = house.latitude, house.longitude
    return before != {name: getattr(row, name) for name in HOUSE}


def _remove_all_but(read: table.Table, streets: dict[tuple[str, str], models.Street], taken: Taken) -> None:
    named = {
        (streets[name].pk, number, suffix) for name, wanted in read.streets.items() for number, suffix in wanted.houses
    }
    houses = models.Address.objects.values_list("pk", "street_id", "number", "suffix")
    gone = [pk for pk, *house in houses.iterator() if tuple(house) not in named]
    _delete(models.Address, gone)
    kept = {row.pk for row in streets.values()}
    others = [pk for pk in models.Street.objects.values_list("pk", flat=True) if pk not in kept]
    _delete(models.Street, others)
    models.District.objects.filter(streets=None).delete()
    taken.houses["gone"], taken.streets["gone"] = len(gone), len(others)


def _delete(model: Any, keys: Sequence[int]) -> None:
    for begin in range(0, len(keys), BATCH):
        model.objects.filter(pk__in=keys[begin : begin + BATCH]).delete()
