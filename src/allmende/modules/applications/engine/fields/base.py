# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every type of field can do."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from allmende.modules.applications.engine.expressions.kinds import Kind
from allmende.modules.applications.engine.setting import Setting

Plain = Any
"""An answer as JSON: what is stored, put into a resume file and handed on."""
Raw = str | Sequence[str] | Mapping[str, Any]
"""What a form sends: a text, several, or a text for each part."""

UNCLEAR = {"bool": "boolean", "list": "enum"}
"""Kinds whose faults have another name."""


class Field(ABC):
    """A type of answer. `parse`, `hear` and `load` raise Refused when there is something, but it is wrong."""

    @property
    @abstractmethod
    def kind(self) -> Kind:
        """What an expression sees."""

    @property
    def unclear(self) -> str:
        """The fault of an answer in which nothing of this type is found."""
        return f"{UNCLEAR.get(self.kind.name, self.kind.name)}.form"

    @abstractmethod
    def parse(self, raw: Raw, setting: Setting) -> Plain:
        """The answer that a form sends; None when nothing was entered."""

    @abstractmethod
    def hear(self, text: str, setting: Setting) -> Plain:
        """The answer that somebody says in the chat; None when there is none in it."""

    @abstractmethod
    def load(self, plain: Plain, setting: Setting) -> Any:
        """The checked value of an answer, as expressions compute with it."""

    @abstractmethod
    def show(self, plain: Plain, language: str) -> str:
        """The answer as it stands on the page to be reviewed."""


def text_of(raw: Raw) -> str:
    """The one text that a form sent, without surrounding space."""
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, Sequence) and raw:
        return str(raw[-1]).strip()
    return ""


def parts_of(raw: Raw, *names: str) -> tuple[str, ...]:
    """The texts of a field with several inputs; empty where one is missing."""
    if not isinstance(raw, Mapping):
        return ("",) * len(names)
    return tuple(text_of(raw.get(name, "")) for name in names)
