# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A Lindental with three flows and the services they go with, and Charlie's browser."""

import html
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from allmende.kernel.places import demo as places
from allmende.kernel.town import demo as town
from allmende.modules.applications import demo as flows
from tests import snapshot

LINDENTAL = Path(__file__).resolve().parents[2] / "demo/lindental"
FLOWS = ("hundesteuer-anmelden", "sperrmuell", "meldebescheinigung")
STATUTES = ("hundesteuersatzung", "abfallsatzung", "verwaltungsgebuehrensatzung")


@pytest.fixture(scope="session")
def three_flows(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> list[snapshot.Table]:
    folder = tmp_path_factory.mktemp("lindental")
    for kind in ("services", "statutes", "flows"):
        (folder / kind).mkdir()
    for name in ("town.yaml", "streets.csv"):
        shutil.copy(LINDENTAL / name, folder)
    for name in STATUTES:
        for path in LINDENTAL.glob(f"statutes/{name}*.md"):
            shutil.copy(path, folder / "statutes")
    for name in FLOWS:
        shutil.copy(LINDENTAL / f"flows/{name}.yaml", folder / "flows")
        data = yaml.safe_load((LINDENTAL / f"services/{name}.yaml").read_text(encoding="utf-8"))
        data |= {"related": [], "statutes": [other for other in data["statutes"] if other in STATUTES]}
        (folder / f"services/{name}.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")

    def load() -> None:
        town.load(folder)
        places.load(folder)
        flows.load(folder)

    with django_db_blocker.unblock():
        return snapshot.take(load)


class Charlie:
    """Somebody at /fragen/, without scripts."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.page = ""

    def look(self, address: str = "/fragen/") -> str:
        """The text of a page, without its marks."""
        page = self.client.get(address).content.decode()
        self.page = page
        return self.read(page)

    def begin(self, flow: str) -> str:
        """Say yes."""
        self.client.post(f"/fragen/antrag/applications/{flow}/")
        return self.look()

    def say(self, text: str = "", **fields: Any) -> str:
        """A turn, with what the page carries along; the page afterwards."""
        revision = re.search(r'name="revision" value="(\d+)"', self.page)
        sent = {"q": text, "revision": revision[1] if revision else "", **fields}
        answer = self.client.post("/fragen/antrag/", sent)
        if answer.status_code == 302:
            return self.look(answer.url)
        self.page = answer.content.decode()
        return self.read(self.page)

    def choose(self, *values: str) -> str:
        """Pick options and press the plain button."""
        return self.say(choice=list(values))

    @staticmethod
    def read(page: str) -> str:
        """What people read of the conversation."""
        main = page[page.index("<main") :]
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


@pytest.fixture
def charlie(three_flows: list[snapshot.Table], db: None, client: Client) -> Charlie:
    snapshot.put_back(three_flows)
    return Charlie(client)
