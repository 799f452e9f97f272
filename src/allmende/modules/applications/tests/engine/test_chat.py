# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A turn of the chat, said by Charlie who deregisters his dog, books a hall or registers two dogs."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.modules.applications import rules
from allmende.modules.applications.engine.chat import Turn, command_of, prompt, understand
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.problems import LANGUAGES
from allmende.modules.applications.engine.setting import Setting
from allmende.modules.applications.engine.simulate import Run, simulate


class Talk:
    """A conversation inside one flow."""

    def __init__(self, flow: Flow, setting: Setting, **answers: Any) -> None:
        self.flow, self.setting, self.answers = flow, setting, answers

    @property
    def run(self) -> Run:
        return simulate(self.flow, self.answers, self.setting)

    def say(self, text: str) -> Turn:
        turn = understand(self.flow, self.answers, self.run, text, self.setting)
        self.answers = {**self.answers, **turn.changes}
        return turn


@pytest.fixture
def goodbye(lindental: dict[str, Flow], setting: Setting) -> Talk:
    """Charlie was asked which dog it is; it died on 2 June."""
    return Talk(lindental["hundesteuer-abmelden"], setting, grund="gestorben", ende="2026-06-02")


def test_charlie_deregisters_his_dog(lindental: dict[str, Flow], setting: Setting) -> None:
    talk = Talk(lindental["hundesteuer-abmelden"], setting)
    for line in ("Mein Hund ist leider gestorben", "am 2. Juni", "ein brauner Dackel", "habe ich nicht", "Charlie", "Muster", "Rosenweg 8", "nein", "charlie@example.org"):  # fmt: skip
        assert talk.say(line).said == "answer", line
    assert talk.run.at == "pruefen"
    assert talk.answers["ende"] == "2026-06-02"
    assert talk.answers["marke"] is None
    assert talk.answers["iban"] is None
    assert talk.answers["anschrift"]["street"] == "Rosenweg"


def test_no_on_the_third_of_june_mends_the_day_and_the_open_question_stays(goodbye: Talk) -> None:
    turn = goodbye.say("nein, am 3. Juni")
    assert (turn.said, turn.changes) == ("correction", {"ende": "2026-06-03"})
    assert str(goodbye.run.open) == "hund"


@pytest.fixture
def born(lindental: dict[str, Flow], setting: Setting) -> Talk:
    """Charlie asks for a Meldebescheinigung; he was born on 3 April 1971."""
    flow = lindental["meldebescheinigung"]
    given = {name: plain for name, plain in flow.tests[0].given.items() if name not in ("anschrift", "email")}
    return Talk(flow, setting, **given | {"geburtsdatum": "1971-04-03"})


@pytest.mark.parametrize("line", ["nein, am 3. Mai", "nein, 3.5.", "das Geburtsdatum ist der 3. Mai", "nein, nicht am 3. April, am 3. Mai"])  # fmt: skip
def test_a_birthday_that_is_mended_without_its_year_keeps_the_year(born: Talk, line: str) -> None:
    turn = born.say(line)
    assert (turn.said, turn.changes) == ("correction", {"geburtsdatum": "1971-05-03"})
    assert str(born.run.open) == "anschrift"
    assert born.say("Rosenweg 8").said == "answer"
    assert born.say("nein, am 4. Mai").changes == {"geburtsdatum": "1971-05-04"}


def test_a_day_that_its_year_has_not_asks_for_the_year_by_name(born: Talk) -> None:
    turn = born.say("nein, am 29. Februar")
    assert turn.fault is not None
    assert rules.messages().fault(turn.fault, "de") == "Nennen Sie bitte auch das Jahr zu „Geburtsdatum“."
    assert born.say("nein, am 29. Februar 1972").changes == {"geburtsdatum": "1972-02-29"}


def test_an_ordinary_day_keeps_its_year_and_asks_where_the_flow_does_not_take_it(goodbye: Talk) -> None:
    goodbye.answers |= {"ende": "2025-12-30"}
    assert goodbye.say("nein, am 3. Juni").changes == {"ende": "2025-06-03"}
    goodbye.answers |= {"ende": "2026-06-02"}
    turn = goodbye.say("nein, am 30. Dezember")  # 2026 would lie ahead
    assert turn.fault is not None
    assert (turn.fault.key, goodbye.answers["ende"]) == ("date.year_of", "2026-06-02")


