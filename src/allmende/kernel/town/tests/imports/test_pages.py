# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erika imports from her desk: upload, progress, summary, quarantine; in German and in English."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.files.models import StoredFile
from allmende.kernel.jobs import runner
from allmende.kernel.jobs.models import Job
from allmende.kernel.town import queries
from allmende.kernel.town.imports.labels import label
from allmende.kernel.town.imports.models import Import, ImportedRecord
from allmende.kernel.town.imports.rules import limits
from allmende.kernel.town.tests.imports.making import bring, document, leistung, organisation, writes, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PAGE = "/importe/"
QUARANTINE = f"{PAGE}quarantaene/"
OFFICE = organisation(services=("1", "2"))


@pytest.fixture
def erika(client: Client) -> Client:
    """Erika is an editor and the administrator: what she imports may become public at once."""
    client.force_login(make_user("erika", "editor", "administrator"))
    return client


def upload(client: Client, content: bytes, name: str = "lieferung.zip", status: int = 302, **fields: str) -> Any:
    data = {"form": "xzufi", "source": "amt24", "arrival": "auto", "file": SimpleUploadedFile(name, content)} | fields
    response = client.post(PAGE, data)
    assert response.status_code == status, response.content.decode()
    return response


def test_an_upload_becomes_a_job_and_then_a_summary_with_its_quarantine(
    lindental: None, erika: Client, monkeypatch: Any
):
    monkeypatch.setitem(limits(), "apply_batch", 1)
    good, bad = writes(leistung("1"), OFFICE), writes(leistung("2", leika="4711"))
    address = upload(
        erika, zipped(**{"index.txt": b"a.xml\nb.xml", "a.xml": document(good), "b.xml": document(bad)})
    ).url
    run = Import.objects.get()
    assert address == f"{PAGE}{run.uuid}/"
    assert "Der Import läuft im Hintergrund" in erika.get(address).content.decode()
    assert (run.name, run.actor.username) == ("lieferung.zip", "erika")  # type: ignore[union-attr]
    assert [entry.action for entry in Entry.objects.order_by("-seq")[:1]] == ["town.import.begun"]
    runner.work_off()
    job = Job.objects.get(pk=run.job_id)
    assert (job.status, job.percent, job.message_text) == ("succeeded", 100, "Der Import ist fertig")
    page = erika.get(address).content.decode()
    assert "1 Eintrag ist nicht in Ordnung" in page
    assert "Ein LeiKa-Schlüssel hat 14 Ziffern und beginnt mit 99." in page
    assert queries.service_card("hund-anmelden") is not None
    assert not StoredFile.objects.exists(), "the upload is not kept"
    english = erika.get(address, headers={"accept-language": "en"}).content.decode()
    assert "1 record is not in order and waits in quarantine" in english
    assert "faulty" in english


def test_the_job_goes_on_where_it_was_interrupted(lindental: None, erika: Client, monkeypatch: Any):
    monkeypatch.setitem(limits(), "receive_batch", 2)
    upload(erika, document(writes(leistung("1"), leistung("2", name="Katze anmelden"), OFFICE)), name="a.xml")
    run = Import.objects.get()
    from allmende.kernel.town.imports.ledger import Ledger

    real, calls = Ledger.take, []

    def stumble(ledger: Ledger, arrivals: Any) -> None:
        calls.append(len(arrivals))
        if len(calls) == 2:
            raise RuntimeError("power cut")
        real(ledger, arrivals)

    monkeypatch.setattr(Ledger, "take", stumble)
    runner.work_off()
    Job.objects.filter(pk=run.job_id).update(run_after=run.begun_at)
    runner.work_off()
    run.refresh_from_db()
    assert (run.written, run.quarantined) == (3, 0)
    assert calls == [2, 2, 2], "the first batch was not taken in twice"


@pytest.mark.parametrize(
    ("content", "name", "fields", "reason"),
    [
        (b"MZ\x90\x00\x03\x00", "a.exe", {}, "Dateien dieser Art nimmt die Stadt nicht entgegen"),
        (b"%PDF-1.4", "a.xml", {}, "Der Inhalt passt nicht zur Endung"),
        (zipped(**{"index.txt": b"../../x"}), "a.zip", {}, "nennt einen unerlaubten Pfad"),
        (b"<a/>", "a.xml", {}, "keine XZuFi-Datei"),
        (b"a;b\n1;2", "a.csv", {"form": "csv"}, "keine bekannte Spalte"),
        (b"[", "a.json", {"form": "json"}, "lässt sich die Datei nicht lesen"),
        (b"", "a.xml", {}, "leer"),
        (document(), "a.xml", {"source": "Amt 24"}, "Kleinbuchstaben, Ziffern und Bindestriche"),
        (document(), "a.xml", {"unit": "mars"}, "keine gültige Auswahl"),
        (document(), "a.xml", {"area": "1"}, "Zwei bis zwölf Ziffern"),
    ],
)
def test_what_cannot_be_read_is_refused_at_once_with_the_reason(
    lindental: None, erika: Client, content: bytes, name: str, fields: dict[str, str], reason: str
):
    assert reason in upload(erika, content, name, 400, **fields).content.decode()
    assert not Import.objects.exists()
    assert not StoredFile.objects.exists()
    assert not Job.objects.exists()


def test_a_file_that_is_too_large_is_refused(lindental: None, erika: Client, settings: Any):
    settings.MAX_UPLOAD_BYTES = 100
    assert "größer als" in upload(erika, document(writes(leistung())), "a.xml", 400).content.decode()


