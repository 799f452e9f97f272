# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which street people mean, and which addresses are the town's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.kernel.places import rules
from allmende.kernel.places.engine import numbers
from allmende.kernel.places.engine.register import Fault, Register, Street

MEANT = [
    ("Lindenallee", "Lindenallee"),
    ("LINDEN ALLEE", "Lindenallee"),
    ("linden-allee", "Lindenallee"),
    ("Lindenalee", "Lindenallee"),
    ("Lidnenallee", "Lindenallee"),
    ("Gr. Bgm.-Mueller-Str.", "Große Bürgermeister-Müller-Straße"),
    ("grosse bürgermeister müller strasse", "Große Bürgermeister-Müller-Straße"),
    ("Muellerstr", "Große Bürgermeister-Müller-Straße"),
    ("An d. Muehle", "An der Mühle"),
    ("Am Mühle", "An der Mühle"),
    ("Str. des 17. Juni", "Straße des 17. Juni"),
    ("St. Georgs-Pl.", "Sankt-Georgs-Platz"),
    ("Am Anger (Oberbach)", "Am Anger (Oberbach)"),
    ("am anger in Oberbach", "Am Anger (Oberbach)"),
]


@pytest.mark.parametrize(("typed", "label"), MEANT)
def test_a_street_is_known_in_other_spellings(register: Register, typed: str, label: str) -> None:
    found = register.meant(typed).street
    assert found
    assert register.label(found) == label


def labels(register: Register, typed: str) -> list[str]:
    return [register.label(street) for street in register.meant(typed).others]


def test_between_two_of_one_name_only_the_postcode_decides(register: Register) -> None:
    assert register.meant("Am Anger").several
    assert labels(register, "Am Anger") == ["Am Anger (Kernstadt)", "Am Anger (Oberbach)"]
    found = register.meant("Am Anger", "99997").street
    assert found
    assert found.district == "Oberbach"


def test_what_lies_between_two_streets_is_asked_and_not_guessed(register: Register) -> None:
    assert register.meant("Lindenwalle").street is None
    assert set(labels(register, "Lindenwalle")) >= {"Lindenallee", "Lindenweg"}
    assert labels(register, "Zeppelinufer") == []


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("ich wohne in der Lindenallee", "Lindenallee"),
        ("ich wohne in der Lindenalee", "Lindenallee"),
        ("Zuhause bin ich An der Mühle", "An der Mühle"),
    ],
)
def test_a_street_is_heard_at_the_end_of_a_sentence(register: Register, said: str, label: str) -> None:
    found = register.heard(said).street
    assert found
    assert register.label(found) == label


def test_suggestions_begin_as_typed_then_within_then_much_alike(register: Register) -> None:
    def offered(typed: str) -> list[str]:
        return [register.label(street) for street in register.suggested(typed, 3)]

    assert offered("lind") == ["Lindenallee", "Lindenweg"]
    assert offered("anger") == ["Am Anger (Kernstadt)", "Am Anger (Oberbach)"]
    assert offered("lidnen") == ["Lindenallee", "Lindenweg"]
    assert offered("Lindenwegg") == ["Lindenweg"]
    assert offered(" - ") == []


@pytest.mark.parametrize(
    ("street", "number", "postcode", "fault"),
    [
        ("Lindenallee", "3", "99998", None),
        ("Lindenallee", "3 b", "99998", None),
        ("Lindenallee", "4", "99998", Fault("house", ("1", "2", "3", "7", "8"))),
        ("Lindenallee", "8", "99998", Fault("postcode", ("99997",))),
        ("Lindenweg", "4711", "12345", None),
        ("Am Anger", "1", "", Fault("several", ("Am Anger (Kernstadt)", "Am Anger (Oberbach)"))),
        ("Lindenalee", "1", "99998", Fault("unknown", ("Lindenallee",))),
        ("Zeppelinufer", "1", "99998", Fault("unknown")),
    ],
)
def test_an_address_is_refused_only_for_what_the_register_knows(
    register: Register, street: str, number: str, postcode: str, fault: Fault | None
) -> None:
    assert register.fault(street, number, postcode) == fault


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("12", (12, "")),
        ("12 A", (12, "a")),
        ("12 - 14", (12, "-14")),
        ("12/1", (12, "/1")),
        ("0", None),
        ("a", None),
        ("12345", None),
    ],
)
def test_house_numbers(text: str, split: tuple[int, str] | None) -> None:
    assert numbers.split(text) == split


@given(st.text(max_size=40))
def test_whatever_is_typed_means_a_street_of_the_register_or_none(text: str) -> None:
    known = Register((Street("Am Anger", "Oberbach"), Street("Weg")), rules.spelling())
    assert set(known.suggested(text, 3)) <= set(known.streets)
    assert {known.meant(text).street, known.heard(text).street} <= {None, *known.streets}
    assert (known.fault(text, "1", "") is None) == (text in known.by_label)
