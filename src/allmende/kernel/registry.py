# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a room declares, and the one place where all declarations are read.

A room fills one `Room` in its `module.py`; nothing else makes it part of the house. Rooms of this repository and of outside
packages arrive the same way, through the entry point group `allmende.modules`. Targets are strings ``"package.module:attribute"``
and are imported on first use, because declarations are read before Django's apps are ready. `Registry.problems` proves that
every target exists.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
"""A text for people: a plain string or a lazy translation."""

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


class Area(StrEnum):
    """The areas of the navigation, in the order in which they are shown."""

    DATA = "data"
    FRONT_OFFICE = "front_office"
    BACK_OFFICE = "back_office"
    COMPETENCE = "competence"
    SMART_CITY = "smart_city"
    HOUSE = "house"


AREA_TITLES: dict[Area, Text] = {
    Area.DATA: _("Daten"),
    Area.FRONT_OFFICE: _("Frontoffice"),
    Area.BACK_OFFICE: _("Backoffice"),
    Area.COMPETENCE: _("Kompetenz"),
    Area.SMART_CITY: _("Smart City"),
    Area.HOUSE: _("Verwaltung des Systems"),
}


class Role(StrEnum):
    """Who a signed-in person is for the house. A person may hold several."""

    CITIZEN = "citizen"
    CLERK = "clerk"
    EDITOR = "editor"
    DATA_STEWARD = "data_steward"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    LIBRARIAN = "librarian"
    PLANNER = "planner"
    ADMINISTRATOR = "administrator"


class RiskClass(StrEnum):
    """Risk classes of Regulation (EU) 2024/1689 (AI Act)."""

    MINIMAL = "minimal"
    LIMITED = "limited"
    HIGH = "high"


@dataclass(frozen=True, kw_only=True)
class NavigationItem:
    """One entry of the staff rail, shown to those who hold `right`; `description` says in one line what one does there."""

    title: Text
    url_name: str
    right: str
    description: Text = ""
    icon: str = ""


@dataclass(frozen=True, kw_only=True)
class Right:
    """Something a person may do; `roles` hold it by default."""

    name: str
    title: Text
    roles: tuple[Role, ...]


@dataclass(frozen=True, kw_only=True)
class AISystem:
    """An AI system as the public register shows it (AI Act Art. 50, 71; GDPR Art. 13)."""

    name: str
    title: Text
    purpose: Text
    method: Text
    data_used: Text
    risk_class: RiskClass
    risk_reasons: Text
    human_oversight: Text
    disclosure: Text
    evaluation: str


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A dataset the room publishes; `rows` yields dictionaries of plain values."""

    name: str
    title: Text
    description: Text
    licence: str
    rows: str


@dataclass(frozen=True, kw_only=True)
class SearchSource:
    """Texts for the common search; `documents` yields `kernel.search` source documents of one collection."""

    collection: str
    title: Text
    documents: str


@dataclass(frozen=True, kw_only=True)
class Intent:
    """A wish said in the chat that another room fulfils: its phrases and where it leads."""

    name: str
    title: Text
    url_name: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MapLayer:
    """A layer for the common map; `features` returns a GeoJSON FeatureCollection (WGS 84)."""

    name: str
    title: Text
    features: str


@dataclass(frozen=True, kw_only=True)
class PackageKind:
    """Something a town can hand to another through the exchange."""

    name: str
    title: Text
    export: str
    load: str


@dataclass(frozen=True, kw_only=True)
class FileCleaner:
    """A step every upload of these media types passes before it is stored; `clean` maps bytes to bytes or raises."""

    name: str
    media_types: tuple[str, ...]
    clean: str


@dataclass(frozen=True, kw_only=True)
class Command:
    """A click command below `allmende`."""

    name: str
    help: str
    target: str


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """How something is measured: a click command below `allmende evaluate`, printing honest figures.

    `help` is its line on the command line, `arguments` what must be typed behind its name. People who do not type commands
    read its `title` and what it `measures`: what is counted and why it matters. `figures` gives the names of figures in words,
    by their own name ("hit_at_1") or that of their group ("recall").
    """

    name: str
    help: str
    target: str
    arguments: str = ""
    title: Text = ""
    measures: Text = ""
    figures: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """`check` returns a line for the health page or raises with what is wrong."""

    name: str
    title: Text
    check: str


@dataclass(frozen=True, kw_only=True)
class Preload:
    """What a web process loads in the background once it answers, so that nobody waits for it; `load` takes nothing."""

    name: str
    load: str


@dataclass(frozen=True, kw_only=True)
class LetterTemplate:
    """A letter the room sends; `texts` is a YAML file with subject and text by language (`kernel.messages`)."""

    name: str
    title: Text
    texts: str


@dataclass(frozen=True, kw_only=True)
class CaseKind:
    """A kind of case for the common inbox (`kernel.cases`): its states, how long they are kept, how its payload is shown.

    `states` is a YAML file, `retention_days` replaces its days by state. `detail` turns a record into HTML, `export` into plain
    data; both take the record and a language. What is empty is left to the inbox.
    """

    name: str
    title: Text
    states: str = ""
    retention_days: Mapping[str, int] = field(default_factory=dict)
    detail: str = ""
    export: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """What a room holds about a person: `find(contact)` tells it, `erase(contact)` deletes it (GDPR Art. 15 and 17)."""

    name: str
    title: Text
    find: str
    erase: str


@dataclass(frozen=True, kw_only=True)
class PublicationGate:
    """What may stop a publication: `check(publication)` yields a sentence for each thing that would be lost (`kernel.evaluation`)."""

    name: str
    title: Text
    check: str


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """What a room counts of its own use: `count(since, until)` yields mappings of plain values, see docs/registry.md."""

    name: str
    title: Text
    count: str


@dataclass(frozen=True, kw_only=True)
class Dependents:
    """What of a room rests on the town's texts: `resting(keys)` yields mappings of plain values, see docs/registry.md."""

    name: str
    title: Text
    resting: str


