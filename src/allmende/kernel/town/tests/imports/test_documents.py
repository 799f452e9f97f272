# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A by-law or a page from a document: shown first, then kept."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.documents.engine.blocks import Block, Kind
from allmende.kernel.documents.tests import test_extract
from allmende.kernel.town import queries
from allmende.kernel.town.editing.models import Draft
from allmende.kernel.town.engine.statutes import parse
from allmende.kernel.town.errors import TownDataError
from allmende.kernel.town.imports import bylaws
from allmende.kernel.town.imports.engine import bylaw
from allmende.kernel.town.models import Page, Statute

pytestmark = pytest.mark.django_db
PAGE = "/importe/dokument/"
HALL = b"""# Benutzungsordnung f\xc3\xbcr die Sporthalle (Hallenordnung)

Der Gemeinderat hat beschlossen:

## \xc2\xa7 1 Geltung

(1) Diese Ordnung gilt in der Halle.

(2) Sie gilt f\xc3\xbcr alle.

## \xc2\xa7 2 Entgelt

| Raum | Entgelt |
|---|---|
| Halle | 20 \xe2\x82\xac |
"""
FIELDS: dict[str, Any] = {
    "title": "Hallenordnung",
    "unit": "finanzen",
    "valid_from": date(2027, 1, 1),
    "document": "hallenordnung.md",
    "publish": True,
}


def heading(text: str, level: int = 2) -> Block:
    return Block(Kind.HEADING, text, level)


def words(text: str) -> Block:
    return Block(Kind.PARAGRAPH, text)


@pytest.mark.parametrize("name", ["satzung.docx", "satzung.odt", "satzung.html", "satzung.md", "satzung.txt"])
def test_every_format_is_recognised_alike(name: str):
    made = {"docx": "docx", "odt": "odt", "html": "html", "md": "markdown", "txt": "text"}[name.rpartition(".")[2]]
    found = bylaws.recognise(getattr(test_extract, made)(), name)
    assert found.title == "Hundesteuersatzung"
    assert [(section.number, section.heading) for section in found.sections] == [
        ("§ 1", "Steuergegenstand"),
        ("§ 5a", "Steuersatz"),
    ]
    assert [paragraph.number for paragraph in found.sections[0].paragraphs] == ["(1)", "(2)"]


def test_the_structure_of_a_by_law_is_written_down():
    blocks = [
        heading("Satzung über Hunde", 1),
        words("Der Rat hat beschlossen:"),
        heading("Abschnitt 1: Allgemeines"),
        heading("§ 1"),
        words("Gegenstand"),
        words("(1) Besteuert wird * das Halten."),
        words("1. Erstens"),
        Block(Kind.LIST_ITEM, "zweitens"),
        heading("§ 2 Sätze"),
        Block(Kind.TABLE, "Hund | Satz\nerster | 96 €"),
        words("Anlage 1 Gebührenverzeichnis"),
        words("Das Verzeichnis gilt."),
    ]
    text = bylaw.statute(blocks, 120)
    assert text == (
        "Der Rat hat beschlossen:\n\n## Abschnitt 1: Allgemeines\n\n## § 1 Gegenstand\n\n"
        "(1) Besteuert wird \\* das Halten.\n\n1. Erstens\n- zweitens\n\n## § 2 Sätze\n\n"
        "| Hund | Satz |\n|---|---|\n| erster | 96 € |\n\n## Anlage 1 Gebührenverzeichnis\n\nDas Verzeichnis gilt."
    )
    read = parse(text)
    assert read.preamble == "Der Rat hat beschlossen:"
    assert [(part.number, part.heading, part.part) for part in read.sections] == [
        ("§ 1", "Gegenstand", "Abschnitt 1: Allgemeines"),
        ("§ 2", "Sätze", "Abschnitt 1: Allgemeines"),
        ("Anlage 1", "Gebührenverzeichnis", "Abschnitt 1: Allgemeines"),
    ]


def test_a_sentence_that_cites_a_section_or_annex_opens_none():
    blocks = [
        heading("Satzung", 1),
        heading("§ 1 Geltung"),
        words("Anlage 1 gilt entsprechend."),
        heading("§ 2"),
        words("(1) Ja."),
    ]
    assert [section.number for section in parse(bylaw.statute(blocks, 120)).sections] == ["§ 1", "§ 2"]


def test_a_document_becomes_a_statute_in_force(lindental: None):
    found = bylaws.recognise(HALL, "hallenordnung.md")
    assert (found.title, found.law) == ("Benutzungsordnung für die Sporthalle (Hallenordnung)", "rules")
    kept = bylaws.keep("statute", text=found.text("statute"), **FIELDS)
    assert (kept.id, kept.changed) == ("hallenordnung", True)
    view = queries.statute("hallenordnung")
    assert view is not None
    assert view.section("§ 2").paragraphs[0][1].startswith("| Raum | Entgelt |")  # type: ignore[union-attr]
    assert bylaws.keep("statute", text=found.text("statute"), **FIELDS).changed is False


