# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What citizens write about themselves does not stay in the text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.kernel.privacy import service

PERSONAL = [
    ("email", "Bitte antworten Sie an charlie.weber@post.example, danke", "charlie.weber@post.example"),
    ("email", "Meine Adresse ist charlie (at) post.example", "charlie (at) post.example"),
    ("iban", "Meine IBAN ist DE89 3704 0044 0532 0130 00 für die Hundesteuer", "DE89 3704 0044 0532 0130 00"),
    ("iban", "konto de89370400440532013000", "de89370400440532013000"),
    ("credit_card", "Karte 4111 1111 1111 1111 bitte belasten", "4111 1111 1111 1111"),
    ("tax_id", "Meine Steuer-ID 86 095 742 719 stimmt nicht", "86 095 742 719"),
    ("tax_id", "steuernummer: 123/456/78901", "123/456/78901"),
    ("social_insurance", "Rentenversicherung 65 170839 J 003", "65 170839 J 003"),
    ("identity_document", "Ausweisnummer L01X00T47 verloren", "L01X00T47"),
    ("number_plate", "Mein Auto OB-LI 1234 wurde abgeschleppt", "OB-LI 1234"),
    ("birth_date", "Ich bin am 03.05.1985 geboren", "03.05.1985"),
    ("birth_date", "geboren am 3. Mai 1985 in Kassel", "3. Mai 1985"),
    ("phone", "Rufen Sie mich unter 0152 28817386 an", "0152 28817386"),
    ("phone", "Tel.: +49 30 23125-123", "+49 30 23125-123"),
    ("address", "Ich wohne Rosenweg 12a, 99998 Lindental", "Rosenweg 12a, 99998 Lindental"),
    ("address", "wir ziehen in die bachstraße 7", "bachstraße 7"),
    ("name", "Mein Name ist Charlie Weber und ich ziehe um", "Charlie Weber"),
    ("name", "ich heiße anna schmidt", "anna schmidt"),
    ("name", "Frau Dr. Öztürk hat mir geschrieben", "Öztürk"),
    ("name", "Der Brief ging an Mehmet von der Heide", "Mehmet von der Heide"),
]

HARMLESS = [
    "Was kostet ein Hund?",
    "Wann hat das Bürgerbüro am Samstag, dem 5.12.2026, auf?",
    "Muss ich 96 Euro oder 192 Euro zahlen?",
    "Was steht in § 5 Absatz 2 der Hundesteuersatzung vom 21.11.2024?",
    "Sehr geehrte Damen und Herren, was kostet ein Reisepass?",
    "Frau Bürgermeisterin, wann ist Sprechstunde?",
    "Ich bin Rentner und brauche einen Ausweis",
    "Gibt es am Gartenweg einen Spielplatz?",
    "Darf ich von Montag bis Freitag im Waldweg parken?",
    "Kann ich den Ausweis für meine Tochter abholen?",
    "Leistung 99102013060000",
    "Wo melde ich mich an, wenn ich aus 34117 Kassel komme?",
]


@pytest.mark.parametrize(("kind", "text", "secret"), PERSONAL)
def test_personal_data_is_masked_and_named(kind: str, text: str, secret: str) -> None:
    masked = service.mask(text)
    assert secret not in masked.text
    assert kind in masked.kinds


@pytest.mark.parametrize("text", HARMLESS)
def test_an_ordinary_question_stays_as_it_is(text: str) -> None:
    assert service.mask(text).text == text


def test_the_towns_own_numbers_may_stay() -> None:
    text = "Ich habe schon unter 069 90009-100 angerufen"
    assert service.mask(text).kinds == ("phone",)
    assert service.mask(text, allow=["069 90009 100"]).text == text


def test_a_street_of_the_register_with_a_number_is_an_address() -> None:
    text = "Unsere Mülltonne am Sonnenhang 3 wurde nicht geleert"
    assert "Sonnenhang 3" not in service.mask(text, streets=["Sonnenhang"]).text
    assert "Sonnenhang" in service.mask("Wo ist der Sonnenhang?", streets=["Sonnenhang"]).text


def test_pseudonyms_lead_back_to_the_very_same_text() -> None:
    text = "Frau Weber (charlie@post.example) und Frau Weber, DE89 3704 0044 0532 0130 00. [Name 1] stand schon da."
    hidden = service.pseudonymise(text)
    assert "Weber" not in hidden.text
    assert hidden.text.count("[Name 2]") == 2
    assert service.restore(hidden.text, hidden.mapping) == text


def test_a_pseudonym_in_the_answer_of_a_model_is_restored_in_one_pass() -> None:
    assert service.restore("Guten Tag [Name 1]", {"[Name 1]": "[Name 2]", "[Name 2]": "x"}) == "Guten Tag [Name 2]"


@given(st.text(max_size=300))
def test_any_text_can_be_pseudonymised_and_restored(text: str) -> None:
    hidden = service.pseudonymise(text)
    assert service.restore(hidden.text, hidden.mapping) == text


@given(st.text(alphabet="aA0 1.@-/DE9", max_size=200))
def test_findings_are_in_order_and_never_overlap(text: str) -> None:
    findings = service.find(text)
    assert all(text[item.start : item.end] == item.text for item in findings)
    assert all(left.end <= right.start for left, right in pairwise(findings))


def test_texts_that_go_out_together_share_their_pseudonyms():
    hidden = service.pseudonymise_all(["Frau Anna Weber ruft an.", "Anna Weber und Bernd Krause", "Nichts."])
    assert hidden.texts == ("Frau [Name 1] ruft an.", "[Name 1] und [Name 2]", "Nichts.")
    assert [service.restore(text, hidden.mapping) for text in hidden.texts] == [
        "Frau Anna Weber ruft an.",
        "Anna Weber und Bernd Krause",
        "Nichts.",
    ]
    assert hidden.kinds == ("name",)


def test_a_surname_alone_is_hidden_once_its_person_was_recognised():
    texts = [
        "Sehr geehrte Frau Anna Weber, Webers Hund bellt.",
        "Weber hat gezahlt. Die Anna auch. Eine Weberei nicht.",
    ]
    hidden = service.pseudonymise_all(texts)
    assert "Weber" not in hidden.texts[0]
    assert "Weber hat" not in hidden.texts[1]
    assert "Anna" not in hidden.texts[1]
    assert "Eine Weberei nicht." in hidden.texts[1]
    assert [service.restore(text, hidden.mapping) for text in hidden.texts] == texts


def test_what_needed_a_cue_is_hidden_where_the_cue_is_missing():
    hidden = service.pseudonymise_all(["Geboren am 3. Mai 1985, Ausweisnummer L01X00T47", "L01X00T47 seit 3. Mai 1985"])
    assert hidden.texts[1] == "[Ausweisnummer 1] seit [Geburtsdatum 1]"


@pytest.mark.parametrize("word", ["A", "a", "Ab-", "A.", "1.1."])
def test_an_endless_word_is_no_endless_work(word):
    """200,000 letters take less than a second here; they took minutes when time grew with the square of their number."""
    text = f"{word * (200_000 // len(word))}anna@post.example Frau Weber"
    hidden = service.pseudonymise(text)
    assert "post.example" not in hidden.text
    assert "Weber" not in hidden.text
    assert service.restore(hidden.text, hidden.mapping) == text
