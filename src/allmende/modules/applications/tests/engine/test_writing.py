# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town's special programs get what the citizen entered: every answer, under the ids of FIM, whatever was typed."""

import json
from datetime import UTC, datetime

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.modules.applications import rules
from allmende.modules.applications.engine.fim import writing
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.paths import run_test
from allmende.modules.applications.engine.record import Origin, make_record

ORIGIN = Origin("ab" * 32, "0.1.0", "de", "form", datetime(2026, 6, 1, 8, 30, tzinfo=UTC))
PARTS = rules.fim()["parts"]
NAMESPACE = f"{{{writing.NAMESPACE}}}"


def record_of(flow: Flow, number: int, house) -> dict:
    return make_record(flow, run_test(flow, flow.tests[number], rules.words("de"), house.town), ORIGIN)


@pytest.fixture(scope="module")
def records(lindental, house) -> list[dict]:
    """Every application that the tests of the town's flows send."""
    return [
        record_of(flow, number, house)
        for flow in lindental.values()
        for number, test in enumerate(flow.tests)
        if run_test(flow, test, rules.words("de"), house.town).outcome == "submit"
    ]


def xml(record: dict):
    return fromstring(writing.as_xml(writing.message(record, "2026-000001"), PARTS))


def find(tree, path: str):
    return tree.find("/".join(NAMESPACE + part for part in path.split("/")))


def test_it_works(lindental, house):
    tree = xml(record_of(lindental["hundesteuer-anmelden"], 2, house))
    assert find(tree, "kopf/nummer").text == "2026-000001"
    assert find(tree, "kopf/eingang").text == "2026-06-01T08:30:00+00:00"
    assert find(tree, "kopf/ablauf").get("kennung") == "hundesteuer-anmelden"
    assert find(tree, "daten/F60000228").text == "Charlie"
    dogs = tree.findall(f"{NAMESPACE}daten/{NAMESPACE}gruppe")
    assert [(dog.get("bezeichnung"), dog.get("nummer")) for dog in dogs] == [("Hund", "1"), ("Hund", "2")]
    breed = next(each for each in dogs[1] if each.get("slot") == "rasse")
    assert (breed.tag, breed.text) == (f"{NAMESPACE}angabe", "Pudel")
    assert [each.get("name") for each in find(tree, "bestaetigungen")] == ["wahrheit", "datenschutz"]


def test_an_address_and_a_day_of_birth_are_groups_with_the_fields_of_fim(lindental, house):
    tree = xml(record_of(lindental["bewohnerparkausweis"], 0, house))
    address, born = find(tree, "daten/G60000086"), find(tree, "daten/G60000083")
    assert [each.tag.removeprefix(NAMESPACE) for each in address] == [
        "F60000243",
        "F60000244",
        "F60000246",
        "F60000247",
    ]
    assert address[2].text == "99998"
    assert [(each.tag.removeprefix(NAMESPACE), len(each.text)) for each in born] == [
        ("F60000233", 4),
        ("F60000232", 2),
        ("F60000231", 2),
    ]


def test_no_answer_is_lost_and_the_same_record_is_the_same_message(records):
    assert len(records) > 20
    for record in records:
        content = writing.message(record, "2026-000001")
        rows = [row for step in record["steps"] for row in step["rows"]]
        tree = xml(record)
        told = [each for each in tree.iter() if each.get("typ")]
        assert len(told) == len(content["answers"]) == len(rows)
        assert [each.get("slot") for each in told] == [row["field"] or row["slot"] for row in rows]
        assert [row["value"] for row in json.loads(writing.as_json(content))["answers"]] == [
            row["answer"] for row in rows
        ]
        assert writing.as_xml(content, PARTS) == writing.as_xml(writing.message(record, "2026-000001"), PARTS)


def printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable() or character == "\n")


@given(text=st.text(max_size=80), label=st.text(max_size=20))
@settings(max_examples=80)
def test_whatever_is_typed_is_text_in_the_message(text, label):
    row = {
        "slot": "zweck",
        "item": None,
        "field": None,
        "kind": "text",
        "label": {"de": label},
        "item_label": {},
        "answer": text,
        "shown": {"de": text},
        "fim": "",
    }
    record = {
        "flow": {"id": "a", "version": 1, "hash": "b", "name": {"de": text}, "leika": []},
        "moment": "",
        "language": "de",
        "channel": "form",
        "unit": "",
        "legal_basis": [],
        "applicant": {"name": text, "email": ""},
        "steps": [{"rows": [row]}],
        "confirmations": [],
    }
    content = writing.message(record, "1")
    told = next(each for each in xml(record).iter() if each.get("typ"))
    assert printable(told.text or "") == printable(text)
    assert printable(told.get("bezeichnung")) == printable(label)
    json.loads(writing.as_json(content))
