# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie uploads something; the house looks twice."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.files import service
from allmende.kernel.files.engine.sniff import media_type_of
from allmende.kernel.files.models import StoredFile
from allmende.kernel.registry import FileCleaner, Role

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")  # what the browser claims is not believed


def test_it_works() -> None:
    charlie = make_user("charlie", Role.CITIZEN)
    stored = service.store(upload("Mietvertrag.pdf", PDF), purpose="test", owner=charlie)
    assert (stored.media_type, stored.size, stored.name) == ("application/pdf", len(PDF), "Mietvertrag.pdf")
    assert service.open_file(stored).read() == PDF


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("leer.pdf", b"", "leer"),
        ("bild.png", PDF, "Endung"),
        ("brief.pdf", b"<html><body>x</body></html>", "Endung"),
        ("programm.exe", b"MZ\x90\x00\x03\x00", "nicht entgegen"),
        ("bild.svg", SVG, "noch nicht entgegen"),
        ("foto.jpg", JPEG, "beschädigt"),
    ],
)
def test_what_is_not_what_it_claims_is_refused_with_a_reason(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(service.UploadRefused, match=reason) as caught:
        service.store(upload(name, content), purpose="test")
    assert name in str(caught.value)
    assert not StoredFile.objects.exists()


def test_a_film_is_taken_only_by_the_room_that_asks_for_films() -> None:
    film = b"\0\0\0 ftypisom" + bytes(40)
    with pytest.raises(service.UploadRefused, match="nicht entgegen"):
        service.examine(upload("kreuzung.mp4", film), purpose="application")
    assert service.examine(upload("kreuzung.mp4", film), purpose="anonymiser").media_type == "video/mp4"


def test_a_file_that_is_too_large_is_refused(settings) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    with pytest.raises(service.UploadRefused, match="größer"):
        service.store(upload("a.pdf", PDF), purpose="test")


def test_a_cleaner_of_a_room_sees_every_upload_of_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    cleaner = FileCleaner(name="t", media_types=("image/jpeg",), clean="builtins:bytes.upper")

    class House:
        def all(self, kind: type) -> tuple[FileCleaner, ...]:
            return (cleaner,)

    monkeypatch.setattr(service, "registry", House)
    monkeypatch.setattr(service, "resolve", lambda target: lambda content: content[:4] + b"CLEAN")
    assert service.open_file(service.store(upload("foto.jpg", JPEG), purpose="test")).read().endswith(b"CLEAN")


def test_a_name_cannot_leave_the_storage() -> None:
    stored = service.store(upload("..\\..\\etc/passwd\u202e.txt", b"hallo"), purpose="test")
    assert stored.name == "passwd.txt"
    assert stored.path.endswith(stored.id.hex)


def test_charlie_fetches_his_file_and_nobody_else_does(client: Client) -> None:
    charlie, alice = make_user("charlie", Role.CITIZEN), make_user("alice", Role.CLERK)
    stored = service.store(
        upload("notiz.html", b"<html><body><script>alert(1)</script></body></html>"), purpose="t", owner=charlie
    )
    assert client.get(f"/dateien/{stored.id}/").status_code == 404
    client.force_login(alice)
    assert client.get(f"/dateien/{stored.id}/").status_code == 404
    client.force_login(charlie)
    answer = client.get(f"/dateien/{stored.id}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_large_upload_waits_without_a_name_so_that_a_killed_process_leaves_nothing_of_it(
    rf, settings, tmp_path
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    large = PDF + b"x" * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1)
    arrived = rf.post("/", {"beleg": upload("a.pdf", large)}).FILES["beleg"]
    assert not isinstance(arrived.file.name, str), "a number: there is no path"
    assert (arrived.name, arrived.size, arrived.read()) == ("a.pdf", len(large), large)
    assert not list(tmp_path.iterdir())


def test_a_deleted_file_leaves_no_bytes(django_capture_on_commit_callbacks) -> None:
    stored = service.store(upload("a.pdf", PDF), purpose="test")
    path = stored.path
    with django_capture_on_commit_callbacks(execute=True):
        service.delete(stored, actor=None)
    assert not service.default_storage.exists(path)


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "x.txt", "application/pdf"),
        (b"\xef\xbb\xbfHallo", "x.txt", "text/plain"),
        (b"a;b\n1;2", "x.csv", "text/csv"),
        (b"<!-- c --><svg onload=alert(1)>", "x.txt", "image/svg+xml"),
        (b"  <!DOCTYPE html><p>", "x.txt", "text/html"),
        (b"\x00\x01", "x.txt", "application/octet-stream"),
        ("ä".encode() * 40000 + b"\xc3", "x.md", "text/markdown"),
        (b"\0\0\0 ftypisom", "x.mp4", "video/mp4"),
        (b"\0\0\0\x14ftypqt  ", "x.mov", "video/quicktime"),
        (b"\0\0\0\x18ftypheic", "x.heic", "image/heic"),
        (b"RIFF\0\0\0\0AVI LIST", "x.avi", "video/vnd.avi"),
        ((b"G" + bytes(187)) * 4, "x.ts", "video/mp2t"),
        (b"Was free ist, bleibt frei.", "x.txt", "text/plain"),
        ((b"G" + b"e" * 187) * 2, "x.txt", "text/plain"),
    ],
)
def test_the_content_decides(content: bytes, name: str, kind: str) -> None:
    assert media_type_of(content, name) == kind


