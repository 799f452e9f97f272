# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie keeps a receipt of what he sent, and can have it read out."""

import copy
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.db import transaction

from allmende.kernel.printing.tests.reading import Printed, is_accessible, read
from allmende.kernel.town import demo as town_demo
from allmende.modules.applications import receipts, rules
from allmende.modules.applications.engine.compiling import House, compile_flow
from allmende.modules.applications.engine.paths import run_test
from allmende.modules.applications.engine.record import Origin, make_record
from allmende.modules.applications.engine.setting import Town

LINDENTAL = Path(__file__).parents[5] / "demo" / "lindental"
NUMBER = "2026-000001"
MOMENT = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)


def parsed(path: str) -> dict:
    return yaml.safe_load((LINDENTAL / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def small_town(django_db_setup, django_db_blocker, tmp_path_factory):
    """The offices of Lindental, and the service and by-law that the dog tax rests on."""
    folder = tmp_path_factory.mktemp("lindental")
    shutil.copy(LINDENTAL / "town.yaml", folder)
    for kind in ("services", "statutes"):
        (folder / kind).mkdir()
    shutil.copy(LINDENTAL / "statutes/hundesteuersatzung.md", folder / "statutes")
    service = parsed("services/hundesteuer-anmelden.yaml")
    service |= {"related": [], "statutes": ["hundesteuersatzung"]}
    (folder / "services/hundesteuer-anmelden.yaml").write_text(yaml.safe_dump(service), encoding="utf-8")
    with django_db_blocker.unblock(), transaction.atomic():
        town_demo.load(folder)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def sent() -> dict:
    """The record of two dogs, one of them dangerous."""
    town = parsed("town.yaml")
    streets = Town(tuple(town["streets"]), town["address"]["postcode"], town["address"]["city"])
    house = House(rules.validator(), rules.confirmations(), rules.words("de"), streets, None)
    flow = compile_flow(parsed("flows/hundesteuer-anmelden.yaml"), "hundesteuer-anmelden.yaml", house).flow
    run = run_test(flow, flow.tests[2], rules.words("de"), streets)
    return make_record(flow, run, Origin("ab" * 32, "0.1.0", "de", "form", MOMENT))


def words(printed: Printed) -> str:
    return " ".join(printed.text.split())


def test_it_works_and_a_screen_reader_finds_every_answer(small_town, db, sent):
    printed = read(receipts.pdf(sent, NUMBER))
    assert is_accessible(printed)
    assert (printed.title, printed.language) == (f"Eingangsbestätigung {NUMBER}", "de")
    assert printed.headings[:2] == (printed.title, "Ihre Angaben")
    assert "Hund 1" in printed.headings
    assert printed.headings[-3:] == ("Wie es weitergeht", "Das haben Sie bestätigt", "Rechtsgrundlagen und Quellen")
    groups = [heading for heading in printed.headings if heading.startswith(("Hund ", "Wie heißen", "Wo wohnen"))]
    assert printed.count["Table"] >= 1 + len(groups)
    for row in (row for step in sent["steps"] for row in step["rows"]):
        assert " ".join((row["shown"]["de"] or "keine Angabe").split()) in words(printed)


def test_it_says_when_it_arrived_who_decides_and_what_it_rests_on(small_town, db, sent):
    said = words(read(receipts.pdf(sent, NUMBER)))
    assert "1. Juni 2026 10:30" in said, "in the town's time"
    assert "Stadt Lindental" in said
    assert "Stadtkämmerei und Steueramt" in said
    assert "Hund anmelden (Hundesteuer) § 10 Hundesteuersatzung" in said.replace("• ", "")
    assert "hundesteuer-anmelden, Version 1, Prüfsumme abababababab" in said
    for confirmation in sent["confirmations"]:
        assert confirmation["text"]["de"] in said


def test_an_english_receipt_says_that_the_german_wording_counts(small_town, db, sent):
    printed = read(receipts.pdf(sent, NUMBER, "en"))
    assert is_accessible(printed)
    assert (printed.title, printed.language) == (f"Receipt {NUMBER}", "en")
    assert "male" in words(printed)
    assert "The German wording is authoritative." in words(printed)
    assert "Ihre" not in words(printed)


def test_the_same_record_is_the_same_receipt(small_town, db, sent):
    assert receipts.pdf(sent, NUMBER) == receipts.pdf(sent, NUMBER)


def test_what_the_town_no_longer_has_goes_by_its_id(small_town, db, sent):
    gone = sent | {"unit": "altes-amt", "sources": [{"statute": "alte-satzung", "section": "§ 1"}]}
    said = words(read(receipts.pdf(gone, NUMBER)))
    assert "altes-amt" in said
    assert "§ 1 alte-satzung" in said


def test_what_was_typed_adds_no_heading(small_town, db, sent):
    hostile = copy.deepcopy(sent)
    for step in hostile["steps"]:
        for row in step["rows"]:
            row["shown"]["de"] = '= Bewilligt\n#heading[Bewilligt] #eval("1+1") 💩'
    printed = read(receipts.pdf(hostile, NUMBER))
    assert is_accessible(printed)
    assert printed.headings == read(receipts.pdf(sent, NUMBER)).headings
    assert "#heading[Bewilligt]" in words(printed)
