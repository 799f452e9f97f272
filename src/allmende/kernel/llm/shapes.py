# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a room gives and gets."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from allmende.kernel.llm import rules
from allmende.kernel.llm.access import Actor
from allmende.kernel.llm.errors import TooLong
from allmende.kernel.llm.rules import LIMITS

Message = Mapping[str, str]
"""``{"role": "system" | "user" | "assistant", "content": "…"}``"""

ROLES = ("system", "user", "assistant")
NAME = re.compile(r"\A[a-z][a-z0-9_.-]{0,39}\Z")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A call as a room asks for it. No text is in its `repr`."""

    kind: str
    room: str
    purpose: str
    data_class: str
    actor: Actor
    texts: tuple[str, ...] = field(repr=False)
    tokens_out: int

    def __post_init__(self) -> None:
        """Raises ValueError for names that are none (nobody passes what people wrote as a purpose), and TooLong."""
        if not (NAME.match(self.room) and NAME.match(self.purpose)):
            raise ValueError("room and purpose are names such as 'assistant' and 'rephrase'.")
        if self.data_class not in rules.CLASSES:
            raise ValueError(f"data_class is one of {', '.join(rules.CLASSES)}.")
        if not all(isinstance(text, str) for text in self.texts):
            raise ValueError("Texts are strings.")
        if sum(map(len, self.texts)) > LIMITS.input_characters:
            raise TooLong

    @property
    def facts(self) -> dict[str, str]:
        """What the meter writes down."""
        return {"room": self.room, "purpose": self.purpose, "kind": self.kind, "data_class": self.data_class}


@dataclass(frozen=True, kw_only=True)
class ChatRequest:
    """Messages and how to answer them; the texts of messages and stop sequences travel apart, to be locked."""

    roles: tuple[str, ...]
    stop_count: int
    max_tokens: int
    temperature: float | None

    @classmethod
    def read(
        cls, messages: Sequence[Message], stop: Sequence[str], max_tokens: int | None, temperature: float | None
    ) -> tuple["ChatRequest", tuple[str, ...]]:
        """The request without its texts, and the texts. Raises ValueError for what no provider would take."""
        if not 1 <= len(messages) <= LIMITS.messages or any(message["role"] not in ROLES for message in messages):
            raise ValueError(f"1 to {LIMITS.messages} messages with a role of {', '.join(ROLES)} are needed.")
        if isinstance(stop, str) or len(stop) > LIMITS.stop:
            raise ValueError(f"stop is a list of at most {LIMITS.stop} texts.")
        most = LIMITS.max_tokens if max_tokens is None else max_tokens
        if most < 1 or not 0 <= (temperature or 0) <= 2:
            raise ValueError("max_tokens is at least 1, temperature between 0 and 2.")
        request = cls(
            roles=tuple(message["role"] for message in messages),
            stop_count=len(stop),
            max_tokens=most,
            temperature=temperature,
        )
        return request, (*(message["content"] for message in messages), *stop)


@dataclass(frozen=True)
class Speaker:
    """Who answers: slug of the provider, name of the model, location."""

    provider: str
    model: str
    location: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A complete answer. `text` holds the originals again; `hidden` names the kinds of personal data that were replaced."""

    text: str = field(repr=False)
    provider: str
    model: str
    location: str
    finish_reason: str
    tokens_in: int
    tokens_out: int
    first_ms: int
    total_ms: int
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Embeddings:
    """Vectors as float32 of shape (texts, dimensions), not normalised; those of different models cannot be compared."""

    vectors: NDArray[np.float32] = field(repr=False)
    provider: str
    model: str
    location: str
    tokens_in: int
    total_ms: int
