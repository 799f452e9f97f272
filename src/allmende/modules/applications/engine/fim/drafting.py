# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a data schema to the draft of a flow: a step for each group, a slot for each field, German texts as they are.

A draft has a right shape, and no more: translations, sources, conditions and tests are the work of people, and the compiler lists
them. What a flow cannot hold is noted.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from allmende.modules.applications.engine.expressions.compiling import RESERVED
from allmende.modules.applications.engine.fields.patterns import safe_pattern
from allmende.modules.applications.engine.fields.slots import MOST_ITEMS
from allmende.modules.applications.engine.fim.instance import outline_of
from allmende.modules.applications.engine.fim.reading import FIM_ID, CodeLists, Node
from allmende.modules.applications.engine.problems import Problem, Refused
from allmende.modules.applications.engine.words import fold, tokens

PAGE = 6
"""Fields on one page."""
MOST_OPTIONS = 60
LONGEST = 20_000
"""Characters of the order of the ids."""
Data = dict[str, Any]


@dataclass
class _Draft:
    """What is gathered while the tree is walked. `house` is data/fim.yaml."""

    file: str
    house: Mapping[str, Any]
    code_lists: CodeLists
    slots: Data = field(default_factory=dict)
    steps: list[Data] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    step_names: set[str] = field(default_factory=set)

    def note(self, node: Node, key: str, **params: object) -> None:
        self.notes.append(Problem(self.file, f"{node.id} {node.name}".strip(), key, params))


def draft_flow(
    schema: Node, file: str, unit: str, house: Mapping[str, Any], code_lists: CodeLists | None = None
) -> tuple[Data, list[Problem]]:
    """The data of a flow in the format flow/1 and notes on what was left out."""
    texts = house["texts"]
    draft = _Draft(
        file, house, code_lists or {}, step_names={"start", texts["review"], texts["submit"], texts["person"]}
    )
    _group(draft, schema)
    laws = dict.fromkeys(law[:300] for node in _walk(schema) for law in node.laws)
    return {
        "schema": "flow/1",
        "id": _name(schema.name, set(), "-", 50),
        "version": 1,
        "status": "draft",
        "unit": unit,
        "name": _german(schema.label),
        **(
            {"data_schema": {"content": content}} if (content := outline_of(schema)) and len(content) <= LONGEST else {}
        ),
        "legal_basis": list(laws)[:20],
        "sources": [],
        "slots": draft.slots,
        "steps": _chained([{"id": "start", "say": dict(texts["start"])}, *draft.steps], texts),
        "tests": [],
    }, draft.notes


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _chained(steps: list[Data], texts: Mapping[str, str]) -> list[Data]:
    """The steps one after the other, then review, submission and a person."""
    review, submit, person = texts["review"], texts["submit"], texts["person"]
    targets = [step["id"] for step in steps[1:]] + [review]
    chain = [{**step, "next": target} for step, target in zip(steps, targets, strict=True)]
    return [
        *chain,
        {"id": review, "review": "all", "confirm": ["wahrheit", "datenschutz"], "next": submit},
        {"id": submit, "action": "submit"},
        {"id": person, "action": "handover"},
    ]


def _group(draft: _Draft, node: Node) -> None:
    """A step for the fields of a group, then its groups; a repeated one becomes a single slot."""
    for number, text in node.rules:
        draft.note(node, "fim.rule", rule=number, text=text[:500])
    page: list[str] = []
    for child in node.children:
        repeated = child.most is None or child.most > 1
        if child.group and not repeated:
            _page(draft, node, page)
            _group(draft, child)
        elif not child.group and child.art == "label":
            _page(draft, node, page)
            _label(draft, child)
        elif (slot := _repeated(draft, child) if repeated else _slot(draft, child)) is not None:
            name = _name(child.label, draft.taken, "_", 40)
            draft.slots[name] = slot
            page.append(name)
            if len(page) == PAGE:
                _page(draft, node, page)
    _page(draft, node, page)


def _page(draft: _Draft, node: Node, page: list[str]) -> None:
    if page:
        name = _name(node.name, draft.step_names, "-", 50)
        step: Data = {"id": name, "collect": page[0] if len(page) == 1 else list(page), "ask": _german(node.label)}
        if node.help:
            step["help"] = _german(node.help)
        draft.steps.append(step)
        page.clear()


def _label(draft: _Draft, node: Node) -> None:
    name = _name(node.name, draft.step_names, "-", 50)
    draft.steps.append({"id": name, "say": _german(node.content or node.label)})


def _repeated(draft: _Draft, node: Node) -> Data | None:
    """A field of several files or options is one slot; everything else becomes a group."""
    most = min(node.most or MOST_ITEMS, MOST_ITEMS)
    fields = _fields(draft, node)
    if not fields:
        return None
    only = next(iter(fields.values()))
    if not node.group and only["type"] in SEVERAL:
        return {**only, "type": SEVERAL[only["type"]], "min_items": max(node.least, 1), "max_items": most}
    return {
        "type": "group",
        "label": _german(node.label),
        "item": _german(node.label),
        **_identified(node),
        "min_items": min(node.least, most),
        "max_items": most,
        "fields": dict(list(fields.items())[:MOST_ITEMS]),
    }


