# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every type of field: what a form sends, what people say, what is kept, what is refused, how it is shown. Today is Wednesday, 10 June 2026."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.modules.applications import rules
from allmende.modules.applications.engine.building import BUILD
from allmende.modules.applications.engine.fields.base import Field
from allmende.modules.applications.engine.fields.patterns import safe_pattern
from allmende.modules.applications.engine.problems import LANGUAGES, Fault, Place, Refused, shown
from allmende.modules.applications.engine.setting import Setting
from allmende.modules.applications.engine.words import fold
from allmende.modules.applications.tests.engine.conftest import TOWN

LABEL = {"de": "x", "en": "x"}
OPTIONS = {
    "hund": {"de": "Großer Hund", "en": "Large dog", "words": ["Dogge"]},
    "katze": {"de": "Katze", "en": "Cat"},
    "hundekatze": {"de": "Großer Hund und Katze", "en": "Large dog and cat"},
}
DATA: dict[str, dict[str, Any]] = {
    "enum": {"options": OPTIONS},
    "multi": {"options": OPTIONS, "max_items": 2},
    "number": {"decimals": 1},
    "address": {"in_town": True},
    "text": {"max_length": 20},
    "group": {"item": LABEL, "max_items": 4},
}


def made(kind: str, **more: Any) -> Field:
    return BUILD[kind]({"type": kind, "label": LABEL, **DATA.get(kind, {}), **more})


HOME = {"street": "Lindenallee", "number": "5", "postcode": "99998", "city": "Lindental"}
AWAY = {"street": "Am Markt", "number": "12a", "postcode": "12345", "city": "Musterstadt"}

