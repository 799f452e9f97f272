# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erika imports what the Land's portal sends: every quirk of XZuFi that we know of."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from allmende.kernel.town import queries
from allmende.kernel.town.imports.models import ImportedRecord
from allmende.kernel.town.models import Service, Unit
from allmende.kernel.town.tests.imports.making import (
    bring,
    deletes,
    document,
    leistung,
    module,
    numbers,
    online,
    organisation,
    reasons,
    tasks,
    texts,
    writes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "leistungen.xml"


def card(service_id: str = "hund-anmelden", language: str = "de") -> Any:
    found = queries.service_card(service_id, language)
    assert found is not None, list(Service.objects.values_list("pk", "status"))
    return found


def text(name: str, service_id: str = "hund-anmelden", language: str = "de") -> str:
    block = card(service_id, language).block(name)
    return "" if block is None else str(block.text)


def test_a_service_with_its_office_and_online_service_goes_in(lindental: None, file: Path):
    run = bring(file, document(writes(leistung(), organisation(), online())))
    assert numbers(run) == (2, 0, 0, 0)
    found = card()
    assert (found.name, found.unit.name, found.online) == (
        "Hund anmelden",
        "Ordnungsamt",
        "https://online.example/hund",
    )
    assert found.leika == ("99102013060000",)
    assert found.approved_on == date(2026, 3, 12)
    assert found.free == "Es fallen keine Kosten an."
    assert found.short == "Wer einen **Hund** hält, meldet ihn an."
    assert found.unit.address == "Marktplatz 2, 99998 Lindental"


def test_the_second_time_nothing_happens(lindental: None, file: Path, told: Any, django_assert_max_num_queries: Any):
    delivery = document(writes(leistung(), organisation(), online()))
    bring(file, delivery)
    told.documents.clear()
    with django_assert_max_num_queries(60):
        assert numbers(bring(file, delivery)) == (0, 2, 0, 0)
    assert not told.documents


def test_languages_are_told_apart_and_easy_language_is_not_german(lindental: None, file: Path):
    more = (
        module(
            "06",
            ("de-x-leicht", "Ein Hund. Das ist ein Tier."),
            ("de-DE", "Aus Deutschland."),
            ("de", "Auf Deutsch."),
            ("en", "In English."),
            ("en-GB", "In British English."),
        )
        + module("11", ("de-DE", "Ablauf auf Deutsch"))
        + module("16", ("de-x-leicht", "Nur leicht"))
    )
    name = module("02", ("en", "Register a dog")) + module("05", ("en", "Keep a dog, register it."))
    bring(file, document(writes(leistung(more=more + name), organisation())))
    assert text("full") == "Auf Deutsch."
    assert text("full", language="en") == "In English."
    assert text("procedure") == "Ablauf auf Deutsch"
    assert text("notes") == ""
    assert card(language="en").name == "Register a dog"


def test_html_becomes_markdown_and_nothing_of_it_runs(lindental: None, file: Path):
    evil = '<script>alert(1)</script><p onclick="x()">Gut.</p><img src=x onerror=alert(1)><a href="javascript:x()">hier</a>'
    table = "<table><tr><th>Hund</th><th>Satz</th></tr><tr><td>erster</td><td>96 €</td></tr></table>"
    listed = "<ul><li>Formular<ul><li>online</li></ul></li><li>Ausweis</li></ul><ol><li>ausfüllen</li></ol>"
    more = module("06", ("de", evil)) + module("11", ("de", listed)) + module("09", ("de", table))
    more += module("16", ("de", "5 * 3 = 15\n# kein Titel\n• eins\n• zwei"))
    bring(file, document(writes(leistung(more=more), organisation())))
    assert text("full") == "Gut.\n\nhier"
    assert text("procedure") == "- Formular\n  - online\n- Ausweis\n1. ausfüllen"
    assert text("requirements") == "| Hund | Satz |\n|---|---|\n| erster | 96 € |"
    assert text("notes") == "5 \\* 3 = 15  \n\\# kein Titel\n\n- eins\n- zwei"


def test_markup_that_is_not_escaped_is_read_all_the_same(lindental: None, file: Path):
    spelled = '<modulText><inhalt languageCode="de"><p>Mit <b>Nachdruck</b> &amp; Ruhe</p></inhalt><leikaTextmodul><code>06</code></leikaTextmodul></modulText>'
    cdata = '<modulText><inhalt languageCode="de"><![CDATA[<p>In <em>CDATA</em></p>]]></inhalt><leikaTextmodul><code>11</code></leikaTextmodul></modulText>'
    bring(file, document(writes(leistung(more=spelled + cdata), organisation())))
    assert text("full") == "Mit **Nachdruck** & Ruhe"
    assert text("procedure") == "In *CDATA*"


def test_repeated_modules_stand_below_one_another_in_their_order_with_their_links(lindental: None, file: Path):
    link = '<weiterfuehrenderLink languageCode="de"><uri>https://x.example/a(1)</uri><titel>Merkblatt [neu]</titel></weiterfuehrenderLink>'
    more = module("16", ("de", "Zweitens"), position=2) + module("16", ("de", "Erstens"), position=1, more=link)
    more += module("25", ("de", "Widerspruch"))
    bring(file, document(writes(leistung(more=more), organisation())))
    assert text("notes") == "Erstens\n\n- [Merkblatt [neu]](<https://x.example/a(1)>)\n\nZweitens\n\nWiderspruch"


def test_a_module_whose_validity_has_ended_is_left_out(lindental: None, file: Path):
    ended = "<gueltigkeit><beginn>2019-01-01</beginn><ende>2020-12-31</ende></gueltigkeit>"
    bring(file, document(writes(leistung(more=module("06", ("de", "Früher"), more=ended)), organisation())))
    assert text("full") == ""


def test_a_flat_list_of_documents_becomes_lines(lindental: None, file: Path):
    more = module("08", ("de", "<ul><li>Ausweis</li><li>Foto</li></ul>"), ("en", "<ul><li>ID</li><li>photo</li></ul>"))
    bring(file, document(writes(leistung(more=more), organisation())))
    assert [str(line.text) for line in card().documents] == ["Ausweis", "Foto"]
    assert [str(line.text) for line in card(language="en").documents] == ["ID", "photo"]


def test_words_to_search_for_come_from_the_terms_and_the_second_name(lindental: None, file: Path):
    def term(language: str, word: str) -> str:
        return f"<begriffImKontext>{texts('begriff', (language, word))}<typ><code>01</code></typ></begriffImKontext>"

    more = f"<modulBegriffImKontext>{term('de', 'Hundemarke')}{term('de', 'Welpe; Hundemarke')}</modulBegriffImKontext>"
    more += (
        f"<modulBegriffImKontext>{term('en', 'dog licence')}{term('de-x-leicht', 'Hund haben')}</modulBegriffImKontext>"
    )
    more += module("03", ("de", "Hundesteuer Anmeldung"))
    bring(file, document(writes(leistung(more=more), organisation())))
    words = Service.objects.get(pk="hund-anmelden").synonyms
    assert list(words.filter(language="de").values_list("term", flat=True)) == [
        "Hundesteuer Anmeldung",
        "Hundemarke",
        "Welpe",
    ]
    assert list(words.filter(language="en").values_list("term", flat=True)) == ["dog licence"]
    assert not words.exclude(language__in=["de", "en"]).exists()


@pytest.mark.parametrize(
    ("costs", "shown"),
    [
        ("<modulKosten><kosten><betrag>37.50</betrag><waehrung><code>EUR</code></waehrung></kosten></modulKosten>", "Gebühr: 37,50 €"),
        (
            '<modulKosten><kosten><beschreibung languageCode="de">Marke</beschreibung><betrag>5,00</betrag></kosten></modulKosten>',
            "Marke: 5 €",
        ),
        (
            "<modulKosten><kosten><betragUntergrenze>10</betragUntergrenze><betragObergrenze>90</betragObergrenze></kosten></modulKosten>",
            "Gebühr: 10 bis 90 €",
        ),
        ('<modulKosten xmlns:xsi="x"><kosten xsi:type="KostenFrei"/></modulKosten>', "gebührenfrei"),
        ('<modulKosten><beschreibung languageCode="de">&lt;p&gt;Eins&lt;/p&gt;&lt;p&gt;Zwei 3 €&lt;/p&gt;</beschreibung></modulKosten>', "Eins|Zwei 3 €"),
        ("", "Zu den Kosten macht die Quelle keine Angabe. Auskunft gibt das zuständige Amt."),
        ("<modulKosten><kosten><betrag>5</betrag><waehrung><code>CHF</code></waehrung></kosten></modulKosten>", "Zu den Kosten macht die Quelle keine Angabe. Auskunft gibt das zuständige Amt."),
    ],
)  # fmt: skip
def test_costs_are_copied_and_never_made_up(lindental: None, file: Path, costs: str, shown: str):
    bring(file, document(writes(leistung(costs=costs), organisation())))
    fees = [f"{fee.label}: {fee.price}" if fee.price else str(fee.label) for fee in card().fees]
    assert ("|".join(fees) or str(card().free)) == shown


def test_deadlines_and_durations_come_in_words(lindental: None, file: Path):
    def span(tag: str, length: str, unit: str, until: str = "") -> str:
        last = f"<dauerBis>{until}</dauerBis>" if until else ""
        return f"<{tag}><dauer>{length}</dauer><einheit><code>x</code><name>{unit}</name></einheit>{last}</{tag}>"

    more = f"<modulFrist><frist>{span('fristDauer', '2', 'Woche(n)')}</frist></modulFrist>"
    more += f"<modulFrist>{texts('beschreibung', ('de', '<p>Bis zum 1. Juli.</p>'), ('en', 'By 1 July.'))}</modulFrist>"
    more += f"<modulBearbeitungsdauer>{span('bearbeitungsdauer', '1', 'Monat', '3')}</modulBearbeitungsdauer>"
    bring(file, document(writes(leistung(more=more), organisation())))
    assert [str(line.text) for line in card().deadlines] == ["2 Wochen", "Bis zum 1. Juli."]
    assert card().processing_time == "1 bis 3 Monate"


def test_a_unit_of_time_that_is_only_a_code_is_not_guessed(lindental: None, file: Path):
    more = "<modulBearbeitungsdauer><bearbeitungsdauer><dauer>2</dauer><einheit><code>07</code></einheit></bearbeitungsdauer></modulBearbeitungsdauer>"
    bring(file, document(writes(leistung(more=more), organisation())))
    assert card().processing_time == ""


def test_origin_approval_and_validity_are_taken_over(lindental: None, file: Path):
    more = '<modulUrsprungsportal languageCode="en"><uri>https://portal.example/en</uri></modulUrsprungsportal>'
    more += '<modulUrsprungsportal languageCode="de"><uri>https://portal.example/1</uri></modulUrsprungsportal>'
    more += "<gueltigkeit><beginn>2026-01-01</beginn><ende>2030-12-31+01:00</ende></gueltigkeit>"
    bring(file, document(writes(leistung(approved="2026-05-04T12:00:00Z", more=more), organisation())))
    row = Service.objects.get(pk="hund-anmelden")
    assert (row.source, row.approved_on, row.valid_from, row.valid_to) == (
        "https://portal.example/1",
        date(2026, 5, 4),
        date(2026, 1, 1),
        date(2030, 12, 31),
    )


def test_messages_are_applied_in_their_order(lindental: None, file: Path):
    first, second = leistung(name="Erst so"), leistung(name="Dann so")
    run = bring(file, document(writes(first, organisation()), deletes("Leistung", "1"), writes(second)))
    assert numbers(run) == (2, 0, 0, 0)
    assert card("dann-so").name == "Dann so"
    assert not Service.objects.filter(pk="erst-so").exists()


def test_what_the_source_deletes_leaves_the_public_and_may_come_back(lindental: None, file: Path, told: Any):
    bring(file, document(writes(leistung(), organisation())))
    assert numbers(bring(file, document(deletes("Leistung", "1")))) == (0, 0, 1, 0)
    assert queries.service_card("hund-anmelden") is None
    assert "services/hund-anmelden" in told.revoked
    assert numbers(bring(file, document(deletes("Leistung", "1")))) == (0, 1, 0, 0)
    assert bring(file, document(writes(leistung()))).written == 1
    assert card().name == "Hund anmelden"


def test_a_deletion_may_be_spelled_as_an_element(lindental: None, file: Path):
    bring(file, document(writes(leistung(), organisation())))
    run = bring(file, document('<loesche><leistung><id schemeAgencyID="L1">1</id></leistung></loesche>'))
    assert run.deleted == 1


def test_deleting_what_never_came_is_no_work(lindental: None, file: Path):
    assert numbers(bring(file, document(deletes("Leistung", "404"), writes(leistung(), organisation())))) == (
        2,
        0,
        0,
        0,
    )


def test_a_specialisation_replaces_what_it_speaks_of(lindental: None, file: Path):
    special = (
        '<spezialisierung><id schemeAgencyID="L1">s1</id><leistungID>1</leistungID>'
        f"{module('06', ('de', 'In Lindental geht das so.'))}</spezialisierung>"
    )
    more = module("06", ("de", "Überall geht das so.")) + module("11", ("de", "Ablauf"))
    bring(file, document(writes(leistung(more=more), organisation())))
    assert text("full") == "Überall geht das so."
    assert bring(file, document(writes(special))).written == 1
    assert text("full") == "In Lindental geht das so."
    assert text("procedure") == "Ablauf"
    bring(file, document(deletes("LeistungSpezialisierung", "s1")))
    assert text("full") == "Überall geht das so."


def test_responsibility_may_come_as_a_message_of_its_own_and_later(lindental: None, file: Path):
    bring(file, document(writes(leistung(), organisation(services=()))), unit="finanzen")
    assert card().unit.id == "finanzen"
    task = (
        '<zustaendigkeitTransferObjekt><uebergeordnetesObjektID schemeAgencyID="L1">7</uebergeordnetesObjektID><zustaendigkeit>'
        '<id schemeAgencyID="L1">z1</id><leistungID>1</leistungID></zustaendigkeit></zustaendigkeitTransferObjekt>'
    )
    assert bring(file, document(writes(task)), unit="finanzen").written == 1
    assert card().unit.name == "Ordnungsamt"
    bring(file, document(deletes("Zustaendigkeit", "z1")), unit="finanzen")
    assert card().unit.id == "finanzen"


def test_an_office_the_town_has_already_is_recognised_and_left_as_it_is(lindental: None, file: Path):
    run = bring(file, document(writes(leistung(), organisation(name="Steueramt"))))
    assert card().unit.id == "finanzen"
    assert card().unit.phone == "069 90009-300"
    assert Unit.objects.count() == 1
    assert numbers(run) == (1, 1, 0, 0)


def test_an_office_has_its_telephone_but_not_its_fax(lindental: None, file: Path):
    def way(code: str, value: str) -> str:
        return f"<kommunikation><kanal><code>{code}</code></kanal><kennung>{value}</kennung></kommunikation>"

    more = way("04", "069 111") + way("02", "069 / 222-0") + way("01", "amt@lindental.example")
    more += "<internetadresse><uri>https://amt.example</uri></internetadresse>"
    bring(file, document(writes(leistung(), organisation(more=more))))
    assert (card().unit.phone, card().unit.email, card().unit.website) == (
        "069 / 222-0",
        "amt@lindental.example",
        "https://amt.example",
    )


def test_an_unknown_office_falls_back_to_the_chosen_one_or_is_named(lindental: None, file: Path):
    lonely = organisation(name="Landesamt", services=("2",)).replace("<postleitzahl>99998</postleitzahl>", "")
    delivery = document(writes(leistung("1"), leistung("2", name="Katze anmelden"), lonely))
    run = bring(file, delivery)
    assert numbers(run) == (0, 0, 0, 3)
    assert reasons() == [
        "L1:1 [unit]: Die Quelle nennt keine zuständige Stelle, und für den Import ist kein Amt gewählt.",
        "L1:2 [unit]: Die zuständige Stelle „Landesamt“ ist hier nicht bekannt, und für den Import ist kein Amt gewählt.",
        "L1:7 [address.postcode]: Diese Angabe fehlt.",
    ]
    assert any("names no responsible office" in reason for reason in reasons("en"))
    assert bring(file, delivery, unit="finanzen").written == 2
    assert card("katze-anmelden").unit.id == "finanzen"


def test_only_what_is_valid_here_comes_in(lindental: None, file: Path):
    here, land, elsewhere = (
        leistung(key, name=name, more=f'<gueltigkeitGebietID schemeID="rs">{area}</gueltigkeitGebietID>')
        for key, name, area in (("1", "Hier", "145220300300"), ("2", "Im Land", "14"), ("3", "Anderswo", "083"))
    )
    offices = (
        organisation(services=("1", "2")),
        organisation("8", "Fremdes Amt", ("3",)).replace("<leistungID>3", "<leistungID>99"),
    )
    office = organisation("8", "Fremdes Amt", ()).replace(
        "</organisationseinheit>", tasks(("1",), "080000000000") + "</organisationseinheit>"
    )
    run = bring(file, document(writes(here, land, elsewhere, offices[0], office)), area="145220300300")
    assert (run.written, run.outside, run.quarantined) == (3, 2, 0)
    assert set(Service.objects.filter(pk__in=["hier", "im-land", "anderswo"]).values_list("pk", flat=True)) == {
        "hier",
        "im-land",
    }
    assert not Unit.objects.filter(name__de="Fremdes Amt").exists()


def test_ids_are_readable_and_stay_the_same(lindental: None, file: Path):
    both = writes(
        leistung("1", name="Größe ändern: Straße"),
        leistung("2", name="Größe ändern: Straße"),
        organisation(services=("1", "2")),
    )
    bring(file, document(both))
    ids = dict(ImportedRecord.objects.filter(kind="service").values_list("key", "local_id"))
    assert ids["L1:1"] == "groesse-aendern-strasse"
    assert ids["L1:2"].startswith("groesse-aendern-strasse-")
    bring(file, document(writes(leistung("1", name="Ganz anders"))))
    assert dict(ImportedRecord.objects.filter(kind="service").values_list("key", "local_id")) == ids
    assert card("groesse-aendern-strasse").name == "Ganz anders"


def test_nothing_we_do_not_know_disturbs(lindental: None, file: Path):
    odd = '<nachrichtenkopf><id>1</id></nachrichtenkopf><transaktionID>5</transaktionID><schreibe><kategorie><id>3</id></kategorie></schreibe><schreibe/><loesche klasse="Kategorie"><id>3</id></loesche>'
    more = '<neu><er>Teil</er></neu><x:fremd xmlns:x="urn:x">y</x:fremd>'
    assert numbers(bring(file, document(odd, writes(leistung(more=more), organisation())))) == (2, 0, 0, 0)
