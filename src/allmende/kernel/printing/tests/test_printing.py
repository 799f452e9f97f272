# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town hands out paper that everybody can read, and nobody can write on it but the town."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.kernel.printing import health, service
from allmende.kernel.printing.engine import glyphs
from allmende.kernel.printing.tests.reading import Printed, is_accessible, read
from allmende.kernel.town.models import Town

SHEETS = "allmende.kernel.printing.tests"
ROWS = [["Dackel", "2"], ["Pudel", "1"]]
BARS = [
    {"label": "Deutsch", "value": 0.9, "low": 0.85, "high": 0.94, "text": "90 %"},
    {"label": "Englisch", "value": 0.5, "text": "50 %"},
]
HOSTILE = [
    '#eval("1 + 1")',
    '#read("/etc/passwd")',
    '#import "@preview/x:1.0.0": *',
    "= Überschrift",
    "*fett* _kursiv_ $x$ `y` <l> @r",
    "] } ) #[ #{ \\ // /* ~ --",
    '"); #panic()',
    "{{ data }} ${x} %s",
]
HOUSE = Path(__file__).resolve().parents[3]


@pytest.fixture
def lindental(db) -> None:
    Town.objects.create(id="lindental", name="Stadt Lindental", address="Marktplatz 1\n99998 Lindental")


def sheet(text: str = "Guten Tag", rows=ROWS, language: str = "de", title: str = "Hundebestand") -> bytes:
    return service.pdf(f"{SHEETS}:sheet.typ", {"text": text, "rows": rows, "bars": BARS}, language, title)


def words(printed: Printed) -> str:
    return " ".join(printed.text.split())


def test_it_works_and_a_screen_reader_finds_title_language_headings_tables_and_figures(lindental):
    printed = read(sheet())
    assert is_accessible(printed)
    assert (printed.title, printed.language) == ("Hundebestand", "de")
    assert printed.headings == ("Hundebestand", "Hunde", "Bestand", "Vergleich")
    assert (printed.count["Table"], printed.count["TH"], printed.count["TD"]) == (2, 4, 8)
    assert printed.count["P"] >= 2
    assert printed.alternatives == ("Deutsch: 90 %; Englisch: 50 %",)
    assert "Stadt Lindental Marktplatz 1 99998 Lindental" in words(printed)
    assert "Stadt Lindental · Hundebestand Seite 1 von 1" in words(printed)


def test_the_font_is_the_one_of_the_house_and_no_other(lindental):
    assert read(sheet()).fonts == {"FiraSans-Regular", "FiraSans-SemiBold"}


def test_an_english_reader_gets_english_paper(lindental):
    printed = read(sheet(language="en", title="Dogs"))
    assert (printed.title, printed.language) == ("Dogs", "en")
    assert "Page 1 of 1" in words(printed)


def test_the_same_data_is_the_same_file(lindental):
    assert sheet() == sheet()
    assert sheet() != sheet("Guten Abend")


def test_what_a_citizen_writes_is_text_whatever_it_looks_like(lindental):
    printed = read(sheet("\n".join(HOSTILE), [[line, line] for line in HOSTILE], title=HOSTILE[0]))
    assert is_accessible(printed)
    assert printed.title == HOSTILE[0]
    assert printed.headings == (HOSTILE[0], "Hunde", "Bestand", "Vergleich"), "nobody adds a heading"
    for line in HOSTILE:
        assert words(printed).count(" ".join(line.split())) >= 3, line


def test_characters_that_the_font_lacks_are_named_and_invisible_ones_left_out(lindental):
    printed = read(sheet("Łódź Ώ Ж 💩 محمد \u202eabc\u0000\ud800def\u200b"))
    assert is_accessible(printed)
    assert "Łódź Ώ Ж [U+1F4A9] [U+0645][U+062D][U+0645][U+062F] abcdef" in words(printed)


def test_a_word_without_end_stays_on_its_page(lindental):
    printed = read(sheet(rows=[["x" * 2000, "y" * 2000]]))
    assert printed.text.count("x") - printed.text.count("ex") >= 2 * 2000
    assert max(len(line) for line in printed.text.splitlines() if "y" in line) < 200


def test_many_rows_go_on_with_their_header_on_the_next_page(lindental):
    printed = read(sheet(rows=[[f"Hund {number}", "1"] for number in range(80)]))
    assert printed.pages > 2
    assert printed.text.count("Angabe") >= 2
    assert printed.count["TH"] == 4, "a repeated header is read once"


@pytest.mark.parametrize(
    ("template", "tight", "code"),
    [
        ("endless", {"cpu_seconds": 1}, "time"),
        ("endless", {"seconds": 1}, "time"),
        ("greedy", {}, "memory"),
        ("broken", {}, "template"),
        ("sheet", {"input_bytes": 1000}, "too_large"),
    ],
)
def test_a_document_that_cannot_be_printed_is_ended_and_says_why(lindental, monkeypatch, template, tight, code):
    bounds = service.limits() | tight
    monkeypatch.setattr(service, "limits", lambda: bounds)
    with pytest.raises(service.PrintingFailed) as failed:
        service.pdf(f"{SHEETS}:{template}.typ", {"text": "", "rows": ROWS, "bars": BARS}, "de", "Probe")
    assert failed.value.code == code


def test_a_house_whose_town_is_not_loaded_yet_prints(db):
    assert is_accessible(read(sheet()))
    assert "KB" in health.check()


def test_no_template_runs_what_is_written_in_its_data_or_fetches_anything():
    templates = [path for path in HOUSE.rglob("*.typ") if "tests" not in path.parts]
    assert templates
    for path in templates:
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("eval(", "@preview", "read(", "plugin(")), path


PLAIN = st.recursive(
    st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5
)
KNOWN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFU0123456789[+] äö\u0308")


def texts(data: object) -> list[str]:
    if isinstance(data, dict | list):
        return [text for item in (data.values() if isinstance(data, dict) else data) for text in texts(item)]
    return [data] if isinstance(data, str) else []


@given(PLAIN)
@settings(max_examples=60)
def test_whatever_is_printed_the_font_can_show_it(data):
    shown = glyphs.shown(data, KNOWN)
    assert len(texts(shown)) == len(texts(data))
    assert all(set(text) <= KNOWN | {"\n"} for text in texts(shown))
