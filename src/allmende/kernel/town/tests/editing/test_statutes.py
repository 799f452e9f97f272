# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A statute gets a new version, and while its wording is written the structure is checked."""

from datetime import date

import pytest
from django.test import Client

from allmende.kernel.accounts.models import User
from allmende.kernel.town import queries as town_queries
from allmende.kernel.town import service as town
from allmende.kernel.town.editing import drafting, outline, queries, service
from allmende.kernel.town.editing.errors import NotPossibleError
from allmende.kernel.town.editing.kinds import KINDS
from allmende.kernel.town.editing.models import Draft
from allmende.kernel.town.engine.statutes import Flaw
from allmende.kernel.town.engine.statutes import outline as outline_of
from allmende.kernel.town.errors import TownDataError
from allmende.kernel.town.models import Statute
from allmende.kernel.town.tests.conftest import STATUTE, Told
from allmende.kernel.town.tests.editing.conftest import opened

pytestmark = pytest.mark.django_db

KIND = KINDS["statute"]
ID, KEPT, OLD = "hundesteuersatzung", "hundesteuersatzung-2025", "hundesteuersatzung-2015"
PAGE = f"/redaktion/ortsrecht/{ID}/"
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def amended(lindental: None, erika: User, fritz: User) -> None:
    """The council raises the tax from New Year on."""
    drafting.amend(KIND, ID, actor=erika, valid_from=NEW_YEAR)
    text = queries.text(KIND, ID)
    data = text.data | {"text": text.data["text"].replace("96 €", "120 €")}
    draft = drafting.save(KIND, ID, data, actor=erika, revision=text.revision, base=text.base)
    assert draft is not None
    draft = service.submit(KIND, ID, actor=erika, revision=draft.revision)
    service.publish(KIND, ID, actor=fritz, revision=draft.revision)


def test_a_new_version_takes_the_id_and_the_old_one_keeps_its_wording(amended: None):
    found = [
        (version.id, str(version.valid_from), str(version.valid_to)) for version in town_queries.statute_history(ID)
    ]
    assert found == [
        (ID, "2027-01-01", "None"),
        (KEPT, "2025-01-01", "2026-12-31"),
        (OLD, "2015-01-01", "2024-12-31"),
    ]
    assert Statute.objects.get(pk=ID).replaces_id == KEPT
    assert Statute.objects.get(pk=KEPT).replaces_id == OLD
    old = town_queries.statute(ID, as_of=date(2026, 12, 31))
    assert old is not None
    assert (old.id, old.promulgated_on) == (KEPT, date(2024, 12, 5))
    assert "96 €" in old.sections[1].text
    new = town_queries.statute(ID, as_of=NEW_YEAR)
    assert new is not None
    assert (new.id, new.promulgated_on, new.adopted_on) == (ID, None, None)
    assert "120 €" in new.sections[1].text


def test_services_cite_the_new_version_without_being_touched(amended: None):
    card = town_queries.service_card("hundesteuer-anmelden")
    assert card is not None
    assert card.fees[0].law is not None
    assert card.fees[0].law.url == f"/ortsrecht/{ID}/#p5"


def test_the_search_knows_from_when_until_when_each_version_holds(amended: None, told: Told):
    assert str(told.documents[f"statutes/{KEPT}"].valid_to) == "2026-12-31"
    assert str(told.documents[f"statutes/{ID}"].valid_from) == "2027-01-01"


def test_until_then_the_page_says_that_it_does_not_hold_yet(amended: None, client: Client):
    html = client.get(f"/ortsrecht/{ID}/").content.decode()
    assert "Diese Fassung gilt erst ab 1. Januar 2027" in html
    assert f'href="/ortsrecht/{KEPT}/"' in html
    assert "gilt erst ab" not in client.get(f"/ortsrecht/{KEPT}/").content.decode()


def test_the_draft_changes_nothing_before_it_is_published(lindental: None, erika: User):
    drafting.amend(KIND, ID, actor=erika, valid_from=NEW_YEAR)
    assert not Statute.objects.filter(pk=KEPT).exists()
    assert Statute.objects.get(pk=ID).valid_to is None


def test_a_new_version_begins_after_the_one_it_replaces(lindental: None, erika: User):
    with pytest.raises(TownDataError, match="beginnt nicht früher"):
        drafting.amend(KIND, ID, actor=erika, valid_from=date(2025, 1, 1))


def test_only_the_newest_version_is_amended(amended: None, erika: User):
    with pytest.raises(NotPossibleError, match="spätere Fassung"):
        drafting.amend(KIND, OLD, actor=erika, valid_from=NEW_YEAR)
    drafting.amend(KIND, ID, actor=erika, valid_from=date(2028, 1, 1))
    with pytest.raises(NotPossibleError, match="schon einen Entwurf"):
        drafting.amend(KIND, ID, actor=erika, valid_from=date(2028, 1, 1))


