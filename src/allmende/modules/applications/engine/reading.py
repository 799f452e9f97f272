# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the data of a file to a flow, with a problem for everything that is not as it should be."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from allmende.modules.applications.engine.building import Builder
from allmende.modules.applications.engine.expressions.kinds import BOOL
from allmende.modules.applications.engine.fields.base import Field
from allmende.modules.applications.engine.fields.numbers import NumberField
from allmende.modules.applications.engine.fields.slots import GroupField, Slot
from allmende.modules.applications.engine.fim.instance import read_outline
from allmende.modules.applications.engine.model import END, Edge, Flow, FlowTest, Kind, Source, Step
from allmende.modules.applications.engine.problems import Problem, Text

Data = Mapping[str, Any]
DOING: tuple[Kind, ...] = ("collect", "review", "link", "action")


def read_flow(data: Data, file: str, confirmations: Mapping[str, Text]) -> tuple[Flow, list[Problem]]:
    """The flow of `data`, whose shape is sound. `confirmations` are those of the house, which a flow may add to."""
    builder = Builder(file)
    slots = builder.slots(data["slots"])
    offered = {**confirmations, **data.get("confirmations", {})}
    steps = [_step(builder, step, slots, offered, data["unit"]) for step in data["steps"]]
    by_id = {step.id: step for step in reversed(steps)}
    for step in steps:
        if by_id[step.id] is not step:
            builder.note(f"steps.{step.id}", "step.twice", step=step.id)
    ordered = {step.id: by_id[step.id] for step in steps}
    for edge in (edge for step in steps for edge in step.edges):
        if edge.target != END and edge.target not in ordered:
            builder.note(edge.place, "step.unknown", step=edge.target)
    for name in set(data.get("applicant", ())) - slots.keys():
        builder.note("applicant", "slot.unknown", slot=name)
    used = {name for step in steps for name in step.confirm}
    triggers = data.get("triggers", {})
    flow = Flow(
        id=data["id"],
        version=data["version"],
        status=data["status"],
        unit=data["unit"],
        name=data["name"],
        steps=ordered,
        slots=slots,
        confirmations={name: text for name, text in offered.items() if name in used},
        applicant=tuple(name for name in data.get("applicant", ()) if name in slots),
        leika=tuple(data.get("leika", ())),
        synonyms={language: tuple(words) for language, words in triggers.get("synonyms", {}).items()},
        examples={language: tuple(words) for language, words in triggers.get("examples", {}).items()},
        legal_basis=tuple(data.get("legal_basis", ())),
        sources=_sources(data),
        tests=tuple(_tests(builder, data.get("tests", ()), slots)),
        data_schema=_data_schema(builder, data.get("data_schema", {})),
    )
    return flow, builder.problems


def _data_schema(builder: Builder, data: Data) -> Mapping[str, str]:
    try:
        read_outline(data.get("content", ""))
    except ValueError:
        builder.note("data_schema.content", "fim.content")
    return dict(data)


def _step(builder: Builder, data: Data, slots: Mapping[str, Slot], offered: Mapping[str, Text], unit: str) -> Step:
    name = data["id"]
    place = f"steps.{name}"
    kind = _kind(builder, data, place)
    collected = data.get("collect", ())
    collects = (collected,) if isinstance(collected, str) else tuple(collected)
    for slot in collects:
        if slot not in slots:
            builder.note(f"{place}.collect", "slot.unknown", slot=slot)
    for confirmation in data.get("confirm", ()):
        if confirmation not in offered:
            builder.note(f"{place}.confirm", "confirm.unknown", name=confirmation, options=sorted(offered))
    return Step(
        id=name,
        kind=kind,
        say=data.get("say", {}),
        ask=data.get("ask", {}),
        help=data.get("help", {}),
        slots=tuple(slot for slot in collects if slot in slots),
        next=tuple(_next(builder, data, place, slots)),
        rejects=tuple(_rejects(builder, data, place, slots)),
        confirm=tuple(data.get("confirm", ())),
        action=data.get("action"),
        queue=data.get("params", {}).get("queue", unit),
        link=data.get("link", ""),
        sources=_sources(data),
    )


def _kind(builder: Builder, data: Data, place: str) -> Kind:
    doing = [kind for kind in DOING if kind in data]
    if len(doing) > 1:
        builder.note(place, "step.kinds", kinds=doing)
    kind: Kind = doing[0] if doing else "say"
    if (kind in ("say", "link") or data.get("action") == "close") and "say" not in data:
        builder.note(place, "step.silent")
    if kind == "collect" and "ask" not in data:
        builder.note(place, "step.asks_nothing")
    if (kind == "review") is not ("confirm" in data):
        builder.note(place, "step.confirms")
    if kind == "action" and data.get("next", END) != END:
        builder.note(f"{place}.next", "step.after_action", action=data["action"])
    if kind != "collect" and "reject" in data:
        builder.note(f"{place}.reject", "step.rejects")
    return kind


def _next(builder: Builder, data: Data, place: str, slots: Mapping[str, Slot]) -> Iterator[Edge]:
    found = data.get("next")
    if "action" in data:
        return
    if isinstance(found, str):
        yield Edge(data["id"], 1, found)
        return
    for number, branch in enumerate(found or (), 1):
        here = f"{place}.next.{number}"
        last = number == len(found or ())
        if set(branch) == {"else"}:
            if not last:
                builder.note(here, "branch.after_else")
            yield Edge(data["id"], number, branch["else"])
        elif set(branch) == {"if", "then"}:
            if last:
                builder.note(here, "branch.open")
            yield Edge(data["id"], number, branch["then"], builder.expression(branch["if"], here, slots, BOOL))
        else:
            builder.note(here, "branch.form")


def _rejects(builder: Builder, data: Data, place: str, slots: Mapping[str, Slot]) -> Iterator[Edge]:
    for number, row in enumerate(data.get("reject", ()), 1):
        condition = builder.expression(row["if"], f"{place}.reject.{number}", slots, BOOL)
        yield Edge(data["id"], number, row["then"], condition, row["say"], rejects=True)


def _sources(data: Data) -> tuple[Source, ...]:
    return tuple(Source(**source) for source in data.get("sources", ()))


def _tests(builder: Builder, rows: Any, slots: Mapping[str, Slot]) -> Iterator[FlowTest]:
    for row in rows:
        try:
            today = date.fromisoformat(row["today"])
        except ValueError:
            builder.note(f"tests.{row['name']}.today", "test.today", found=row["today"])
            continue
        yield FlowTest(row["name"], today, _answers(row["given"], slots), tuple(row["path"]))


def _answers(given: Data, slots: Mapping[str, Slot]) -> dict[str, Any]:
    """Answers as they are kept: a number that is written without quotes is meant as one."""
    return {name: _answer(value, slots[name].field) if name in slots else value for name, value in given.items()}


def _answer(value: Any, field: Field) -> Any:
    if isinstance(field, GroupField) and isinstance(value, list):
        return [_answers(item, field.slots) if isinstance(item, Mapping) else item for item in value]
    return str(value) if isinstance(field, NumberField) and isinstance(value, (int, float)) else value