def test_of_two_days_none_is_guessed(lindental: dict[str, Flow], setting: Setting, goodbye: Talk) -> None:
    dog = {"rasse": "Dackel", "wurftag": "2024-04-03", "geschlecht": "weiblich", "farbe": "braun", "aufgenommen": "2026-06-02"}  # fmt: skip
    first = lindental["hundesteuer-anmelden"].tests[0].given
    known = {name: first[name] for name in ("gewerblich", "vorname", "nachname", "anschrift")}
    talk = Talk(lindental["hundesteuer-anmelden"], setting, **known, hunde=[dog])
    turn = talk.say("nein, am 3. Mai")
    assert (turn.said, turn.changes) == ("unclear", {})
    assert turn.fault is not None
    assert "Wurftag, Tag der Aufnahme" in rules.messages().fault(turn.fault, "de")
    assert talk.say("nein, Wurftag 3. Mai").changes["hunde"][0]["wurftag"] == "2024-05-03"
    assert goodbye.say("nein, am 3. oder 4. Mai, oder am 5. Mai").fault.key == "date.several"  # type: ignore[union-attr]


@pytest.mark.parametrize("line", ["Halt, der Hund ist entlaufen", "nein, entlaufen"])
def test_a_correction_finds_the_answer_it_fits(goodbye: Talk, line: str) -> None:
    assert goodbye.say(line).changes == {"grund": "entlaufen"}


def test_a_correction_may_name_what_it_mends(goodbye: Talk) -> None:
    goodbye.answers |= {"hund": "Dackel", "marke": None, "vorname": "Karl"}
    turn = goodbye.say("Der Vorname ist Charlie")
    assert (turn.said, turn.changes) == ("correction", {"vorname": "Charlie"})
    assert str(goodbye.run.open) == "nachname"


def test_a_correction_that_cannot_be_says_why(goodbye: Talk) -> None:
    turn = goodbye.say("nein, am 3. Juli 2026")
    assert turn.said == "unclear"
    assert turn.fault is not None
    assert turn.fault.key == "date.large"
    assert goodbye.answers["ende"] == "2026-06-02"


def test_a_name_that_contains_a_number_word_is_no_correction(goodbye: Talk) -> None:
    assert goodbye.say("Nein, ich meine den kleinen Dackel").said == "answer"


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("Mensch", "person"),
        ("Ich möchte bitte mit jemandem sprechen", "person"),
        ("abbrechen", "cancel"),
        ("zurück", "back"),
        ("bitte zur vorherigen Frage", ""),
        ("zur vorherige Frage", "back"),
        ("Warum fragen Sie das?", "why"),
        ("keine Angabe", "skip"),
        ("keine", ""),
        ("Mein Nachbar heißt Mensch", ""),
        ("", ""),
    ],
)
def test_command_words_stand_alone(line: str, command: str) -> None:
    assert command_of(line, rules.words("de")) == command


@pytest.mark.parametrize(("line", "command"), [("talk to a human", "person"), ("cancel", "cancel"), ("go back", "back"), ("no", ""), ("no answer", "skip"), ("why do you ask", "why")])  # fmt: skip
def test_command_words_in_english(line: str, command: str) -> None:
    assert command_of(line, rules.words("en")) == command


def test_a_question_in_between_changes_nothing(goodbye: Talk) -> None:
    before = goodbye.run
    assert goodbye.say("Was kostet das?").said == "question"
    assert goodbye.run == before


def test_a_day_with_a_question_mark_is_an_answer(lindental: dict[str, Flow], setting: Setting) -> None:
    talk = Talk(lindental["hundesteuer-abmelden"], setting, grund="gestorben")
    assert talk.say("Wann muss ich das melden?").said == "question"
    assert talk.say("am 2. Juni?").changes == {"ende": "2026-06-02"}


def test_what_may_be_empty_may_be_skipped_and_what_may_not_stays_open(goodbye: Talk) -> None:
    assert goodbye.say("überspringen") == Turn("command", command="skip")
    goodbye.answers["hund"] = "Dackel"
    assert goodbye.say("überspringen").changes == {"marke": None}


def test_an_option_that_is_also_a_command_is_the_option(lindental: dict[str, Flow], setting: Setting) -> None:
    talk = Talk(lindental["wohnungsgeberbestaetigung"], setting)
    assert talk.say("selbst").changes == {"rolle": "selbst"}


