# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lindental with its flows, and people: Charlie fills in applications, Erika and Vera look after flows, Bob after data protection."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.places import demo as places_demo
from allmende.kernel.town import demo as town_demo
from allmende.kernel.town import queries as town
from allmende.modules.applications import demo, drafts, rules, uploads
from allmende.modules.applications.engine.fields.places import FileField
from allmende.modules.applications.engine.fields.slots import GroupField, Slot

PDF = b"%PDF-1.7\n%%EOF\n"
LINDENTAL = Path(__file__).parents[5] / "demo" / "lindental"


@pytest.fixture(scope="session")
def town_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a smaller Lindental: its offices, its flows, and the services and statutes that these rest on."""
    folder = tmp_path_factory.mktemp("lindental")
    shutil.copytree(LINDENTAL / "flows", folder / "flows")
    for name in ("town.yaml", "streets.csv"):
        shutil.copy(LINDENTAL / name, folder)
    flows = [rules.parsed(path.read_text(encoding="utf-8")) for path in folder.glob("flows/*.yaml")]
    sources = [source for flow in flows for part in (flow, *flow["steps"]) for source in part.get("sources", ())]
    services = {source["service"] for source in sources if "service" in source}
    statutes = {source["statute"] for source in sources if "statute" in source}
    for name in services:
        data = rules.parsed((LINDENTAL / f"services/{name}.yaml").read_text(encoding="utf-8"))
        statutes |= {line.get("statute") for line in (*data["fees"], *data["documents"], *data["deadlines"])} - {None}
        data |= {"related": [], "statutes": [other for other in data["statutes"] if other in statutes]}
        (folder / "services").mkdir(exist_ok=True)
        (folder / f"services/{name}.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    (folder / "statutes").mkdir()
    for name in statutes:
        for path in LINDENTAL.glob(f"statutes/{name}*.md"):  # with the versions before it
            shutil.copy(path, folder / "statutes")
    return folder


@pytest.fixture(scope="module")
def whole_town(django_db_setup, django_db_blocker, town_folder: Path) -> Iterator[None]:
    """That town, built once for the tests of a file."""
    with django_db_blocker.unblock(), transaction.atomic():
        town_demo.load(town_folder)
        places_demo.load(town_folder)
        demo.load(town_folder)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def lindental(whole_town, db) -> None:
    """The town, for one test."""


@pytest.fixture
def erika(db) -> User:
    return make_user("erika", "editor")


@pytest.fixture
def vera(db) -> User:
    return make_user("vera", "editor")


@pytest.fixture
def bob(db) -> User:
    return make_user("bob", "data_protection_officer")


@pytest.fixture
def answered(lindental, monkeypatch) -> Callable[..., str]:
    """The token of a draft that was filled in on the day and as a test of its flow says, everything confirmed."""

    def fill(flow: str, test: int = 0, **changes: Any) -> str:
        token = drafts.begin(flow, "de", "form")
        told = drafts.load(token).flow.tests[test]
        monkeypatch.setattr(town, "today", lambda: told.today)
        given = {**told.given, **changes}
        while (draft := drafts.load(token)).run.outcome is None:
            step = draft.flow.steps[draft.run.at]
            if step.kind == "review":
                drafts.confirm(token, step.confirm)
            else:
                slots = [draft.flow.slots[name] for name in step.slots if name in given]
                drafts.answer(token, step.id, {slot.name: _own(token, slot, given[slot.name]) for slot in slots})
        return token

    def _own(token: str, slot: Slot, plain: Any) -> Any:
        """The answer; where it names files, so many of Charlie's own."""
        if isinstance(slot.field, GroupField):
            inner = slot.field.slots
            return [{name: _own(token, inner[name], part) for name, part in item.items()} for item in plain]
        if not isinstance(slot.field, FileField):
            return plain
        pdfs = [SimpleUploadedFile(f"nachweis-{number}.pdf", PDF) for number, _id in enumerate(plain or ())]
        return uploads.attach(token, pdfs, slot.field)

    return fill


@pytest.fixture
def flow_text() -> str:
    """A flow of the town as a file."""
    return (LINDENTAL / "flows" / "meldebescheinigung.yaml").read_text(encoding="utf-8")


@pytest.fixture
def flow_folder(tmp_path: Path) -> Path:
    """A folder with the town's flows, to be changed."""
    return Path(shutil.copytree(LINDENTAL / "flows", tmp_path / "town" / "flows")).parent
