# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A room joins the house by declaring itself, and contradictions are found before a citizen finds them."""

from importlib.metadata import EntryPoint

import pytest

from allmende.kernel import registry as house
from allmende.kernel.registry import (
    AISystem,
    Area,
    Command,
    Evaluation,
    NavigationItem,
    Registry,
    RegistryError,
    Right,
    RiskClass,
    Role,
    Room,
    reading,
)


def room(name: str, **declarations: object) -> Room:
    return Room(name=name, package=f"town.{name}", area=Area.DATA, title=name, description="", **declarations)


def system(evaluation: str) -> AISystem:
    texts = dict.fromkeys(
        ["title", "purpose", "method", "data_used", "risk_reasons", "human_oversight", "disclosure"], "x"
    )
    return AISystem(name="s", risk_class=RiskClass.MINIMAL, evaluation=evaluation, **texts)


def test_declarations_are_found_by_kind_and_name() -> None:
    command = Command(name="ask", help="Ask.", target="builtins:len")
    found = Registry([room("a", commands=(command,)), room("b")])
    assert found.all(Command) == (command,)
    assert found.get(Command, "ask") is command
    assert found.all(Right) == ()
    with pytest.raises(RegistryError, match="'tell'"):
        found.get(Command, "tell")


@pytest.mark.parametrize(
    "rooms",
    [
        [room("a"), room("a")],
        [
            room("a", rights=(Right(name="r", title="", roles=()),)),
            room("b", rights=(Right(name="r", title="", roles=()),)),
        ],
    ],
)
def test_nothing_is_declared_twice(rooms: list[Room]) -> None:
    with pytest.raises(RegistryError, match="Declared twice"):
        Registry(rooms)


def test_a_target_that_does_not_exist_is_a_problem() -> None:
    found = Registry(
        [room("a", commands=(Command(name="x", help="", target="allmende.cli:nothing"),), api="no.such:router")]
    )
    assert len(found.problems()) == 2
    assert all(problem.startswith("a:") for problem in found.problems())


def test_a_right_nobody_declares_and_an_evaluation_nobody_offers_are_problems() -> None:
    item = NavigationItem(title="x", url_name="x", right="no.right")
    found = Registry([room("a", navigation=(item,), ai_systems=(system("no-evaluation"),))])
    assert any("no.right" in problem for problem in found.problems())
    assert any("no-evaluation" in problem for problem in found.problems())


def test_the_house_itself_has_no_problem() -> None:
    assert house.registry().problems() == []


def test_every_ai_system_says_everything_about_itself() -> None:
    for declared in house.registry().all(AISystem):
        empty = [name for name, value in vars(declared).items() if not str(value).strip()]
        assert not empty, declared.name


def test_every_entry_of_the_rail_says_what_one_does_there_under_a_sign_of_its_own() -> None:
    entries = house.registry().all(NavigationItem)
    assert [entry.url_name for entry in entries if not str(entry.description).endswith(".")] == []
    signs = [entry.icon for entry in entries]
    assert sorted({sign for sign in signs if signs.count(sign) > 1}) == []


def test_every_evaluation_tells_people_what_it_measures() -> None:
    entries = house.registry().all(Evaluation)
    assert [entry.name for entry in entries if not str(entry.measures)] == []


def test_every_role_holds_some_right_except_the_citizen() -> None:
    held = {role for right in house.registry().all(Right) for role in right.roles}
    assert Role.ADMINISTRATOR in held
    assert Role.DATA_PROTECTION_OFFICER in held


def test_a_room_of_an_outside_package_arrives_by_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = EntryPoint(name="outside", group=house.ENTRY_POINT_GROUP, value=f"{__name__}:OUTSIDE")
    monkeypatch.setattr(reading, "entry_points", lambda group: [outside])
    monkeypatch.setattr(EntryPoint, "load", lambda self: OUTSIDE)
    monkeypatch.setattr(reading, "_current", {})
    assert [found.name for found in house.discover([]).rooms] == ["outside"]


OUTSIDE = room("outside")
