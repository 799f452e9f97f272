# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
import pytest

from allmende.kernel.town.engine.citations import cited
from allmende.kernel.town.engine.statutes import StatuteTextError, anchor_of, parse

TEXT = """# Satzung über Hunde

Auf Grund der Gemeindeordnung:

## Abschnitt I – Allgemeines

## § 1 Gegenstand

Ohne Absatz.

- erstens

## § 5a Steuersatz

(1) Die Steuer beträgt 96 €.

Zweiter Satz von Absatz 1.

(2) Tabelle:

| A | B |
|---|---|
| 1 | 2 |

## Anlage 1: Gebühren

Liste"""


def test_a_statute_becomes_sections_with_paragraphs():
    statute = parse(TEXT)
    assert statute.title == "Satzung über Hunde"
    assert statute.preamble == "Auf Grund der Gemeindeordnung:"
    assert [(s.number, s.anchor, s.heading) for s in statute.sections] == [
        ("§ 1", "p1", "Gegenstand"),
        ("§ 5a", "p5a", "Steuersatz"),
        ("Anlage 1", "anlage-1", "Gebühren"),
    ]
    assert statute.sections[0].part == "Abschnitt I – Allgemeines"
    assert [p.number for p in statute.sections[1].paragraphs] == ["(1)", "(2)"]
    assert "Zweiter Satz" in statute.sections[1].paragraphs[0].text


def test_a_table_stays_a_table():
    assert "| 1 | 2 |" in parse(TEXT).sections[1].paragraphs[1].text


@pytest.mark.parametrize(("text", "twice"), [("Nur Worte.", ""), ("## § 1 A\n\nx\n\n## § 1 B\n\ny", "§ 1")])
def test_a_text_that_is_no_statute_is_refused(text: str, twice: str):
    with pytest.raises(StatuteTextError) as refused:
        parse(text)
    assert refused.value.twice == twice


@pytest.mark.parametrize(
    ("reference", "anchor"),
    [
        ("§ 5", "p5"),
        ("§5a Abs. 2", "p5a"),
        ("§ 20 Nr. 3", "p20"),
        ("Anlage", "anlage"),
        ("Anlage 2", "anlage-2"),
        ("Artikel 3", ""),
    ],
)
def test_a_reference_leads_to_its_anchor(reference: str, anchor: str):
    assert anchor_of(reference) == anchor


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("§ 10 Hundesteuersatzung", ["§ 10"]),
        ("§§ 3 und 5 bis 7 Hundesteuersatzung; § 6 Gefahrenabwehrverordnung", ["§ 3", "§ 5", "§ 6", "§ 7"]),
        ("§ 8 Absatz 2 Satz 1, § 9 der Hundesteuersatzung", ["§ 9"]),
        ("§ 8 Abs. 2 und 11 Hundesteuersatzung", ["§ 8", "§ 11"]),
        ("§ 17 BMG", []),
    ],
)
def test_the_legal_basis_names_sections(text: str, sections: list[str]):
    assert cited(text, "Hundesteuersatzung") == sections
