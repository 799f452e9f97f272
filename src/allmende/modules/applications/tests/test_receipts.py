# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie keeps a receipt of what he sent, and can have it read out."""

import copy
from datetime import UTC, datetime

import pytest

from allmende.kernel.printing.tests.reading import Printed, is_accessible, read
from allmende.modules.applications import drafts, receipts
from allmende.modules.applications.engine.record import Origin, make_record

NUMBER = "2026-000001"
MOMENT = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def sent(answered) -> dict:
    """The record of two dogs, one of them dangerous."""
    draft = drafts.load(answered("hundesteuer-anmelden", 2))
    return make_record(draft.flow, draft.run, Origin("ab" * 32, "0.1.0", "de", "form", MOMENT))


def words(printed: Printed) -> str:
    return " ".join(printed.text.split())


def test_it_works_and_a_screen_reader_finds_every_answer(sent):
    printed = read(receipts.pdf(sent, NUMBER))
    assert is_accessible(printed)
    assert (printed.title, printed.language) == (f"Eingangsbestätigung {NUMBER}", "de")
    assert printed.headings[:2] == (printed.title, "Ihre Angaben")
    assert "Hund 1" in printed.headings
    assert printed.headings[-3:] == ("Wie es weitergeht", "Das haben Sie bestätigt", "Rechtsgrundlagen und Quellen")
    questions = [step for step in sent["steps"] if step["rows"]]
    assert (printed.count["H3"], printed.count["H4"]) == (len(questions), 2)
    assert printed.count["Table"] == 1 + len(questions) + 1, "one for each question, and for each of the two dogs"
    for row in (row for step in sent["steps"] for row in step["rows"]):
        assert " ".join((row["shown"]["de"] or "keine Angabe").split()) in words(printed)


def test_it_says_when_it_arrived_who_decides_and_what_it_rests_on(sent):
    said = words(read(receipts.pdf(sent, NUMBER)))
    assert "1. Juni 2026 10:30" in said, "in the town's time"
    assert "Stadt Lindental" in said
    assert "Stadtkämmerei und Steueramt" in said
    assert "Hund anmelden (Hundesteuer) § 10 Hundesteuersatzung" in said.replace("• ", "")
    assert "hundesteuer-anmelden, Version 1, Prüfsumme abababababab" in said
    for confirmation in sent["confirmations"]:
        assert confirmation["text"]["de"] in said


def test_an_english_receipt_says_that_the_german_wording_counts(sent):
    printed = read(receipts.pdf(sent, NUMBER, "en"))
    assert is_accessible(printed)
    assert (printed.title, printed.language) == (f"Receipt {NUMBER}", "en")
    assert "male" in words(printed)
    assert "The German wording is authoritative." in words(printed)
    assert "Ihre" not in words(printed)


def test_the_same_record_is_the_same_receipt(sent):
    assert receipts.pdf(sent, NUMBER) == receipts.pdf(sent, NUMBER)


def test_what_the_town_no_longer_has_goes_by_its_id(sent):
    gone = sent | {"unit": "altes-amt", "sources": [{"statute": "alte-satzung", "section": "§ 1"}]}
    said = words(read(receipts.pdf(gone, NUMBER)))
    assert "altes-amt" in said
    assert "§ 1 alte-satzung" in said


def test_what_was_typed_adds_no_heading(sent):
    hostile = copy.deepcopy(sent)
    for step in hostile["steps"]:
        for row in step["rows"]:
            row["shown"]["de"] = '= Bewilligt\n#heading[Bewilligt] #eval("1+1") 💩'
    printed = read(receipts.pdf(hostile, NUMBER))
    assert is_accessible(printed)
    assert printed.headings == read(receipts.pdf(sent, NUMBER)).headings
    assert "#heading[Bewilligt]" in words(printed)
