# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Services from JSON and CSV, and the way back."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.kernel.town import queries
from allmende.kernel.town import service as town
from allmende.kernel.town.editing import history
from allmende.kernel.town.imports import exporting, rules
from allmende.kernel.town.imports.engine import table
from allmende.kernel.town.imports.models import ImportedRecord
from allmende.kernel.town.models import Service
from allmende.kernel.town.tests.conftest import DOG, GOODBYE
from allmende.kernel.town.tests.imports.making import bring, numbers, reasons
from allmende.kernel.web.exports import safe_cell

pytestmark = pytest.mark.django_db

CAT: dict[str, Any] = {
    "id": "katze-anmelden",
    "unit": "finanzen",
    "approved_on": "2026-03-12",
    "name": {"de": "Katze anmelden"},
    "text": {"short": {"de": "Katzen brauchen keine Anmeldung."}},
    "free": {"de": "gebührenfrei"},
}
HEAD = "id;name.de;text.short.de;unit;approved_on;free.de"
LINE = "katze-anmelden;Katze anmelden;Kurz;finanzen;12.03.2026;frei"


@pytest.fixture
def json_file(tmp_path: Path) -> Path:
    return tmp_path / "leistungen.json"


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    return tmp_path / "leistungen.csv"


def dumped(*records: Any) -> bytes:
    return json.dumps(records, ensure_ascii=False, default=str, indent=1).encode()


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda text: text,
        lambda text: b'{"services": ' + text + b"}",
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: b"\n".join(json.dumps(record).encode() for record in json.loads(text)),
    ],
)
def test_services_come_as_a_list_or_line_by_line(lindental: None, json_file: Path, wrapped: Any):
    other = {**CAT, "id": "hamster", "related": ["katze-anmelden"]}
    run = bring(json_file, wrapped(dumped(other, CAT)), form="json")
    assert numbers(run) == (2, 0, 0, 0)
    assert [link.id for link in queries.service_card("hamster").related] == ["katze-anmelden"]  # type: ignore[union-attr]
    assert numbers(bring(json_file, wrapped(dumped(other, CAT)), form="json")) == (0, 2, 0, 0)


def test_a_relation_to_a_service_of_a_later_batch_is_made_at_the_end(
    lindental: None, json_file: Path, monkeypatch: Any
):
    monkeypatch.setitem(rules.limits(), "apply_batch", 1)
    first = {**CAT, "id": "erste", "related": ["zweite"]}
    second = {**CAT, "id": "zweite", "related": ["erste"]}
    bring(json_file, dumped(first, second), form="json")
    assert [link.id for link in queries.service_card("erste").related] == ["zweite"]  # type: ignore[union-attr]
    assert [link.id for link in queries.service_card("zweite").related] == ["erste"]  # type: ignore[union-attr]


def test_errors_name_file_line_and_field(lindental: None, json_file: Path):
    records = [
        CAT,
        {**CAT, "id": "b", "fees": [{"label": {"de": "x"}, "amount": "viel"}]},
        {**CAT, "id": "c", "farbe": 1},
        5,
        {**CAT, "id": None},
        {**CAT, "id": "Groß"},
    ]
    run = bring(json_file, dumped(*records), form="json")
    assert numbers(run) == (1, 0, 0, 5)
    assert reasons() == [
        "#leistungen.json#4 []: Erwartet wird ein Eintrag mit Feldern.",
        "#leistungen.json#5 [id]: Erwartet wird ein Text.",
        "Groß [id]: Erlaubt sind Kleinbuchstaben, Ziffern und einzelne Bindestriche dazwischen.",
        "b [fees.1.amount]: Erwartet wird ein Betrag wie 96.00.",
        "c [farbe]: Dieses Feld ist nicht bekannt.",
    ]
    assert ImportedRecord.objects.get(key="b").line == dumped(*records).decode()[
        : dumped(*records).decode().index('"id": "b"')
    ].count("\n")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[", "Ab Zeile 1"),
        (b'[{"id": "a"}\n,\n{"id": }]', "Ab Zeile 3"),
        (b'[{"id": "a"} {"id": "b"}]', "Ab Zeile 1"),
        (b"\xff\xfe", "nicht in UTF-8"),
        (b'{"a": NaN}', "Ab Zeile 1"),
        (b"[" * 100_000, "zu tief verschachtelt"),
    ],
)
def test_a_file_that_is_no_json_is_named(lindental: None, json_file: Path, content: bytes, reason: str):
    assert bring(json_file, content, form="json").quarantined >= 1
    assert any(reason in found for found in reasons())