def test_another_text_under_the_same_id_needs_a_word(lindental: None):
    bylaws.keep("statute", text=HALL.decode(), **FIELDS)
    with pytest.raises(TownDataError, match="schon einen anderen Text"):
        bylaws.keep("statute", text=HALL.decode().replace("20", "25"), **FIELDS)
    assert "20 €" in queries.statute("hallenordnung").section("§ 2").text  # type: ignore[union-attr]
    assert bylaws.keep("statute", text=HALL.decode().replace("20", "25"), replace=True, **FIELDS).changed


def test_a_new_version_gets_the_year_and_ends_the_old_one(lindental: None):
    text = "# S\n\n## § 1 Gegenstand\n\nHunde."
    given = FIELDS | {"title": "Hundesteuersatzung", "replaces": "hundesteuersatzung"}
    assert bylaws.keep("statute", text=text, **given).id == "hundesteuersatzung-2027"
    assert str(Statute.objects.get(pk="hundesteuersatzung").valid_to) == "2026-12-31"


def test_a_page_keeps_its_headings(lindental: None):
    found = bylaws.recognise(
        b"<!doctype html><html><body><h1>Energie</h1><h2>Termine</h2><p>Dienstags</p></body></html>", "e.html"
    )
    kept = bylaws.keep("page", text=found.text("page"), title="Energieberatung neu", document="e.html", publish=True)
    assert Page.objects.get(pk=kept.id).body == {"de": "## Termine\n\nDienstags"}


@pytest.fixture
def erika(client: Client) -> Client:
    client.force_login(make_user("erika", "editor"))
    return client


def test_erika_sees_what_was_recognised_before_anything_is_stored(lindental: None, erika: Client):
    page = erika.post(PAGE, {"what": "statute", "file": SimpleUploadedFile("hallenordnung.md", HALL)}).content.decode()
    assert "2 Paragrafen und Anlagen erkannt" in page
    assert 'value="hallenordnung"' in page
    assert not Statute.objects.filter(pk="hallenordnung").exists()
    form = {
        "what": "statute",
        "title": "Hallenordnung",
        "unit": "finanzen",
        "kind": "rules",
        "valid_from": "2026-01-01",
        "text": HALL.decode().replace("## § 2", "## § 4"),
        "document": "hallenordnung.md",
    }
    looked = erika.post(PAGE, form | {"look": "1"}).content.decode()
    assert "§ 4 folgt auf § 1" in looked
    assert not Statute.objects.filter(pk="hallenordnung").exists()
    assert erika.post(PAGE, form).url == "/redaktion/ortsrecht/hallenordnung/"
    draft = Draft.objects.get(kind="statute", record_id="hallenordnung")
    assert (draft.status, draft.changed_by.username, draft.comment) == (  # type: ignore[union-attr]
        "draft",
        "erika",
        "Aus dem Dokument hallenordnung.md",
    )
    assert queries.statute("hallenordnung") is None, "a second person publishes it"
    assert erika.get("/redaktion/ortsrecht/hallenordnung/").status_code == 200


def test_what_is_missing_is_said_beside_its_field(lindental: None, erika: Client):
    response = erika.post(
        PAGE,
        {
            "what": "statute",
            "title": "Ohne Paragraf",
            "unit": "finanzen",
            "kind": "statute",
            "valid_from": "2026-01-01",
            "text": "Nur Worte.",
            "document": "a.txt",
        },
    )
    assert response.status_code == 400
    assert "enthält keinen Paragrafen" in response.content.decode()
    english = erika.post(PAGE, {"what": "page", "text": "x"}, headers={"accept-language": "en"}).content.decode()
    assert "Check the recognised text" in english


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"MZ\x90\x00\x03", "nimmt die Stadt nicht entgegen"),
        ("a.docx", b"PK\x03\x04kaputt", "nimmt die Stadt nicht entgegen"),
        ("a.csv", b"a;b", "können nicht gelesen werden"),
    ],
)
def test_what_cannot_be_read_is_refused(lindental: None, erika: Client, name: str, content: bytes, reason: str):
    response = erika.post(PAGE, {"what": "page", "file": SimpleUploadedFile(name, content)})
    assert response.status_code == 400
    assert reason in response.content.decode()


def test_a_plain_text_file_is_read_too(lindental: None, tmp_path: Path):
    found = bylaws.recognise("Satzung\n\n§ 1 Zweck\n\nDie Halle dient dem Sport.\n".encode(), "s.txt")
    assert [section.number for section in found.sections] == ["§ 1"]


def test_without_a_person_it_becomes_a_proposal_for_the_editors(lindental: None):
    given = {**FIELDS, "publish": False}
    assert bylaws.keep("statute", text=HALL.decode(), **given).changed is True
    assert bylaws.keep("statute", text=HALL.decode(), **given).changed is False
    assert Draft.objects.get(record_id="hallenordnung").comment == "Aus der Datei hallenordnung.md"
    with pytest.raises(TownDataError, match="schon einen anderen Entwurf"):
        bylaws.keep("statute", text=HALL.decode().replace("20", "25"), **given)


def test_alice_the_clerk_may_not_keep_one(lindental: None):
    with pytest.raises(Http404):
        bylaws.keep("statute", text=HALL.decode(), actor=make_user("alice", "clerk"), **FIELDS)
