# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from pathlib import Path

import pytest

from allmende.kernel.town import demo, queries, service
from allmende.kernel.town.errors import TownDataError
from allmende.kernel.town.models import Service, SourceFile
from allmende.kernel.town.tests.conftest import GOODBYE

pytestmark = pytest.mark.django_db

TOWN = """
id: lindental
name: Stadt Lindental
units:
  - id: finanzen
    name: {de: Steueramt}
    address: {street: Marktplatz 1, postcode: "99998", city: Lindental}
    opening_hours:
      - {days: [mo], opens: 08:00, closes: 18:30}
"""
STATUTE = """---
id: hundesteuersatzung
title: Hundesteuersatzung
unit: finanzen
valid_from: 2025-01-01
---
# Hundesteuersatzung

## § 1 Gegenstand

Hunde.
"""
SERVICE = """
id: hundesteuer-abmelden
unit: finanzen
approved_on: 2026-03-12
name: {de: Hund abmelden}
text: {short: {de: Melden Sie den Hund ab.}}
free: {de: gebührenfrei}
statutes: [hundesteuersatzung]
"""
PAGE = "---\nid: energie\ntitle: Energie\n---\n# Energie\n\nWorte.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"town.yaml": TOWN, "statutes/h.md": STATUTE, "services/h.yaml": SERVICE, "pages/e.md": PAGE}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_a_folder_becomes_a_town(folder: Path):
    assert demo.load(folder) == {"town": 1, "units": 1, "statutes": 1, "services": 1, "pages": 1}
    card = queries.service_card("hundesteuer-abmelden")
    assert card is not None
    assert card.unit.hours[0].lines == ("8:00–18:30",)


def test_the_second_time_nothing_happens(folder: Path, django_assert_max_num_queries):
    demo.load(folder)
    with django_assert_max_num_queries(12):
        assert set(demo.load(folder).values()) == {0}


def test_only_the_changed_file_is_read_again(folder: Path):
    demo.load(folder)
    service.put_page({"id": "energie", "title": "Von Erika geändert", "text": "Neu."})
    (folder / "services/h.yaml").write_text(SERVICE.replace("Hund abmelden", "Hund ist weg"), "utf-8")
    assert demo.load(folder)["services"] == 1
    page = queries.page("energie")
    assert page is not None
    assert page.title == "Von Erika geändert"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("services/h.yaml", "id: [", "services/h.yaml: Das ist kein gültiges YAML"),
        ("services/h.yaml", "- a\n", "services/h.yaml: Erwartet werden Felder mit Namen."),
        ("services/h.yaml", SERVICE.replace("finanzen", "mars"), "services/h.yaml, Feld „unit“"),
        ("statutes/h.md", "# Ohne Kopf", "statutes/h.md: Der Kopf zwischen zwei Zeilen"),
        ("town.yaml", TOWN.replace("18:30", "07:00"), "town.yaml units.1, Feld „opening_hours.1“"),
    ],
)
def test_a_broken_file_is_named_and_nothing_is_stored(folder: Path, name: str, text: str, problem: str):
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(TownDataError) as refused:
        demo.load(folder)
    assert str(refused.value).startswith(problem)
    assert not Service.objects.exists()
    assert not SourceFile.objects.exists()


def test_a_folder_without_town_is_refused(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=r"town\.yaml fehlt"):
        demo.load(tmp_path)


def test_what_was_withdrawn_stays_withdrawn_while_its_file_is_unchanged(folder: Path):
    demo.load(folder)
    service.withdraw_service(GOODBYE["id"])
    demo.load(folder)
    assert queries.service_card(GOODBYE["id"]) is None
