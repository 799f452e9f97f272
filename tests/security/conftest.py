# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The people of the town, a little town for them to use, and the tools with which the tests look for breaches.

Alice is a clerk, Bob the data protection officer, Charlie a citizen, Dora the administrator; each other role has a person, too.
Administrators and data protection officers have their second factor.
"""

import re
import shutil
import socket
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from django.http import HttpRequest
from django.test import Client

from tests import snapshot

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).parent / "routes.yaml"
PASSWORD = "Lindenbaum-am-Markt-7"
PEOPLE = {
    "anonymous": None,
    "charlie": "citizen",
    "alice": "clerk",
    "erika": "editor",
    "stefan": "data_steward",
    "bob": "data_protection_officer",
    "lisa": "librarian",
    "paul": "planner",
    "dora": "administrator",
}


@pytest.fixture(autouse=True)
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Whoever tries to reach another machine fails, and the attempt is kept."""
    attempts: list[object] = []
    connect = socket.socket.connect

    def guarded(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            attempts.append(address)
            raise OSError(f"A test tried to reach {address}.")
        connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    return attempts


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed response must not close the connection: the test's own transaction lives in it."""
    from django.db import connection

    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


# --- routes


@dataclass(frozen=True)
class Route:
    """One row of routes.yaml beside what the URL configuration says."""

    name: str
    path: str
    who: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    thing: str = ""
    csrf: bool = True
    framed: bool = False
    also: tuple[str, ...] = ()

    def best_visitor(self, things: dict[str, "Thing"]) -> str:
        """Somebody who is let in."""
        owner = things[self.thing].owner if self.thing else ""
        return owner or ("anonymous" if "public" in self.who else "dora")

    def address(self, things: dict[str, "Thing"]) -> str:
        """Where the route leads for the thing it is about."""
        from django.urls import reverse

        if self.name == self.path:
            return f"/{self.path}"
        return reverse(self.name, kwargs=things[self.thing].kwargs if self.thing else None)


@cache
def configured() -> dict[str, str]:
    """Name → path of everything in the URL configuration; a route without a name goes by its path."""
    from django.urls import URLPattern, get_resolver

    found: list[tuple[str, str]] = []

    def walk(patterns: list[Any], prefix: str, spaces: tuple[str, ...]) -> None:
        for pattern in patterns:
            path = f"{prefix}{pattern.pattern}"
            if isinstance(pattern, URLPattern):
                found.append((":".join([*spaces, pattern.name]) if pattern.name else path, path))
            else:
                walk(pattern.url_patterns, path, (*spaces, pattern.namespace) if pattern.namespace else spaces)

    walk(get_resolver().url_patterns, "", ())
    names = [name for name, _path in found]
    assert len(set(names)) == len(names), "two routes share a name; the later one could never be checked"
    return dict(found)


@cache
def table() -> dict[str, dict[str, Any]]:
    return yaml.safe_load(TABLE.read_text(encoding="utf-8"))


@cache
def listed() -> tuple[Route, ...]:
    """The routes that are both configured and listed."""
    both = {name: row for name, row in table().items() if name in configured()}
    return tuple(
        Route(
            name=name,
            path=configured()[name],
            who=tuple(row["who"]) if isinstance(row["who"], list) else (row["who"],),
            methods=tuple(row["methods"]),
            thing=row.get("thing", ""),
            csrf=row.get("csrf", True),
            framed=row.get("framed", False),
            also=tuple(row.get("also", ())),
        )
        for name, row in both.items()
    )


@pytest.fixture
def routes() -> tuple[Route, ...]:
    return listed()


@pytest.fixture
def routes_configured() -> dict[str, str]:
    return configured()


@pytest.fixture
def routes_table() -> dict[str, dict[str, Any]]:
    return table()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`everybody` and `each_role` stand for one person after the other."""
    if "everybody" in metafunc.fixturenames:
        metafunc.parametrize("everybody", list(PEOPLE))


# --- people


@dataclass
class Person:
    """Somebody with a browser."""

    name: str
    role: str | None
    user: Any
    cookies: SimpleCookie[str] = field(default_factory=SimpleCookie)

    def browser(self, **options: Any) -> Client:
        """A browser of this person; what one browser does to its cookies the next one does not see."""
        client = Client(**options)
        client.cookies = SimpleCookie({key: morsel.value for key, morsel in self.cookies.items()})
        return client

    def has_right(self, right: str) -> bool:
        return self.user is not None and self.user.has_right(right)


@pytest.fixture
def person(db: None) -> Callable[[str], Person]:
    """The person of that name, signed in, the same one at every call."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    from allmende.kernel.accounts.testing import make_user

    known: dict[str, Person] = {}

    def find(name: str) -> Person:
        if name not in known:
            role = PEOPLE[name]
            user = role and make_user(name, role, password=PASSWORD, email=f"{name}@lindental.example")
            if user and user.needs_mfa:
                RecoveryCodes.activate(user)
            client = Client()
            if user:
                client.force_login(user)
                note_login(client, user)
            known[name] = Person(name, role, user or None, copy(client.cookies))
        return known[name]

    return find


def note_login(client: Client, user: Any) -> None:
    """What the login form notes in the session: sensitive pages ask for the password again without it."""
    from allauth.account.internal.flows.login import record_authentication

    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, method="password")
    request.session.save()