SAID: list[tuple[str, str, str, Any]] = [
    ("de", "number", "zwei Hunde", "2"),
    ("de", "number", "ein Hund", "1"),
    ("de", "number", "ich habe einen Hund und zwei Katzen", "2"),
    ("de", "number", "etwa 2,5 Kubikmeter", "2.5"),
    ("de", "number", "1.250", "1250"),
    ("en", "number", "two dogs", "2"),
    ("en", "number", "a dozen", "12"),
    ("de", "number", "so etwa dreißig", "30"),
    ("de", "number", "viele", None),
    ("de", "money", "96,50 €", "96.50"),
    ("de", "money", "so um die 1.250 Euro", "1250.00"),
    ("en", "money", "about €1,250.75", "1250.75"),
    ("de", "date", "am 3. Mai", "2026-05-03"),
    ("de", "date", "3.5.", "2026-05-03"),
    ("de", "date", "3.5.26", "2026-05-03"),
    ("de", "date", "03.05.1987", "1987-05-03"),
    ("de", "date", "3.5.87", "1987-05-03"),
    ("de", "date", "am dritten Mai 2025", "2025-05-03"),
    ("de", "date", "am 1. März 2024 war das", "2024-03-01"),
    ("de", "date", "nächsten Montag", "2026-06-15"),
    ("de", "date", "letzten Freitag", "2026-06-05"),
    ("de", "date", "am Mittwoch", "2026-06-17"),
    ("de", "date", "gestern", "2026-06-09"),
    ("de", "date", "übermorgen früh", "2026-06-12"),
    ("de", "date", "vor drei Wochen", "2026-05-20"),
    ("de", "date", "in zwei Monaten", "2026-08-10"),
    ("de", "date", "vor einem Jahr", "2025-06-10"),
    ("de", "date", "2026-02-28", "2026-02-28"),
    ("de", "date", "bald", None),
    ("en", "date", "May 3rd", "2026-05-03"),
    ("en", "date", "3 May 2025", "2025-05-03"),
    ("en", "date", "the third of May", "2026-05-03"),
    ("en", "date", "next Monday", "2026-06-15"),
    ("en", "date", "two weeks ago", "2026-05-27"),
    ("en", "date", "the day before yesterday", "2026-06-08"),
    ("en", "date", "in 10 days", "2026-06-20"),
    ("de", "period", "vom 3. bis 5. Juli", {"from": "2026-07-03", "to": "2026-07-05"}),
    ("de", "period", "3.7. bis 5.8.2026", {"from": "2026-07-03", "to": "2026-08-05"}),
    ("de", "period", "vom 3. bis zum 5.7.", {"from": "2026-07-03", "to": "2026-07-05"}),
    ("de", "period", "ab dem 3. Juli für zwei Wochen", {"from": "2026-07-03", "to": "2026-07-16"}),
    ("de", "period", "am 3. Juli", {"from": "2026-07-03", "to": "2026-07-03"}),
    ("de", "period", "28. Dezember 2026 bis 3. Januar", {"from": "2026-12-28", "to": "2027-01-03"}),
    ("de", "period", "28.12. bis 3.1.2028", {"from": "2027-12-28", "to": "2028-01-03"}),
    ("de", "period", "3.7.2027 bis 5.8.", {"from": "2027-07-03", "to": "2027-08-05"}),
    ("en", "period", "from 3 to 5 July", {"from": "2026-07-03", "to": "2026-07-05"}),
    ("de", "period", "im Sommer", None),
    ("de", "boolean", "Ja, gern", True),
    ("de", "boolean", "nö", False),
    ("de", "boolean", "eher nicht", False),
    ("en", "boolean", "yes please", True),
    ("en", "boolean", "I don't", False),
    ("de", "boolean", "vielleicht", None),
    ("de", "enum", "die Katze bitte", "katze"),
    ("de", "enum", "eine Dogge", "hund"),
    ("de", "enum", "ein großer Hund und Katze", "hundekatze"),
    ("de", "enum", "das zweite", "katze"),
    ("de", "enum", "2", "katze"),
    ("de", "enum", "Kazte", "katze"),
    ("en", "enum", "the cat", "katze"),
    ("de", "enum", "ein Pferd", None),
    ("de", "multi", "Katze, Dogge", ["hund", "katze"]),
    ("de", "multi", "nur die Katze", ["katze"]),
    ("de", "multi", "nichts davon", None),
    ("de", "email", "meine Adresse ist Charlie@Example.ORG.", "Charlie@example.org"),
    ("de", "email", "habe ich nicht", None),
    ("de", "phone", "unter 069 / 9000-912 am besten", "+49699000912"),
    ("de", "phone", "+43 1 58858", "+43158858"),
    ("de", "phone", "0049 (0)69 1234567", "+49691234567"),
    ("de", "iban", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ("de", "iban", "mein Konto ist DE89 3704 0044 0532 0130 00 bitte schnell", "DE89370400440532013000"),
    ("de", "tax_id", "die Nummer ist 36 574 261 809", "36574261809"),
    ("de", "address", "in der Lindenallee 5", HOME),
    ("de", "address", "Lindenalee 5", HOME),
    ("de", "address", "Muehlgasse 12 a", {**HOME, "street": "Mühlgasse", "number": "12a"}),
    ("de", "address", "Hauptstr. 7", {**HOME, "street": "Hauptstraße", "number": "7"}),
    ("de", "address", "zu Hause", None),
    ("de", "text", "  Ein   Dackel ", "Ein Dackel"),
    ("de", "group", "zwei Hunde", [{}, {}]),
    ("de", "group", "mehrere", None),
]  # fmt: skip


@pytest.mark.parametrize(("language", "kind", "text", "expected"), SAID, ids=[f"{row[1]}: {row[2]}" for row in SAID])
def test_what_is_said_is_understood(language: str, kind: str, text: str, expected: Any, setting: Setting) -> None:
    heard = made(kind).hear(text, replace(setting, words=rules.words(language)))
    assert heard == expected
    if expected is not None and kind != "group":
        made(kind).load(heard, setting)


MISUNDERSTOOD = [
    ("number", "zwei oder drei", "number.several"),
    ("date", "am 31. Juni", "date.impossible"),
    ("date", "29.2.2025", "date.impossible"),
    ("enum", "Dogge oder Katze", "enum.several"),
    ("iban", "DE89 3704 0044 0532 0130 01", "iban.form"),
    ("tax_id", "12345678901", "tax_id.form"),
    ("address", "im Mondweg 5", "address.street"),
    ("address", "im Rosenwegle 5", "address.alike"),
    ("address", "Am Anger 5", "address.several"),
    ("file", "das Foto", "file.said"),
    ("group", "zwanzig", "group.count"),
]


@pytest.mark.parametrize(("kind", "text", "key"), MISUNDERSTOOD)
def test_what_is_said_wrongly_is_answered_with_a_reason(kind: str, text: str, key: str, setting: Setting) -> None:
    with pytest.raises(Refused) as refused:
        made(kind).hear(text, setting)
    assert refused.value.key == key
    for language in LANGUAGES:
        told = rules.messages().fault(Fault(Place("x"), key, refused.value.params), language)
        assert "{" not in told


def test_a_birthday_needs_its_year(setting: Setting) -> None:
    with pytest.raises(Refused, match=r"date.year"):
        made("date", year_asked=True).hear("am 3. Mai", setting)
    assert made("date", year_asked=True).hear("am 3. Mai 1990", setting) == "1990-05-03"


@pytest.mark.parametrize(
    ("prefer", "day"), [("past", "2025-12-24"), ("future", "2026-12-24"), ("nearest", "2025-12-24")]
)
def test_a_day_without_a_year_lies_where_the_question_points(prefer: str, day: str, setting: Setting) -> None:
    assert made("date").hear("24.12.", replace(setting, prefer=prefer)) == day


FORMS: list[tuple[str, Any, Any]] = [
    ("text", " a  b\x00 ", "a b"),
    ("text", "", None),
    ("number", "2,5", "2.5"),
    ("number", "-3", "-3"),
    ("number", "zwei", "2"),
    ("number", " ", None),
    ("money", "1.250,50 €", "1250.50"),
    ("money", "96", "96.00"),
    ("date", {"day": "3", "month": "5", "year": "2026"}, "2026-05-03"),
    ("date", {"day": "", "month": "", "year": ""}, None),
    ("date", "3.5.2026", "2026-05-03"),
    ("date", "2026-05-03", "2026-05-03"),
    ("period", {"from": "3.7.2026", "to": {"day": "5", "month": "7", "year": "2026"}}, {"from": "2026-07-03", "to": "2026-07-05"}),
    ("period", {"from": "", "to": ""}, None),
    ("enum", "katze", "katze"),
    ("enum", "", None),
    ("multi", ["katze", "hund"], ["hund", "katze"]),
    ("multi", [], None),
    ("boolean", "true", True),
    ("boolean", "false", False),
    ("boolean", "Nein", False),
    ("boolean", "", None),
    ("email", " charlie@Example.org ", "charlie@example.org"),
    ("email", "", None),
    ("phone", "069 1234567", "+49691234567"),
    ("iban", "de89370400440532013000", "DE89370400440532013000"),
    ("tax_id", "36574261809", "36574261809"),
    ("address", {"street": "Lindenallee 5"}, HOME),
    ("address", {"street": "lindenallee", "number": "5"}, HOME),
    ("address", {"street": "", "number": "", "postcode": "", "city": ""}, None),
    ("file", [], None),
    ("file", [{"id": "f1", "name": "a.pdf", "media_type": "application/pdf", "size": 5}], [{"id": "f1", "name": "a.pdf", "media_type": "application/pdf", "size": 5}]),
    ("group", [{"name": "Rex"}], [{"name": "Rex"}]),
    ("group", "", None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "raw", "expected"), FORMS)
def test_what_a_form_sends_is_read(kind: str, raw: Any, expected: Any, setting: Setting) -> None:
    assert made(kind).parse(raw, setting) == expected


WRONG_FORMS = [
    ("number", "viel", "number.form"),
    ("money", "teuer", "money.form"),
    ("date", {"day": "31", "month": "6", "year": "2026"}, "date.impossible"),
    ("date", {"day": "3", "month": "", "year": ""}, "date.form"),
    ("date", "bald", "date.form"),
    ("period", {"from": "3.7.2026", "to": ""}, "period.form"),
    ("enum", "pferd", "enum.form"),
    ("boolean", "vielleicht", "boolean.form"),
    ("email", "charlie@", "email.form"),
    ("email", "a..b@example.org", "email.form"),
    ("phone", "12", "phone.form"),
    ("phone", "069 ABC", "phone.form"),
    ("iban", "DE00", "iban.form"),
    ("tax_id", "1", "tax_id.form"),
]


@pytest.mark.parametrize(("kind", "raw", "key"), WRONG_FORMS)
def test_what_a_form_sends_wrongly_is_refused(kind: str, raw: Any, key: str, setting: Setting) -> None:
    with pytest.raises(Refused) as refused:
        made(kind).parse(raw, setting)
    assert refused.value.key == key


FILE = {"id": "f1", "name": "a.pdf", "media_type": "application/pdf", "size": 5}
NOT_KEPT: list[tuple[str, Any, str]] = [
    ("text", 5, "text.form"),
    ("text", "x" * 21, "text.long"),
    ("text", "  ", "text.short"),
    ("number", 5, "number.form"),
    ("number", "NaN", "number.form"),
    ("number", "1e400000", "number.form"),
    ("number", "9999999999999", "number.form"),
    ("number", "2.55", "number.decimals"),
    ("money", "1.234", "number.decimals"),
    ("date", "2026-5-3", "date.form"),
    ("date", "1026-05-03", "date.century"),
    ("period", {"from": "2026-05-03"}, "period.form"),
    ("period", {"from": "2026-05-03", "to": "2026-05-02"}, "period.order"),
    ("enum", ["katze"], "enum.form"),
    ("multi", "katze", "enum.form"),
    ("multi", [], "multi.few"),
    ("multi", ["hund", "katze", "hundekatze"], "multi.many"),
    ("multi", ["hund", "hund"], "multi.many"),
    ("boolean", "true", "boolean.form"),
    ("email", "Charlie@Example.org", "email.form"),
    ("phone", "069 1234567", "phone.form"),
    ("iban", "DE89370400440532013001", "iban.form"),
    ("address", {"street": "x"}, "address.form"),
    ("address", {**HOME, "number": ""}, "address.number"),
    ("address", {**HOME, "number": "ganz hinten"}, "address.number"),
    ("address", {**HOME, "postcode": "1234"}, "address.postcode"),
    ("address", {**HOME, "city": " "}, "address.city"),
    ("address", {**HOME, "street": ""}, "address.street"),
    ("address", AWAY, "address.unknown"),
    ("address", {**HOME, "street": "Rosenwegle"}, "address.alike"),
    ("address", {**HOME, "street": "Am Anger"}, "address.several"),
    ("address", {**HOME, "number": "99"}, "address.house"),
    ("address", {**HOME, "street": "Mühlgasse", "postcode": "12345"}, "address.elsewhere"),
    ("file", "a.pdf", "file.form"),
    ("file", [], "file.few"),
    ("file", [FILE, FILE], "file.many"),
    ("file", [{**FILE, "media_type": "text/html"}], "file.kind"),
    ("file", [{**FILE, "size": 10**9}], "file.size"),
]


@pytest.mark.parametrize(("kind", "kept", "key"), NOT_KEPT)
def test_what_was_not_made_here_is_not_taken(kind: str, kept: Any, key: str, setting: Setting) -> None:
    with pytest.raises(Refused) as refused:
        made(kind).load(kept, setting)
    assert refused.value.key == key
    assert "{" not in rules.messages().fault(Fault(Place("x"), key, refused.value.params), "de")


def test_outside_the_town_any_street_goes(setting: Setting) -> None:
    away = made("address", in_town=False)
    assert away.hear("Am Markt 12a, 12345 Musterstadt", setting) == AWAY
    assert away.load(AWAY, setting) == AWAY
    assert away.hear("Lindenallee 5", setting) == HOME


SHOWN: list[tuple[str, Any, str, str]] = [
    ("number", "1250.5", "1.250,5", "1,250.5"),
    ("money", "96.50", "96,50 €", "€96.50"),
    ("date", "2026-05-03", "03.05.2026", "3 May 2026"),
    ("period", {"from": "2026-07-03", "to": "2026-07-05"}, "03.07.2026 – 05.07.2026", "3 July 2026 – 5 July 2026"),
    ("boolean", True, "Ja", "Yes"),
    ("enum", "katze", "Katze", "Cat"),
    ("multi", ["hund", "katze"], "Großer Hund, Katze", "Large dog, Cat"),
    ("iban", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
    ("tax_id", "36574261809", "36 574 261 809", "36 574 261 809"),
    ("phone", "+49691234567", "+49 691234567", "+49 691234567"),
    ("email", "a@example.org", "a@example.org", "a@example.org"),
    ("text", "Dackel", "Dackel", "Dackel"),
    ("address", HOME, "Lindenallee 5, 99998 Lindental", "Lindenallee 5, 99998 Lindental"),
    ("file", [FILE], "a.pdf", "a.pdf"),
]


@pytest.mark.parametrize(("kind", "kept", "german", "english"), SHOWN)
def test_it_is_shown_for_review(kind: str, kept: Any, german: str, english: str) -> None:
    assert made(kind).show(kept, "de") == german
    assert made(kind).show(kept, "en") == english


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(BUILD)),
    st.sampled_from(LANGUAGES),
    st.text(max_size=120) | st.sampled_from([row[2] for row in SAID]),
)
def test_no_utterance_breaks_a_field_and_what_is_understood_is_taken(kind: str, language: str, text: str) -> None:
    field, setting = made(kind), _setting(language)
    for read in (field.hear, field.parse):
        plain, key = attempt(read, text, setting)
        assert key is None or key in rules.messages().faults
        if plain is not None and kind != "group":
            _value, key = attempt(field.load, plain, setting)
            assert key in rules.messages().faults if key else field.show(plain, language) is not None


