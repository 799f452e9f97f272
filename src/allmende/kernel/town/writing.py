# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From checked shapes to rows. Called by `service` inside its transaction, after everything was checked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from allmende.kernel.town import formats, models
from allmende.kernel.town.engine import statutes


def town(shape: formats.TownShape) -> None:
    """The town with its streets and emergency numbers."""
    fields = shape.model_dump(exclude={"id", "streets", "emergency_numbers", "address"})
    if shape.address:
        fields["address"] = f"{shape.address.street}\n{shape.address.postcode} {shape.address.city}"
    models.Town.objects.update_or_create(pk=shape.id, defaults={**fields, "content_hash": shape.fingerprint()})
    _replace(
        models.Street,
        {"town_id": shape.id},
        [{"name": street.name, "district": street.district} for street in dict.fromkeys(shape.streets)],
    )
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


def service(shape: formats.ServiceShape) -> None:
    """A service with all its rows except the related services, which may not be there yet."""
    fields = {name: getattr(shape, name) for name in ("status", "approved_on", "valid_from", "valid_to", "red_list")}
    fields |= {
        "unit_id": shape.unit,
        "online": shape.online,
        "source": shape.source,
        "free": _value(shape.free),
        "processing_time": _value(shape.processing_time),
        "content_hash": shape.fingerprint(),
    }
    row, _created = models.Service.objects.update_or_create(pk=shape.id, defaults=fields)
    of_service = {"service_id": shape.id}
    _replace(models.ServiceKey, of_service, [{"code": code} for code in dict.fromkeys(shape.leika)])
    _replace(
        models.ServiceText,
        of_service,
        [{"module": code, "language": language, "text": text} for (code, language), text in shape.texts().items()],
    )
    _replace(
        models.ServiceSynonym,
        of_service,
        [
            {"language": language, "term": term}
            for language, terms in shape.synonyms.items()
            for term in dict.fromkeys(terms)
        ],
    )
    _replace(models.Fee, of_service, [_fee(n, line) for n, line in enumerate(shape.fees, 1)])
    _replace(models.RequiredDocument, of_service, [_line(n, line) for n, line in enumerate(shape.documents, 1)])
    _replace(models.Deadline, of_service, [_line(n, line) for n, line in enumerate(shape.deadlines, 1)])
    row.statutes.set(models.Statute.objects.filter(pk__in=shape.statutes))


def related(shape: formats.ServiceShape) -> None:
    """The related services of a service, once all are there."""
    models.Service.objects.get(pk=shape.id).related.set(models.Service.objects.filter(pk__in=shape.related))


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


def _without_title(text: str) -> str:
    """The text without the first-level heading that repeats the title."""
    first, _line_break, rest = text.partition("\n")
    return rest.strip() if first.startswith("# ") else text


def _replace(model: Any, owner: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Put these rows in the place of those the owner had."""
    model.objects.filter(**owner).delete()
    model.objects.bulk_create(model(**owner, **row) for row in rows)


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
