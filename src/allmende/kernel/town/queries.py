# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of the town: cards of `town.cards`, with a number of queries that does not grow with the data.

Only what is public and valid is returned. `language` is ``de`` or ``en``; a text that has no translation comes in
German and knows it. `moment` is an aware time, now if left out; opening hours are those of the town's time zone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby

from django.conf import settings
from django.db.models import Count, Max, Q
from django.utils import timezone, translation

from allmende.kernel.registry import OnlineServices, registry, resolve
from allmende.kernel.town import building, cards, models, rules, selecting
from allmende.kernel.town.cards import GERMAN, local
from allmende.kernel.town.editing.models import Version
from allmende.kernel.town.rules import COLLECTIONS

FOLDED = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})


def town() -> cards.TownView | None:
    """The town of this installation; None before its data is loaded. One query."""
    row = models.Town.objects.filter(pk=settings.TOWN).first()
    if row is None:
        return None
    return cards.TownView(
        id=row.id,
        name=row.name,
        kind=row.kind,
        district=row.district,
        population=row.population,
        population_on=row.population_on,
        address=row.address,
        phone=row.phone,
        email=row.email,
        website=row.website,
        represented_by=row.represented_by,
    )


def emergency_numbers(language: str = GERMAN) -> tuple[cards.Emergency, ...]:
    """Numbers to call when waiting is wrong, the most urgent first. One query."""
    rows = models.EmergencyNumber.objects.filter(town_id=settings.TOWN)
    return tuple(cards.Emergency(row.number, local(row.title, language), local(row.note, language)) for row in rows)


def units(language: str = GERMAN, moment: datetime | None = None) -> tuple[cards.UnitCard, ...]:
    """All offices and facilities in their order. Three queries."""
    at = _local(moment)
    with translation.override(language):
        return tuple(building.unit_card(row, language, at) for row in selecting.units())


def unit(unit_id: str, language: str = GERMAN, moment: datetime | None = None) -> cards.UnitCard | None:
    """One office or facility. Three queries."""
    row = selecting.units().filter(pk=unit_id).first()
    with translation.override(language):
        return building.unit_card(row, language, _local(moment)) if row else None


def by_kind(found: Iterable[cards.UnitCard]) -> list[tuple[str, list[cards.UnitCard]]]:
    """Units grouped by kind, under the kind's name: offices, facilities, other authorities."""
    kinds = models.Unit.Kind
    ordered = sorted(found, key=lambda card: kinds.values.index(card.kind))
    return [(str(kinds(kind).label), list(group)) for kind, group in groupby(ordered, key=lambda card: card.kind)]


def services(
    language: str = GERMAN, *, unit_id: str | None = None, day: date | None = None
) -> tuple[cards.ServiceLink, ...]:
    """All services, or those of one unit, by name. Two queries."""
    rows = selecting.services(day or today()).prefetch_related(selecting.link_texts())
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    return _by_name(building.service_link(row, language) for row in rows)


def by_letter(links: Iterable[cards.ServiceLink]) -> list[tuple[str, list[cards.ServiceLink]]]:
    """Services in the order of their names, grouped by first letter; Ä stands with A."""
    ordered = sorted(links, key=lambda link: fold(link.name))
    return [(letter, list(group)) for letter, group in groupby(ordered, key=lambda link: fold(link.name)[:1].upper())]


def revision() -> tuple[int, datetime | None]:
    """Another one after each publication, withdrawal or import of a text. One query."""
    found = Version.objects.aggregate(count=Count("pk"), last=Max("made_at"))
    return found["count"], found["last"]


def changed_texts(since: datetime) -> dict[str, datetime]:
    """Key of the search document (its German one) → when it was last published or withdrawn, of texts that were changed since.

    The first version of a text is no change: nothing rests on it yet. One query.
    """
    rows = Version.objects.filter(made_at__gte=since, number__gt=1, kind__in=COLLECTIONS).order_by("made_at")
    return {f"{COLLECTIONS[kind]}/{pk}": at for kind, pk, at in rows.values_list("kind", "record_id", "made_at")}


def service_card(service_id: str, language: str = GERMAN, moment: datetime | None = None) -> cards.ServiceCard | None:
    """Everything about one service; None when it does not exist, is withdrawn or not valid at the moment."""
    return service_cards([service_id], language, moment).get(service_id)


def service_cards(
    service_ids: Sequence[str], language: str = GERMAN, moment: datetime | None = None
) -> dict[str, cards.ServiceCard]:
    """The cards of several services by id, in the order asked for, without those not public. At most 13 queries, and those of the rooms
    that take applications.
    """
    at = _local(moment)
    wanted_rows = selecting.services(at.date()).filter(pk__in=service_ids)
    rows = {row.id: row for row in selecting.complete(wanted_rows, at.date())}
    here = _online() if rows else {}
    with translation.override(language):
        found = {wanted: building.service_card(rows[wanted], language, at) for wanted in service_ids if wanted in rows}
    return {wanted: replace(card, online=here.get(wanted, card.online)) for wanted, card in found.items()}


