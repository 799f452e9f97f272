# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where all declarations are read: found, checked, handed out by kind."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files
from typing import Any, TypeVar

from allmende.kernel.registry.declarations import AISystem, Evaluation, NavigationItem, Right, Room

T = TypeVar("T")

ENTRY_POINT_GROUP = "allmende.modules"

TARGET_FIELDS = (
    "target",
    "rows",
    "documents",
    "features",
    "export",
    "load",
    "clean",
    "check",
    "detail",
    "find",
    "erase",
    "count",
    "resting",
    "addresses",
    "offers",
    "begin",
    "show",
    "turn",
    "forget",
    "as_form",
)
"""Fields of declarations that hold a target string; an empty one is left to the reader's default."""

FILE_FIELDS = ("states", "texts")
"""Fields of declarations that name a file of the package, ``"package:path/in/it.yaml"``; an empty one is left out."""


class RegistryError(Exception):
    """A declaration contradicts another or names something that does not exist."""


def read_text(file: str) -> str:
    """The text of ``"package:path/in/it.yaml"``. Raises RegistryError naming the file."""
    package, _sep, path = file.partition(":")
    try:
        return files(package).joinpath(path).read_text(encoding="utf-8")
    except (ImportError, OSError, TypeError, ValueError) as error:
        raise RegistryError(f"{file!r} cannot be read: {error}") from error


def resolve(target: str) -> Any:
    """Import ``"package.module:attribute"``. Raises RegistryError naming the target."""
    module, _sep, attribute = target.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise RegistryError(f"{target!r} cannot be imported: {error}") from error


class Registry:
    """The rooms of this installation, and their declarations by kind."""

    def __init__(self, rooms: Iterable[Room]) -> None:
        self.rooms = tuple(rooms)
        self._by_kind: dict[type, list[Any]] = {}
        for room in self.rooms:
            for own in fields(room):
                for item in _declarations(getattr(room, own.name)):
                    self._by_kind.setdefault(type(item), []).append(item)
        self._refuse_duplicates()

    def all(self, kind: type[T]) -> tuple[T, ...]:
        """All declarations of one kind, in the order of the rooms."""
        return tuple(self._by_kind.get(kind, ()))

    def get(self, kind: type[T], name: str) -> T:
        """The declaration of that name. Raises RegistryError when nobody declares it."""
        for item in self.all(kind):
            if _key(item) == name:
                return item
        raise RegistryError(f"No {kind.__name__} is called {name!r}.")

    def problems(self) -> list[str]:
        """Every target and file that cannot be read and every right that nobody declares, as sentences."""
        found = []
        for room in self.rooms:
            needed: list[tuple[Callable[[str], object], str]]
            needed = [(resolve, target) for target in _named(room, TARGET_FIELDS)]
            needed += [(read_text, file) for file in _named(room, FILE_FIELDS)]
            for reach, name in needed:
                try:
                    reach(name)
                except RegistryError as error:
                    found.append(f"{room.name}: {error}")
        rights = {right.name for right in self.all(Right)}
        found += [
            f"Navigation {item.url_name!r} asks for the undeclared right {item.right!r}."
            for item in self.all(NavigationItem)
            if item.right not in rights
        ]
        evaluations = {evaluation.name for evaluation in self.all(Evaluation)}
        found += [
            f"AI system {system.name!r} names the undeclared evaluation {system.evaluation!r}."
            for system in self.all(AISystem)
            if system.evaluation not in evaluations
        ]
        return found

    def _refuse_duplicates(self) -> None:
        for kind, items in {Room: list(self.rooms), **self._by_kind}.items():
            keys = [_key(item) for item in items]
            twice = sorted({key for key in keys if keys.count(key) > 1})
            if twice:
                raise RegistryError(f"Declared twice as {kind.__name__}: {', '.join(twice)}.")


def _declarations(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _key(item: object) -> str:
    """What makes a declaration unique among its kind."""
    for name in ("name", "collection", "url_name", "load"):
        if hasattr(item, name):
            return str(getattr(item, name))
    raise RegistryError(f"{item!r} has no name.")


def _named(room: Room, wanted: tuple[str, ...]) -> Iterator[str]:
    """What the room and its declarations name in the wanted fields."""
    if room.api and "target" in wanted:
        yield room.api
    for own in fields(room):
        for item in _declarations(getattr(room, own.name)):
            for name in wanted:
                value = getattr(item, name, None)
                if isinstance(value, str) and value:
                    yield value


_current: dict[str, Registry] = {}
"""The registry of this process, once the settings have been read."""


def discover(kernel_rooms: Iterable[str]) -> Registry:
    """Read the declarations of the kernel's rooms (package names) and of every room found by entry point; once a process."""
    rooms: list[Room] = [resolve(f"{package}.module:ROOM") for package in kernel_rooms]
    found = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)
    rooms += [point.load() for point in found]
    _current["registry"] = Registry(rooms)
    return _current["registry"]


def registry() -> Registry:
    """The registry of this process. Raises RegistryError before the settings were read."""
    if "registry" not in _current:
        raise RegistryError("The settings have not been read yet.")
    return _current["registry"]
