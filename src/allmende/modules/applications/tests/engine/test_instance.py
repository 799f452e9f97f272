# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""An application whose flow came from a data schema is an instance of the XSD of that data schema."""

from datetime import UTC, datetime
from typing import Any

import pytest
import xmlschema

from allmende.modules.applications import rules
from allmende.modules.applications.engine.compiling import House
from allmende.modules.applications.engine.fim import instance, writing
from allmende.modules.applications.engine.fim.drafting import draft_flow
from allmende.modules.applications.engine.fim.reading import CodeLists, read_code_list, read_schema
from allmende.modules.applications.engine.model import FlowTest
from allmende.modules.applications.engine.paths import run_test
from allmende.modules.applications.engine.reading import read_flow
from allmende.modules.applications.engine.record import Origin, make_record
from allmende.modules.applications.tests.engine.conftest import TODAY
from allmende.modules.applications.tests.engine.test_fim import CODE_LIST, VERSION_2, VERSION_3
from allmende.modules.applications.tests.engine.xsd import xsd_of

NAMESPACE, ROOT = "urn:xoev-de:xfall:standard:fim-s00000001_1.0", "fim.S00000001"
ORIGIN = Origin("ab" * 32, "0.1.0", "de", "form", datetime(2026, 6, 10, 8, 30, tzinfo=UTC))
CODES: CodeLists = dict([read_code_list(CODE_LIST.encode())])
DOG = {
    "familienname": "Muster & Söhne",
    "e_mail_adresse": None,
    "postleitzahl": "99998",
    "hund": [{"rasse": "d", "impftag": "2026-05-03"}, {"rasse": "p", "impftag": "2026-05-04"}],
}
HALL = {
    "gaeste": "40",
    "bestuhlung": "002",
    "beginn": "18 Uhr",
    "nachweis": [{"id": "f", "name": "ausweis.pdf", "media_type": "application/pdf", "size": 10}],
    "kaution": "96.50",
    "datenfeld": "nichts",
}


def translated(data: Any) -> Any:
    """The draft as if somebody had translated it."""
    if isinstance(data, list):
        return [translated(each) for each in data]
    if not isinstance(data, dict):
        return data
    english = {"en": data["de"]} if "de" in data else {}
    return {name: translated(value) for name, value in data.items()} | english


def message(document: str, given: dict[str, Any], house: House, **bound: str) -> writing.Message:
    """The message of an application with these answers, from the draft of a data schema."""
    data, _notes = draft_flow(read_schema(document.encode()), "schema.xml", "finanzen", rules.fim(), CODES)
    data["data_schema"] |= bound
    flow, problems = read_flow(translated(data), "schema.xml", rules.confirmations())
    assert problems == []
    run = run_test(flow, FlowTest("", TODAY, given, ()), house.words, house.town)
    assert run.outcome == "submit"
    return writing.message(make_record(flow, run, ORIGIN), "2026-000001")


@pytest.mark.parametrize(("document", "given"), [(VERSION_2, DOG), (VERSION_3, HALL)], ids=["2", "3"])
def test_what_was_answered_is_an_instance_of_the_xsd(document: str, given: dict[str, Any], house: House) -> None:
    content = message(document, given, house, namespace=NAMESPACE, root=ROOT)
    assert instance.has_instance(content)
    written = instance.as_instance(content, rules.fim()["parts"])
    xsd = xmlschema.XMLSchema(xsd_of(read_schema(document.encode()), NAMESPACE, ROOT, CODES))
    xsd.validate(written.decode())
    without_required = (
        written.replace(b"<F60000227>", b"<!--")
        .replace(b"</F60000227>", b"-->")
        .replace(b"<F00000000001>40</F00000000001>", b"")
    )
    assert not xsd.is_valid(without_required.decode()), "the XSD asks for it"


def test_groups_codes_and_what_was_left_empty(house: House) -> None:
    written = instance.as_instance(
        message(VERSION_2, DOG, house, namespace=NAMESPACE, root=ROOT), rules.fim()["parts"]
    ).decode()
    assert written.count("<G00000002>") == 2
    assert "<F00000010>D</F00000010>" in written, "the code of the list, not the key of the option"
    assert "F60000242" not in written
    assert "<G60000086>\n      <F60000246>99998</F60000246>" in written


def test_a_flow_that_names_no_xsd_sends_the_message_of_the_house(house: House) -> None:
    assert not instance.has_instance(message(VERSION_2, DOG, house))


@pytest.mark.parametrize("content", ["G1", "F60000227)", "G60000086(F60000246", "(F60000227)", "F60000227 x"])
def test_an_order_that_cannot_be_read_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        instance.read_outline(content)
