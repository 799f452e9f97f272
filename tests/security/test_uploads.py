# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the rooms for files and documents do not prove by themselves: lying archives, XML that reaches out, and the way back out."""

import io
import resource
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from allmende.kernel.documents import service as documents
from allmende.kernel.files import service as files

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SECRET = "Geheimnis-aus-einer-fremden-Datei"


def docx(body: str, doctype: str = "", **more: str | bytes) -> bytes:
    """A Word file whose main part begins with this document type."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{WORD}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{RELATION}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        paragraph = f"<w:p><w:r><w:t>Satzung {body}</w:t></w:r></w:p>"
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="{W}"><w:body>{paragraph}</w:body></w:document>',
        )
        for name, content in more.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def odt(body: str, doctype: str = "") -> bytes:
    office, words = "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?>{doctype}<office:document-content xmlns:office="{office}" xmlns:text="{words}"><office:body>'
            f"<office:text><text:p>Satzung {body}</text:p></office:text></office:body></office:document-content>",
        )
    return buffer.getvalue()


def read(content: bytes, name: str) -> str:
    """The text that comes out; empty when the file is refused."""
    try:
        return documents.extract(content, name).text
    except documents.ExtractionFailed:
        return ""


def test_the_files_of_these_tests_are_readable_when_nothing_is_wrong_with_them():
    assert "Satzung Hund" in read(docx("Hund"), "a.docx")
    assert "Satzung Hund" in read(odt("Hund"), "a.odt")


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_xml_reads_no_file_of_the_server(kind, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    doctype = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]>'
    content = (docx if kind == "docx" else odt)("&x;", doctype)
    assert SECRET not in read(content, f"a.{kind}")


def work_of_children() -> float:
    """Seconds of a processor that all ended child processes took, however busy the machine was beside them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_entities_that_multiply_do_not(kind):
    """A billion laughs: ten levels of ten."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE d [<!ENTITY a0 "lol">{levels}]>'
    worked = work_of_children()
    assert read((docx if kind == "docx" else odt)("&a9;", doctype), f"a.{kind}").count("lol") < 1000
    assert work_of_children() - worked < 15


@pytest.mark.parametrize("tag", ["iframe", "img", "link", "object", "script"])
def test_html_includes_no_file_of_the_server(tag, tmp_path):
    secret = tmp_path / "secret.html"
    secret.write_text(f"<p>{SECRET}</p>")
    html = f'<html><body><h1>Satzung</h1><{tag} src="file://{secret}" href="file://{secret}" data="file://{secret}"></{tag}><p>Ende</p></body></html>'
    assert SECRET not in read(html.encode(), "a.html")


def test_a_small_archive_of_two_hundred_megabytes_is_refused_before_it_is_unpacked():
    buffer = io.BytesIO(docx("Hund"))
    with (
        zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/media/bomb.bin", "w") as bomb,
    ):
        for _megabyte in range(200):
            bomb.write(bytes(1024 * 1024))
    content = buffer.getvalue()
    assert len(content) < 250_000
    worked = work_of_children()
    with pytest.raises(documents.ExtractionFailed) as caught:
        documents.extract(content, "a.docx")
    assert caught.value.code in ("ratio", "too_large")
    assert work_of_children() - worked < 5


def test_an_archive_that_lies_about_its_size_does_not_get_through():
    """The directory says 10 bytes, the content is 20 MB of text."""
    honest = docx("x" * 20_000_000)
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    lying = honest.replace(struct.pack("<L", size), struct.pack("<L", 10))
    with zipfile.ZipFile(io.BytesIO(lying)) as archive:
        assert archive.getinfo("word/document.xml").file_size == 10
    worked = work_of_children()
    characters = len(read(lying, "a.docx"))
    assert characters < 1_000_000
    assert work_of_children() - worked < 30


def test_a_file_that_grows_into_too_much_text_is_refused(monkeypatch):
    tight = {**documents.limits(), "output_bytes": 100_000}
    monkeypatch.setattr(documents, "limits", lambda: tight)
    assert read(b"Hund " * 1000, "a.txt")
    with pytest.raises(documents.ExtractionFailed):
        documents.extract(b"Hund " * 100_000, "a.txt")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("a.txt", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("a.pdf", b"<html><script>alert(1)</script></html>"),
        ("a.png", b"<html><script>alert(1)</script></html>"),
        ("a.txt", b"<!-- x --><script>alert(1)</script>"),
        ("a.csv", b"<html><script>alert(1)</script></html>"),
        ("a.html", b"<html><script>alert(1)</script></html>"),
        ("a.html.txt", b"\xef\xbb\xbf  <HTML><SCRIPT>alert(1)</SCRIPT></HTML>"),
        ('a";x.html', b"<html></html>"),
        ("a\r\nX-Evil: 1.txt", b"hallo"),
    ],
)
def test_whatever_was_taken_in_comes_back_as_a_download_that_no_browser_runs(name, content, person):
    charlie = person("charlie")
    upload = SimpleUploadedFile("x", content)
    upload._name = name  # as a hostile client sends it, past Django's own cleaning
    try:
        stored = files.store(upload, purpose="test", owner=charlie.user)
    except files.UploadRefused:
        return
    response = charlie.browser().get(f"/dateien/{stored.id}/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "X-Evil" not in response.headers


@pytest.mark.django_db
def test_a_picture_says_nothing_that_cannot_be_seen_in_it(person):
    """EXIF, GPS, embedded previews: see kernel/files/tests/test_pictures.py; here the way through the door."""
    from PIL import Image

    taken, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "Lindenallee 5"
    Image.new("RGB", (8, 8)).save(taken, "JPEG", exif=exif)
    kept = files.store(SimpleUploadedFile("foto.jpg", taken.getvalue() + b"<script>"), purpose="test")
    content = files.open_file(kept).read()
    assert b"Lindenallee" in taken.getvalue()
    assert b"Lindenallee" not in content
    assert b"<script>" not in content
    for broken in (b"\xff\xd8\xff\xe1\x00\x10Exif\0\0" + b"\0" * 40, taken.getvalue()[:200]):
        with pytest.raises(files.UploadRefused):
            files.store(SimpleUploadedFile("foto.jpg", broken), purpose="test", owner=person("charlie").user)


def test_the_file_storage_has_no_address(settings):
    """Uploads leave the house through the one guarded download, never as static files."""
    from django.urls import Resolver404, resolve

    assert settings.MEDIA_URL in ("", "/")
    assert settings.MEDIA_ROOT not in (settings.STATIC_ROOT, *[folder for _prefix, folder in settings.STATICFILES_DIRS])
    for path in ("/files/00/x", "/media/00/x", "/static/../files/00/x"):
        with pytest.raises(Resolver404):
            resolve(path)
