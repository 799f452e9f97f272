# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One XML file as a stream of messages, never more than one in memory. After a message that cannot be read the next is.

Entities, document types and references to other files are refused (defusedxml), and with them the whole file. A file
that is well-formed is read by one parser from end to end. After a fault a new one is given the beginning of the root
element again and goes on at the next tag that begins a message: nothing else of the faulty message is looked at.
"""

import re
from collections.abc import Iterator
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from allmende.kernel.town.imports.engine.xml import Head, Message, Place, Target, XmlRefused

CHUNK = 65536
TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
LONGEST_START = 100
"""Bytes: a tag that begins a message may be cut in two by the end of a chunk."""
BYTES_A_CHARACTER = 8
"""More bytes than that for each character allowed are a comment, or something else that nobody needs."""


class Reader:
    """The messages of a file: children of the root, or the children of those in `holders`.

    `names` are the elements that a message may begin with; `depth` and `characters` bound each of them. `head` is
    filled as soon as the first message is asked for.
    """

    def __init__(
        self, stream: IO[bytes], *, depth: int, characters: int, names: frozenset[str], holders: frozenset[str]
    ) -> None:
        self._stream = stream
        self._most = characters * BYTES_A_CHARACTER
        self._target = Target(depth=depth, characters=characters, holders=holders, names=names)
        self._begins = re.compile(rb"<(?:[\w.-]+:)?(?:" + "|".join(sorted(names)).encode() + rb")(?=[\s/>])")
        self._root = self._window = b""
        self._window_at = self._lines_before = 0
        self._parser = self._new_parser()

    @property
    def head(self) -> Head:
        """The root element."""
        return self._target.head

    def __iter__(self) -> Iterator[Message]:
        """The messages in their order, faulty ones too. Raises XmlRefused where the file cannot be read any further."""
        chunk = b"?"
        while chunk:
            chunk = self._stream.read(CHUNK)
            refusal = self._feed(chunk)
            yield from self._ready()
            while refusal is not None:
                faulty, inside = self._target.unfinished(refusal), self._target.inside
                rest = self._next_start(read_on=bool(chunk)) if refusal.code != "hostile" else b""
                if not rest and not (inside and chunk):
                    raise refusal
                yield faulty
                if not rest:
                    return
                refusal = self._go_on(rest) or (None if chunk else self._feed(b""))
                yield from self._ready()

    def _ready(self) -> list[Message]:
        ready, self._target.done = self._target.done, []
        return ready

    def _feed(self, chunk: bytes) -> XmlRefused | None:
        """Give the parser a piece, or its end; says what is wrong with it."""
        self._window += chunk
        refusal = self._refusal(chunk)
        if not self._root and self.head.name:
            tag = TAG.match(self._window, self._target.root.byte)
            self._root = self._window[: tag.end()] if tag else b""
        if refusal is None:
            begun = self._target.begun.byte - self._window_at
            self._window, self._window_at = self._window[begun:], self._window_at + begun
            if len(self._window) > self._most:
                return XmlRefused("too_large", self._target.begun.line)
        return refusal

    def _refusal(self, chunk: bytes) -> XmlRefused | None:
        try:
            if chunk:
                self._parser.feed(chunk)
            else:
                self._parser.close()
        except DefusedXmlException:
            return XmlRefused("hostile", self._here().line)
        except ParseError as error:
            return XmlRefused(self._code(), error.position[0] + self._lines_before)
        except XmlRefused as error:
            return error
        except (LookupError, ValueError):  # an encoding that nobody knows
            return XmlRefused("broken", self._here().line)
        return None

    def _code(self) -> str:
        """Whether the parser stumbled over a byte that is no UTF-8."""
        place = self._parser.parser.ErrorByteIndex - self._window_at
        found = self._window[place : place + 1]
        return "encoding" if found >= b"\x80" else "broken"

    def _next_start(self, *, read_on: bool) -> bytes:
        """What follows from the next tag that begins a message, as far as it has been read; nothing where there is none."""
        if not self._root or b"\0" in self._root:
            return b""
        line = self._target.begun.line
        rest = self._window[self._target.begun.byte - self._window_at :]
        past = 1
        while not (found := self._begins.search(rest, past)):
            chunk = self._stream.read(CHUNK) if read_on else b""
            if not chunk:
                return b""
            past = max(past, len(rest) - LONGEST_START)
            line, rest, past = line + rest[:past].count(b"\n"), rest[past:] + chunk, 0
        self._lines_before = line + rest[: found.start()].count(b"\n") - self._root.count(b"\n") - 1
        return rest[found.start() :]

    def _go_on(self, rest: bytes) -> XmlRefused | None:
        """Read on with a new parser, as if the root element began right before."""
        self._target.leave()
        self._parser = self._new_parser()
        self._window, self._window_at = b"", len(self._root)
        self._parser.feed(self._root)
        return self._feed(rest)

    def _new_parser(self) -> Any:
        parser: Any = DefusedXMLParser(target=self._target, forbid_dtd=True)
        self._target.here = self._here
        return parser

    def _here(self) -> Place:
        expat = self._parser.parser
        return Place(expat.CurrentByteIndex, expat.CurrentLineNumber + self._lines_before)
