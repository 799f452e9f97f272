# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One record of a file is no XML; those before and after it go in, and it waits under its own id."""

import json
from pathlib import Path

import pytest

from allmende.kernel.town import queries
from allmende.kernel.town.imports import rules
from allmende.kernel.town.imports.models import ImportedRecord
from allmende.kernel.town.tests.imports.making import (
    bring,
    deletes,
    document,
    leistung,
    module,
    numbers,
    organisation,
    reasons,
    writes,
)

pytestmark = pytest.mark.django_db

FIRST = writes(leistung("1", name="Erstens"))
BROKEN = writes(leistung("2", name="Zweitens"))
LAST = writes(leistung("3", name="Drittens"), organisation(services=("1", "2", "3")))
NOT_XML = "ist dieser Eintrag kein gültiges XML"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "leistungen.xml"


def lines(*messages: str) -> bytes:
    return document(*(f"\n{message}" for message in messages))


@pytest.mark.parametrize(
    "broken",
    [
        BROKEN.replace("Zweitens", "Hund & Katze"),
        BROKEN.replace("Zweitens", "Hund&nbsp;Katze"),
        BROKEN.replace("Zweitens", "Hund < Katze"),
        BROKEN.replace("Zweitens", "Hund\x0bKatze"),
        BROKEN.replace("</modulText>", "", 1),
        BROKEN.replace("</leistung>", ""),
        BROKEN.replace("</leistung></schreibe>", ""),
        BROKEN[: len(BROKEN) // 2],
        BROKEN.replace("Zweitens", "<![CDATA[ offen"),
        BROKEN.replace("Zweitens", "<!-- offen"),
        BROKEN.replace('languageCode="de"', 'languageCode="de'),
    ],
    ids=[
        "ampersand", "entity", "less than", "control character", "module without end", "service without end",
        "message without end", "half", "CDATA without end", "comment without end", "attribute without end",
    ],
)  # fmt: skip
def test_a_record_that_is_no_xml_keeps_nobody_else_out(lindental: None, file: Path, broken: str):
    run = bring(file, lines(FIRST, broken, LAST))
    assert numbers(run) == (3, 0, 0, 1)
    assert [NOT_XML in reason for reason in reasons()] == [True]
    assert ImportedRecord.objects.get(state="invalid").line == 3
    assert [queries.service_card(pk) is not None for pk in ("erstens", "zweitens", "drittens")] == [True, False, True]


def test_it_waits_under_its_own_id_and_goes_in_when_it_is_mended(lindental: None, file: Path):
    bring(file, lines(FIRST, BROKEN.replace("Zweitens", "Hund & Katze"), LAST))
    assert [reason[: reason.index(" ist dieser")] for reason in reasons()] == ["L1:2 []: Ab Zeile 3"]
    assert any("this record is not valid XML" in reason for reason in reasons("en"))
    assert numbers(bring(file.with_name("other.xml"), lines(BROKEN))) == (1, 0, 0, 0)
    assert reasons() == []


def test_the_same_broken_record_is_no_other_the_next_time(lindental: None, file: Path):
    delivery = lines(FIRST, BROKEN.replace("Zweitens", "Hund & Katze"), LAST)
    bring(file, delivery)
    assert numbers(bring(file, delivery)) == (0, 3, 0, 1)


def test_several_in_a_row_are_each_named_with_their_line(lindental: None, file: Path):
    broken = [writes(leistung(str(number))).replace("</id>", "</ID>") for number in range(10, 14)]
    assert numbers(bring(file, lines(FIRST, *broken, LAST, "</Transfer>"))) == (3, 0, 0, 5)
    rows = ImportedRecord.objects.filter(state="invalid").order_by("line")
    assert list(rows.values_list("line", flat=True))[:4] == [3, 4, 5, 6]


def test_letters_in_another_encoding_than_the_file_says_are_named_as_that(lindental: None, file: Path):
    latin = lines(FIRST, "@@", LAST).replace(b"@@", BROKEN.replace("Zweitens", "Behörde").encode("latin-1"))
    assert numbers(bring(file, latin)) == (3, 0, 0, 1)
    assert "Zeichen, die nicht in UTF-8 geschrieben sind" in reasons()[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1", "iso-8859-15", "windows-1252"])
def test_a_file_may_be_written_in_the_encoding_that_it_names(lindental: None, file: Path, encoding: str):
    name = encoding.removesuffix("-sig").upper()
    content = document(writes(leistung(name="Größe"), organisation())).decode().replace("UTF-8", name).encode(encoding)
    assert numbers(bring(file, content)) == (2, 0, 0, 0)
    assert queries.service_card("groesse") is not None


def test_a_record_that_is_too_large_goes_by_its_id(lindental: None, file: Path):
    huge = writes(leistung("2", more=module("06", ("de", "x" * (rules.limits()["record_characters"] + 1)))))
    assert numbers(bring(file, lines(FIRST, huge, LAST))) == (3, 0, 0, 1)
    assert reasons() == ["L1:2 []: Der Eintrag ist größer als erlaubt."]


def test_a_comment_without_bounds_is_not_kept_in_memory(lindental: None, file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(rules.limits(), "record_characters", 20_000)
    comment = f"<!-- {'x' * 1_000_000} -->"
    assert numbers(bring(file, lines(FIRST, comment, LAST))) == (3, 0, 0, 1)
    assert "größer als erlaubt" in reasons()[0]


def test_what_stands_together_in_one_message_is_read_one_by_one(lindental: None, file: Path):
    objects = [leistung("1", name="Erstens"), leistung("2", name="Zweitens"), organisation(services=("1", "2"))]
    assert numbers(bring(file, document(f"<schreibe>{''.join(objects)}</schreibe>"))) == (3, 0, 0, 0)


def test_objects_may_stand_below_the_root(lindental: None, file: Path):
    assert numbers(bring(file, document(leistung(), organisation()))) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    "deletion",
    [
        '<loesche klasse="Leistung"><id>1</id></loesche>',
        '<loesche klasse="xzufi:Leistung"><id schemeAgencyID="L1">1</id></loesche>',
        "<loesche><klasse>Leistung</klasse><id>1</id></loesche>",
        "<loesche><leistung><id>1</id></leistung></loesche>",
        '<loesche><leistungID schemeAgencyID="L1">1</leistungID></loesche>',
    ],
)
def test_a_deletion_is_understood_however_it_names_the_service(lindental: None, file: Path, deletion: str):
    bring(file, document(writes(leistung(), organisation())))
    assert numbers(bring(file, document(deletion))) == (0, 0, 1, 0)
    assert queries.service_card("hund-anmelden") is None


def test_a_deletion_that_names_no_kind_waits_for_an_editor(lindental: None, file: Path):
    bring(file, document(writes(leistung(), organisation())))
    assert numbers(bring(file, document("<loesche><id>1</id></loesche>"))) == (0, 0, 0, 1)
    assert "sagt aber nicht, von welcher Art es ist" in reasons()[0]
    assert queries.service_card("hund-anmelden") is not None


def test_an_id_without_agency_that_two_records_have_deletes_neither(lindental: None, file: Path):
    other = leistung(name="Anderer").replace('schemeAgencyID="L1"', 'schemeAgencyID="L2"')
    bring(file, document(writes(leistung(), other)), unit="finanzen")
    assert bring(file, document('<loesche klasse="Leistung"><id>1</id></loesche>')).deleted == 0
    assert bring(file, document(deletes("Leistung", "1"))).deleted == 1
    assert queries.service_card("anderer") is not None


@pytest.mark.parametrize("where", ["service", "responsibility", "both"])
def test_responsible_and_service_are_brought_together_with_and_without_agency(lindental: None, file: Path, where: str):
    service = leistung() if where == "service" else leistung().replace(' schemeAgencyID="L1"', "")
    named = "<leistungID>1</leistungID>" if where == "service" else '<leistungID schemeAgencyID="L1">1</leistungID>'
    unit = organisation().replace("<leistungID>1</leistungID>", named)
    if where != "responsibility":
        unit = unit.replace('<id schemeAgencyID="L1">7', "<id>7")
    assert numbers(bring(file, document(writes(service, unit)))) == (2, 0, 0, 0)
    card = queries.service_card("hund-anmelden")
    assert card is not None
    assert card.unit.name == "Ordnungsamt"


@pytest.mark.parametrize("indent", [None, 2])
def test_a_record_that_is_no_json_keeps_nobody_else_out(lindental: None, tmp_path: Path, indent: int | None):
    records = [
        {
            "id": name,
            "unit": "finanzen",
            "approved_on": "2026-03-12",
            "name": {"de": name},
            "text": {"short": {"de": "Kurz."}},
            "free": {"de": "gebührenfrei"},
        }
        for name in ("erstens", "zweitens", "drittens")
    ]
    written = json.dumps(records, indent=2) if indent else "\n".join(map(json.dumps, records))
    broken = written.replace('"zweitens"}', "zweitens}").replace('"zweitens"\n', "zweitens\n")
    run = bring(tmp_path / "leistungen.json", broken.encode(), form="json")
    assert numbers(run) == (2, 0, 0, 1)
    assert reasons()[0].startswith("zweitens []: Ab Zeile ")
    assert queries.service_card("drittens") is not None
