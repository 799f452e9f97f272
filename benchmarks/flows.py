# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dialog flows: simulation of 60 steps against a floor, 1,000 random walks through every flow of the demo town, compiling.

The floor visits the same 60 steps in a dictionary and looks up one answer each, and does nothing else. Times are processor time.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from allmende.kernel.places.testing import register_of
from allmende.modules.applications import rules
from allmende.modules.applications.engine.compiling import House, compile_flow
from allmende.modules.applications.engine.expressions.compiling import TODAY
from allmende.modules.applications.engine.fields.choices import BooleanField, EnumField, MultiField
from allmende.modules.applications.engine.fields.dates import DateField, PeriodField
from allmende.modules.applications.engine.fields.numbers import NumberField
from allmende.modules.applications.engine.fields.places import AddressField, FileField
from allmende.modules.applications.engine.fields.slots import GroupField, Slot
from allmende.modules.applications.engine.fields.texts import EmailField, IbanField, PhoneField, TaxIdField
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.setting import Setting, Town
from allmende.modules.applications.engine.simulate import Run, simulate

DEMO = Path(__file__).parents[1] / "demo" / "lindental"
STEPS = 60
WALKS = 1000
TURNS = 400
MOST_STOPS = 200
"""More stops than any flow has; a walk that makes them all did not end."""


def measure() -> dict[str, object]:
    """Milliseconds of a simulation and of the floor, how the walks ended, milliseconds to compile."""
    town = yaml.safe_load((DEMO / "town.yaml").read_text(encoding="utf-8"))
    house = House(
        rules.validator(),
        rules.confirmations(),
        rules.words("de"),
        Town(register_of(DEMO / "streets.csv"), town["address"]["postcode"], town["address"]["city"]),
    )
    data = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((DEMO / "flows").glob("*.yaml"))]
    compiling = timed(lambda: [compile_flow(each, "", house) for each in data], 3)
    flows = [flow for each in data if (flow := compile_flow(each, "", house).flow)]
    ends: Counter[str] = Counter()
    began = time.process_time()
    for flow in flows:
        ends.update(str(walk(flow, house.town, seed).outcome) for seed in range(WALKS))
    walking = time.process_time() - began
    return {
        **long_flow(house),
        "flows": len(flows),
        "walks": sum(ends.values()),
        **{f"walks_ending_in_{name}": count for name, count in sorted(ends.items())},
        "ms_per_walk": round(1000 * walking / sum(ends.values()), 2),
        "ms_to_compile_a_flow_with_its_tests": round(1000 * compiling / len(flows), 1),
    }


def long_flow(house: House) -> dict[str, object]:
    """A simulation through STEPS questions of all simple types, each with a condition."""
    data, answers = made(STEPS)
    flow = compile_flow(data, "", house).flow
    assert flow is not None
    setting = Setting(date(2026, 6, 1), house.words, house.town)
    assert simulate(flow, answers, setting, flow.confirmations).outcome == "submit"
    seconds = timed(lambda: simulate(flow, answers, setting, flow.confirmations), TURNS)
    floor = timed(lambda: plain_walk(flow, answers), TURNS)
    return {
        f"ms_to_simulate_{STEPS}_steps": round(1000 * seconds, 3),
        "ms_floor": round(1000 * floor, 4),
        "to_floor": round(seconds / floor, 1),
    }


def timed(do: Callable[[], object], turns: int) -> float:
    """Seconds of processor time of one turn: the best of five rows of turns."""
    best = float("inf")
    for _row in range(5):
        began = time.process_time()
        for _turn in range(turns):
            do()
        best = min(best, (time.process_time() - began) / turns)
    return best


def plain_walk(flow: Flow, answers: dict[str, Any]) -> list[object]:
    """The floor: step after step through a dictionary, one answer looked up at each."""
    return [answers.get(step.slots[0]) if step.slots else None for step in flow.steps.values()]


