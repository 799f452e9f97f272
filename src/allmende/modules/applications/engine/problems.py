# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with a flow or an answer: a key with parameters, and the texts that make sentences of it.

The sentences of both languages stand in data/messages.yaml; nothing here is written in a language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

LANGUAGES = ("de", "en")
"""German is authoritative (§ 23 VwVfG), English complete."""

Text = Mapping[str, str]
"""Language → wording."""

Params = Mapping[str, object]


class Refused(Exception):
    """An answer or an expression is not taken; `key` and `params` say why."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params: Params = params


@dataclass(frozen=True)
class Place:
    """Where an answer belongs: a slot, and in a repeated group the item (from 0) and its field."""

    slot: str
    item: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        return ".".join(str(part) for part in (self.slot, self.item, self.field) if part is not None)


@dataclass(frozen=True)
class Fault:
    """Why an answer is not taken, and where."""

    place: Place
    key: str
    params: Params = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Why a flow is not published: file, `place` in it such as ``steps.zweck``, key and parameters."""

    file: str
    place: str
    key: str
    params: Params = field(default_factory=dict)


@dataclass(frozen=True)
class Messages:
    """The sentences of data/messages.yaml: `problems` with a mend each, `faults` for those who answer."""

    problems: Mapping[str, Mapping[str, Mapping[str, str]]]
    faults: Mapping[str, Text]
    kinds: Mapping[str, Text]

    def problem(self, problem: Problem, language: str) -> str:
        """``file, place: what is wrong. How to mend it.``"""
        where = ", ".join(part for part in (problem.file, problem.place) if part)
        return f"{where}: {self.sentence(problem, language)}"

    def sentence(self, problem: Problem, language: str) -> str:
        """The same without where it is, for a page that shows it there."""
        says = self.problems[problem.key]
        told = self._told(problem.params, language)
        return f"{says['what'][language].format(**told)} {says['mend'][language].format(**told)}"

    def fault(self, fault: Fault, language: str) -> str:
        """The sentence beside the field."""
        return self.faults[fault.key][language].format(**self._told(fault.params, language))

    def _told(self, params: Params, language: str) -> dict[str, str]:
        return {name: self._value(value, language) for name, value in params.items()}

    def _value(self, value: object, language: str) -> str:
        if isinstance(value, str) and value in self.kinds:
            return self.kinds[value][language]
        if isinstance(value, Mapping):
            return str(value[language])
        if isinstance(value, tuple):
            return ", ".join(self._value(part, language) for part in value)
        return shown(value, language)


def shown(value: Any, language: str) -> str:
    """A date, an amount or a list as people write it in a language; texts stay."""
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y") if language == "de" else f"{value.day} {value:%B %Y}"
    if isinstance(value, Decimal):
        text = f"{value:,f}"
        return text.translate(str.maketrans(",.", ".,")) if language == "de" else text
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(
            shown(part, language) for part in (value if isinstance(value, (list, tuple)) else sorted(value))
        )
    return str(value)