def attempt(read: Callable[..., Any], *arguments: Any) -> tuple[Any, str | None]:
    try:
        return read(*arguments), None
    except Refused as refused:
        return None, refused.key


def _setting(language: str) -> Setting:
    return Setting(date(2026, 6, 10), rules.words(language), TOWN)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["from", "to", "street", "id", "size", "x"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(set(BUILD) - {"group"})), JSON)
def test_no_answer_from_outside_breaks_a_field(kind: str, kept: Any) -> None:
    _value, key = attempt(made(kind).load, kept, _setting("de"))
    assert key is None or key in rules.messages().faults


@pytest.mark.parametrize("pattern", [r"\d{15}", r"[A-ZÄÖÜ]{1,3}[- ]?[A-Z]{1,2} ?\d{1,4}[EH]?", r"G \d+/\d{4}", "abc"])
def test_patterns_of_characters_and_classes_are_taken(pattern: str) -> None:
    assert safe_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "a|b", "(?=x)", r"(.)\1", "a*b*c*", "[", "a{1,99}b{1,99}c{1,99}", "x" * 200, ".*", "^a"]
)
def test_patterns_that_could_be_slow_are_not(pattern: str) -> None:
    with pytest.raises(Refused, match=r"pattern.unsafe"):
        safe_pattern(pattern)


def test_words_are_compared_without_umlauts_and_accents() -> None:
    assert fold("Mühlgasse CAFÉ Straße") == "muehlgasse cafe strasse"
    assert shown({"b", "a"}, "de") == "a, b"
