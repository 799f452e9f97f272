# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""XML from outside as messages: elements, and what is built of them while a file is read. Depth and size are bounded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape


class XmlRefused(ValueError):
    """Something cannot be read. `code`: broken, encoding, hostile, deep or too_large; `line` counts from 1."""

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
        return (part for part in self.children() if part.name == name)

    def children(self) -> Iterator["Node"]:
        """The elements it holds, without text."""
        return (part for part in self.content if isinstance(part, Node))

    def every(self, name: str = "") -> Iterator["Node"]:
        """All elements of that name at any depth below it, or all there are."""
        for part in self.children():
            if name in ("", part.name):
                yield part
            yield from part.every(name)

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
    """One object: what is to be done with it, the element that says so with the object alone inside, and the line it begins on.

    `fault` says why it cannot be read as a whole; then the element holds what was read until there.
    """

    name: str
    node: Node
    line: int
    fault: "XmlRefused | None" = None


@dataclass
class Head:
    """What is known of the file once its root was read."""

    name: str = ""
    namespace: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where something begins: byte of what the parser was given, line of the file."""

    byte: int = 0
    line: int = 1


class Target:
    """Builds one message after another: each child of the root, or each of its children where it is one of `holders`."""

    def __init__(self, *, depth: int, characters: int, holders: frozenset[str], names: frozenset[str]) -> None:
        self.head = Head()
        self.done: list[Message] = []
        self.root = self.begun = Place()
        self.here: Callable[[], Place] = Place
        self._depth, self._characters, self._holders, self._names = depth, characters, holders, names
        self._level = self._size = 0
        self._holder: Node | None = None
        self._open: list[Node] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._level += 1
        namespace, name = _split(tag)
        node = Node(name, namespace, _plain(attributes))
        if self._level > 2 and name in self._names and namespace == self.head.namespace:
            raise XmlRefused("broken", self.here().line)  # the message before has no end
        if self._level == 1:
            self.root = self.begun = self.here()
            self.head = Head(node.name, node.namespace, node.attributes)
        elif self._level == 2 and node.name in self._holders:
            self.begun, self._holder = self.here(), node
        elif self._level == 2 or not self._open:
            self.begun, self._open, self._size = self.here(), [node], 0
        else:
            self._enter(node, len(tag) + sum(map(len, attributes.values())))

    def data(self, text: str) -> None:
        """Text between two marks."""
        if self._open:
            self._grow(len(text))
            self._open[-1].content.append(text)

    def end(self, _tag: str) -> None:
        """An element ends."""
        self._level -= 1
        if len(self._open) == 1:
            self.done.append(self.unfinished())
            self._open, self.begun = [], self.here()
        elif self._open:
            self._open.pop()
        elif self._level == 1:
            self._holder, self.begun = None, self.here()

    def close(self) -> None:
        """Nothing is left to do; the parser asks for it."""

    def unfinished(self, fault: XmlRefused | None = None) -> Message:
        """What is known of the message in hand."""
        found = self._open[0] if self._open else None
        if self._holder is None:
            node = found or Node("", "", {})
        else:
            node = Node(self._holder.name, self._holder.namespace, self._holder.attributes, [found] if found else [])
        return Message(node.name, node, self.begun.line, fault)

    @property
    def inside(self) -> bool:
        """Whether a message has begun and not ended."""
        return bool(self._open) or self._holder is not None

    def leave(self) -> None:
        """Forget the message in hand: what follows is the next child of a root."""
        self._level, self._holder, self._open = 0, None, []

    def _enter(self, node: Node, characters: int) -> None:
        if self._level > self._depth:
            raise XmlRefused("deep", self.here().line)
        self._grow(characters)
        self._open[-1].content.append(node)
        self._open.append(node)

    def _grow(self, characters: int) -> None:
        self._size += characters
        if self._size > self._characters:
            raise XmlRefused("too_large", self.begun.line)


def _split(tag: str) -> tuple[str, str]:
    """Namespace and name of ``{namespace}name``."""
    if tag.startswith("{"):
        namespace, _brace, name = tag[1:].partition("}")
        return namespace, name
    return "", tag


def _plain(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes by their name without namespace: ``xsi:type`` is ``type``."""
    return {_split(name)[1]: value for name, value in attributes.items()}
