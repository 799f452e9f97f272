# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From rows to cards. Nothing here asks the database: `queries` has fetched what is read."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.kernel.town import cards, models, opening, rules
from allmende.kernel.town.cards import GERMAN, local
from allmende.kernel.town.engine.citations import cited
from allmende.kernel.town.engine.statutes import anchor_of

BASIS_MODULE = "07"
SECTION_NUMBER = re.compile(r"§ ?\d+[a-z]?(?![\wäöü])")
IN_PARENTHESES = re.compile(r"\(([^()]+)\)")


def short_title(title: str) -> str:
    """``Hundesteuersatzung`` from ``Satzung über die Erhebung der Hundesteuer (Hundesteuersatzung)``."""
    found = IN_PARENTHESES.findall(title)
    return found[-1] if found else title


def is_public(status: str) -> bool:
    """Whether everybody may read a record of that status."""
    return status in rules.public_states()


def law(statute: models.Statute | None, section: str = "") -> cards.LawLink | None:
    """The link to a statute or one of its sections; without address when the statute is not public."""
    if statute is None:
        return None
    anchor = anchor_of(section) if section else ""
    url = reverse("statute", args=[statute.id]) + (f"#{anchor}" if anchor else "")
    return cards.LawLink(statute.id, short_title(statute.title), section, url if is_public(statute.status) else "")


def unit_card(unit: models.Unit, language: str, moment: datetime) -> cards.UnitCard:
    """The card of a unit whose opening hours and closures are prefetched."""
    return cards.UnitCard(
        id=unit.id,
        url=reverse("unit", args=[unit.id]),
        kind=unit.kind,
        name=local(unit.name, language),
        description=local(unit.description, language),
        floor=local(unit.floor, language),
        street_address=unit.street_address,
        postal_code=unit.postal_code,
        city=unit.city,
        phone=unit.phone,
        email=unit.email,
        website=unit.website,
        appointment=unit.appointment,
        accessibility=local(unit.accessibility, language),
        hours=opening.week(unit, language),
        hours_note=local(unit.hours_note, language),
        state=opening.state(unit, moment, language),
        parent=unit.parent_id,
    )


def texts_of(service: models.Service) -> dict[str, dict[str, str]]:
    """Module code → language → text, of the prefetched rows."""
    found: dict[str, dict[str, str]] = {}
    for row in service.texts.all():
        found.setdefault(row.module, {})[row.language] = row.text
    return found


def service_link(service: models.Service, language: str) -> cards.ServiceLink:
    """A service in a list; its texts are prefetched."""
    texts = texts_of(service)
    return cards.ServiceLink(
        id=service.id,
        name=local(texts.get(rules.NAME_MODULE), language),
        short=local(texts.get(rules.SHORT_MODULE), language),
        url=reverse("service", args=[service.id]),
        unit=service.unit_id,
        online=service.online,
    )


def service_card(service: models.Service, language: str, moment: datetime) -> cards.ServiceCard:
    """The card of a service with all its rows prefetched."""
    texts = texts_of(service)
    blocks = _blocks(texts, language)
    fees = tuple(_fee(row, language) for row in service.fees.all())
    documents, deadlines = _lines(service.documents.all(), language), _lines(service.deadlines.all(), language)
    free, processing_time = local(service.free, language), local(service.processing_time, language)
    name, short = local(texts.get(rules.NAME_MODULE), language), local(texts.get(rules.SHORT_MODULE), language)
    shown = [name, short, free, processing_time, *(block.text for block in blocks), *(fee.label for fee in fees)]
    shown += [line.text for line in (*documents, *deadlines)]
    return cards.ServiceCard(
        id=service.id,
        url=reverse("service", args=[service.id]),
        language=language,
        name=name,
        short=short,
        unit=unit_card(service.unit, language, moment),
        leika=tuple(sorted(key.code for key in service.keys.all())),
        texts=blocks,
        fees=fees,
        free=free,
        documents=documents,
        deadlines=deadlines,
        processing_time=processing_time,
        online=service.online,
        approved_on=service.approved_on,
        valid_from=service.valid_from,
        red_list=service.red_list,
        statutes=tuple(link for statute in service.statutes.all() if (link := law(statute))),
        law=_law_groups(service, texts.get(BASIS_MODULE, {}).get(GERMAN, "")),
        related=tuple(service_link(other, language) for other in service.related.all()),
        source=service.source,
        translated=all(text.language == language for text in shown if text),
    )


