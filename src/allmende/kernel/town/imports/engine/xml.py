# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""XML from outside as a stream: one message after another, and never more than one in memory.

Entities, document types and references to other files are refused (defusedxml); depth and size are bounded here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

CHUNK = 65536


class XmlRefused(ValueError):
    """The file cannot be read any further. `code`: broken, hostile or deep; `line` counts from 1."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


@dataclass
class Node:
    """An element: its name without namespace, its namespace, attributes, and what it holds in order."""

    name: str
    namespace: str
    attributes: dict[str, str]
    content: list["Node | str"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Node"]:
        """The children of that name."""
        return (part for part in self.content if isinstance(part, Node) and part.name == name)

    def first(self, *path: str) -> "Node | None":
        """The first element that the names lead to, one child below the other."""
        found: Node | None = self
        for name in path:
            found = next(found.all(name), None) if found else None
        return found

    def text(self, *path: str) -> str:
        """The text of the element at that path without surrounding space; empty when there is none."""
        found = self.first(*path)
        return "".join(part for part in found.content if isinstance(part, str)).strip() if found else ""

    def markup(self) -> str:
        """What it holds as HTML: its text as it is, or, where elements are inside, everything spelled out again."""
        if not any(isinstance(part, Node) for part in self.content):
            return self.text()
        return "".join(part._spelled() if isinstance(part, Node) else escape(part) for part in self.content).strip()

    def _spelled(self) -> str:
        given = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items() if name.isidentifier())
        inside = "".join(part._spelled() if isinstance(part, Node) else escape(part) for part in self.content)
        return f"<{self.name}{given}>{inside}</{self.name}>"


@dataclass(frozen=True)
class Message:
    """A child of the root: the element, or None when it was larger than allowed, and the line it begins on."""

    name: str
    node: Node | None
    line: int


@dataclass
class Head:
    """What is known of the file once its root was read."""

    name: str = ""
    namespace: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


class _Target:
    """Builds the children of the root one at a time, and drops those that are too large."""

    def __init__(self, *, depth: int, characters: int) -> None:
        self.head = Head()
        self.done: list[Message] = []
        self.line: Callable[[], int] = lambda: 0
        self._depth, self._characters = depth, characters
        self._open: list[Node] = []
        self._level = self._size = self._began = 0
        self._name = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._level += 1
        if self._level > self._depth:
            raise XmlRefused("deep", self.line())
        namespace, name = _split(tag)
        if self._level == 1:
            self.head.name, self.head.namespace, self.head.attributes = name, namespace, _plain(attributes)
        elif self._level == 2:
            self._name, self._began, self._size = name, self.line(), 0
            self._open = [Node(name, namespace, _plain(attributes))]
        elif self._open:
            self._grow(len(tag) + sum(map(len, attributes.values())))
            self._enter(Node(name, namespace, _plain(attributes)))

    def data(self, text: str) -> None:
        if self._open:
            self._grow(len(text))
        if self._open:
            self._open[-1].content.append(text)

    def end(self, _tag: str) -> None:
        self._level -= 1
        if self._level == 1:
            self.done.append(Message(self._name, self._open[0] if self._open else None, self._began))
            self._open = []
        elif self._level > 1 and self._open:
            self._open.pop()

    def close(self) -> None:
        """Nothing is left to do; the parser asks for it."""

    def _enter(self, node: Node) -> None:
        if self._open:
            self._open[-1].content.append(node)
            self._open.append(node)

    def _grow(self, characters: int) -> None:
        self._size += characters
        if self._size > self._characters:
            self._open = []


class Reader:
    """One XML file. `head` is filled as soon as the first message is asked for."""

    def __init__(self, stream: IO[bytes], *, depth: int, characters: int) -> None:
        self._stream = stream
        self._target = _Target(depth=depth, characters=characters)
        parser: Any = DefusedXMLParser(target=self._target, forbid_dtd=True)
        self._parser = parser
        self._target.line = lambda: int(parser.parser.CurrentLineNumber)

    @property
    def head(self) -> Head:
        """The root element."""
        return self._target.head

    def __iter__(self) -> Iterator[Message]:
        """The messages in their order. Raises XmlRefused where the file cannot be read any further."""
        while True:
            chunk, refusal = self._stream.read(CHUNK), None
            try:
                self._feed(chunk)
            except XmlRefused as error:
                refusal = error  # what was whole before the fault is kept
            ready, self._target.done = self._target.done, []
            yield from ready
            if refusal:
                raise refusal
            if not chunk:
                return

    def _feed(self, chunk: bytes) -> None:
        try:
            if chunk:
                self._parser.feed(chunk)
            else:
                self._parser.close()
        except DefusedXmlException as error:
            raise XmlRefused("hostile", self._target.line()) from error
        except ParseError as error:
            raise XmlRefused("broken", error.position[0]) from error
        except (LookupError, ValueError) as error:
            if isinstance(error, XmlRefused):
                raise
            raise XmlRefused("broken", self._target.line()) from error  # an encoding that nobody knows


def _split(tag: str) -> tuple[str, str]:
    """Namespace and name of ``{namespace}name``."""
    if tag.startswith("{"):
        namespace, _brace, name = tag[1:].partition("}")
        return namespace, name
    return "", tag


def _plain(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes by their name without namespace: ``xsi:type`` is ``type``."""
    return {_split(name)[1]: value for name, value in attributes.items()}
