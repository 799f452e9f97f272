# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is kept of an application: every word that was shown, every answer that was given, and nothing else."""

import json
from datetime import UTC, datetime

from allmende.modules.applications import rules
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.paths import run_test
from allmende.modules.applications.engine.record import Origin, make_record
from allmende.modules.applications.engine.setting import Town

ORIGIN = Origin("ab" * 32, "0.1.0", "de", "form", datetime(2026, 6, 1, 8, 30, tzinfo=UTC))


def recorded(flow: Flow, test: int, town: Town) -> dict:
    return make_record(flow, run_test(flow, flow.tests[test], rules.words("de"), town), ORIGIN)


def test_a_record_is_plain_json_with_what_was_asked_and_answered(lindental: dict[str, Flow], house) -> None:
    record = recorded(lindental["hundesteuer-anmelden"], 2, house.town)  # two dogs, one of them dangerous
    assert json.loads(json.dumps(record)) == record
    assert (record["schema"], record["unit"], record["moment"]) == ("record/1", "finanzen", "2026-06-01T08:30:00+00:00")
    assert record["applicant"] == {"name": "Charlie Muster", "email": ""}
    assert [step["id"] for step in record["steps"]] == ["gewerblich", "name", "anschrift", "hunde", "email", "pruefen"]
    assert record["steps"][0]["said"][0]["de"].startswith("Ich führe Sie")
    assert "600 €" in record["steps"][4]["said"][0]["de"]  # what was said on the way to the question
    breeds = [row for row in record["steps"][3]["rows"] if row["field"] == "rasse"]
    assert [(row["item"], row["answer"], row["item_label"]["de"]) for row in breeds] == [
        (0, "Bullterrier", "Hund"),
        (1, "Pudel", "Hund"),
    ]
    sex = next(row for row in record["steps"][3]["rows"] if row["field"] == "geschlecht")
    assert (sex["answer"], sex["shown"]) == ("maennlich", {"de": "männlich", "en": "male"})
    assert [each["name"] for each in record["confirmations"]] == ["wahrheit", "datenschutz"]
    assert record["closing"][0]["de"].startswith("Ihre Anmeldung geht")


def test_every_flow_that_sends_something_says_who_applies_and_loses_no_answer(
    lindental: dict[str, Flow], house
) -> None:
    sent = 0
    for flow in lindental.values():
        for number, test in enumerate(flow.tests):
            if run_test(flow, test, rules.words("de"), house.town).outcome != "submit":
                continue
            sent += 1
            record = recorded(flow, number, house.town)
            assert record["applicant"]["name"], flow.id
            assert (
                {row["slot"] for step in record["steps"] for row in step["rows"]}
                == set(record["answers"])
                == set(test.given)
            )
    assert sent > 20
