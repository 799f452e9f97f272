# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From checked shapes to rows. Called by `service` inside its transaction, after everything was checked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from allmende.kernel.town import formats, models
from allmende.kernel.town.engine import statutes


def town(shape: formats.TownShape) -> None:
    """The town with its emergency numbers."""
    fields = shape.model_dump(exclude={"id", "emergency_numbers", "address"})
    if shape.address:
        fields["address"] = f"{shape.address.street}\n{shape.address.postcode} {shape.address.city}"
    models.Town.objects.update_or_create(pk=shape.id, defaults={**fields, "content_hash": shape.fingerprint()})
    _replace(
        models.EmergencyNumber,
        {"town_id": shape.id},
        [
            {"position": n, "number": line.number, "title": line.label.value(), "note": _value(line.description)}
            for n, line in enumerate(shape.emergency_numbers, 1)
        ],
    )


def unit(shape: formats.UnitShape) -> None:
    """A unit with its opening hours and closures; the parent is there already."""
    plain = {"status", "kind", "position", "phone", "email", "website", "appointment", "open_on_holidays"}
    fields = shape.model_dump(include=plain) | {
        "parent_id": shape.parent,
        "name": shape.name.value(),
        "description": _value(shape.description),
        "synonyms": _terms(shape.synonyms),
        "street_address": shape.address.street,
        "postal_code": shape.address.postcode,
        "city": shape.address.city,
        "floor": _value(shape.floor),
        "accessibility": _value(shape.accessible),
        "hours_note": _value(shape.closed_note),
        "content_hash": shape.fingerprint(),
    }
    models.Unit.objects.update_or_create(pk=shape.id, defaults=fields)
    _replace(
        models.OpeningHours, {"unit_id": shape.id}, [row for hours in shape.opening_hours for row in _openings(hours)]
    )
    _replace(
        models.Closure,
        {"unit_id": shape.id},
        [
            {"first": line.first, "last": line.last or line.first, "reason": line.reason.value()}
            for line in shape.closures
        ],
    )


def statute(shape: formats.StatuteShape) -> None:
    """A statute with its sections; the version it replaces ends the day before, unless it says when."""
    text = statutes.parse(shape.text)
    fields = shape.model_dump(exclude={"id", "text", "unit", "replaces", "synonyms"})
    fields |= {
        "unit_id": shape.unit,
        "replaces_id": shape.replaces,
        "synonyms": list(shape.synonyms),
        "preamble": text.preamble,
        "content_hash": shape.fingerprint(),
    }
    if shape.replaces:  # an older version may take the place of another that is written later in the same delivery
        models.Statute.objects.filter(replaces=shape.replaces).exclude(pk=shape.id).update(replaces=None)
    models.Statute.objects.update_or_create(pk=shape.id, defaults=fields)
    _end_before_successors(shape.id, shape.replaces)
    models.StatuteSection.objects.filter(statute_id=shape.id).delete()
    sections = models.StatuteSection.objects.bulk_create(
        models.StatuteSection(
            statute_id=shape.id,
            position=n,
            number=section.number,
            anchor=section.anchor,
            part=section.part,
            heading=section.heading,
        )
        for n, section in enumerate(text.sections, 1)
    )
    models.StatuteParagraph.objects.bulk_create(
        models.StatuteParagraph(section=row, position=n, number=paragraph.number, text=paragraph.text)
        for row, section in zip(sections, text.sections, strict=True)
        for n, paragraph in enumerate(section.paragraphs, 1)
    )


def _end_before_successors(*ids: str | None) -> None:
    """A version that is replaced and does not say when it ends, ends on the day before its successor begins."""
    for successor in models.Statute.objects.filter(replaces__in=[known for known in ids if known]):
        last_day = successor.valid_from - timedelta(days=1)
        models.Statute.objects.filter(pk=successor.replaces_id, valid_to=None).update(valid_to=last_day)


def services(shapes: Sequence[formats.ServiceShape]) -> None:
    """Services with all their rows, in a number of statements that does not grow with each service.

    Related services must be there already or be among the given ones; those that are not are left out.
    """
    models.Service.objects.bulk_create(
        (_service(shape) for shape in shapes),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=SERVICE_FIELDS,
    )
    of = [(shape, {"service_id": shape.id}) for shape in shapes]
    owners = [shape.id for shape in shapes]
    for model, rows in (
        (models.ServiceKey, ((own, {"code": code}) for s, own in of for code in dict.fromkeys(s.leika))),
        (models.ServiceText, ((own, row) for s, own in of for row in _texts(s))),
        (models.ServiceSynonym, ((own, row) for s, own in of for row in _synonyms(s))),
        (models.Fee, ((own, _fee(n, line)) for s, own in of for n, line in enumerate(s.fees, 1))),
        (models.RequiredDocument, ((own, _line(n, line)) for s, own in of for n, line in enumerate(s.documents, 1))),
        (models.Deadline, ((own, _line(n, line)) for s, own in of for n, line in enumerate(s.deadlines, 1))),
    ):
        _replace_all(model, {"service_id__in": owners}, ({**own, **row} for own, row in rows))
    _link(models.Service.statutes.through, "statute_id", {s.id: s.statutes for s in shapes})
    relate({s.id: s.related for s in shapes})