def made(count: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A flow of so many questions, one after the other, and answers to all of them."""
    text = {"de": "x", "en": "x"}
    kinds: list[tuple[dict[str, Any], str, Any]] = [
        ({"type": "text"}, "len({0}) > 100", "Antwort"),
        ({"type": "number", "min": 0, "max": 99}, "{0} > 90", "5"),
        ({"type": "money"}, "{0} > 1000", "96.50"),
        ({"type": "date", "max": "today"}, "age({0}) < 3", "1990-02-01"),
        ({"type": "enum", "options": {"a": text, "b": text}}, "{0} == 'b'", "a"),
        ({"type": "boolean"}, "not {0}", True),
    ]
    slots, answers, steps = {}, {}, []
    for number in range(count):
        slot, condition, answer = kinds[number % len(kinds)]
        name, target = f"s{number}", f"s{number + 1}" if number + 1 < count else "pruefen"
        slots[name] = {**slot, "label": text}
        answers[name] = answer
        branch = [{"if": condition.format(name), "then": "mensch"}, {"else": target}]
        steps.append({"id": name, "collect": name, "ask": text, "next": branch})
    steps += [{"id": "pruefen", "review": "all", "confirm": ["wahrheit"], "next": "senden"}]
    steps += [{"id": "senden", "action": "submit"}, {"id": "mensch", "action": "handover"}]
    head = {"schema": "flow/1", "id": "lang", "version": 1, "status": "draft", "unit": "bauen", "name": text}
    return {**head, "slots": slots, "steps": steps}, answers


def walk(flow: Flow, town: Town, seed: int) -> Run:
    """Answer every question at random, always within its bounds, until the flow ends."""
    chance = random.Random(seed)
    setting = Setting(flow.tests[0].today + timedelta(days=chance.randrange(300)), rules.words("de"), town)
    answers: dict[str, Any] = {}
    run = simulate(flow, answers, setting, flow.confirmations)
    for _stop in range(MOST_STOPS):
        if run.outcome:
            return run
        scope = {TODAY: setting.today, **run.values}
        for name in flow.steps[run.at].slots:
            slot = flow.slots[name]
            answers[name] = answer(slot, chance, scope, setting)
            scope[name] = slot.check(answers[name], scope, setting).value
        run = simulate(flow, answers, setting, flow.confirmations)
        if run.faults:
            raise AssertionError(f"{flow.id} {run.at}: {run.faults[0]} to {answers[run.faults[0].place.slot]}")
    raise AssertionError(f"{flow.id} does not end")


def answer(slot: Slot, chance: random.Random, scope: dict[str, Any], setting: Setting) -> Any:
    """An answer within the bounds; sometimes none, where that may be."""
    if slot.may_be_empty and not slot.is_required(scope) and chance.random() < 0.5:
        return None
    field = slot.field
    if isinstance(field, GroupField):
        return [
            item(field, chance, scope, setting)
            for _item in range(chance.randint(field.min_items, min(field.max_items, 3)))
        ]
    return next(make(slot, field, chance, scope, setting) for kind, make in MAKERS if isinstance(field, kind))


def item(field: GroupField, chance: random.Random, scope: dict[str, Any], setting: Setting) -> dict[str, Any]:
    """One item; a field may rest on those before it."""
    found: dict[str, Any] = {}
    for slot in field.slots.values():
        inside = {
            **scope,
            **{
                name: field.slots[name].field.load(plain, setting) for name, plain in found.items() if plain is not None
            },
        }
        if slot.is_asked(inside):
            found[slot.name] = answer(slot, chance, inside, setting)
    return found


def number_within(slot: Slot, field: Any, chance: random.Random, scope: dict[str, Any], _setting: Setting) -> str:
    smallest = slot.smallest.run(scope) if slot.smallest else Decimal(0)
    largest = slot.largest.run(scope) if slot.largest else smallest + 400
    step = Decimal(1).scaleb(-field.decimals)
    return str(smallest + step * chance.randint(0, int((largest - smallest) / step)))


def day_within(slot: Slot, _field: Any, chance: random.Random, scope: dict[str, Any], setting: Setting) -> str:
    smallest = slot.smallest.run(scope) if slot.smallest else setting.today - timedelta(days=45000)
    largest = slot.largest.run(scope) if slot.largest else setting.today + timedelta(days=1000)
    near = max(smallest, min(largest, setting.today + timedelta(days=chance.randint(-60, 60))))
    any_day = smallest + timedelta(days=chance.randint(0, (largest - smallest).days))
    return str(chance.choice([near, any_day]))


def period_within(
    slot: Slot, field: Any, chance: random.Random, scope: dict[str, Any], setting: Setting
) -> dict[str, str]:
    begin, end = sorted(day_within(slot, field, chance, scope, setting) for _end in range(2))
    return {"from": begin, "to": end}


def text_within(_slot: Slot, field: Any, chance: random.Random, _scope: dict[str, Any], _setting: Setting) -> str:
    known = {r"\d{15}": "276098100000001", "[A-ZÄÖÜ]": "OL-AB 123"}
    if field.pattern:
        return next(text for begin, text in known.items() if field.pattern.pattern.startswith(begin))
    return "x" * chance.randint(field.min_length, field.max_length)


def address_within(
    _slot: Slot, field: Any, chance: random.Random, _scope: dict[str, Any], setting: Setting
) -> dict[str, str]:
    town = setting.town
    if field.in_town:
        street, found = chance.choice(list(town.register.by_label.items()))
        number = chance.choice(list(found.houses))
    else:
        street, number = "Hauptstraße", chance.randint(1, 99)
    return {"street": street, "number": str(number), "postcode": town.postcode, "city": town.city}


def files_within(
    _slot: Slot, field: Any, _chance: random.Random, _scope: dict[str, Any], _setting: Setting
) -> list[dict[str, Any]]:
    return [{"id": "f", "name": "x", "media_type": field.media_types[0], "size": 1}] * max(field.min_items, 1)


def some_of(_slot: Slot, field: Any, chance: random.Random, _scope: dict[str, Any], _setting: Setting) -> list[str]:
    count = chance.randint(field.min_items, min(field.max_items, len(field.options)))
    chosen = chance.sample(list(field.options), count)
    return [key for key in field.options if key in chosen]


MAKERS: list[tuple[type, Callable[..., Any]]] = [
    (BooleanField, lambda _slot, _field, chance, *_rest: chance.random() < 0.5),
    (MultiField, some_of),
    (EnumField, lambda _slot, field, chance, *_rest: chance.choice(list(field.options))),
    (NumberField, number_within),
    (DateField, day_within),
    (PeriodField, period_within),
    (AddressField, address_within),
    (FileField, files_within),
    (EmailField, lambda *_rest: "charlie@example.org"),
    (PhoneField, lambda *_rest: "+4969900090"),
    (IbanField, lambda *_rest: "DE89370400440532013000"),
    (TaxIdField, lambda *_rest: "36574261809"),
    (object, text_within),
]
