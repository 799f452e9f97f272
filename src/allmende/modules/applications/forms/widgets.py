# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Inputs that Django has not: several parts with a label each, and files of which some are there already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise

KEEP = "-keep"
"""Behind the name of a field with files: which of those that are there already stay."""


@dataclass(frozen=True)
class Part:
    """One input of several: its name in an answer, what it is called, its attributes."""

    name: str
    label: str | Promise
    attrs: Mapping[str, str] = field(default_factory=dict)
    css: str = ""


class Parts(forms.MultiWidget):
    """Day, month and year; street, number, postcode and place: each with its own label, all under one legend.

    `suggest` names the part for which the street register offers what begins as it was typed, where the browser runs scripts.
    """

    template_name = "applications/widgets/parts.html"

    def __init__(self, parts: Sequence[Part], suggest: str = "") -> None:
        self.parts, self.suggest = tuple(parts), suggest
        super().__init__({part.name: forms.TextInput(dict(part.attrs)) for part in parts})

    def decompress(self, value: Any) -> list[str]:
        """The texts of the inputs."""
        found = value if isinstance(value, Mapping) else {}
        return [str(found.get(part.name, "")) for part in self.parts]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:  # type: ignore[override]
        """Name of the part → what was typed."""
        typed = super().value_from_datadict(data, files, name)
        return {part.name: text or "" for part, text in zip(self.parts, typed, strict=True)}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Each input with its label."""
        context = super().get_context(name, value, attrs)
        for part, shown in zip(self.parts, context["widget"]["subwidgets"], strict=True):
            shown["label"] = part.label
            shown["attrs"]["class"] = f"{shown['attrs'].get('class', '')} {part.css}".strip()
            if part.name == self.suggest:
                shown["suggestions"] = f"{shown['attrs']['id']}-suggestions"
                shown["attrs"] |= {"list": shown["suggestions"], "autocomplete": "off"} | _asks(shown)
        return context


def _asks(shown: Mapping[str, Any]) -> dict[str, str]:
    """What makes htmx fill the list while somebody types; nothing but this input is sent, and not in the address."""
    return {
        "hx-post": reverse("street_suggestions"),
        "hx-params": shown["name"],
        "hx-trigger": "input changed delay:200ms",
        "hx-target": f"#{shown['suggestions']}",
    }


class Files(forms.FileInput):
    """Files to choose, and those that are there already, each with a box: without the tick it goes."""

    template_name = "applications/widgets/files.html"
    allow_multiple_selected = True

    def __init__(self, several: bool, accept: Sequence[str], own: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__({"accept": ",".join(accept), **({"multiple": True} if several else {})})
        self.own = own

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Mapping[str, Any]]:  # noqa: ARG002
        """Those that stay."""
        return [self.own[key] for key in dict.fromkeys(data.getlist(name + KEEP)) if key in self.own]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002
        """Never: no tick is an answer, too."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the files that are there."""
        context = super().get_context(name, None, attrs)
        context["widget"] |= {"kept": value or [], "keep_name": name + KEEP}
        return context