def test_two_dogs_are_asked_for_one_after_the_other(lindental: dict[str, Flow], setting: Setting) -> None:
    home = {"street": "Lindenallee", "number": "5", "postcode": "99998", "city": "Lindental"}
    talk = Talk(
        lindental["hundesteuer-anmelden"],
        setting,
        gewerblich=False,
        vorname="Charlie",
        nachname="Muster",
        anschrift=home,
    )
    asked = prompt(talk.flow, talk.run)
    assert asked is not None
    assert [text["de"] for text in asked.asks][-1] == "Wie viele Hunde melden Sie an?"
    talk.say("zwei Hunde")
    dachshund = (
        "Dackel",
        "vor einem Jahr",
        "Hündin",
        "braun",
        "letzten Montag",
        "vom Züchter",
        "Zucht Beispiel, Waldweg 1",
        "nein",
        "nein",
        "nichts davon",
    )
    for line in dachshund:
        talk.say(line)
    asked = prompt(talk.flow, talk.run)
    assert asked is not None
    assert (asked.place.item, asked.place.field, asked.item["de"]) == (1, "rasse", "Hund")
    for line in (
        "Pudel",
        "vor drei Jahren",
        "ein Rüde",
        "schwarz",
        "gestern",
        "aus dem Tierheim",
        "276098100000001",
        "nein",
        "Blindenführhund",
    ):
        talk.say(line)
    assert talk.run.at == "nachweis"
    first, second = talk.answers["hunde"]
    assert first == {"rasse": "Dackel", "wurftag": "2025-06-10", "geschlecht": "weiblich", "farbe": "braun", "aufgenommen": "2026-06-08", "herkunft": "person", "vorhalter": "Zucht Beispiel, Waldweg 1", "chip": None, "gefaehrlich": False, "verguenstigung": "keine"}  # fmt: skip
    assert "vorhalter" not in second
    assert "erstes_jahr" not in second
    assert talk.say("nein, letzten Freitag").said == "correction"
    assert talk.run.values["hunde"][1]["aufgenommen"].isoformat() == "2026-06-05"
    assert talk.say("nein, drei Hunde").said == "correction"
    assert talk.answers["hunde"][0] == first
    assert str(talk.run.open) == "hunde.2.rasse"


@pytest.mark.parametrize(("flow", "said", "told"), [("hundesteuer-anmelden", "123", "15 Ziffern"), ("bewohnerparkausweis", "123", "zum Beispiel OL-AB 123")])  # fmt: skip
def test_what_has_not_the_expected_form_is_told_the_rule(lindental: dict[str, Flow], setting: Setting, flow: str, said: str, told: str) -> None:  # fmt: skip
    slots = lindental[flow].slots
    slot = slots["kennzeichen"] if "kennzeichen" in slots else slots["hunde"].field.slots["chip"]  # type: ignore[attr-defined]
    [fault] = slot.check(said, {}, setting).faults
    assert told in rules.messages().fault(fault, "de")


def test_the_period_of_the_hall_is_understood(lindental: dict[str, Flow], english: Setting) -> None:
    talk = Talk(lindental["halle-mieten"], english, volljaehrig=True, mieter="andere")
    assert talk.say("from 3 to 5 October").changes == {"termin": {"from": "2026-10-03", "to": "2026-10-05"}}
    turn = talk.say("a wedding?")
    assert turn.said == "question"
    talk.say("a wedding")
    assert talk.say("sorry, from 4 to 5 October").changes == {"termin": {"from": "2026-10-04", "to": "2026-10-05"}}


def test_at_the_review_answers_may_still_be_mended(goodbye: Talk) -> None:
    home = {"street": "Rosenweg", "number": "8", "postcode": "99998", "city": "Lindental"}
    goodbye.answers |= {
        "hund": "Dackel",
        "marke": None,
        "vorname": "Charlie",
        "nachname": "Muster",
        "anschrift": home,
        "iban": None,
        "email": None,
    }
    assert prompt(goodbye.flow, goodbye.run) is None
    assert goodbye.say("nein, am 3. Juni").changes == {"ende": "2026-06-03"}
    assert goodbye.say("hm").said == "unclear"


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_utterance_breaks_a_conversation(data: st.DataObject, lindental: dict[str, Flow], house: Any) -> None:
    flow = lindental[data.draw(st.sampled_from(sorted(lindental)))]
    language = data.draw(st.sampled_from(LANGUAGES))
    setting = Setting(flow.tests[0].today, rules.words(language), house.town)
    test = data.draw(st.sampled_from(flow.tests))
    count = data.draw(st.integers(0, len(test.given)))
    talk = Talk(flow, setting, **dict(list(test.given.items())[:count]))
    line = data.draw(st.text(max_size=60) | st.sampled_from(["nein, am 3. Mai", "zwei", "nein, 5", "Der Vorname ist Karl", "halt, Tierheim", "weiter", "no, next Monday", "12a", "nein", "ja"]))  # fmt: skip
    before = talk.run
    turn = talk.say(line)
    if turn.changes:
        assert turn.place is not None
        assert not [fault for fault in talk.run.faults if fault.place == turn.place]
    else:
        assert talk.run == before
    if turn.fault:
        assert rules.messages().fault(turn.fault, language)