@dataclass(frozen=True, kw_only=True)
class OnlineServices:
    """Services of the town that this house takes applications for; `addresses()` maps their ids to absolute addresses."""

    name: str
    addresses: str


@dataclass(frozen=True, kw_only=True)
class Dialog:
    """Something that citizens can be led through in the chat. The room keeps what they say; who holds the token has it.

    `offers(service, language)` lists the `Guided` that go with a service of the town, or all (empty), `begin(id, language)` returns a
    token, `show(token, language)` and `turn(token, said, language)` a `DialogTurn`, `forget(token)` deletes everything, and
    `as_form(request, token)` answers with the way to go on as a form (empty: there is none).
    """

    name: str
    offers: str
    begin: str
    show: str
    turn: str
    forget: str
    as_form: str = ""


@dataclass(frozen=True, kw_only=True)
class Guided:
    """A dialog that can begin: `says` is what one should know before."""

    id: str
    title: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Said:
    """One turn of a citizen: a sentence, or what was chosen, or (`back`) the wish for the question before, or what was confirmed.

    Nothing of it leaves the open question empty. `revision` is the one that the page showed.
    """

    text: str = ""
    chosen: tuple[str, ...] = ()
    back: bool = False
    confirmed: tuple[str, ...] | None = None
    revision: int | None = None


@dataclass(frozen=True, kw_only=True)
class DialogRow:
    """An answer that was given; `key` says which, and holds nothing of it."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class DialogTurn:
    """Where a dialog stands, in words for people.

    `state`: asks (a question), checks (everything is shown, to be confirmed), file (one that a chat cannot take), ended (nothing is
    sent), person (a person must help), sent, gone (there is nothing under this token). `meant` is what a sentence was that is none
    of the dialog's business: question, person or cancel; nothing changed then.
    """

    state: str
    title: str = ""
    says: tuple[str, ...] = ()
    asks: str = ""
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    several: bool = False
    optional: bool = False
    rows: tuple[DialogRow, ...] = ()
    changed: str = ""
    confirm: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    meant: str = ""
    revision: int = 0
    number: int = 0
    most: int = 0
    receipt: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class DemoLoader:
    """`load(folder)` fills the room from the demo town's folder; running it twice changes nothing. Lower `order` runs first."""

    load: str
    order: int


@dataclass(frozen=True, kw_only=True)
class Room:
    """All that the house knows about a room."""

    name: str
    package: str
    area: Area
    title: Text
    description: Text
    urls: str | None = None
    api: str | None = None
    navigation: tuple[NavigationItem, ...] = ()
    rights: tuple[Right, ...] = ()
    ai_systems: tuple[AISystem, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    search_sources: tuple[SearchSource, ...] = ()
    intents: tuple[Intent, ...] = ()
    map_layers: tuple[MapLayer, ...] = ()
    package_kinds: tuple[PackageKind, ...] = ()
    file_cleaners: tuple[FileCleaner, ...] = ()
    commands: tuple[Command, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    health_checks: tuple[HealthCheck, ...] = ()
    preloads: tuple[Preload, ...] = ()
    letters: tuple[LetterTemplate, ...] = ()
    case_kinds: tuple[CaseKind, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
    dialogs: tuple[Dialog, ...] = ()
    publication_gates: tuple[PublicationGate, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    dependents: tuple[Dependents, ...] = ()
    online_services: tuple[OnlineServices, ...] = ()
    demo_loaders: tuple[DemoLoader, ...] = ()


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
