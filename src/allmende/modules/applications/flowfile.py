# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The file of a flow, changed at one place: comments, order and quotation marks of everything else stay as they are.

A place is named as the compiler names it: ``steps.art``, ``slots.hunde.fields.name``, ``tests.minderjährig``; an item without a
name by its number. What a value means is always read by `rules.parsed`; ruamel.yaml only writes.
"""

import io
from collections.abc import Callable, Mapping, MutableSequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, ScalarString

from allmende.modules.applications import rules
from allmende.modules.applications.rules import UnreadableError

LISTS = ("steps", "tests")
"""Parts of a file whose items are named by their id or name; the others are mappings."""


class FlowFile:
    """A file that is being changed: `text` as it is to be kept, `data` what it says, as JSON.

    Raises UnreadableError, also for a key that stands twice.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.data: Any = rules.data(text)
        try:
            self._tree = _yaml().load(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark
            raise UnreadableError(mark.line + 1 if mark else 1, error.problem or str(error)) from error
        if not isinstance(self._tree, CommentedMap):
            raise UnreadableError(1, str(self.data)[:60])

    def get(self, place: str) -> Any:
        """What stands at a place; None where there is nothing."""
        found: Any = self.data
        for step in steps_to(place):
            key = _key(found, step)
            if key is None:
                return None
            found = found[key]
        return found

    def put(self, place: str, value: Any) -> None:
        """Let a place say this; where there is nothing yet, it comes last."""
        before, wanted = self.text, _with(self.data, steps_to(place), value)
        if wanted == self.data:
            return
        self._put(place, value, _merged)
        if self.data != wanted:  # part of it is said by reference elsewhere: then this place is written anew
            self._tree = _yaml().load(before)
            self.data = rules.data(before)
            self._put(place, value, lambda _node, _old, new: _made(new))

    def _put(self, place: str, value: Any, write: Callable[[Any, Any, Any], Any]) -> None:
        *way, last = steps_to(place)
        node, old = self._container(way)
        key = _key(old, last)
        if key is not None:
            node[key] = write(node[key], old[key], value)
        elif isinstance(node, MutableSequence):
            node.append(_made(value))
        else:
            node[last] = _made(value)
        self._read()

    def rename(self, place: str, name: str) -> None:
        """Give an entry of a mapping another name, at the same position."""
        *way, last = steps_to(place)
        node, _old = self._container(way)
        comments = node.ca.items.pop(last, None)
        node.insert(list(node).index(last), name, node.pop(last))
        if comments:
            node.ca.items[name] = comments
        self._read()

    def remove(self, place: str) -> None:
        """Take a place away, if it is there."""
        *way, last = steps_to(place)
        node, old = self._container(way)
        key = _key(old, last)
        if key is not None:
            del node[key]
            self._read()

    def move_up(self, place: str) -> None:
        """Exchange an item with the one above it, if there is one."""
        self._move(place, lambda position: max(position - 1, 0))

    def move_behind(self, place: str, other: str) -> None:
        """Put an item right behind another of the same list, if both are there."""
        *way, last = steps_to(other)
        _node, old = self._container(way)
        key = _key(old, last)
        if key is not None:
            behind = (list(old).index(key) if isinstance(old, Mapping) else key) + 1
            self._move(place, lambda position: min(behind, position))

    def _move(self, place: str, target: Callable[[int], int]) -> None:
        """Move an item to the position that `target` makes of its own."""
        *way, last = steps_to(place)
        node, old = self._container(way)
        key = _key(old, last)
        if key is None:
            return
        position = list(node).index(key) if isinstance(node, CommentedMap) else key
        if isinstance(node, CommentedMap):
            node.insert(target(position), key, node.pop(key))
        else:
            node.insert(target(position), node.pop(position))
        self._read()

    def _container(self, way: list[str]) -> tuple[Any, Any]:
        """The node that holds a place, and what it says; what is missing on the way is made."""
        node, old = self._tree, self.data
        for step in way:
            key = _key(old, step)
            if key is None or node[key] is None:
                key = step
                node[key] = CommentedSeq() if step in LISTS else CommentedMap()
                old = {**old, step: [] if step in LISTS else {}}
            node, old = node[key], old[key]
        return node, old

    def _read(self) -> None:
        out = io.StringIO()
        _yaml().dump(self._tree, out)
        self.text = out.getvalue()
        self.data = rules.data(self.text)


def steps_to(place: str) -> list[str]:
    """``["slots", "hunde", "fields", "name"]``; a step or a test is one name, whatever is in it."""
    part, _dot, rest = place.partition(".")
    return [part, rest] if part in LISTS and rest else place.split(".") if place else []


def name_of(item: Any, number: int) -> str:
    """What an item of a list is called: its id or name, else its number from 1. The same as in the compiler's messages."""
    name = item.get("id", item.get("name")) if isinstance(item, Mapping) else None
    return name if isinstance(name, str) else str(number)


def _with(data: Any, way: list[str], value: Any) -> Any:
    """The data with another value at the end of a way."""
    if not way:
        return value
    key = _key(data, way[0])
    inner = _with(data[key] if key is not None else [] if way[0] in LISTS else {}, way[1:], value)
    if isinstance(data, list):
        return [*data[:key], inner, *data[key + 1 :]] if key is not None else [*data, inner]
    return {**data, way[0]: inner}


def _key(data: Any, step: str) -> Any:
    """The key or index of a step; None where there is none."""
    if isinstance(data, Mapping):
        return step if step in data else None
    if isinstance(data, list):
        return next((index for index, item in enumerate(data) if name_of(item, index + 1) == step), None)
    return None


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000  # a line is as long as its author made it
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _merged(node: Any, old: Any, new: Any) -> Any:
    """The node that says `new`; what says the same as before stays untouched."""
    if old == new and type(old) is type(new):
        return node
    if isinstance(node, CommentedMap) and isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [key for key in node if str(key) not in new]:
            del node[key]
        kept = {str(key): key for key in node}
        for key, value in new.items():
            node[kept.get(key, key)] = _merged(node[kept[key]], old[key], value) if key in kept else _made(value)
        return node
    if isinstance(node, CommentedSeq) and isinstance(old, list) and isinstance(new, list):
        del node[len(new) :]
        for index, value in enumerate(new):
            if index < len(node):
                node[index] = _merged(node[index], old[index], value)
            else:
                node.append(_made(value))
        return node
    made = _made(new)
    return type(node)(made) if isinstance(node, ScalarString) and isinstance(made, str) and "\n" not in made else made


def _made(value: Any) -> Any:
    """A value as a node: texts in quotation marks where they would else be read as something other than text."""
    if isinstance(value, Mapping):
        made = CommentedMap((key, _made(inner)) for key, inner in value.items())
        if not any(isinstance(inner, Mapping) or _holds_maps(inner) for inner in value.values()):
            made.fa.set_flow_style()
        return made
    if isinstance(value, list):
        row = CommentedSeq(_made(inner) for inner in value)
        if not _holds_maps(value):
            row.fa.set_flow_style()
        return row
    return DoubleQuotedScalarString(value) if isinstance(value, str) and not _is_plain(value) else value


def _holds_maps(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(inner, Mapping | list) for inner in value)


def _is_plain(text: str) -> bool:
    """Whether a text without quotation marks is still that text, also inside brackets."""
    try:
        return "\n" not in text and bool(rules.data(text) == text) and bool(rules.data(f"[{text}]") == [text])
    except UnreadableError:
        return False
