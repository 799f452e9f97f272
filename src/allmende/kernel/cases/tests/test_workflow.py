# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""States are data, and a file that contradicts itself is refused with a sentence."""

from copy import deepcopy
from typing import Any

import pytest

from allmende.kernel.cases import kinds
from allmende.kernel.cases.engine import workflow
from allmende.kernel.cases.engine.workflow import CITIZEN, REPLY, STAFF, TAKE, WorkflowError

FILE: dict[str, Any] = {
    "version": 1,
    "initial": "new",
    "withdrawn": "gone",
    "states": {
        "new": {"title": {"de": "neu"}},
        "gone": {"title": {"de": "weg"}, "clock": False, "finished": True, "keep_days": 3},
    },
    "steps": [{"from": ["new"], "to": "gone", "by": ["staff", "citizen"]}],
}


def test_the_states_of_the_inbox_are_sound():
    flow = kinds.kind("unknown.kind").flow
    assert flow.initial == "new"
    assert flow.led_by("new", TAKE) == "in_progress"
    assert flow.led_by("waiting", REPLY) == "in_progress"
    assert [state.name for state in flow.next("waiting", CITIZEN)] == ["withdrawn"]
    assert not flow.may("done", "withdrawn", CITIZEN)
    assert {state.title_in("en") for state in flow.next("new", STAFF)} >= {"in progress", "done", "rejected"}
    assert all(set(state.title) == {"de", "en"} for state in flow.states.values())


def test_a_kind_may_keep_its_cases_shorter():
    assert kinds.kind("garden.tree").flow.state("done").keep_days == 10
    assert kinds.kind("garden.tree").flow.state("rejected").keep_days == 180


def test_a_state_that_the_file_forgot_stays_open():
    assert not kinds.kind("garden.tree").flow.state("of_old").finished


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda data: data.pop("initial"), "lacks"),
        (lambda data: data.update(initial="nowhere"), "'nowhere' is named but not described"),
        (lambda data: data["states"]["new"].update(title={"en": "new"}), "no German title"),
        (lambda data: data["states"]["gone"].update(afterwards="burn"), "not 'burn'"),
        (lambda data: data["states"]["gone"].pop("keep_days"), "says how many days"),
        (lambda data: data["states"]["gone"].update(clock=True), "its clock stands"),
        (lambda data: data["steps"][0].update(by=["mallory"]), "Nobody is called 'mallory'"),
        (lambda data: data["states"].update(lost={"title": {"de": "x"}}), "No step leads to the state 'lost'"),
        (lambda data: data["states"]["new"].update(colour="red"), "does not know"),
        (lambda data: data.update(steps=[]), "No step leads out of the state 'new'"),
    ],
)
def test_a_file_with_a_fault_is_refused(change, sentence):
    data = deepcopy(FILE)
    change(data)
    with pytest.raises(WorkflowError, match=sentence):
        workflow.read(data)


def test_the_file_without_a_fault_is_read():
    assert workflow.read(FILE).next("new", CITIZEN)[0].name == "gone"


def test_a_room_with_a_faulty_file_is_named_by_the_check(monkeypatch):
    from allmende.kernel import registry as house
    from allmende.kernel.cases.checks import states_are_sound
    from allmende.kernel.registry import Area, CaseKind, Room

    assert states_are_sound() == []
    wrong = CaseKind(name="x.y", title="x", states="allmende.kernel.cases:data/cases.yaml")
    unknown = CaseKind(name="x.z", title="x", retention_days={"nowhere": 3})
    room = Room(name="x", package="x", area=Area.DATA, title="x", description="x", case_kinds=(wrong, unknown))
    monkeypatch.setitem(house.reading._current, "registry", house.Registry([room]))
    assert [message.msg.split(":")[0] for message in states_are_sound()] == ["x.y", "x.z"]
