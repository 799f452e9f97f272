# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The flows of the demo town: complete, tested on every way, and each leads to an end however it is answered."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from allmende.modules.applications import rules
from allmende.modules.applications.engine.compiling import House, compile_flow
from allmende.modules.applications.engine.fields.slots import GroupField, Slot
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.setting import Setting
from allmende.modules.applications.engine.simulate import simulate
from benchmarks.flows import walk

FLOWS = sorted((Path(__file__).parents[6] / "demo/lindental/flows").glob("*.yaml"))
APPLICATIONS = {"hundesteuer-anmelden", "hundesteuer-abmelden", "meldebescheinigung", "wohnungsgeberbestaetigung", "bewohnerparkausweis", "fuehrungszeugnis", "geburtsurkunde", "sperrmuell", "halle-mieten", "baumfaellung", "sondernutzung", "kita-anmelden", "wohngeld"}  # fmt: skip
WALKS = 250


def test_every_application_of_the_town_has_its_flow() -> None:
    assert {path.stem for path in FLOWS} == APPLICATIONS


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_a_flow_may_be_published(path: Path, house: House) -> None:
    compiled = compile_flow(yaml.safe_load(path.read_text(encoding="utf-8")), path.name, house)
    assert [rules.messages().problem(problem, "en") for problem in compiled.problems] == []
    assert compiled.flow is not None
    assert compiled.flow.id == path.stem
    assert compiled.coverage is not None
    assert compiled.coverage.share == 1
    assert len(compiled.flow.tests) >= 4
    assert compiled.flow.leika == tuple(_service(path.stem)["leika"])


def _service(name: str) -> Any:
    path = FLOWS[0].parents[1] / "services" / f"{name}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(APPLICATIONS))
def test_the_unit_is_the_one_that_is_responsible_for_the_service(name: str, lindental: dict[str, Flow]) -> None:
    assert lindental[name].unit == _service(name)["unit"]


@pytest.mark.parametrize("name", sorted(APPLICATIONS))
def test_every_walk_ends_in_a_submission_with_a_person_or_without_sending(
    name: str, lindental: dict[str, Flow], house: House
) -> None:
    flow = lindental[name]
    ends = {walk(flow, house.town, seed).outcome for seed in range(WALKS)}
    assert ends <= {"submit", "handover", "close"}
    assert "handover" in ends


@pytest.mark.parametrize("name", ["wohngeld", "fuehrungszeugnis"])
def test_what_is_only_a_check_asks_for_no_name_and_sends_nothing(name: str, lindental: dict[str, Flow]) -> None:
    flow = lindental[name]
    assert "submit" not in {step.action for step in flow.steps.values()}
    assert {type(slot.field).__name__ for slot in flow.slots.values()} <= {"BooleanField", "EnumField"}


def _slots(flow: Flow) -> list[Slot]:
    inner = [
        slot
        for outer in flow.slots.values()
        if isinstance(outer.field, GroupField)
        for slot in outer.field.slots.values()
    ]
    return [*flow.slots.values(), *inner]


def test_no_flow_asks_for_an_e_mail_address_that_must_be_given(lindental: dict[str, Flow]) -> None:
    asked = [slot for flow in lindental.values() for slot in _slots(flow) if type(slot.field).__name__ == "EmailField"]
    assert asked
    assert all(slot.may_be_empty for slot in asked)


def test_each_dog_has_its_own_exemption_and_none_that_the_by_law_excludes(
    lindental: dict[str, Flow], setting: Setting
) -> None:
    flow = lindental["hundesteuer-anmelden"]
    given = flow.tests[0].given
    dog = given["hunde"][0]
    bought = {**dog, "herkunft": "person", "verguenstigung": "keine", "erstes_jahr": True}
    dangerous = {**dog, "gefaehrlich": True, "verguenstigung": "assistenzhund"}
    guide = {**dog, "verguenstigung": "assistenzhund"}
    run = simulate(flow, {**given, "hunde": [bought, dangerous]}, setting)
    assert "erstes_jahr" not in run.answers["hunde"][0], "half the tax is for a dog from a shelter (§ 7 (1) no. 2)"
    assert "verguenstigung" not in run.answers["hunde"][1], "a dangerous dog is not exempt (§ 6 (3))"
    assert "nachweis" not in run.path
    run = simulate(flow, {**given, "hunde": [dangerous, guide]}, setting)
    assert run.path[-2:] == ("gefaehrlich", "nachweis"), "the other dog of the household is (§ 6 (1) no. 1)"