@pytest.fixture
def charlie(person: Callable[[str], Person]) -> Person:
    return person("charlie")


@pytest.fixture
def alice(person: Callable[[str], Person]) -> Person:
    return person("alice")


@pytest.fixture
def bob(person: Callable[[str], Person]) -> Person:
    return person("bob")


@pytest.fixture
def dora(person: Callable[[str], Person]) -> Person:
    return person("dora")


@pytest.fixture
def sign_in() -> Callable[..., Any]:
    """Fill in the login form; returns the answer."""

    def do(client: Client, login: str, password: str = PASSWORD, **extra: Any) -> Any:
        return client.post("/konto/login/", {"login": login, "password": password, **extra.pop("data", {})}, **extra)

    return do


# --- a town and what people left in it


@pytest.fixture(scope="session")
def town_rows(tmp_path_factory: Any, django_db_setup: None, django_db_blocker: Any) -> list[snapshot.Table]:
    """What a small Lindental leaves in the database."""
    from allmende.kernel.places import demo as places
    from allmende.kernel.town import demo

    source, folder = ROOT / "demo" / "lindental", tmp_path_factory.mktemp("lindental")
    for name in (
        "town.yaml",
        "streets.csv",
        "statutes/hundesteuersatzung.md",
        "statutes/gefahrenabwehrverordnung.md",
        "pages/energieberatung.md",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, folder / name)
    service = yaml.safe_load((source / "services" / "hundesteuer-anmelden.yaml").read_text(encoding="utf-8")) | {
        "related": []
    }
    (folder / "services").mkdir()
    (folder / "services" / "hundesteuer-anmelden.yaml").write_text(
        yaml.safe_dump(service, allow_unicode=True), encoding="utf-8"
    )
    with django_db_blocker.unblock():
        return snapshot.take(lambda: (demo.load(folder), places.load(folder)))


@pytest.fixture
def town(town_rows: list[snapshot.Table], db: None) -> None:
    """Lindental with all its offices, but only one service, one by-law and one page."""
    snapshot.put_back(town_rows)


@dataclass(frozen=True)
class Thing:
    """Something an address can be about, and whose it is."""

    kwargs: dict[str, Any]
    owner: str = ""


