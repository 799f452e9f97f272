# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the form of a page sends."""

from typing import Any

from allmende.modules.applications.engine.forms import read_form
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.setting import Setting
from allmende.modules.applications.engine.simulate import simulate


def test_a_page_with_two_dogs_is_read_field_by_field(lindental: dict[str, Flow], setting: Setting) -> None:
    slots = [lindental["hundesteuer-anmelden"].slots["hunde"]]
    dog = {"rasse": "Dackel", "wurftag": "3.5.2025", "geschlecht": "weiblich", "farbe": "braun", "aufgenommen": {"day": "1", "month": "6", "year": "2026"}, "herkunft": "tierheim", "vorhalter": "", "chip": "", "gefaehrlich": "false"}  # fmt: skip
    answers, faults = read_form(
        slots, {"hunde": [dog, {**dog, "wurftag": "31.6.2025", "geschlecht": ""}]}, {"today": setting.today}, setting
    )
    first, second = answers["hunde"]
    assert (first["wurftag"], first["aufgenommen"], first["gefaehrlich"], first["chip"]) == (
        "2025-05-03",
        "2026-06-01",
        False,
        None,
    )
    assert "wurftag" not in second
    assert "vorhalter" not in first  # a dog from a shelter has no previous keeper to be named
    assert second["geschlecht"] is None
    assert [(str(fault.place), fault.key) for fault in faults] == [("hunde.1.wurftag", "date.impossible")]
    assert read_form(slots, {"hunde": ""}, {"today": setting.today}, setting) == ({"hunde": None}, [])


def test_a_field_that_rests_on_a_wrong_or_missing_one_waits_for_it(
    lindental: dict[str, Flow], setting: Setting
) -> None:
    slots = list(lindental["hundesteuer-anmelden"].slots["hunde"].field.slots.values())  # type: ignore[attr-defined]
    for origin in ("", "vom Mond"):
        answers, _faults = read_form(
            slots, {"herkunft": origin, "vorhalter": "Alice"}, {"today": setting.today}, setting
        )
        assert "vorhalter" not in answers
    answers, _faults = read_form(slots, {"herkunft": "person", "vorhalter": "Alice"}, {"today": setting.today}, setting)
    assert answers["vorhalter"] == "Alice"


def test_every_fault_of_a_page_is_named_at_once(lindental: dict[str, Flow], setting: Setting) -> None:
    flow = lindental["sperrmuell"]
    slots = [flow.slots[name] for name in flow.steps["kontakt"].slots]
    answers, faults = read_form(
        slots, {"name": "Charlie", "email": "charlie@", "telefon": "12"}, {"today": setting.today}, setting
    )
    assert answers == {"name": "Charlie"}
    assert [(str(fault.place), fault.key) for fault in faults] == [("email", "email.form"), ("telefon", "phone.form")]


def test_a_day_without_a_year_is_read_as_the_question_means_it(small: Any, compiled: Any, setting: Setting) -> None:
    small["slots"]["geburtsdatum"].pop("year_asked")
    flow = compiled(small).flow
    run = simulate(flow, {"art": "einfach"}, setting)
    answers, _faults = read_form(
        [flow.slots["geburtsdatum"]], {"geburtsdatum": "24.12."}, {"today": setting.today, **run.values}, setting
    )
    assert answers == {"geburtsdatum": "2025-12-24"}