def test_what_a_database_cannot_hold_is_left_out(lindental: None, json_file: Path):
    record = {**CAT, "name": {"de": "Katze\u0000 \ud800anmelden"}}
    assert bring(json_file, json.dumps([record]).encode(), form="json").written == 1
    assert queries.service_card("katze-anmelden").name == "Katze anmelden"  # type: ignore[union-attr]


def test_a_record_that_is_too_large_waits(lindental: None, json_file: Path, monkeypatch: Any):
    monkeypatch.setitem(rules.limits(), "record_characters", 400)
    bring(json_file, dumped({**CAT, "text": {"short": {"de": "x" * 500}}}), form="json")
    assert reasons() == ["katze-anmelden []: Der Eintrag ist größer als erlaubt."]


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8"), (",", "utf-8-sig"), ("\t", "cp1252"), (";", "cp1252")]
)
def test_a_table_is_read_however_a_spreadsheet_writes_it(
    lindental: None, csv_file: Path, delimiter: str, encoding: str
):
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow(
        [
            "Kennung",
            "Bezeichnung",
            "Kurztext",
            "Amt",
            "Freigegeben am",
            "fees.1.label.de",
            "fees.1.amount",
            "Suchwörter",
            "red_list",
        ]
    )
    writer.writerow(
        [
            "kaetzchen",
            "Kätzchen anmelden",
            "Kurz\nund „gut“ – mit 5 €",
            "finanzen",
            "12.03.2026",
            "Gebühr",
            "1.234,50 €",
            "Kater|Mieze",
            "ja",
        ]
    )
    assert numbers(bring(csv_file, buffer.getvalue().encode(encoding), form="csv")) == (1, 0, 0, 0)
    card = queries.service_card("kaetzchen")
    assert card is not None
    assert (card.name, card.fees[0].price, card.red_list) == ("Kätzchen anmelden", "1.234,50 €", True)
    assert "„gut“ – mit 5 €" in card.short
    assert list(Service.objects.get(pk="kaetzchen").synonyms.values_list("term", flat=True)) == ["Kater", "Mieze"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "keine bekannte Spalte"),
        ("a;b\n1;2", "keine bekannte Spalte"),
        (f"{HEAD};farbe\n{LINE};rot", "Die Spalte „farbe“ ist nicht bekannt."),
        (f"{HEAD};name\n{LINE};x", "Die Spalte „name.de“ gibt es zweimal."),
        ("name.de;unit\nKatze;finanzen", "Die Spalte „id“ fehlt."),
        (f"{HEAD}\n{LINE};zu viel", "mehr Felder als die Kopfzeile Spalten"),
        (f"{HEAD}\n{LINE}\n{LINE}", "steht in dieser Lieferung schon einmal, in Zeile 2"),
        (f'{HEAD}\n"offen;', "lässt sich die Datei nicht lesen"),
        (f"{HEAD}\n{LINE.replace('12.03.2026', 'gestern')}", "[approved_on]: Erwartet wird ein Datum"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(lindental: None, csv_file: Path, content: str, reason: str):
    assert bring(csv_file, content.encode(), form="csv").quarantined == 1
    assert reason in reasons()[0]


def test_an_unknown_office_of_a_table_falls_back_to_the_chosen_one(lindental: None, csv_file: Path):
    content = f"{HEAD}\n{LINE.replace('finanzen', 'mars')}".encode()
    assert bring(csv_file, content, form="csv").quarantined == 1
    assert "Das Amt „mars“ gibt es nicht." in reasons()[0]
    assert bring(csv_file, content, form="csv", unit="finanzen").written == 1


def test_a_service_that_exists_here_with_other_content_is_not_overwritten(lindental: None, json_file: Path):
    other = {**CAT, "id": "hundesteuer-anmelden"}
    assert bring(json_file, dumped(other), form="json").quarantined == 1
    assert "mit dieser Kennung und anderem Inhalt" in reasons()[0]
    assert queries.service_card("hundesteuer-anmelden").name == "Hund anmelden"  # type: ignore[union-attr]


def test_what_goes_out_comes_back_unchanged(lindental: None, json_file: Path, csv_file: Path, told: Any):
    before = {pk: history.versions("service", pk).count() for pk in (DOG["id"], GOODBYE["id"])}
    assert numbers(bring(json_file, dumped(*exporting.services()), form="json", source="a")) == (0, 2, 0, 0)
    assert numbers(bring(csv_file, as_csv(), form="csv", source="b")) == (0, 2, 0, 0)
    assert {pk: history.versions("service", pk).count() for pk in before} == before


def as_csv() -> bytes:
    header, rows = exporting.as_table()
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([safe_cell(cell) for cell in row] for row in [header, *rows])
    return buffer.getvalue().encode("utf-8-sig")


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=30)
TEXT = WORDS.map(lambda text: " ".join(text.replace("|", "/").split())).filter(bool)
BOTH = st.fixed_dictionaries({"de": TEXT}, optional={"en": TEXT})
RECORD = st.fixed_dictionaries(
    {
        "id": st.just("probe"),
        "unit": st.just("finanzen"),
        "approved_on": st.dates().filter(lambda day: day.year > 1900).map(str),
        "name": BOTH,
        "text": st.fixed_dictionaries({"short": BOTH}, optional={"full": BOTH, "notes": BOTH}),
        "free": BOTH,
    },
    optional={
        "leika": st.just(["99102013060000"]),
        "red_list": st.booleans(),
        "synonyms": st.fixed_dictionaries({"de": st.lists(TEXT, min_size=1, max_size=3, unique=True)}),
        "fees": st.lists(
            st.fixed_dictionaries(
                {"label": BOTH}, optional={"amount": st.decimals(0, 9999, places=2).map(str), "per": BOTH}
            ),
            max_size=3,
        ),
        "documents": st.lists(BOTH, max_size=3),
        "statutes": st.just(["hundesteuersatzung"]),
        "related": st.just(["hundesteuer-anmelden"]),
    },
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=RECORD)
def test_any_service_exported_and_imported_twice_is_unchanged(
    lindental: None, json_file: Path, csv_file: Path, record: dict[str, Any]
):
    ImportedRecord.objects.all().delete()
    town.put_service(record)
    last = history.latest("service", "probe")
    assert last is not None
    for form, file, content in (("json", json_file, dumped(*exporting.services())), ("csv", csv_file, as_csv())):
        for _time in range(2):
            assert numbers(bring(file, content, form=form, source=form)) == (0, 3, 0, 0), reasons()
    now = history.latest("service", "probe")
    assert now is not None
    assert (now.number, now.content_hash) == (last.number, last.content_hash)


def test_a_cell_a_spreadsheet_would_calculate_with_keeps_its_meaning(lindental: None, csv_file: Path):
    content = f"{HEAD}\n{LINE.replace('Kurz', chr(39) + '=1+1')}".encode()
    bring(csv_file, content, form="csv")
    assert queries.service_card("katze-anmelden").short == "=1+1"  # type: ignore[union-attr]


def test_a_record_is_flat_and_nested_again():
    record = {
        "id": "a",
        "leika": ["1", "2"],
        "fees": [{"label": {"de": "x"}, "amount": "1"}, {"label": {"de": "y"}}],
        "red_list": True,
    }
    flat = table.flat(record)
    assert flat == {
        "id": "a",
        "leika": "1|2",
        "fees.1.label.de": "x",
        "fees.1.amount": "1",
        "fees.2.label.de": "y",
        "red_list": "ja",
    }
    assert all(rules.columns().kind(column) for column in flat)
