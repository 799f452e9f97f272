# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Between a part of a flow's file and what its form shows: what the file writes in two ways stands in one in the form.

A form is offered only where it can give back exactly what is there (`fits`), so nothing is lost by opening and saving it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import yaml

from allmende.kernel.web.editing import entries
from allmende.kernel.web.editing.layout import Layout
from allmende.modules.applications import rules
from allmende.modules.applications.editing import layouts

Data = dict[str, Any]
Part = Mapping[str, Any]
NUMBERS = ("min_length", "max_length", "decimals", "min_items", "max_items", "max_bytes")


class EntryError(ValueError):
    """What is typed at `path` cannot become part of a file at all; `reason` is not for people alone."""

    def __init__(self, path: str, key: str, reason: str) -> None:
        super().__init__(reason)
        self.path, self.key, self.reason = path, key, reason


def kind_of(place: str) -> str:
    """basics, slot, step or test."""
    part = place.partition(".")[0]
    return {"steps": "step", "tests": "test", "slots": "slot"}.get(part, "basics")


def shown(place: str, data: Part) -> Data:
    """What the form of a part is filled with."""
    return SHOWN[kind_of(place)](data, place)


def said(place: str, form: Part, base: Part) -> Data:
    """The part as the form says, on top of what the form does not show. Raises EntryError."""
    return SAID[kind_of(place)](form, base)


def layout_of(place: str, form: Part) -> Layout:
    """The form of a part."""
    kind = kind_of(place)
    return (
        layouts.slot_layout(form)
        if kind == "slot"
        else {"step": layouts.STEP, "test": layouts.TEST}.get(kind, layouts.BASICS)
    )


def fits(place: str, data: Any) -> bool:
    """Whether the form gives back what is there, in the form's own texts."""
    try:
        form = shown(place, data)
        layout = layout_of(place, form)
        typed = entries.data_of(layout, entries.entries_of(layout, form), form)
        return bool(said(place, typed, data) == data)
    except (AttributeError, EntryError, KeyError, TypeError, ValueError):
        return False


def as_yaml(data: Any) -> str:
    """A part as a file would say it; empty for nothing."""
    if data is None:
        return ""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, default_flow_style=None, width=1_000_000).strip()


def _shown_basics(data: Part, _place: str) -> Data:
    return {**_without(data, "slots", "steps", "tests"), "confirmations": _rows(data.get("confirmations", {}))}


def _said_basics(form: Part, base: Part) -> Data:
    made = {key: base[key] for key in base if key in form or key in ("slots", "steps", "tests")} | dict(form)
    return _filled(made, confirmations=_named(form, "confirmations"))


def _shown_slot(data: Part, place: str) -> Data:
    made = {**data, "key": place.rpartition(".")[2], "optional": data.get("required") is False}
    for key in ("min", "max", *NUMBERS):
        if key in data:
            made[key] = str(data[key])
    return _without(_filled(made, options=_rows(data.get("options", {}))), "required")


def _said_slot(form: Part, base: Part) -> Data:
    made = _without(form, "key", "optional", "options")
    for key in NUMBERS:
        if str(made.get(key, "")).isdecimal():
            made[key] = int(made[key])
    for key in ("min", "max"):
        if key in made and str(base.get(key)) == made[key]:
            made[key] = base[key]
    if form.get("optional"):
        made["required"] = False
    elif base.get("required") is True:
        made["required"] = True
    return _in_order(_filled(made, options=_named(form, "options")), base)


def _shown_step(data: Part, _place: str) -> Data:
    collect, way = data.get("collect", []), data.get("next", [])
    made = {
        **data,
        "collect": [collect] if isinstance(collect, str) else collect,
        "review": data.get("review") == "all",
        "queue": data.get("params", {}).get("queue", ""),
        "next": [{"then": way}] if isinstance(way, str) else [_way(branch) for branch in way],
    }
    return _without(made, "params")


def _way(branch: Part) -> Data:
    return {"then": branch["else"]} if set(branch) == {"else"} else dict(branch)


def _said_step(form: Part, base: Part) -> Data:
    made = _without(form, "queue", "review")
    collect, way = form.get("collect", []), form.get("next", [])
    if len(collect) == 1 and not isinstance(base.get("collect"), list):
        made["collect"] = collect[0]
    if len(way) == 1 and set(way[0]) == {"then"} and not isinstance(base.get("next"), list):
        made["next"] = way[0]["then"]
    elif way:
        made["next"] = [{"else": branch["then"]} if set(branch) == {"then"} else dict(branch) for branch in way]
    return _in_order(
        _filled(made, review="all" if form.get("review") else "", params=_filled({}, queue=form.get("queue", ""))), base
    )


def _shown_test(data: Part, _place: str) -> Data:
    given = data.get("given", {})
    return {**data, "given": as_yaml(given) if given else ""}


def _said_test(form: Part, base: Part) -> Data:
    try:
        given = rules.data(form.get("given", "")) or {}
    except rules.UnreadableError as error:
        raise EntryError(f"given.{error.line}", "unreadable", error.reason) from error
    if not isinstance(given, dict):
        raise EntryError("given", "answers", str(given)[:60])
    return _in_order({**form, "given": given, "path": form.get("path", [])}, base)


def _rows(named: Mapping[str, Part]) -> list[Data]:
    return [{"key": key, **entry} for key, entry in named.items()]


def _named(form: Part, path: str) -> Data:
    """Rows with a key each as a mapping. Raises EntryError for a key that two rows have."""
    found: Data = {}
    for number, row in enumerate(form.get(path, ()), 1):
        key = row.get("key", "")
        if key in found:
            raise EntryError(f"{path}.{number}.key", "twice", key)
        found[key] = _without(row, "key")
    return found


def _filled(data: Part, **more: Any) -> Data:
    """The data with more, without what of that is empty."""
    return {**_without(data, *more), **{key: value for key, value in more.items() if value}}


def _without(data: Part, *keys: str) -> Data:
    return {key: value for key, value in data.items() if key not in keys}


def _in_order(made: Part, base: Part) -> Data:
    """In the order of the file, what is new at the end."""
    return {key: made[key] for key in (*base, *made) if key in made}


SHOWN: Mapping[str, Callable[[Part, str], Data]] = {
    "basics": _shown_basics,
    "slot": _shown_slot,
    "step": _shown_step,
    "test": _shown_test,
}
SAID: Mapping[str, Callable[[Part, Part], Data]] = {
    "basics": _said_basics,
    "slot": _said_slot,
    "step": _said_step,
    "test": _said_test,
}
