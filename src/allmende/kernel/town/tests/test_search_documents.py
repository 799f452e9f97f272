# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from datetime import date

import pytest

from allmende.kernel.search.models import Document
from allmende.kernel.town import datasets, search_documents, service
from allmende.kernel.town.tests.conftest import Told

pytestmark = pytest.mark.django_db


def test_a_service_has_a_part_for_each_question(lindental: None, told: Told):
    document = told.documents["services/hundesteuer-anmelden"]
    parts = {part.heading: part.text for part in document.parts}
    assert parts["Kosten"] == "Erster Hund: 96 € je Jahr (§ 5 Hundesteuersatzung)"
    assert parts["Fristen"] == "Innerhalb von 2 Wochen (§ 10 Abs. 1 Hundesteuersatzung)"
    assert parts["Unterlagen"] == "Personalausweis"
    assert "zwei Wochen" in parts["Kurz erklärt"]
    assert not any("Öffnungszeiten" in heading for heading in parts), "hours are the office's own document"
    assert document.synonyms == ("Hundemarke", "Welpe anmelden")
    assert (document.language, document.authority, document.audience) == ("de", "lindental", "public")
    assert document.data["unit"] == "finanzen"


def test_the_english_document_holds_only_english(lindental: None, told: Told):
    document = told.documents["services/hundesteuer-anmelden/en"]
    parts = {part.heading: part.text for part in document.parts}
    assert parts["Costs"] == "First dog: €96 per year (§ 5 Hundesteuersatzung)"
    assert "Procedure" not in parts
    assert document.synonyms == ("dog licence",)


def test_a_service_without_english_has_no_english_document(lindental: None, told: Told):
    assert "services/hundesteuer-abmelden/en" not in told.documents


def test_a_statute_has_a_part_for_each_section_with_its_table(lindental: None, told: Told):
    document = told.documents["statutes/hundesteuersatzung"]
    assert [(part.section, part.heading) for part in document.parts] == [
        ("§ 1", "Gegenstand"),
        ("§ 5", "Steuersatz"),
        ("§ 10", "Anzeige"),
    ]
    assert "| weiterer | 192 € |" in document.parts[1].text
    assert document.data["anchors"]["§ 5"] == "p5"
    assert document.updated_on == date(2024, 12, 5)


def test_a_superseded_version_carries_the_end_of_its_validity(lindental: None, told: Told):
    assert told.documents["statutes/hundesteuersatzung-2015"].valid_to == date(2024, 12, 31)


def test_an_office_is_found_by_its_opening_hours(lindental: None, told: Told):
    document = told.documents["units/finanzen"]
    assert document.parts[0].heading == "Öffnungszeiten"
    assert document.parts[0].text.startswith("Steueramt hat geöffnet: Montag 8:00–12:00;")
    assert "Samstag 9:00–12:00 (nur erster Samstag im Monat)" in document.parts[0].text
    assert "Tax office is open: Monday" in told.documents["units/finanzen/en"].parts[0].text


def test_a_page_has_a_part_for_each_heading(lindental: None, told: Told):
    assert [(part.heading, part.text) for part in told.documents["pages/energie"].parts] == [
        ("", "Erste Worte."),
        ("Termine", "Dienstags."),
    ]


def test_the_sources_yield_what_was_told(lindental: None, told: Told):
    sources = (search_documents.services, search_documents.statutes, search_documents.pages, search_documents.units)
    assert {document.key for source in sources for document in source()} == set(told.documents)


def test_the_search_really_has_it_until_it_is_withdrawn(real_search: None, lindental: None):
    there = Document.objects.filter(revoked=False)
    assert set(there.values_list("key", flat=True)) == {
        "pages/energie",
        "services/hundesteuer-abmelden",
        "services/hundesteuer-anmelden",
        "services/hundesteuer-anmelden/en",
        "statutes/hundesteuersatzung",
        "statutes/hundesteuersatzung-2015",
        "units/finanzen",
        "units/finanzen/en",
    }
    service.withdraw_service("hundesteuer-anmelden")
    assert not there.filter(key__startswith="services/hundesteuer-anmelden").exists()


def test_drafts_are_nobody_s_business(lindental: None, told: Told):
    service.put_page({"id": "energie", "title": "Energie", "text": "Entwurf", "status": "draft"})
    assert "pages/energie" not in told.documents
    assert not list(search_documents.pages())


def test_the_open_data_has_a_row_for_each_service(lindental: None):
    rows = {row["id"]: row for row in datasets.services()}
    assert rows["hundesteuer-anmelden"]["fees"] == "Erster Hund: 96 € je Jahr"
    assert rows["hundesteuer-abmelden"]["fees"] == "gebührenfrei"