@pytest.fixture
def things(person: Callable[[str], Person], town: None) -> dict[str, Thing]:
    """One of each kind. Jobs, files and answers are Charlie's; he has no rights, so the token is Bob's."""
    from allauth.account.models import EmailAddress, EmailConfirmationHMAC

    from allmende.kernel.accounts import service as accounts
    from allmende.kernel.audit.models import Entry
    from allmende.modules.assistant import callbacks

    charlie, alice, bob = person("charlie"), person("alice").user, person("bob").user
    answer = make_answer(charlie, "Mein Haus brennt!")  # by a rule: quick
    token, _plain = accounts.create_token(bob, name="Abgleich", rights=["audit.read"], days=30)
    address, _made = EmailAddress.objects.get_or_create(user=charlie.user, email=charlie.user.email)
    return {
        "account": Thing({"pk": alice.pk}),
        "assignment": Thing({"pk": alice.pk, "assignment": alice.assignments.get().pk}),
        "entry": Thing({"seq": Entry.objects.order_by("seq").first().seq}),
        "token": Thing({"pk": token.pk}, "bob"),
        "job": Thing({"uuid": make_job(charlie.user).uuid}, "charlie"),
        "file": Thing({"file_id": make_file(charlie.user).pk}, "charlie"),
        "answer": Thing({"answer_id": answer}, "charlie"),
        "group of questions": Thing({"group_id": make_group(answer)}),
        "search term": Thing({"proposal_id": make_proposal()}),
        "pilot set": Thing({"set_id": (run := make_pilot_run()).set_id}),
        "pilot run": Thing({"run_id": run.pk}),
        "pair of pilot runs": Thing({"run_id": run.pk, "other_id": run.pk}),
        "survey round": Thing({"round_id": (asking := make_survey_round(person("erika").user)).pk}),
        "survey link": Thing({"token": make_survey_link(asking, person("erika").user)}),
        "callback": Thing({"callback_id": (callback := make_callback()).pk}),
        "callback link": Thing({"link": callbacks.link(callback)}),
        "live chat": Thing({"chat_id": make_chat().pk}),
        "accepted live chat": Thing({"chat_id": make_chat(alice).pk}, "alice"),
        "case": Thing({"case_id": (case := make_case()).pk}),
        "case link": Thing({"token": make_case_link(case)}),
        "saved filter": Thing({"pk": make_saved_filter(person("paul").user).pk}, "paul"),
        "message": Thing({"message_id": make_message().pk}),
        "destination": Thing({"slug": make_destination(person("dora").user).pk}),
        "kind of destination": Thing({"kind": "webhook"}),
        "flow": Thing({"flow": (draft := make_flow_draft(person("dora").user)).flow}),
        "draft of a flow": Thing({"flow": draft.flow, "number": draft.version}),
        "part of a flow": Thing({"flow": draft.flow, "number": draft.version, "place": "steps.art"}),
        "dialog": Thing({"name": "applications", "key": (offered := make_flow())}),
        "email key": Thing({"key": EmailConfirmationHMAC(address).key}),
        "reset key": Thing({"uidb36": "1", "key": "set-password"}),
        "provider": Thing({"provider_id": "town"}),
        "service": Thing({"service_id": "hundesteuer-anmelden"}),
        "unit": Thing({"unit_id": "buergerbuero"}),
        "statute": Thing({"statute_id": "hundesteuersatzung"}),
        "page": Thing({"page_id": "energieberatung"}),
        "model provider": Thing({"slug": make_model_provider().slug}),
        "import": Thing({"uuid": (waiting := make_quarantined()).run.uuid}),
        "quarantined record": Thing({"pk": waiting.pk}),
        "kind of text": Thing({"slug": "leistungen"}),
        "text": Thing({"slug": "leistungen", "record_id": "hundesteuer-anmelden"}),
        "by-law": Thing({"slug": "ortsrecht", "record_id": "hundesteuersatzung"}),
        "flow on offer": Thing({"flow": offered}),
        "upload": Thing({"file_id": make_upload(case)}),
        "draft": Thing({"key": (key := make_draft())}),
        "step of a draft": Thing({"key": key, "step": "name"}),
        "picture": Thing({"pk": (picture := make_picture(alice, "published")).pk}, "alice"),
        "picture of a program": Thing({"picture_id": picture.pk}, "alice"),
        "batch of a program": Thing({"batch_id": picture.batch_id}, "alice"),
        "picture in review": Thing({"pk": make_picture(alice, "review").pk}, "alice"),
        "film": Thing({"pk": make_film(alice).pk}, "alice"),
        "batch of pictures": Thing({"pk": picture.batch_id}, "alice"),
        "request for an original": Thing({"pk": make_request(picture, alice).pk}, "alice"),
        "sample of pictures": Thing({"pk": make_sample(alice).pk}),
        "version of a text": Thing({"slug": "leistungen", "record_id": "hundesteuer-anmelden", "number": 1}),
    }