def relate(wanted: Mapping[str, Sequence[str]]) -> None:
    """The related services of services: their ids, in the place of those they had. Unknown ids are left out."""
    known = {other for others in wanted.values() for other in others}
    there = set(models.Service.objects.filter(pk__in=known).values_list("pk", flat=True)) if known else set()
    found = {owner: [other for other in others if other in there] for owner, others in wanted.items()}
    _link(models.Service.related.through, "to_service_id", found, owner="from_service_id")


SERVICE_FIELDS = [
    "unit_id",
    "status",
    "approved_on",
    "valid_from",
    "valid_to",
    "red_list",
    "online",
    "source",
    "free",
    "processing_time",
    "content_hash",
    "changed_at",
]


def _service(shape: formats.ServiceShape) -> models.Service:
    fields = {name: getattr(shape, name) for name in ("status", "approved_on", "valid_from", "valid_to", "red_list")}
    return models.Service(
        id=shape.id,
        unit_id=shape.unit,
        online=shape.online,
        source=shape.source,
        free=_value(shape.free),
        processing_time=_value(shape.processing_time),
        content_hash=shape.fingerprint(),
        **fields,
    )


def _texts(shape: formats.ServiceShape) -> Iterable[dict[str, Any]]:
    return ({"module": code, "language": language, "text": text} for (code, language), text in shape.texts().items())


def _synonyms(shape: formats.ServiceShape) -> Iterable[dict[str, Any]]:
    return (
        {"language": language, "term": term}
        for language, terms in shape.synonyms.items()
        for term in dict.fromkeys(terms)
    )


def _link(through: Any, target: str, wanted: Mapping[str, Sequence[str]], owner: str = "service_id") -> None:
    """The rows of a many-to-many table: owner id → ids it is linked with."""
    _replace_all(
        through,
        {f"{owner}__in": list(wanted)},
        ({owner: one, target: other} for one, others in wanted.items() for other in dict.fromkeys(others)),
    )


def page(shape: formats.PageShape) -> None:
    """A page of the web site."""
    fields = shape.model_dump(include={"status", "updated_on", "source"})
    fields |= {
        "unit_id": shape.unit,
        "title": shape.title.value(),
        "body": {language: _without_title(text) for language, text in shape.text.value().items()},
        "synonyms": _terms(shape.synonyms),
        "content_hash": shape.fingerprint(),
    }
    models.Page.objects.update_or_create(pk=shape.id, defaults=fields)


def words(shape: formats.WordListShape) -> None:
    """The town's synonyms; the search gets its copy when it is told."""
    groups = [list(group.terms) for group in shape.groups]
    fields = {"status": shape.status, "groups": groups, "content_hash": shape.fingerprint()}
    models.WordList.objects.update_or_create(pk=shape.id, defaults=fields)


def _without_title(text: str) -> str:
    """The text without the first-level heading that repeats the title."""
    first, _line_break, rest = text.partition("\n")
    return rest.strip() if first.startswith("# ") else text


def _replace(model: Any, owner: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Put these rows in the place of those the owner had."""
    model.objects.filter(**owner).delete()
    model.objects.bulk_create(model(**owner, **row) for row in rows)


def _replace_all(model: Any, owned: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> None:
    """Put these rows in the place of all those that the owners had."""
    model.objects.filter(**owned).delete()
    model.objects.bulk_create(model(**row) for row in rows)


def _openings(hours: formats.HoursShape) -> Iterable[dict[str, Any]]:
    common = hours.model_dump(exclude={"days", "note"}) | {"note": _value(hours.note), "counts": hours.counts}
    return ({"weekday": formats.WEEKDAYS.index(day), **common} for day in hours.days)


def _fee(position: int, line: formats.FeeShape) -> dict[str, Any]:
    return {
        "position": position,
        "label": line.label.value(),
        "amount": line.amount,
        "per": _value(line.per),
        "statute_id": line.statute,
        "section": line.section,
    }


def _line(position: int, line: formats.LineShape) -> dict[str, Any]:
    return {"position": position, "label": line.value(), "statute_id": line.statute, "section": line.section}


def _value(text: formats.Translated | None) -> dict[str, str]:
    return text.value() if text else {}


def _terms(terms: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {language: list(words) for language, words in terms.items()}