def _fields(draft: _Draft, node: Node) -> Data:
    """The fields of an item; groups inside are laid flat, since a group holds simple fields only."""
    fields: Data = {}
    taken: set[str] = set()
    for child in _walk(node):
        if child.group:
            if child is not node and (child.most is None or child.most > 1):
                draft.note(child, "fim.nested")
        elif child.art != "label" and (slot := _slot(draft, child)) is not None:
            fields[_name(child.label, taken, "_", 40)] = slot
    return fields


def _slot(draft: _Draft, node: Node) -> Data | None:
    if node.art in ("hidden", "locked"):
        draft.note(node, "fim.hidden")
        return None
    slot: Data = {
        "label": _german(node.label),
        **({"help": _german(node.help)} if node.help else {}),
        **_identified(node),
    }
    if node.least == 0:
        slot["required"] = False
    for number, text in node.rules:
        draft.note(node, "fim.rule", rule=number, text=text[:500])
    options = (
        node.values
        or draft.code_lists.get(node.code_list)
        or draft.code_lists.get(re.sub(r"_[^_:]*\Z", "", node.code_list))
    )
    if options and len(options) <= MOST_OPTIONS:
        taken: set[str] = set()
        return {
            "type": "enum",
            **slot,
            "options": {
                (key := _name(code, taken, "-", 40)): {**_german(name), **({} if code == key else {"code": code[:300]})}
                for code, name in options
            },
        }
    if node.art == "select":
        draft.note(node, "fim.options", list=node.code_list)
    kind = _kind(draft, node)
    return {"type": kind, **slot, **_bounded(draft, node, kind)}


def _kind(draft: _Draft, node: Node) -> str:
    types = draft.house["types"]
    if node.datatype not in types:
        draft.note(node, "fim.type", type=node.datatype)
    kind: str = types.get(node.datatype, "text")
    said = set(fold(node.label).split()) | set(tokens(node.label))
    if kind == "text":
        kind = next((name for name, words in draft.house["labels"].items() if said & set(words)), kind)
    return kind


def _bounded(draft: _Draft, node: Node, kind: str) -> Data:
    """The bounds that a slot of this type can hold."""
    found: Data = {}
    if kind == "number" and node.datatype in draft.house["decimals"]:
        found["decimals"] = draft.house["decimals"][node.datatype]
    for name, value in node.bounds.items():
        if name in LIMITS.get(kind, {}):
            key, read = LIMITS[kind][name]
            limit = read(value)
            if limit is not None:
                found[key] = limit
                continue
        if name not in IGNORED and kind in LIMITS:
            draft.note(node, "fim.bound", name=name, value=value[:200])
    return found


def _length(text: str) -> int | None:
    number = _number(text)
    return min(max(int(number), 1), 4000) if number is not None else None


def _number(text: str) -> float | int | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return int(number) if number.is_integer() and abs(number) < 1e12 else number if abs(number) < 1e12 else None


def _day(text: str) -> str | None:
    return text if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None


def _pattern(text: str) -> str | None:
    try:
        safe_pattern(text)
    except Refused:
        return None
    return text


LIMITS: Mapping[str, Mapping[str, tuple[str, Callable[[str], Any]]]] = {
    "text": {
        "minLength": ("min_length", _length),
        "maxLength": ("max_length", _length),
        "pattern": ("pattern", _pattern),
    },
    "number": {"minValue": ("min", _number), "maxValue": ("max", _number)},
    "money": {"minValue": ("min", _number), "maxValue": ("max", _number)},
    "date": {"minValue": ("min", _day), "maxValue": ("max", _day)},
}
"""Type of slot → name in the file → (name in the slot, how it is read; None when it cannot be held)."""
IGNORED = frozenset({"note"})
SEVERAL = {"file": "file", "enum": "multi"}
"""Types that hold several answers in one slot, under the type of one."""


def _identified(node: Node) -> Data:
    return {"fim": node.id} if FIM_ID.fullmatch(node.id) else {}


def _german(text: str) -> Data:
    return {"de": text[:2000]}


def _name(text: str, taken: set[str], joint: str, longest: int) -> str:
    """A name made of a text, which nobody has yet; it is put into `taken`."""
    base = re.sub(r"[^a-z0-9]+", joint, fold(text)).strip(joint)
    if joint == "_" and not base[:1].isalpha():
        base = f"feld_{base}".strip("_")
    base = (base or "schritt")[: longest - 4].strip(joint)
    name, number = base, 2
    while name in taken or name in RESERVED or (joint == "_" and not name.isidentifier()):
        name, number = f"{base}{joint}{number}", number + 1
    taken.add(name)
    return name
