# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demo town agrees with itself. Its files are the ones every first visit sees."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from allmende.kernel.town import demo, models, queries, search_documents
from allmende.kernel.town.engine.citations import cited
from allmende.kernel.town.engine.statutes import anchor_of

pytestmark = pytest.mark.django_db

IN_ENGLISH = {
    "abfalltonne", "ausweis-kinder", "beglaubigung", "bewohnerparkausweis", "bibliotheksausweis", "eheschliessung",
    "fuehrungszeugnis", "fundbuero", "geburt-anzeigen", "gewerbe-anmelden", "hundesteuer-abmelden", "hundesteuer-anmelden",
    "kfz-zulassung", "kita-anmelden", "meldebescheinigung", "personalausweis", "personalausweis-verlust", "reisepass",
    "sperrmuell", "wohngeld", "wohnsitz-abmelden", "wohnsitz-anmelden", "wohnsitz-ummelden", "wohnungsgeberbestaetigung",
}  # fmt: skip


@pytest.fixture(scope="module")
def loaded(demo_folder: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo town, loaded once for all tests of this file and taken away afterwards."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(search_documents.search, "put", lambda documents, **_options: None)
        patch.setattr(search_documents.search, "revoke", lambda keys: None)
        demo.load(demo_folder)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def town(loaded: None, db: None) -> None:
    """The demo town."""


def euros_in(text: str) -> set[Decimal]:
    """Every amount in euros of a text, and the bare numbers in table cells."""
    found = re.findall(r"(\d{1,3}(?:\.\d{3})*(?:,\d{2})?|\d+(?:,\d{2})?)\s*(?:€|Euro)", text)
    return {Decimal(number.replace(".", "").replace(",", ".")) for number in found}


def test_it_is_large_enough_for_a_first_visit(town: None):
    assert models.Service.objects.count() >= 60
    assert models.Statute.objects.count() >= 12
    assert models.Unit.objects.count() == 7
    assert {line.number for line in queries.emergency_numbers()} >= {"110", "112"}


def test_the_second_load_finds_everything_and_writes_nothing(demo_folder: Path, town: None):
    with CaptureQueriesContext(connection) as asked:
        assert set(demo.load(demo_folder).values()) == {0}
    asked_for = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert len(asked_for) == 1, "what is stored of each file"
    assert asked_for[0].startswith("SELECT")


def test_every_fee_stands_in_the_section_it_names(town: None):
    wrong = []
    for fee in models.Fee.objects.exclude(statute=None).select_related("statute"):
        sections = models.StatuteSection.objects.filter(statute=fee.statute)
        if fee.section:
            sections = sections.filter(anchor=anchor_of(fee.section))
        text = "\n".join(paragraph.text for section in sections for paragraph in section.paragraphs.all())
        free = fee.amount == 0 and re.search(r"frei|keine Gebühr|kostenlos", text)
        if fee.amount is not None and not free and fee.amount not in euros_in(text):
            wrong.append(f"{fee.service_id}: {fee.label['de']} {fee.amount} € is not in {fee.section} {fee.statute_id}")
    assert not wrong, "\n".join(wrong)


def test_every_section_cited_in_a_legal_basis_exists(town: None):
    there = set(models.StatuteSection.objects.values_list("statute_id", "number"))
    titles = {link.short_title: link.id for link in queries.statutes()}
    wrong = [
        f"{row.service_id}: {section} {title}"
        for row in models.ServiceText.objects.filter(module="07", language="de")
        for title, statute in titles.items()
        for section in cited(row.text, title)
        if (statute, section) not in there
    ]
    assert not wrong, "\n".join(wrong)


def test_statutes_refer_only_to_their_own_sections_that_exist(town: None):
    wrong = []
    for statute in models.Statute.objects.prefetch_related("sections__paragraphs"):
        numbers = {section.number for section in statute.sections.all()}
        for section in statute.sections.all():
            for paragraph in section.paragraphs.all():
                own = re.findall(
                    r"(?:nach|gemäß|des|von|in) § (\d+[a-z]?)(?: (?:Abs\.|Absatz|Nr\.|Nummer) \d+)*[,.;:)]",
                    paragraph.text,
                )
                wrong += [
                    f"{statute.id} {section.number}: § {number}" for number in own if f"§ {number}" not in numbers
                ]
    assert not wrong, "\n".join(wrong)


def test_the_services_newcomers_need_are_complete_in_english(town: None):
    cards = queries.service_cards(sorted(IN_ENGLISH), "en")
    assert set(cards) == IN_ENGLISH
    assert [card.id for card in cards.values() if not card.translated] == []


def test_every_service_says_what_it_costs_and_how_it_goes(town: None):
    cards = queries.service_cards([link.id for link in queries.services()])
    assert [card.id for card in cards.values() if not (card.fees or card.free)] == []
    assert [card.id for card in cards.values() if card.block("procedure") is None] == []
    assert [card.id for card in cards.values() if not card.leika] == []


def test_benefits_and_migration_are_on_the_red_list(town: None):
    red = set(models.Service.objects.filter(red_list=True).values_list("id", flat=True))
    assert {"wohngeld", "wohnberechtigungsschein", "buergergeld-weiterleitung"} <= red


def test_every_office_of_the_town_hall_says_when_it_is_open(town: None):
    closed = [
        card.id for card in queries.units() if not card.hours and card.kind != "external" and card.id != "landkreis"
    ]
    assert closed == []


def test_the_old_rules_of_the_hall_are_superseded(town: None):
    old = queries.statute("hallenordnung-2019")
    assert old is not None
    assert old.successor is not None
    assert old.successor.id == "hallenordnung"