def make_job(owner: Any, title: str = "Alte Gespräche löschen") -> Any:
    from allmende.kernel.jobs import service as jobs

    return jobs.enqueue("allmende.modules.assistant.tasks:delete_expired", args={}, title=title, owner=owner)


def make_quarantined() -> Any:
    """A record that an import kept back."""
    import tempfile

    from allmende.kernel.town.imports import queries, service
    from allmende.kernel.town.imports.cli import Bar

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "probe.json")
        file.write_text('[{"id": "probe"}]', encoding="utf-8")
        service.import_path(file, Bar(), form="json", source="probe")
    return queries.records().get()


def make_model_provider() -> Any:
    """A provider at a port of this machine where nobody listens."""
    from allmende.kernel.llm import writing

    values = {
        "name": "Probe",
        "url": "http://127.0.0.1:9/v1",
        "location": "house",
        "chat_model": "m",
        "classes": ["public"],
    }
    return writing.create_provider(values, key="sk-geheim", actor=None)


def make_file(owner: Any, name: str = "Notiz.txt", content: bytes = b"Bitte um Termin") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from allmende.kernel.files import service as files

    return files.store(SimpleUploadedFile(name, content), purpose="test", owner=owner)


def make_callback(name: str = "Charlie Czerny") -> Any:
    import uuid

    from allmende.modules.assistant import callbacks

    wish = callbacks.Wish(name, "0171 2345678", "+491712345678", None, "Hundesteuer", "Ich bin einverstanden.")
    return callbacks.request(uuid.uuid4(), wish, language="de", unit_id="", channel="test")


def make_chat(clerk: Any = None) -> Any:
    """A conversation that waits for a person, or is in this clerk's hands; made as if somebody were there."""
    import uuid

    from allmende.modules.assistant.live import presence, service

    wish = service.Wish("", "Hundesteuer", "none", "", "Ich bin einverstanden.")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(presence, "available", lambda _unit, _language: True)
        chat = service.begin(uuid.uuid4(), wish, language="de")
    if clerk is not None:
        service.accept(chat, actor=clerk)
    return chat


def make_case(name: str = "Charlie Czerny") -> Any:
    """A case that no office is responsible for, of a kind whose room was taken out."""
    from allmende.kernel.cases.models import Case

    return Case.objects.create(
        number="2025-000001", room="garden", kind="garden.tree", key="1", title="Linde", state="new", contact_name=name
    )


def make_case_link(case: Any) -> str:
    from allmende.kernel.cases.correspondence import citizen_link

    return citizen_link(case).rstrip("/").rpartition("/")[2]


def make_flow() -> str:
    """A flow that is offered: the one of the town's one service."""
    from allmende.modules.applications import service

    text = (ROOT / "demo" / "lindental" / "flows" / "hundesteuer-anmelden.yaml").read_text(encoding="utf-8")
    return service.publish(service.store(text, actor=None), actor=None).flow


def make_upload(case: Any) -> Any:
    """A file that came with an application, which became this case."""
    from allmende.modules.applications.models import Attachment, FlowVersion, Submission

    values = {"draft_key": "x" * 64, "language": "de", "channel": "form", "record": {}, "link": ""}
    sent = Submission.objects.create(case=case, version=FlowVersion.objects.earliest("pk"), **values)
    return Attachment.objects.create(file=make_file(None, "Nachweis.txt"), submission=sent).file_id


def make_draft() -> str:
    """An application that somebody began in a browser of their own."""
    from allmende.modules.applications import drafts
    from allmende.modules.applications.views.holding import key_of

    return key_of(drafts.begin("hundesteuer-anmelden", "de", "form"))


def make_saved_filter(owner: Any) -> Any:
    from allmende.kernel.cases import service as cases

    return cases.save_filter("Späte", "overdue=on", owner=owner)


def make_message() -> Any:
    from allmende.kernel.messages.models import Message

    return Message.objects.create(key="k", channel="email", kind="cases.answer", recipient="charlie@lindental.example")


def make_destination(actor: Any) -> Any:
    from allmende.kernel.messages import service as messages

    return messages.add_destination(
        "fach", kind="webhook", title="Fachverfahren", address="https://fach.example/", secret="whsec_", actor=actor
    )


