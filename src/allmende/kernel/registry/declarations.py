# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The declarations, one class a kind. Targets are strings ``"package.module:attribute"``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
"""A text for people: a plain string or a lazy translation."""


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
    """A step every upload of these media types passes before it is stored; `clean` maps bytes to bytes or raises.

    Uploads for a purpose that it `spares` are left as they are; every other purpose, also one nobody thought of, is cleaned.
    """

    name: str
    media_types: tuple[str, ...]
    clean: str
    spares: tuple[str, ...] = ()


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
    data, `paper` into a PDF for the citizen; all take the record and a language. What is empty is left to the inbox.
    """

    name: str
    title: Text
    states: str = ""
    retention_days: Mapping[str, int] = field(default_factory=dict)
    detail: str = ""
    export: str = ""
    paper: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """What a room holds about a person: `find(contact)` tells it, `erase(contact)` deletes it (GDPR Art. 15 and 17)."""

    name: str
    title: Text
    find: str
    erase: str


@dataclass(frozen=True, kw_only=True)
class PublicationGate:
    """What may stop a publication: `check(publication)` yields a sentence for each thing that would be lost (`kernel.evaluation`).

    `watched(keys)` gives those of the documents that something it watches rests on: they are published one at a time.
    """

    name: str
    title: Text
    check: str
    watched: str


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
