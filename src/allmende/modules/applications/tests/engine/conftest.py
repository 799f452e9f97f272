# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town of the tests, and a small flow that each test changes as it needs."""

import copy
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from allmende.kernel.places.engine.register import Register, Street
from allmende.kernel.places.rules import spelling
from allmende.kernel.places.testing import register_of
from allmende.modules.applications import rules
from allmende.modules.applications.engine.checks.texts import Known
from allmende.modules.applications.engine.compiling import Compiled, House, compile_flow
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.setting import Setting, Town

ROOT = Path(__file__).parents[6]
LINDENTAL = ROOT / "demo" / "lindental"
CODES = {
    "short": "05",
    "full": "06",
    "legal_basis": "07",
    "documents": "08",
    "requirements": "09",
    "procedure": "11",
    "notes": "16",
}
TODAY = date(2026, 6, 10)  # a Wednesday
STREETS = (
    Street("Lindenallee", houses=dict.fromkeys(range(1, 41), "")),
    Street("Am Anger", "Lindental-Kernstadt"),
    Street("Am Anger", "Oberbach"),
    Street("Mühlgasse", postcode="99998"),
    Street("Rosenweg"),
    Street("Hauptstraße"),
)
TOWN = Town(Register(STREETS, spelling()), "99998", "Lindental")

SMALL = yaml.safe_load("""
schema: flow/1
id: meldebescheinigung
version: 3
status: published
unit: buergerbuero
name: {de: Meldebescheinigung beantragen, en: Certificate of residence}
legal_basis: ["§ 18 BMG"]
sources: [{service: meldebescheinigung, module: "06"}]
slots:
  art: {type: enum, label: {de: Art, en: Kind}, options: {einfach: {de: einfach, en: simple}, erweitert: {de: erweitert, en: extended}}}
  zweck: {type: text, label: {de: Zweck, en: Purpose}, max_length: 120}
  geburtsdatum: {type: date, label: {de: Geburtsdatum, en: Date of birth}, max: today, year_asked: true}
steps:
  - {id: start, say: {de: Ich führe Sie., en: I guide you.}, next: art}
  - id: art
    collect: art
    ask: {de: "Welche Bescheinigung?", en: "Which certificate?"}
    next: [{if: "art == 'erweitert'", then: zweck}, {else: geburtsdatum}]
  - {id: zweck, collect: zweck, ask: {de: "Wofür?", en: "What for?"}, next: geburtsdatum}
  - id: geburtsdatum
    collect: geburtsdatum
    ask: {de: "Wann geboren?", en: "When born?"}
    reject: [{if: "age(geburtsdatum) < 16", say: {de: Bitte die Eltern., en: Please your parents.}, then: mensch}]
    next: pruefen
  - {id: pruefen, review: all, confirm: [wahrheit, datenschutz], next: einreichen}
  - {id: einreichen, action: submit, next: END}
  - {id: mensch, action: handover, params: {queue: buergerbuero}, next: END}
tests:
  - {name: einfach, today: 2026-06-01, given: {art: einfach, geburtsdatum: 1990-02-01}, path: [start, art, geburtsdatum, pruefen, einreichen]}
  - {name: erweitert, today: 2026-06-01, given: {art: erweitert, zweck: Heirat, geburtsdatum: 1990-02-01}, path: [start, art, zweck, geburtsdatum, pruefen, einreichen]}
  - {name: minderjährig, today: 2026-06-01, given: {art: einfach, geburtsdatum: 2015-02-01}, path: [start, art, geburtsdatum, mensch]}
""")


def _sections(path: Path) -> set[str]:
    return set(re.findall(r"^## (§ \d+\w?)", path.read_text(encoding="utf-8"), re.MULTILINE))


def _modules(path: Path) -> set[str]:
    """Codes of the text modules of a service (XZuFi code list "LeiKa-Textmodul"); its documents are a list of their own."""
    service = yaml.safe_load(path.read_text(encoding="utf-8"))
    named = {name for name in (*service["text"], "documents") if service["text"].get(name) or service.get(name)}
    return {CODES[name] for name in named}


@pytest.fixture(scope="session")
def known() -> Known:
    """What the demo town has."""
    town = yaml.safe_load((LINDENTAL / "town.yaml").read_text(encoding="utf-8"))
    return Known(
        services={path.stem: _modules(path) for path in (LINDENTAL / "services").glob("*.yaml")},
        statutes={path.stem: _sections(path) for path in (LINDENTAL / "statutes").glob("*.md")},
        units={unit["id"] for unit in town["units"]},
    )


@pytest.fixture(scope="session")
def house(known: Known) -> House:
    town = yaml.safe_load((LINDENTAL / "town.yaml").read_text(encoding="utf-8"))
    streets = Town(register_of(LINDENTAL / "streets.csv"), town["address"]["postcode"], town["address"]["city"])
    return House(rules.validator(), rules.confirmations(), rules.words("de"), streets, known)


@pytest.fixture(scope="session")
def lindental(house: House) -> dict[str, Flow]:
    """The flows of the demo town by their id."""
    found = {}
    for path in sorted((LINDENTAL / "flows").glob("*.yaml")):
        compiled = compile_flow(yaml.safe_load(path.read_text(encoding="utf-8")), path.name, house)
        assert compiled.flow, path.name
        found[compiled.flow.id] = compiled.flow
    return found


@pytest.fixture
def small() -> Any:
    """The data of the small flow, to be changed."""
    return copy.deepcopy(SMALL)


@pytest.fixture
def compiled(house: House) -> Callable[[Any], Compiled]:
    return lambda data: compile_flow(data, "meldebescheinigung.yaml", house)


@pytest.fixture
def setting() -> Setting:
    return Setting(TODAY, rules.words("de"), TOWN)


@pytest.fixture
def english() -> Setting:
    return Setting(TODAY, rules.words("en"), TOWN)