def make_flow_draft(actor: Any) -> Any:
    """The draft of a flow."""
    from allmende.modules.applications import service as flows

    text = (ROOT / "demo/lindental/flows/meldebescheinigung.yaml").read_text(encoding="utf-8")
    return flows.store(text, actor=actor)


def make_answer(asker: Person, question: str = "Was kostet die Hundesteuer?") -> Any:
    """An answer in the browser of this person, who stays in that conversation."""
    from allmende.modules.assistant.models import Answer

    client = asker.browser()
    before = set(Answer.objects.values_list("pk", flat=True))
    client.post("/fragen/", {"q": question})
    asker.cookies = client.cookies
    return Answer.objects.exclude(pk__in=before).get().pk


def make_group(answer: Any) -> int:
    """A group of the one question that this answer was given to."""
    from allmende.modules.assistant.staff.models import Gap, QuestionGroup

    group = QuestionGroup.objects.create()
    Gap.objects.create(answer_id=answer, reason="no_source", group=group)
    return group.pk


def make_proposal() -> int:
    from allmende.modules.assistant.staff import service

    return service.propose("hundesteuer-anmelden", "Wuffke", actor=None).pk


def make_pilot_run() -> Any:
    """A set of one question, and a run that has not asked it."""
    from allmende.modules.assistant.pilot import queries, service

    head = b'{"schema": "pilot/1", "id": "klein", "version": 1, "title": {"de": "Kleiner Satz"}}\n'
    row = b'{"id": "a", "question": "Hund?", "language": "de", "register": "plain", "status": ["answered"]}\n'
    return service.keep_run(service.import_set(head + row, "klein.jsonl"), [], queries.versions(), origin=service.PAGE)


def make_survey_round(actor: Any) -> Any:
    from allmende.modules.assistant.pilot import survey

    return survey.open_round("before", actor=actor)


def make_survey_link(asking: Any, actor: Any) -> str:
    from allmende.modules.assistant.pilot import survey

    return survey.make_links(asking.pk, 1, actor=actor)[0]


def make_picture(owner: Any, state: str) -> Any:
    """A picture in this state, with a result and a signed record of its batch, as the worker would leave them."""
    import io

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    from allmende.modules.anonymiser import records, service, vault

    written = io.BytesIO()
    Image.new("RGB", (40, 30)).save(written, "JPEG")
    settings = {"labels": ["face"], "fill": "solid", "keep_date": "none", "keep_location": False}
    upload = SimpleUploadedFile("foto.jpg", written.getvalue())
    picture = service.begin(service.Wish(settings=settings), [upload], actor=owner).pictures.get()
    vault.put(vault.RESULT, picture.pk, written.getvalue())
    picture.state, picture.media_type, picture.result_sha256 = state, "image/jpeg", "0" * 64
    picture.save()
    records.of_batch(picture.batch)
    return picture


def make_film(owner: Any) -> Any:
    """A published film, whose bytes nobody plays here."""
    from allmende.modules.anonymiser import vault

    film = make_picture(owner, "published")
    vault.put(vault.POSTER, film.pk, vault.get(vault.RESULT, film.pk))
    film.kind, film.media_type = "film", "video/mp4"
    film.save()
    return film


def make_request(picture: Any, actor: Any) -> Any:
    from allmende.modules.anonymiser import originals

    return originals.ask(picture, "Auskunft", actor=actor)


def make_sample(actor: Any) -> Any:
    from allmende.modules.anonymiser import sampling

    return sampling.draw(25, actor=actor)


@pytest.fixture
def make() -> dict[str, Callable[..., Any]]:
    return {"job": make_job, "file": make_file, "answer": make_answer, "callback": make_callback}


@pytest.fixture
def visit() -> Callable[..., Any]:
    """Send a request and undo whatever it did to the database; `things` and people stay as they are."""
    from django.db import transaction

    def send(client: Client, method: str, address: str, data: Any = None, **extra: Any) -> Any:
        client.raise_request_exception = False
        with transaction.atomic():
            response = client.generic(method, address, **extra) if data is None else client.post(address, data, **extra)
            transaction.set_rollback(True)
        return response

    return send


