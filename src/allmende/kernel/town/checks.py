# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What one record says about another, checked before anything is written.

Each function returns problems, none when all is well.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from allmende.kernel.town import formats, models, rules
from allmende.kernel.town.engine.statutes import StatuteTextError, anchor_of, parse
from allmende.kernel.town.errors import Problem

Named = tuple[str, formats.RecordShape]
"""Where a record was read, and the record."""


def ids_once(records: Iterable[Named]) -> list[Problem]:
    """No id twice in one delivery."""
    seen: dict[str, str] = {}
    found = []
    for source, shape in records:
        if shape.id in seen:
            message = _("Die Kennung „{id}“ steht schon in {other}.").format(id=shape.id, other=seen[shape.id])
            found.append(Problem(source, "id", message))
        seen.setdefault(shape.id, source)
    return found


def units(records: Sequence[tuple[str, formats.UnitShape]]) -> list[Problem]:
    """Every parent exists, and no unit is above itself."""
    parents: dict[str, str | None] = dict(models.Unit.objects.values_list("id", "parent_id"))
    parents |= {shape.id: shape.parent for _source, shape in records}
    found = [
        Problem(source, "parent", _unknown_unit(shape.parent))
        for source, shape in records
        if shape.parent and shape.parent not in parents
    ]
    circle = _("Die Ämter stehen im Kreis übereinander.")
    found += [Problem(source, "parent", circle) for source, shape in records if _in_circle(shape.id, parents)]
    return found


def unit_exists(
    records: Iterable[tuple[str, formats.ServiceShape | formats.StatuteShape | formats.PageShape]],
    expected: Iterable[str] = (),
) -> list[Problem]:
    """The unit that a record names exists, or is `expected` to come in the same delivery."""
    known = set(models.Unit.objects.values_list("id", flat=True)) | set(expected)
    return [
        Problem(source, "unit", _unknown_unit(shape.unit))
        for source, shape in records
        if shape.unit and shape.unit not in known
    ]


def statutes(records: Sequence[tuple[str, formats.StatuteShape]]) -> list[Problem]:
    """The text is built like a statute, the unit exists, and the chain of versions is sound."""
    found = []
    for source, shape in records:
        try:
            parse(shape.text)
        except StatuteTextError as error:
            twice = _("{section} kommt zweimal vor.").format(section=error.twice)
            missing = _("Der Text enthält keinen Paragrafen (Überschrift „## § 1 …“).")
            found.append(Problem(source, "text", twice if error.twice else missing))
    return found + unit_exists(records) + versions(records)


def services(
    records: Sequence[tuple[str, formats.ServiceShape]],
    *,
    expected_units: Iterable[str] = (),
    expected_services: Iterable[str] = (),
) -> list[Problem]:
    """The unit and everything else that a service names exists, or is expected to come in the same delivery."""
    return unit_exists(records, expected_units) + references(records, expected_services)


def versions(records: Sequence[tuple[str, formats.StatuteShape]]) -> list[Problem]:
    """A version that is replaced exists, is older, and is replaced only once."""
    begins = dict(models.Statute.objects.values_list("id", "valid_from"))
    begins |= {shape.id: shape.valid_from for _source, shape in records}
    others = models.Statute.objects.exclude(pk__in=[shape.id for _source, shape in records])
    successors = dict(others.exclude(replaces=None).values_list("replaces_id", "id"))
    found = []
    for source, shape in records:
        if shape.replaces is None:
            continue
        if shape.replaces not in begins:
            message = _("Die Satzung „{id}“ gibt es nicht.").format(id=shape.replaces)
            found.append(Problem(source, "replaces", message))
        elif begins[shape.replaces] >= shape.valid_from:
            found.append(Problem(source, "replaces", _("Die ersetzte Fassung beginnt nicht früher als diese.")))
        elif successors.setdefault(shape.replaces, shape.id) != shape.id:
            message = _("Die Fassung wird schon von „{id}“ ersetzt.").format(id=successors[shape.replaces])
            found.append(Problem(source, "replaces", message))
    return found


def references(records: Sequence[tuple[str, formats.ServiceShape]], expected: Iterable[str] = ()) -> list[Problem]:
    """Every statute, section and related service that a service names exists, or is `expected` to come."""
    known = set(models.Statute.objects.values_list("id", flat=True))
    sections = set(models.StatuteSection.objects.values_list("statute_id", "anchor"))
    offered = set(models.Service.objects.values_list("id", flat=True)) | {shape.id for _source, shape in records}
    offered |= set(expected)
    found = []
    for source, shape in records:
        for field, statute, section in shape.references():
            if statute not in known:
                found.append(Problem(source, field, _("Die Satzung „{id}“ gibt es nicht.").format(id=statute)))
            elif section and (statute, anchor_of(section)) not in sections:
                message = _("{section} gibt es in der Satzung „{id}“ nicht.").format(section=section, id=statute)
                found.append(Problem(source, field, message))
        for position, other in enumerate(shape.related, 1):
            if other not in offered:
                message = _("Die Leistung „{id}“ gibt es nicht.").format(id=other)
                found.append(Problem(source, f"related.{position}", message))
    return found


def unit_is_free(unit_id: str) -> list[Problem]:
    """A unit that still has services in public cannot be withdrawn."""
    count = models.Service.objects.filter(unit_id=unit_id, status__in=rules.public_states()).count()
    if not count:
        return []
    message = _(
        "Zu diesem Amt gehören noch {count} veröffentlichte Leistungen. Ordnen Sie diese zuerst einem anderen Amt zu."
    )
    return [Problem(unit_id, "", message.format(count=count))]


def _unknown_unit(unit_id: str | None) -> str:
    return _("Das Amt „{id}“ gibt es nicht.").format(id=unit_id)


def _in_circle(unit_id: str, parents: Mapping[str, str | None]) -> bool:
    above, steps = parents.get(unit_id), 0
    while above is not None and above != unit_id and steps < len(parents):
        above, steps = parents.get(above), steps + 1
    return above == unit_id