def test_a_table_in_windows_1252_is_taken(lindental: None, erika: Client):
    content = (
        "id;name.de;text.short.de;unit;approved_on;free.de\nkaetzchen;Kätzchen;Kurz;finanzen;2026-01-01;frei".encode(
            "cp1252"
        )
    )
    upload(erika, content, "a.csv", form="csv")
    runner.work_off()
    assert queries.service_card("kaetzchen").name == "Kätzchen"  # type: ignore[union-attr]


@pytest.fixture
def waiting(lindental: None, tmp_path: Path) -> list[ImportedRecord]:
    """Two faulty services of one source, one of another."""
    bring(
        tmp_path / "a.xml", document(writes(leistung("1", leika="1"), leistung("2", name="Katze", leika="2"), OFFICE))
    )
    bring(tmp_path / "b.xml", document(writes(leistung("1", name="Vogel"))), source="serviceportal")
    return list(ImportedRecord.objects.filter(state="invalid").order_by("pk"))


def test_the_quarantine_is_filtered(erika: Client, waiting: list[ImportedRecord]):
    everything = erika.get(QUARANTINE).content.decode()
    assert all(name in everything for name in ("Hund anmelden", "Katze", "Vogel"))
    assert "Vogel" not in erika.get(f"{QUARANTINE}?source=amt24").content.decode()
    found = erika.get(f"{QUARANTINE}?q=katz&state=invalid").content.decode()
    assert "Katze" in found
    assert "Hund anmelden" not in found
    assert "wartet kein Eintrag" in erika.get(f"{QUARANTINE}?state=conflict").content.decode()


def test_a_record_shows_its_reason_its_origin_and_what_arrived(erika: Client, waiting: list[ImportedRecord]):
    page = erika.get(f"{QUARANTINE}{waiting[0].pk}/").content.decode()
    assert "leika.1" in page
    assert "<strong>LeiKa" in page
    assert "Ein LeiKa-Schlüssel hat 14 Ziffern" in page
    assert "a.xml, Zeile 1" in page
    assert "fachlich" not in page
    assert "approved: &#x27;2026-03-12&#x27;" in page
    english = erika.get(f"{QUARANTINE}{waiting[2].pk}/", headers={"accept-language": "en"}).content.decode()
    assert "The source names no responsible office" in english


def test_a_record_is_retried_with_an_office_discarded_or_left(erika: Client, waiting: list[ImportedRecord]):
    bird = waiting[2]
    assert erika.post(f"{QUARANTINE}{bird.pk}/erneut/").url == f"{QUARANTINE}{bird.pk}/"
    assert erika.post(f"{QUARANTINE}{bird.pk}/erneut/", {"unit": "finanzen"}).url == QUARANTINE
    assert queries.service_card("vogel") is not None
    assert erika.get(f"{QUARANTINE}{bird.pk}/").status_code == 404, "it waits no longer"
    assert erika.post(f"{QUARANTINE}{waiting[0].pk}/verwerfen/").status_code == 302
    assert "Hund anmelden" not in erika.get(QUARANTINE).content.decode()
    assert "Hund anmelden" in erika.get(f"{QUARANTINE}?state=discarded").content.decode()


def test_several_are_dealt_with_at_once(erika: Client, waiting: list[ImportedRecord]):
    chosen = [str(row.pk) for row in waiting[:2]]
    back = f"{QUARANTINE}?source=amt24"
    response = erika.post(QUARANTINE, {"record": chosen, "action": "retry", "back": back})
    assert response.url == back
    assert "0 Einträge übernommen, 2 noch nicht." in erika.get(back).content.decode()
    erika.post(QUARANTINE, {"record": chosen, "action": "discard", "back": "https://evil.example/"}, follow=True)
    assert not ImportedRecord.objects.filter(pk__in=chosen, state="invalid").exists()
    assert erika.post(QUARANTINE, {"action": "retry"}).url == QUARANTINE


@pytest.mark.parametrize("path", ["", "quarantaene/", "quarantaene/1/", "dokument/", "vorlage.csv"])
def test_alice_the_clerk_does_not_learn_that_there_are_imports(client: Client, db: None, path: str):
    assert client.get(PAGE + path).status_code == 302
    client.force_login(make_user("alice", "clerk"))
    assert client.get(PAGE + path).status_code == 404


def test_an_editor_imports_drafts_only(lindental: None, client: Client):
    """A second person would not see what one editor wrote into a file."""
    client.force_login(make_user("emil", "editor"))
    content = document(writes(leistung(), OFFICE))
    assert "keine gültige Auswahl" in upload(client, content, "a.xml", 400).content.decode()
    upload(client, content, "a.xml", arrival="draft")
    runner.work_off()
    assert queries.service_card("hund-anmelden") is None


def test_the_template_holds_every_service_in_the_columns_an_import_reads(lindental: None, erika: Client):
    response = erika.get(f"{PAGE}vorlage.csv")
    text = b"".join(response).decode("utf-8-sig")
    assert text.splitlines()[0].startswith('"id";"status";"unit";"leika";"name.de";"name.en";"approved_on"')
    upload(erika, text.encode("utf-8-sig"), "vorlage.csv", form="csv")
    runner.work_off()
    assert (Import.objects.get().unchanged, Import.objects.get().quarantined) == (2, 0)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("unit", "Zuständig"),
        ("name.de", "Name"),
        ("name", "Name"),
        ("fees.2.amount", "Gebühr 2: Betrag in Euro"),
        ("documents.1", "Unterlage 1"),
        ("documents", "Unterlagen"),
        ("synonyms.de.3", "Suchwörter"),
        ("farbe", ""),
        ("", ""),
    ],
)
def test_a_field_is_called_as_in_the_editors_forms(path: str, title: str):
    assert label("service", path) == title
