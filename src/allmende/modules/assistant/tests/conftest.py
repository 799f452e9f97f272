# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A corner of Lindental: enough services to answer, to ask back and to have nothing."""

import shutil
from pathlib import Path

import pytest
import yaml
from pytest_django.plugin import DjangoDbBlocker

from allmende.kernel.town import demo
from tests import snapshot

LINDENTAL = Path(__file__).resolve().parents[5] / "demo/lindental"
SERVICES = [
    "hundesteuer-anmelden",
    "wohnsitz-ummelden",
    "wohnsitz-anmelden",
    "gewerbe-ummelden",
    "reisepass",
    "sperrmuell",
    "winterdienst",
]
STATUTES = ["hundesteuersatzung", "streupflichtsatzung", "abfallsatzung"]


@pytest.fixture(scope="session")
def small_lindental(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a smaller Lindental: seven services, three statutes and the offices."""
    folder = tmp_path_factory.mktemp("lindental")
    for kind in ("services", "statutes"):
        (folder / kind).mkdir()
    for name in STATUTES:
        shutil.copy(LINDENTAL / f"statutes/{name}.md", folder / "statutes")
    for name in SERVICES:
        data = yaml.safe_load((LINDENTAL / f"services/{name}.yaml").read_text(encoding="utf-8"))
        data["related"] = [other for other in data["related"] if other in SERVICES]
        data["statutes"] = [other for other in data["statutes"] if other in STATUTES]
        (folder / f"services/{name}.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    shutil.copy(LINDENTAL / "town.yaml", folder)
    return folder


@pytest.fixture(scope="session")
def lindental_rows(
    small_lindental: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> list[snapshot.Table]:
    with django_db_blocker.unblock():
        return snapshot.take(lambda: demo.load(small_lindental))


@pytest.fixture
def lindental(lindental_rows: list[snapshot.Table], db: None) -> None:
    """The smaller Lindental, found by words, as on the first minutes of a new installation."""
    snapshot.put_back(lindental_rows)
