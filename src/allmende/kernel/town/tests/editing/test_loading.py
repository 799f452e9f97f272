# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files of the town and editors change the same texts; what a person wrote is never overwritten by a file."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from allmende.kernel.accounts.models import User
from allmende.kernel.audit.models import Entry
from allmende.kernel.town import demo, queries
from allmende.kernel.town.editing import access, drafting, service
from allmende.kernel.town.editing.kinds import KINDS
from allmende.kernel.town.editing.models import Draft, Version
from allmende.kernel.town.editing.queries import text
from allmende.kernel.town.tests.test_loader import SERVICE, STATUTE, TOWN, folder

__all__ = ["folder"]  # a fixture of the loader's own tests
pytestmark = pytest.mark.django_db

ID = "hundesteuer-abmelden"
FILE = "services/h.yaml"
Change = Callable[..., None]


@pytest.fixture
def loaded(folder: Path) -> Path:
    demo.load(folder)
    return folder


@pytest.fixture
def edited(loaded: Path, erika: User, fritz: User) -> Path:
    """Erika changed the name in the browser, Fritz published it."""
    kind = KINDS["service"]
    shown = text(kind, ID)
    data = shown.data | {"name": {"de": "Von Erika"}}
    draft = drafting.save(kind, ID, data, actor=erika, revision=0, base=shown.base)
    assert draft is not None
    draft = service.submit(kind, ID, actor=erika, revision=draft.revision)
    service.publish(kind, ID, actor=fritz, revision=draft.revision)
    return loaded


def rewrite(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, "utf-8")


def name() -> str:
    card = queries.service_card(ID)
    assert card is not None
    return str(card.name)


def test_the_loader_gives_each_record_its_first_version(loaded: Path):
    assert {(row.kind, row.number, row.source, row.by_a_person) for row in Version.objects.all()} == {
        ("unit", 1, "town.yaml units.1", False),
        ("statute", 1, "statutes/h.md", False),
        ("service", 1, FILE, False),
        ("page", 1, "pages/e.md", False),
    }


def test_a_file_that_did_not_change_leaves_the_editors_text(edited: Path):
    assert demo.load(edited)["services"] == 0
    assert name() == "Von Erika"


def test_a_file_that_changed_becomes_a_draft_beside_the_editors_text(
    edited: Path, erika: User, caplog: pytest.LogCaptureFixture
):
    rewrite(edited, FILE, SERVICE.replace("Hund abmelden", "Aus der Datei"))
    with caplog.at_level(logging.WARNING):
        assert demo.load(edited)["services"] == 0
    assert name() == "Von Erika"
    assert "became a draft" in caplog.text
    draft = Draft.objects.get()
    assert (draft.title, draft.changed_by, draft.comment) == ("Aus der Datei", None, f"Aus der Datei {FILE}")
    assert Entry.objects.filter(action="town.service.proposed", subject=f"service:{ID}", actor_name="").exists()
    draft = service.submit(KINDS["service"], ID, actor=erika, revision=draft.revision)
    assert access.may(erika, "publish", draft), "the file wrote it, so Erika is the second person"
    service.publish(KINDS["service"], ID, actor=erika, revision=draft.revision)
    assert name() == "Aus der Datei"


def test_the_next_start_does_not_ask_again(edited: Path):
    rewrite(edited, FILE, SERVICE.replace("Hund abmelden", "Aus der Datei"))
    demo.load(edited)
    Draft.objects.all().delete()
    demo.load(edited)
    assert not Draft.objects.exists()


def test_a_draft_that_somebody_is_writing_is_left_alone(edited: Path, erika: User, caplog: pytest.LogCaptureFixture):
    shown = text(KINDS["service"], ID)
    drafting.save(
        KINDS["service"], ID, shown.data | {"online": "https://a.example"}, actor=erika, revision=0, base=shown.base
    )
    rewrite(edited, FILE, SERVICE.replace("Hund abmelden", "Aus der Datei"))
    with caplog.at_level(logging.WARNING):
        demo.load(edited)
    assert Draft.objects.get().data["online"] == "https://a.example"
    assert "a draft of their own" in caplog.text


def test_a_file_that_caught_up_with_the_editor_makes_no_draft(edited: Path):
    rewrite(edited, FILE, SERVICE.replace("Hund abmelden", "Von Erika"))
    demo.load(edited)
    assert not Draft.objects.exists()


def test_what_an_editor_withdrew_is_not_brought_back_by_a_file(loaded: Path, erika: User):
    service.withdraw(KINDS["service"], ID, actor=erika, reason="veraltet")
    rewrite(loaded, FILE, SERVICE.replace("Hund abmelden", "Aus der Datei"))
    demo.load(loaded)
    assert queries.service_card(ID) is None
    assert Draft.objects.get().title == "Aus der Datei"


def test_a_file_that_refers_to_nothing_does_not_stop_the_start(edited: Path, caplog: pytest.LogCaptureFixture):
    rewrite(edited, FILE, SERVICE.replace("unit: finanzen", "unit: mars"))
    with caplog.at_level(logging.WARNING):
        demo.load(edited)
    assert "was not read" in caplog.text
    assert name() == "Von Erika"


def test_offices_and_statutes_are_spared_as_well(loaded: Path, erika: User, fritz: User):
    for kind, record_id, change in (
        ("unit", "finanzen", {"phone": "069 1"}),
        ("statute", "hundesteuersatzung", {"abbreviation": "HS"}),
    ):
        shown = text(KINDS[kind], record_id)
        draft = drafting.save(KINDS[kind], record_id, shown.data | change, actor=erika, revision=0, base=shown.base)
        assert draft is not None
        service.submit(KINDS[kind], record_id, actor=erika, revision=1)
        service.publish(KINDS[kind], record_id, actor=fritz, revision=2)
    rewrite(loaded, "town.yaml", TOWN.replace("Steueramt", "Finanzamt"))
    rewrite(loaded, "statutes/h.md", STATUTE.replace("Hunde.", "Katzen."))
    assert demo.load(loaded) == {"town": 0, "units": 0, "statutes": 0, "services": 0, "pages": 0}
    assert {draft.kind for draft in Draft.objects.all()} == {"unit", "statute"}


def test_what_no_person_changed_is_read_as_before(loaded: Path):
    rewrite(loaded, FILE, SERVICE.replace("Hund abmelden", "Aus der Datei"))
    assert demo.load(loaded)["services"] == 1
    assert name() == "Aus der Datei"
    assert Version.objects.filter(kind="service").count() == 2