@pytest.mark.parametrize("opening", [b"", b"<?xml version='1.0'?>", b"<!doctype x>"], ids=["bare", "xml", "doctype"])
def test_a_file_of_many_comments_is_looked_at_once(opening: bytes) -> None:
    """A pattern with a second way through each comment would need 2 to the power of 200 steps and never end."""
    look = "import sys; from allmende.kernel.files.engine.sniff import media_type_of as m; print(m(sys.stdin.buffer.read(), 'a.txt'))"
    content = opening + b"<!-- -->\n" * 200
    done = subprocess.run([sys.executable, "-c", look], input=content, capture_output=True, timeout=60, check=True)
    assert done.stdout.strip() == b"text/plain"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"<!-- a --><!-- b -->\n<html><body>", "text/html"),
        (b"\n <!DOCTYPE html>", "text/html"),
        (b"<!-- a <svg --><!-- b --> <svg>", "image/svg+xml"),
        (b"<?xml version='1.0'?>\n<!-- a --><!DOCTYPE svg><!-- b --><svg onload=x>", "image/svg+xml"),
        (b"<!-- <html> -->", "text/plain"),
        (b"<!-- <svg> --", "text/plain"),
    ],
)
def test_comments_in_front_hide_no_markup(content: bytes, media_type: str) -> None:
    assert media_type_of(content, "a.txt") == media_type


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return buffer.getvalue()


def test_a_container_is_recognised_without_being_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """17 MB hold a directory of 200,000 entries, which took ten seconds and 110 MB to read."""
    files = {
        "wordprocessingml.document": zipped("[Content_Types].xml", "word/document.xml"),
        "opendocument.text": zipped("mimetype", "content.xml"),
        "zip": zipped("word/document.xml.bak", "my/content.xml", "content.xmls"),
    }

    def never(*_args: object) -> None:
        raise AssertionError("the container was opened")

    monkeypatch.setattr(zipfile, "ZipFile", never)
    for kind, content in files.items():
        assert media_type_of(content).endswith(kind)


def test_bytes_whose_row_could_not_be_written_do_not_stay(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise RuntimeError("no space for the audit")

    monkeypatch.setattr(service, "record", full)
    with pytest.raises(RuntimeError):
        service.store(upload("a.pdf", PDF), purpose="test")
    assert not StoredFile.objects.exists()
    assert [
        path for path in Path(settings.STORAGES["default"]["OPTIONS"]["location"]).rglob("*") if path.is_file()
    ] == []