def statute_link(statute: models.Statute, language: str) -> cards.StatuteLink:
    """A statute in a list."""
    return cards.StatuteLink(
        id=statute.id,
        url=reverse("statute", args=[statute.id]),
        title=statute.title,
        short_title=short_title(statute.title),
        kind=statute.kind,
        kind_title=local(rules.statute_kinds()[statute.kind], language),
        unit=statute.unit_id,
        valid_from=statute.valid_from,
        valid_to=statute.valid_to,
    )


def sections_of(statute: models.Statute) -> tuple[cards.SectionView, ...]:
    """The sections of a statute whose sections and paragraphs are prefetched."""
    return tuple(
        cards.SectionView(
            number=row.number,
            anchor=row.anchor,
            part=row.part,
            heading=row.heading,
            paragraphs=tuple((paragraph.number, paragraph.text) for paragraph in row.paragraphs.all()),
        )
        for row in statute.sections.all()
    )


def version_link(statute: models.Statute, day: date) -> cards.VersionLink:
    """One version of a statute's family as seen from that day."""
    holds = statute.valid_from <= day and (statute.valid_to is None or statute.valid_to >= day)
    url = reverse("statute", args=[statute.id])
    return cards.VersionLink(statute.id, short_title(statute.title), url, statute.valid_from, statute.valid_to, holds)


def page_view(page: models.Page, language: str) -> cards.PageView:
    """A page of the web site."""
    return cards.PageView(
        id=page.id,
        url=reverse("town_page", args=[page.id]),
        title=local(page.title, language),
        body=local(page.body, language),
        updated_on=page.updated_on,
        source=page.source,
    )


def _law_groups(service: models.Service, basis: str) -> tuple[cards.LawGroup, ...]:
    """The town's own law behind a service: sections cited in its legal basis and in its lines, in their order."""
    lines = [row for rows in (service.fees, service.documents, service.deadlines) for row in rows.all()]
    groups = []
    for statute in service.statutes.all():
        numbers = cited(basis, short_title(statute.title))
        numbers += [_whole_section(row.section) for row in lines if row.statute_id == statute.id and row.section]
        links = [law(statute, number) for number in sorted(set(numbers), key=_section_order)]
        link = law(statute)
        if link:
            groups.append(cards.LawGroup(link, tuple(section for section in links if section)))
    return tuple(groups)


def _whole_section(reference: str) -> str:
    """``§ 10`` for ``§ 10 Abs. 1``; an annex stays as it is."""
    found = SECTION_NUMBER.match(reference)
    return found[0] if found else reference


def _section_order(section: str) -> tuple[int, str]:
    digits = re.search(r"\d+", section)
    return (int(digits[0]) if digits else 0, section)


def _blocks(texts: Mapping[str, Mapping[str, str]], language: str) -> tuple[cards.TextBlock, ...]:
    return tuple(
        cards.TextBlock(code, module.name, local(module.title, language), local(texts[code], language))
        for code, module in rules.text_modules().items()
        if code in texts and code != rules.NAME_MODULE
    )


def _fee(row: models.Fee, language: str) -> cards.FeeLine:
    per = local(row.per, language)
    price = _price(row.amount, per, language)
    return cards.FeeLine(local(row.label, language), row.amount, per, price, law(row.statute, row.section))


def _price(amount: Decimal | None, per: str, language: str) -> str:
    if amount is None:
        return ""
    if amount == 0:
        return _("kostenlos")
    money = cards.euros(amount, language)
    return _("{amount} je {unit}").format(amount=money, unit=per) if per else money


def _lines(
    rows: Iterable[models.RequiredDocument] | Iterable[models.Deadline], language: str
) -> tuple[cards.Line, ...]:
    return tuple(cards.Line(local(row.label, language), law(row.statute, row.section)) for row in rows)