def service_modules() -> dict[str, frozenset[str]]:
    """Id of each public service → codes of the text modules it has; its list of documents counts as one. Two queries."""
    found: dict[str, set[str]] = {}
    for service, module in selecting.public_services().values_list("pk", "texts__module"):
        found.setdefault(service, set()).add(module or "")
    for service in selecting.public_services().exclude(documents=None).values_list("pk", flat=True):
        found[service].add(rules.module_codes()["documents"])
    return {service: frozenset(codes - {""}) for service, codes in found.items()}


def red_list() -> frozenset[str]:
    """Ids of the services that no language model may put into words. One query."""
    return frozenset(models.Service.objects.filter(red_list=True).values_list("pk", flat=True))


def statutes(language: str = GERMAN, *, day: date | None = None) -> tuple[cards.StatuteLink, ...]:
    """The statutes in force on a day, by short title. One query."""
    day = day or today()
    rows = selecting.statutes().filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
    links = (building.statute_link(row, language) for row in rows)
    return tuple(sorted(links, key=lambda link: fold(link.short_title)))


def statute(statute_id: str, language: str = GERMAN, *, as_of: date | None = None) -> cards.StatuteView | None:
    """A statute with its wording. With `as_of` the version of its family that held on that day (None when none did);
    without it exactly the version of that id. Six queries.
    """
    family = _family(statute_id)
    day = as_of or today()
    links = [building.version_link(row, day) for row in family]
    wanted = statute_id if as_of is None else next((link.id for link in links if link.in_force), None)
    row = selecting.with_sections(selecting.statutes()).filter(pk=wanted).first() if family else None
    if row is None:
        return None
    shown = next(link for link in links if link.id == row.id)
    current = next((link for link in links if _holds(link, today())), None)
    return cards.StatuteView(
        id=row.id,
        url=building.statute_link(row, language).url,
        kind=local(rules.statute_kinds()[row.kind], language),
        title=row.title,
        short_title=building.short_title(row.title),
        abbreviation=row.abbreviation,
        unit=row.unit_id,
        adopted_on=row.adopted_on,
        promulgated_on=row.promulgated_on,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        source=row.source,
        preamble=row.preamble,
        sections=building.sections_of(row),
        versions=tuple(links),
        as_of=day,
        in_force=shown.in_force,
        successor=current if current and current.valid_from > row.valid_from else None,
        services=_services_under(row.id, language, day),
    )


def statute_sections() -> dict[str, frozenset[str]]:
    """Id of each public statute → the numbers of its sections (``§ 5``). Two queries."""
    rows = selecting.statutes().prefetch_related("sections")
    return {row.pk: frozenset(section.number for section in row.sections.all()) for row in rows}


def statute_history(statute_id: str, day: date | None = None) -> tuple[cards.VersionLink, ...]:
    """All versions of a statute's family, the newest first. One query."""
    return tuple(building.version_link(row, day or today()) for row in _family(statute_id))


def page(page_id: str, language: str = GERMAN) -> cards.PageView | None:
    """A page of the town's web site. One query."""
    row = selecting.pages().filter(pk=page_id).first()
    return building.page_view(row, language) if row else None


def pages(language: str = GERMAN) -> tuple[cards.PageView, ...]:
    """All pages of the town's web site, by title. One query."""
    return tuple(
        sorted((building.page_view(row, language) for row in selecting.pages()), key=lambda view: fold(view.title))
    )


def today() -> date:
    """The date in the town."""
    return _local(None).date()


def now() -> datetime:
    """The moment in the town's time zone."""
    return _local(None)


def fold(text: str) -> str:
    """A sort key of German words after DIN 5007-1: without umlauts, upper case and quotation marks."""
    return text.lower().translate(FOLDED).lstrip("„\"'")


def _online() -> dict[str, str]:
    """Id of each service that a room takes applications for → where."""
    return {
        service: url for item in registry().all(OnlineServices) for service, url in resolve(item.addresses)().items()
    }


def _local(moment: datetime | None) -> datetime:
    return timezone.localtime(moment, timezone.get_default_timezone())


def _by_name(links: Iterable[cards.ServiceLink]) -> tuple[cards.ServiceLink, ...]:
    return tuple(sorted(links, key=lambda link: fold(link.name)))


def _holds(version: cards.VersionLink, day: date) -> bool:
    return version.valid_from <= day and (version.valid_to is None or version.valid_to >= day)


def _family(statute_id: str) -> list[models.Statute]:
    """All public versions that replace one another, the newest first; empty when the id is unknown. One query."""
    rows = {row.id: row for row in selecting.statutes().defer("preamble", "synonyms")}
    members, waiting = set[str](), [statute_id]
    while waiting:
        member = waiting.pop()
        if member not in rows or member in members:
            continue
        members.add(member)
        older = rows[member].replaces_id
        waiting += [row.id for row in rows.values() if row.replaces_id == member or row.id == older]
    return sorted((rows[member] for member in members), key=lambda row: row.valid_from, reverse=True)


def _services_under(statute_id: str, language: str, day: date) -> tuple[cards.ServiceLink, ...]:
    rows = selecting.services(day).filter(statutes=statute_id).prefetch_related(selecting.link_texts())
    return _by_name(building.service_link(row, language) for row in rows)
