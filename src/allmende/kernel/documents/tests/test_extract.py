# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A by-law arrives in any of the usual formats and leaves as §§ with their text."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from allmende.kernel.documents import service
from allmende.kernel.documents.engine.blocks import Block, Kind, sections, with_sections

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BY_LAW = [
    ("h1", "Hundesteuersatzung"),
    ("h2", "§ 1 Steuergegenstand"),
    ("p", "(1) Besteuert wird der Hund."),
    ("p", "(2) Nach § 5 gilt mehr."),
    ("h2", "§ 5a Steuersatz"),
    ("p", "96 Euro im Jahr."),
]


def zipped(**entries: str | bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(**more: str | bytes) -> bytes:
    style = {
        "h1": '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>',
        "h2": '<w:pPr><w:pStyle w:val="Heading2"/></w:pPr>',
        "p": "",
    }
    body = "".join(f"<w:p>{style[kind]}<w:r><w:t>{text}</w:t></w:r></w:p>" for kind, text in BY_LAW)
    types = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return zipped(
        **{
            "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{types}"/></Types>',
            "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
            ' Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
            **more,
        }
    )


def odt() -> bytes:
    tag = {
        "h1": ('text:h text:outline-level="1"', "text:h"),
        "h2": ('text:h text:outline-level="2"', "text:h"),
        "p": ("text:p", "text:p"),
    }
    body = "".join(f"<{tag[kind][0]}>{text}</{tag[kind][1]}>" for kind, text in BY_LAW)
    office, words = "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    content = f'<?xml version="1.0"?><office:document-content xmlns:office="{office}" xmlns:text="{words}"><office:body><office:text>{body}</office:text></office:body></office:document-content>'
    return zipped(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": content})


def html() -> bytes:
    body = "".join(f"<{kind}>{text}</{kind}>" for kind, text in BY_LAW)
    return f"<!doctype html><html><head><title>Ortsrecht online</title></head><body>{body}<script>alert(1)</script></body></html>".encode()


def markdown() -> bytes:
    mark = {"h1": "# ", "h2": "## ", "p": ""}
    return ("---\ntitle: x\n---\n" + "\n\n".join(mark[kind] + text for kind, text in BY_LAW)).encode()


def text() -> bytes:
    return "\n\n".join(line for _kind, line in BY_LAW).encode()


def pdf(pages: list[list[str]]) -> bytes:
    """A small PDF with one text line for each string, written by hand."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    kids = []
    for lines in pages:
        stream = (
            "BT /F1 11 Tf 60 800 Td 16 TL "
            + " ".join(f"({line}) Tj T*" for line in (esc(line) for line in lines))
            + " ET"
        )
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents {len(objects) + 2} 0 R>>"
        )
        kids.append(f"{len(objects)} 0 R")
        objects.append(f"<</Length {len(stream.encode('latin-1'))}>>stream\n{stream}\nendstream")
    # the font takes the place right behind the catalogue's page tree
    objects.insert(2, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    kids = [f"{4 + 2 * number} 0 R" for number in range(len(pages))]
    for number in range(len(pages)):
        objects[3 + 2 * number] = (
            objects[3 + 2 * number].rpartition("/Contents")[0] + f"/Contents {5 + 2 * number} 0 R>>"
        )
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    return (
        out
        + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF".encode()
    )


def esc(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", docx()),
        ("a.odt", odt()),
        ("a.html", html()),
        ("a.md", markdown()),
        ("a.txt", text()),
        ("a.pdf", pdf([[line for _kind, line in BY_LAW]])),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_format_gives_the_same_sections(name: str, content: bytes) -> None:
    found = service.sections(service.extract(content, name))
    assert [(section.number, section.heading) for section in found] == [
        ("§ 1", "Steuergegenstand"),
        ("§ 5a", "Steuersatz"),
    ]
    assert found[0].text == "(1) Besteuert wird der Hund.\n(2) Nach § 5 gilt mehr."
    assert found[1].text == "96 Euro im Jahr."


def test_a_script_in_html_is_no_text() -> None:
    extracted = service.extract(html(), "a.html")
    assert "alert" not in extracted.text
    assert extracted.title == "Hundesteuersatzung"


def test_pages_are_counted_and_running_heads_left_out() -> None:
    pages = [
        ["Stadt Lindental Ortsrecht", f"§ {number} Regel", f"Text der Regel {number}", f"Seite {number} von 3"]
        for number in (1, 2, 3)
    ]
    extracted = service.extract(pdf(pages), "satzung.pdf")
    assert [section.page for section in service.sections(extracted)] == [1, 2, 3]
    assert "Ortsrecht" not in extracted.text
    assert "Seite" not in extracted.text


def test_the_content_decides_what_a_file_is_not_its_name() -> None:
    assert service.extract(docx(), "satzung.pdf").media_type.endswith("wordprocessingml.document")


HOSTILE = {
    "ratio": docx(**{"word/media/bomb.bin": b"\0" * 20_000_000}),
    "path": docx(**{"../../etc/cron.d/x": "x"}),
    "nested": docx(**{"word/embeddings/inner.zip": zipped(a="b")}),
    "too_many": docx(**{f"word/media/{number}": "" for number in range(4100)}),
}


@pytest.mark.parametrize("code", HOSTILE)
def test_a_hostile_container_is_refused_before_it_is_unpacked(code: str) -> None:
    with pytest.raises(service.ExtractionFailed) as caught:
        service.extract(HOSTILE[code], "a.docx")
    assert caught.value.code == code


def test_a_container_of_many_modest_parts_is_refused_by_their_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = docx(**{f"word/media/{number}": os.urandom(40_000) for number in range(5)})
    assert service.extract(parts, "a.docx").text
    tight = {**service.limits(), "archive_bytes": 100_000}
    monkeypatch.setattr(service, "limits", lambda: tight)
    with pytest.raises(service.ExtractionFailed) as caught:
        service.extract(parts, "a.docx")
    assert caught.value.code == "too_large"


def test_a_link_in_a_container_is_refused() -> None:
    buffer = io.BytesIO(docx())
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("word/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(service.ExtractionFailed) as caught:
        service.extract(buffer.getvalue(), "a.docx")
    assert caught.value.code == "link"


def test_a_picture_of_a_text_is_called_a_scan() -> None:
    with pytest.raises(service.ExtractionFailed, match="eingescannt"):
        service.extract(pdf([[]]), "scan.pdf")


@pytest.mark.parametrize("content", [b"%PDF-1.4 broken", b"PK\x03\x04 broken", b"\x00\x01\x02", b"\xff\xfe\x00"])
def test_a_broken_file_gets_a_sentence_not_a_trace(content: bytes) -> None:
    with pytest.raises(service.ExtractionFailed) as caught:
        service.extract(content, "a.pdf")
    assert str(caught.value).endswith((".", "octet-stream"))


def test_a_document_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    tight = {**service.limits(), "cpu_seconds": 1, "seconds": 600}  # only the bound on processor time can end it
    monkeypatch.setattr(service, "limits", lambda: tight)
    slow = b"".join(b"[" * 60_000 + b"\n\n" for _ in range(40))
    with pytest.raises(service.ExtractionFailed) as caught:
        service.extract(slow, "a.md")
    assert caught.value.code == "time"


def test_a_document_that_takes_too_much_memory_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    tight = {**service.limits(), "memory_bytes": 120_000_000}
    monkeypatch.setattr(service, "limits", lambda: tight)
    with pytest.raises(service.ExtractionFailed) as caught:
        service.extract(b"Wort " * 8_000_000, "a.txt")
    assert caught.value.code == "memory"


def test_nothing_is_written_to_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    service.extract(docx(), "a.docx")
    assert not list(tmp_path.rglob("*"))


def test_a_reference_in_a_sentence_opens_no_section() -> None:
    blocks = list(with_sections([Block(Kind.PARAGRAPH, "§ 1 Zweck"), Block(Kind.PARAGRAPH, "§ 5 gilt entsprechend.")]))
    assert [section.number for section in sections(blocks)] == ["§ 1"]


def test_real_by_laws_fall_into_their_sections(shared_data: Path) -> None:
    folder = shared_data / "qa/ragsource/10_REGELUNGSRAHMEN/Regelungsmodul-GEM-BBO/Satzungen-und-Ordnungen"
    file = folder / "BBO_Satzung_Erhebung_Hundesteuer.md"
    found = service.sections(service.extract(file.read_bytes(), file.name))
    assert [section.number for section in found][:3] == ["§ 1", "§ 2", "§ 3"]
    assert all(section.text for section in found)


def test_a_section_of_very_many_lines_is_put_together_at_once() -> None:
    """Growing the text line by line would copy it a hundred thousand times."""
    lines = [Block(Kind.PARAGRAPH, f"Zeile {number}") for number in range(100_000)]
    (found,) = sections(with_sections([Block(Kind.HEADING, "§ 1 Register", level=2), *lines]))
    assert found.text.startswith("Zeile 0\nZeile 1\n")
    assert found.text.endswith("\nZeile 99999")
