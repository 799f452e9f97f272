# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fees, deadlines, offices and archives as different portals write them."""

from pathlib import Path

import pytest

from allmende.kernel.town import cards, queries
from allmende.kernel.town.imports import service
from allmende.kernel.town.models import Unit
from allmende.kernel.town.tests.imports.making import (
    bring,
    document,
    leistung,
    module,
    numbers,
    organisation,
    texts,
    writes,
    zipped,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "leistungen.xml"


def card(language: str = "de") -> cards.ServiceCard:
    found = queries.service_card("hund-anmelden", language)
    assert found is not None
    return found


def office() -> Unit:
    return Unit.objects.get(pk="ordnungsamt")


@pytest.mark.parametrize(
    ("kosten", "shown"),
    [
        ("<betrag>1.234,50 €</betrag>", "Gebühr: 1.234,50 €"),
        ('<betrag currencyID="EUR">28.80</betrag>', "Gebühr: 28,80 €"),
        ("<kostenauswahl><betrag>5</betrag><waehrung>EUR</waehrung></kostenauswahl>", "Gebühr: 5 €"),
        ('<betrag currencyID="CHF">5</betrag>', "Zu den Kosten macht die Quelle keine Angabe. Auskunft gibt das zuständige Amt."),
        ("<typ><code>1</code><name>Verwaltungsgebühr</name></typ><betrag>5</betrag>", "Verwaltungsgebühr: 5 €"),
        ('<beschreibungVariabilitaet languageCode="de">nach Aufwand</beschreibungVariabilitaet>', "nach Aufwand"),
        ('<beschreibung languageCode="de">nach Hubraum</beschreibung>', "nach Hubraum"),
        ('<kostenauswahl type="xzufi:KostenFrei"/>', "gebührenfrei"),
        ('<beschreibung languageCode="de">bei Bedürftigkeit</beschreibung><kostenauswahl type="KostenFrei"/>', "bei Bedürftigkeit: gebührenfrei"),
    ],
)  # fmt: skip
def test_what_a_portal_says_about_costs_is_not_lost(lindental: None, file: Path, kosten: str, shown: str):
    costs = f"<modulKosten><kosten>{kosten}</kosten></modulKosten>"
    assert numbers(bring(file, document(writes(leistung(costs=costs), organisation())))) == (2, 0, 0, 0)
    fees = [f"{fee.label}: {fee.price}" if fee.price else str(fee.label) for fee in card().fees]
    assert ("|".join(fees) or str(card().free)) == shown


def test_an_amount_that_is_none_waits_with_its_field(lindental: None, file: Path):
    costs = "<modulKosten><kosten><betrag>etwa 5</betrag></kosten></modulKosten>"
    assert bring(file, document(writes(leistung(costs=costs), organisation()))).quarantined == 1


@pytest.mark.parametrize(
    ("frist", "shown"),
    [
        ("<typ><code>02</code><name>Widerspruchsfrist</name></typ><fristDauer>{}</fristDauer>", "Widerspruchsfrist: 1 Monat"),
        ("<fristTyp><name>Antragsfrist</name></fristTyp>{}", "Antragsfrist: 1 Monat"),
        ('<fristauswahl type="FristDauer">{}</fristauswahl><beschreibung languageCode="de">ab Zugang</beschreibung>', "1 Monat (ab Zugang)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("unit", ["<einheit><name>Monat(e)</name></einheit>", "<einheit><code>MON</code></einheit>"])
def test_a_deadline_says_what_it_is_for(lindental: None, file: Path, frist: str, shown: str, unit: str):
    more = f"<modulFrist><frist>{frist.format(f'<dauer>1</dauer>{unit}')}</frist></modulFrist>"
    bring(file, document(writes(leistung(more=more), organisation())))
    assert [str(line.text) for line in card().deadlines] == [shown]


def test_a_named_deadline_stands_beside_the_words_of_its_module(lindental: None, file: Path):
    span = "<dauer>2</dauer><einheit><name>Wochen</name></einheit>"
    frist = f"<frist><typ><name>Antragsfrist</name></typ>{span}</frist><frist>{span}</frist>"
    more = f"<modulFrist>{texts('beschreibung', ('de', 'Bitte denken Sie daran.'))}{frist}</modulFrist>"
    bring(file, document(writes(leistung(more=more), organisation())))
    assert [str(line.text) for line in card().deadlines] == ["Antragsfrist: 2 Wochen", "Bitte denken Sie daran."]


def test_of_several_validities_the_last_counts(lindental: None, file: Path):
    more = "<gueltigkeit><beginn>2019-01-01</beginn><ende>2020-12-31</ende></gueltigkeit><gueltigkeit><beginn>2021-01-01</beginn></gueltigkeit>"
    bring(file, document(writes(leistung(more=more), organisation())))
    assert str(card().valid_from) == "2021-01-01"


def test_an_office_may_have_nothing_but_a_post_office_box(lindental: None, file: Path):
    street = "<strasse>Marktplatz</strasse><hausnummer>2</hausnummer>"
    unit = organisation().replace(street, "<postfach>1234</postfach>")
    assert numbers(bring(file, document(writes(leistung(), unit)))) == (2, 0, 0, 0)
    assert office().street_address == "Postfach 1234"


def test_opening_hours_in_words_are_shown_and_nobody_computes_with_them(lindental: None, file: Path):
    more = texts("infoOeffnungszeitenText", ("de", "Mo–Fr 8–12 Uhr<br>und nach Vereinbarung"))
    more += texts("beschreibung", ("de", "Hunde*Katzen &amp; mehr"))
    bring(file, document(writes(leistung(), organisation(more=more))))
    unit = queries.unit("ordnungsamt")
    assert unit is not None
    assert (unit.hours_note, unit.description) == ("Mo–Fr 8–12 Uhr und nach Vereinbarung", "Hunde*Katzen & mehr")
    assert unit.state.text == ""  # not known to be open is not the same as closed


def test_names_in_several_languages_and_a_fax_in_words(lindental: None, file: Path):
    name = '<name><name languageCode="de">Ordnungsamt</name></name><name><name languageCode="en">Public order</name></name>'
    more = "<kommunikation><kanal>Telefax</kanal><kennung>069 111</kennung></kommunikation>"
    more += "<kommunikation><kanal>Telefon</kanal><kennung>069 222</kennung></kommunikation>"
    unit = organisation(more=more).replace('<name><name languageCode="de">Ordnungsamt</name></name>', name)
    bring(file, document(writes(leistung(), unit)))
    assert (office().name, office().phone) == ({"de": "Ordnungsamt", "en": "Public order"}, "069 222")


def test_an_index_may_name_its_files_from_the_top_and_in_capitals(lindental: None, tmp_path: Path):
    files = {
        "daten/a.xml": document(writes(leistung(), organisation())),
        "daten/INDEX.TXT": b"daten\\a.xml\r\n",
        "__MACOSX/daten/._index.txt": b"\x00",
        "daten/.DS_Store": b"\x00",
    }
    assert numbers(bring(tmp_path / "lieferung.zip", zipped(**files))) == (2, 0, 0, 0)


def test_a_file_packed_with_gzip_is_refused_with_what_to_do(lindental: None, tmp_path: Path):
    with pytest.raises(service.ImportRefused, match="mit gzip gepackt"):
        bring(tmp_path / "a.xml.gz", b"\x1f\x8b\x08\x00")


def test_a_text_in_german_of_germany_is_german_and_easy_language_is_not(lindental: None, file: Path):
    more = module("06", ("de-x-leicht", "Leicht"), ("de-DE", "Auf Deutsch"), ("en-GB", "In English"))
    bring(file, document(writes(leistung(more=more), organisation())))
    assert {block.text for block in card().texts if block.name == "full"} == {"Auf Deutsch"}