def test_a_second_change_in_one_year_keeps_another_id(amended: None, erika: User):
    town.put_statute({**STATUTE, "id": "hundesteuersatzung-2027", "title": "Fremd", "replaces": None})
    assert drafting.amend(KIND, ID, actor=erika, valid_from=date(2027, 7, 1)).keeps_as == "hundesteuersatzung-2027-2"


def test_versions_may_change_places_in_one_delivery(lindental: None):
    kept = {**STATUTE, "id": KEPT}
    new = {**STATUTE, "valid_from": NEW_YEAR, "replaces": KEPT}
    assert town.put_statutes([("", new), ("", kept)]) == [ID, KEPT]
    with pytest.raises(TownDataError, match="schon von"):
        town.put_statute({**STATUTE, "id": "dritte", "replaces": OLD})


def test_erika_is_led_through_it(lindental: None, erikas: Client):
    assert "Neue Fassung anlegen" in erikas.get(PAGE).content.decode()
    address = f"{PAGE}neue-fassung/"
    assert erikas.get(address).status_code == 200
    early = erikas.post(address, {"valid_from": "2024-01-01"})
    assert early.status_code == 400
    assert 'href="#id_valid_from"' in early.content.decode()
    answer = erikas.post(address, {"valid_from": "2027-01-01"})
    assert answer["Location"] == f"{PAGE}bearbeiten/"
    fields = opened(erikas, f"{PAGE}bearbeiten/")
    assert fields["valid_from"] == ["2027-01-01"]
    assert fields["replaces"] == [KEPT], "the choice knows the id that will exist"
    erikas.post(f"{PAGE}bearbeiten/", {**fields, "text": [fields["text"][0].replace("96", "120")]})
    assert Draft.objects.get().data["replaces"] == KEPT
    preview = erikas.get(f"{PAGE}vorschau/").content.decode()
    assert "120 €" in preview
    assert "Diese Fassung gilt erst ab" in preview
    assert not Statute.objects.filter(pk=KEPT).exists()


def test_services_and_unknown_statutes_have_no_new_version(lindental: None, erikas: Client):
    assert erikas.get("/redaktion/leistungen/hundesteuer-anmelden/neue-fassung/").status_code == 404
    assert erikas.post("/redaktion/ortsrecht/mond/neue-fassung/", {"valid_from": "2027-01-01"}).status_code == 404


# --- the structure


@pytest.mark.parametrize(
    ("text", "flaw", "section"),
    [
        ("Nur Worte.", Flaw.NO_SECTION, ""),
        ("## § 1 A\n\nx\n\n## § 1 B\n\ny", Flaw.TWICE, "§ 1"),
        ("## § 1 A\n\nx\n\n## § 3 B\n\ny", Flaw.GAP, "§ 3"),
        ("## § 2 A\n\nx", Flaw.GAP, "§ 2"),
        ("## § 1 A\n\n## § 2 B\n\ny", Flaw.EMPTY, "§ 1"),
        ("## § 1\n\nx", Flaw.NO_HEADING, "§ 1"),
        ("## § 1 A\n\n(1) x\n\n(3) y", Flaw.PARAGRAPH_GAP, "§ 1"),
    ],
)
def test_what_looks_wrong_is_found(text: str, flaw: Flaw, section: str):
    assert [(finding.flaw, finding.section) for finding in outline_of(text).findings] == [(flaw, section)]


def test_letters_and_annexes_are_no_gaps():
    text = "## § 1 A\n\nx\n\n## § 1a B\n\n(1) y\n\n(1a) z\n\n(2) z\n\n## § 2 C\n\nx\n\n## Anlage 1\n\nListe"
    read = outline_of(text)
    assert [section.number for section in read.sections] == ["§ 1", "§ 1a", "§ 2", "Anlage 1"]
    assert read.findings == ()


def test_services_that_cite_what_is_gone_are_named(lindental: None):
    assert outline.of(ID, "## § 1 Gegenstand\n\nHunde.").cited == (
        ("hundesteuer-anmelden", "§ 10 Abs. 1"),
        ("hundesteuer-anmelden", "§ 5"),
    )
    assert outline.of(ID, STATUTE["text"]).cited == ()


def test_the_structure_is_checked_without_saving(lindental: None, erikas: Client):
    address = f"{PAGE}bearbeiten/"
    fields = opened(erikas, address)
    html = erikas.post(
        address, {**fields, "text": ["## § 1 A\r\n\r\nx\r\n\r\n## § 3 B\r\n\r\ny"], "do": "outline"}
    ).content.decode()
    assert "2 Paragrafen und Anhänge erkannt" in html
    assert "§ 3 folgt auf § 1." in html
    assert "§ 10 Abs. 1" in html, "a service cites it"
    assert not Draft.objects.exists()


def test_a_text_without_sections_is_refused_at_its_field(lindental: None, erikas: Client):
    address = f"{PAGE}bearbeiten/"
    answer = erikas.post(address, {**opened(erikas, address), "text": ["Nur Worte."]})
    assert answer.status_code == 400
    assert 'href="#id_text"' in answer.content.decode()
