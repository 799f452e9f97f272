# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the browser may know of the rules in `town.formats`: lengths, patterns and bounds as attributes of an input.

They are read from the shapes, so that there is one truth. The server asks the shapes themselves.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

Schema = Mapping[str, Any]
ATTRIBUTES = {"maxLength": "maxlength", "minimum": "min", "maximum": "max"}


@cache
def attributes(shape: type[BaseModel], path: str) -> Mapping[str, str]:
    """Attributes of the input for a place such as ``name.de`` or ``fees.*.label.de``; none where nothing is known."""
    schema = shape.model_json_schema()
    node: Schema | None = schema
    for step in path.split("."):
        node = next((found for place in _places(node, schema) if (found := _into(place, step))), None)
        if node is None:
            return {}
    leaves = list(_places(node, schema))
    found = {ours: str(leaf[theirs]) for leaf in leaves for theirs, ours in ATTRIBUTES.items() if theirs in leaf}
    patterns = [leaf["pattern"].removeprefix("^$|") for leaf in leaves if "pattern" in leaf]
    if patterns:
        found["pattern"] = patterns[0].strip("^$")
    return found


def _places(node: Schema | None, schema: Schema) -> Iterator[Schema]:
    """The node, followed to what it refers to, and each of its alternatives."""
    if node is None:
        return
    reference = node.get("$ref", "")
    if reference:
        node = schema["$defs"][reference.rpartition("/")[2]]
    yield node
    for alternative in node.get("anyOf", ()):
        yield from _places(alternative, schema)


def _into(node: Schema, step: str) -> Schema | None:
    if step == "*":
        return node.get("items")
    found: Schema | None = node.get("properties", {}).get(step)
    more = node.get("additionalProperties")
    return found or (more if isinstance(more, Mapping) else None)
