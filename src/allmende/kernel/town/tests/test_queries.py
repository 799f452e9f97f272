# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from allmende.kernel.town import queries, service
from allmende.kernel.town.cards import euros
from allmende.kernel.town.tests.conftest import DOG, OFFICE

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = datetime(2026, 11, 19, 15, 0, tzinfo=BERLIN)


def test_the_card_says_what_a_citizen_needs(lindental: None):
    card = queries.service_card("hundesteuer-anmelden", "de", THURSDAY)
    assert card is not None
    assert (card.name, card.unit.name, card.phone) == ("Hund anmelden", "Steueramt", "069 90009-300")
    assert card.address == "Rathaus, Marktplatz 1, 2. Obergeschoss, 99998 Lindental"
    assert card.open_now
    assert card.unit.state.text == "Jetzt geöffnet, bis 17:00 Uhr."
    assert [(fee.label, fee.price, fee.law and fee.law.text) for fee in card.fees] == [
        ("Erster Hund", "96 € je Jahr", "§ 5 Hundesteuersatzung")
    ]
    assert card.deadlines[0].law is not None
    assert card.deadlines[0].law.url == "/ortsrecht/hundesteuersatzung/#p10"
    assert [link.id for link in card.related] == ["hundesteuer-abmelden"]
    assert [[link.section for link in group.sections] for group in card.law] == [["§ 1", "§ 5", "§ 10"]]


def test_in_english_what_is_not_translated_comes_in_german_and_says_so(lindental: None):
    with translation.override("en"):
        card = queries.service_card("hundesteuer-anmelden", "en", THURSDAY)
    assert card is not None
    assert (card.name, card.name.language) == ("Register a dog", "en")
    assert card.fees[0].price == "€96 per year"
    procedure = card.block("procedure")
    assert procedure is not None
    assert (procedure.title, procedure.text.language) == ("Procedure", "de")
    assert card.translated is False


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 11, 19, 13, 0, tzinfo=BERLIN), "Jetzt geschlossen. Öffnet heute um 14:00 Uhr."),
        (datetime(2026, 11, 18, 13, 0, tzinfo=BERLIN), "Jetzt geschlossen. Öffnet morgen um 8:00 Uhr."),
        (
            datetime(2026, 12, 25, 9, 0, tzinfo=BERLIN),
            "Jetzt geschlossen (Erster Weihnachtstag). Öffnet am Montag, 28. Dezember um 8:00 Uhr.",
        ),
        (datetime(2026, 11, 19, 7, 30, tzinfo=ZoneInfo("UTC")), "Jetzt geöffnet, bis 12:00 Uhr."),
    ],
)
def test_the_office_says_when_it_opens(lindental: None, moment: datetime, text: str):
    office = queries.unit("finanzen", "de", moment)
    assert office is not None
    assert office.state.text == text


def test_hours_whose_condition_only_people_understand_are_shown_but_never_count(db: None):
    note = {"de": "nur nach Absprache", "en": "by arrangement"}
    service.put_unit({**OFFICE, "opening_hours": [{"days": ["mo"], "opens": "08:00", "closes": "12:00", "note": note}]})
    office = queries.unit("finanzen", "de", datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN))
    assert office is not None
    assert office.hours[0].lines == ("8:00–12:00 (nur nach Absprache)",)
    assert not office.open_now


def test_the_week_names_the_condition_of_an_opening(lindental: None):
    office = queries.unit("finanzen")
    assert office is not None
    assert office.hours[5].lines == ("9:00–12:00 (nur erster Samstag im Monat)",)
    assert office.hours[6].lines == ()


def test_services_stand_in_the_order_of_the_german_alphabet(lindental: None):
    service.put_service({**DOG, "id": "zelt", "name": {"de": "Zelt aufstellen"}, "related": []})
    assert [letter for letter, _links in queries.by_letter(queries.services())] == ["A", "H", "Z"]


def test_a_service_outside_its_validity_is_not_shown(lindental: None):
    service.put_service({**DOG, "valid_from": "2027-01-01"})
    assert queries.service_card("hundesteuer-anmelden", moment=THURSDAY) is None
    assert "hundesteuer-anmelden" not in [link.id for link in queries.services(day=date(2026, 12, 31))]
    assert "hundesteuer-anmelden" in [link.id for link in queries.services(day=date(2027, 1, 1))]


def test_a_statute_is_read_as_of_a_day(lindental: None):
    now = queries.statute("hundesteuersatzung")
    then = queries.statute("hundesteuersatzung", as_of=date(2020, 5, 1))
    assert now is not None
    assert then is not None
    assert "96 €" in str(now.section("§ 5"))
    assert (then.id, then.valid_to) == ("hundesteuersatzung-2015", date(2024, 12, 31))
    assert then.successor is not None
    assert then.successor.id == "hundesteuersatzung"
    assert queries.statute("hundesteuersatzung", as_of=date(2010, 1, 1)) is None


def test_the_current_version_has_no_successor_and_knows_its_services(lindental: None):
    view = queries.statute("hundesteuersatzung")
    assert view is not None
    assert view.successor is None
    assert [link.id for link in view.services] == ["hundesteuer-anmelden"]
    assert [version.id for version in view.versions] == ["hundesteuersatzung", "hundesteuersatzung-2015"]


def test_only_statutes_in_force_are_listed(lindental: None):
    assert [link.id for link in queries.statutes()] == ["hundesteuersatzung"]
    assert [link.id for link in queries.statutes(day=date(2016, 1, 1))] == ["hundesteuersatzung-2015"]


def test_the_town_and_its_emergency_numbers(lindental: None):
    town = queries.town()
    assert town is not None
    assert town.address == "Marktplatz 1\n99998 Lindental"
    assert town.postcode_and_city == ("99998", "Lindental")
    assert [(line.number, line.title) for line in queries.emergency_numbers("en")] == [("112", "Fire brigade")]


def test_before_its_data_is_loaded_there_is_no_town(db: None):
    assert queries.town() is None
    assert queries.services() == ()


def test_the_number_of_queries_does_not_grow(lindental: None, django_assert_num_queries: Any):
    for number in range(12):
        service.put_service({**DOG, "id": f"hund-{number}", "related": ["hundesteuer-anmelden"]})
        service.put_unit({**OFFICE, "id": f"amt-{number}"})
    with django_assert_num_queries(2):
        assert len(queries.services()) == 14
    with django_assert_num_queries(3):
        assert len(queries.units()) == 13
    with django_assert_num_queries(12):  # one of them is of the room that takes applications
        assert queries.service_card("hundesteuer-anmelden")
    with django_assert_num_queries(12):
        assert len(queries.service_cards([f"hund-{number}" for number in range(12)])) == 12
    with django_assert_num_queries(6):
        assert queries.statute("hundesteuersatzung")


def test_a_page_is_read_without_repeating_its_title(lindental: None):
    page = queries.page("energie", "en")
    assert page is not None
    assert page.body.startswith("Erste Worte.")
    assert page.body.language == "de"


@pytest.mark.parametrize(
    ("amount", "german", "english"),
    [
        ("96", "96 €", "€96"),
        ("98.4", "98,40 €", "€98.40"),
        ("1980.00", "1.980 €", "€1,980"),
        ("1234.50", "1.234,50 €", "€1,234.50"),
    ],
)
def test_amounts_are_written_as_people_write_them(amount: str, german: str, english: str):
    assert euros(Decimal(amount)) == german
    assert euros(Decimal(amount), "en") == english