# --- looking for breaches


class _Page(HTMLParser):
    """Collects everything in a page that a browser would run or fetch from elsewhere."""

    RUNS = {"script", "style", "iframe", "object", "embed", "applet", "base", "frame"}
    ADDRESSES = {"href", "src", "action", "formaction", "srcset", "poster", "data", "xlink:href", "background", "ping"}
    FETCHED = {"img", "script", "link", "source", "audio", "video", "track", "form", "input", "use", "image"}

    def __init__(self) -> None:
        super().__init__()
        self.findings: list[str] = []
        self.elements = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        given = {name: value or "" for name, value in attrs}
        harmless_script = tag == "script" and ("src" in given or given.get("type") == "application/json")
        if tag in self.RUNS and not harmless_script:
            self.findings.append(f"<{tag}> runs inline")
        if (
            tag == "meta"
            and given.get("http-equiv", "").lower() == "refresh"
            and "url" in given.get("content", "").lower()
        ):
            self.findings.append("<meta> leads elsewhere")
        for name, value in given.items():
            self._look_at(tag, name, value)

    def _look_at(self, tag: str, name: str, value: str) -> None:
        bare = re.sub(r"[\x00-\x20]", "", value).lower()
        if name.startswith("on") or name == "style" or re.match(r"(data-)?hx-on", name):
            self.findings.append(f"<{tag} {name}> is inline")
        if name.startswith("hx-") and bare.startswith(("js:", "javascript:")):
            self.findings.append(f"<{tag} {name}> is a script")
        picture = tag == "img" and bare.startswith("data:image/svg+xml;base64,")  # the code for the second factor
        if name in self.ADDRESSES and re.match(r"(javascript|vbscript|data):", bare) and not picture:
            self.findings.append(f"<{tag} {name}={value[:40]}> is a script")
        if name in self.ADDRESSES and tag in self.FETCHED and re.match(r"(https?:)?//", bare):
            self.findings.append(f"<{tag} {name}={value[:60]}> is fetched from elsewhere")


def inspect(html: str) -> list[str]:
    """What in this page a browser would run inline or fetch from elsewhere; nothing in a sound page."""
    page = _Page()
    page.feed(html)
    page.close()
    return page.findings


@pytest.fixture
def active_content() -> Callable[[str], list[str]]:
    return inspect


@pytest.fixture
def traces(db: None) -> Callable[..., list[str]]:
    """Where in the whole database (every column of every table, sessions unpacked) one of the texts stands."""
    from django.contrib.sessions.models import Session
    from django.core.cache import cache
    from django.db import connection

    def find(*needles: str) -> list[str]:
        found = []
        with connection.cursor() as cursor:
            for name in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
                columns = [column[0] for column in cursor.description]
                for row in cursor.fetchall():
                    for column, value in zip(columns, row, strict=True):
                        found += [f"{name}.{column}: {needle}" for needle in needles if needle in _as_text(value)]
        for session in Session.objects.all():
            found += [f"session: {needle}" for needle in needles if needle in str(session.get_decoded())]
        stored = b"".join(value for value in getattr(cache, "_cache", {}).values())
        found += [f"cache: {needle}" for needle in needles if needle.encode() in stored]
        return found

    return find


def _as_text(value: object) -> str:
    """As a person would read it: JSON on SQLite hides ä behind \\u00e4."""
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode("utf-8", "replace")
    text = str(value)
    if isinstance(value, str) and "\\u" in text:
        text += re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match.group(1), 16)), text)
    return text


@pytest.fixture
def leads_away() -> Callable[[Any], bool]:
    """Whether an answer sends the browser to another site."""

    def do(response: Any) -> bool:
        for header in ("Location", "HX-Redirect", "HX-Location", "Refresh", "Content-Location"):
            value = response.headers.get(header, "").strip()
            if not value:
                continue
            parts = urlsplit(value.replace("\\", "/"))
            if (
                parts.scheme not in ("", "http", "https")
                or parts.netloc not in ("", "testserver")
                or value.startswith("//")
            ):
                return True
        return False

    return do
