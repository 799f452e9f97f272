# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which sources are old, end soon or changed since they were cited; those that citizens see most come first."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from allmende.kernel.audit.models import Entry
from allmende.kernel.search import service as search
from allmende.kernel.search.service import Part, SourceDocument
from allmende.kernel.town import service as town
from allmende.modules.assistant import service as assistant
from allmende.modules.assistant.models import Answer
from allmende.modules.assistant.staff import citations, grouping, queries, sources
from allmende.modules.assistant.staff.models import Citation
from allmende.modules.assistant.staff.sources import SourceView

pytestmark = pytest.mark.django_db
DOG = "services/hundesteuer-anmelden"
SERVICES = Path(__file__).resolve().parents[6] / "demo/lindental/services"


@pytest.fixture(autouse=True)
def without_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allmende.modules.assistant.composing.foreignness", lambda _text: 0.0)


def ask(question: str = "Was kostet ein Hund?", language: str = "de") -> Answer:
    return Answer.objects.get(pk=assistant.answer(question, language=language, channel="web").id)


def read() -> dict[str, SourceView]:
    """All sources of the last days, after the new answers were read."""
    list(grouping.collect_citations())
    period = queries.recent()
    return {row.key: row for row in sources.sources(period.since, period.until)}


def change_dog(**changes: Any) -> None:
    data = yaml.safe_load((SERVICES / "hundesteuer-anmelden.yaml").read_text(encoding="utf-8"))
    kept = {"related": [], "statutes": ["hundesteuersatzung"]}
    town.put_service({**data, **kept, **changes})


def paper(key: str, **dates: Any) -> SourceDocument:
    return SourceDocument(
        key=key,
        collection=key.partition("/")[0],
        title=key,
        authority="lindental",
        parts=(Part(text="Text."),),
        **dates,
    )


def test_the_use_of_a_source_is_counted_once_for_each_answer(lindental: None) -> None:
    ask()
    ask("Was kostet ein zweiter Hund?")
    found = read()
    assert found[DOG].used == 2
    assert found[DOG].outdated == 0
    assert not found[DOG].gone
    assert Citation.objects.filter(source=DOG).values("answer").distinct().count() == 2


def test_answers_are_read_once_however_often_one_looks(lindental: None) -> None:
    ask()
    read()
    before = Citation.objects.count()
    read()
    assert Citation.objects.count() == before > 0


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_answer_in_either_language_counts_as_current_while_nothing_changes(lindental: None, language: str) -> None:
    for question in ("Was kostet ein Hund?", "Was kostet ein Reisepass?", "Gewerbe ummelden"):
        ask(question, language)
    assert [row.key for row in read().values() if row.outdated] == []


def test_a_changed_fee_shows_how_many_answers_told_the_old_one(lindental: None) -> None:
    ask()
    assert read()[DOG].outdated == 0
    change_dog(fees=[{"label": {"de": "Erster Hund"}, "amount": 120}])
    found = read()
    assert (found[DOG].used, found[DOG].outdated) == (1, 1)
    assert found[DOG].needs_care
    ask()
    assert read()[DOG].outdated == 1, "the new answer tells the new fee"


def test_a_new_search_term_makes_no_answer_outdated(lindental: None) -> None:
    ask()
    town.add_service_synonym("hundesteuer-anmelden", "Wuffke")
    assert read()[DOG].outdated == 0


def test_opening_hours_of_the_day_make_no_answer_outdated(lindental: None) -> None:
    row = ask()
    content = {
        **row.content,
        "card": {**row.content["card"], "place": {**row.content["card"]["place"], "opening": "zu"}},
    }
    assert {one.digest for one in citations.of(row)} == {one.digest for one in citations.of(Answer(content=content))}


def test_a_source_that_is_gone_is_named(lindental: None) -> None:
    ask()
    read()
    town.withdraw_service("hundesteuer-anmelden")
    found = read()[DOG]
    assert found.gone
    assert found.needs_care


def test_old_and_ending_sources_need_care_and_the_most_used_come_first(lindental: None) -> None:
    today = timezone.localdate()
    search.put(
        [
            paper("services/alt", updated_on=today - timedelta(days=366)),
            paper("services/jung", updated_on=today - timedelta(days=365)),
            paper("statutes/alt", updated_on=today - timedelta(days=366), valid_from=today),
            paper("statutes/endet", updated_on=today, valid_to=today + timedelta(days=180)),
            paper("statutes/endet-später", updated_on=today, valid_to=today + timedelta(days=181)),
            paper("statutes/vorbei", updated_on=today, valid_to=today - timedelta(days=1)),
        ]
    )
    row = ask()
    Citation.objects.create(answer=row, source="services/alt", digest="x" * 64)
    found = read()
    assert found["services/alt"].old
    assert not found["services/jung"].old
    assert not found["statutes/alt"].old, "by-laws live longer"
    assert found["statutes/endet"].ends_in == 180
    assert found["statutes/endet"].ends_soon
    assert not found["statutes/endet-später"].ends_soon
    assert "statutes/vorbei" not in found, "over, and nobody saw it"
    assert next(iter(found)) == "services/alt"


def test_only_the_period_counts(lindental: None, asked: Callable[..., Answer]) -> None:
    old = asked(status="answered", at=timezone.now() - timedelta(days=40))
    Citation.objects.create(answer=old, source=DOG, digest="x" * 64)
    assert read()[DOG].used == 0
    period = queries.recent(90)
    wide = {row.key: row for row in sources.sources(period.since, period.until)}
    assert wide[DOG].used == 1


def test_the_answers_of_a_source_are_found_from_its_number(
    lindental: None, browser: Callable[[str], Client], asked: Callable[..., Answer]
) -> None:
    ask()
    asked("Etwas anderes")
    read()
    page = browser("erika").get(reverse("review_questions"), {"source": DOG}).content.decode()
    assert "Was kostet ein Hund?" in page
    assert "Etwas anderes" not in page


def test_the_answers_that_rest_on_a_changed_source_are_found(lindental: None, browser: Callable[[str], Client]) -> None:
    for question in ("Was kostet ein Hund?", "Was kostet ein Reisepass?"):
        ask(question)
    read()
    erika = browser("erika")

    def found(**given: str) -> set[str]:
        page = erika.get(reverse("review_questions"), given).content.decode()
        return {word for word in ("Hund", "Reisepass") if f"Was kostet ein {word}?</a>" in page}

    assert found() == {"Hund", "Reisepass"}
    assert found(changed="yes") == set()
    change_dog(fees=[{"label": {"de": "Erster Hund"}, "amount": 120}])
    assert found(changed="yes") == {"Hund"}
    assert found(changed="yes", source=DOG) == {"Hund"}
    assert found(changed="yes", source="services/reisepass") == set()
    page = erika.get(reverse("review_sources")).content.decode()
    assert "1 Antwort zeigte einen Wortlaut, der seitdem geändert ist" in page
    assert f"changed=yes&amp;source={DOG.replace('/', '%2F')}" in page
    assert (
        "Nur Antworten, die diese Quelle zeigten: Hund anmelden"
        in erika.get(reverse("review_questions"), {"source": DOG}).content.decode()
    )
    assert erika.get(reverse("review_questions"), {"changed": "maybe"}).status_code == 400


def test_the_sources_are_taken_home_with_age_and_use(lindental: None, browser: Callable[[str], Client]) -> None:
    ask()
    read()
    erika = browser("erika")
    lines = erika.get(reverse("review_sources_json"))
    rows = [json.loads(line) for line in b"".join(lines.streaming_content).decode().splitlines()]  # type: ignore[attr-defined]
    dog = next(row for row in rows if row["key"] == DOG)
    assert (dog["answers"], dog["outdated"], dog["gone"], dog["kind"]) == (1, 0, False, "services")
    table = b"".join(erika.get(reverse("review_sources_csv")).streaming_content).decode()  # type: ignore[attr-defined]
    assert len(table.strip().splitlines()) == len(rows) + 1
    assert '"Leistung"' in table
    assert Entry.objects.filter(action="assistant.sources.exported").count() == 2


def test_one_answer_tells_which_of_its_sources_changed(lindental: None, browser: Callable[[str], Client]) -> None:
    row = ask()
    where = reverse("review_answer", args=[row.pk])
    assert "seitdem geändert" not in browser("erika").get(where).content.decode()
    change_dog(fees=[{"label": {"de": "Erster Hund"}, "amount": 120}])
    assert "seitdem geändert" in browser("erika").get(where).content.decode()


def test_the_page_costs_a_fixed_number_of_queries(
    lindental: None, browser: Callable[[str], Client], django_assert_max_num_queries
) -> None:
    ask()
    ask("Was kostet ein Reisepass?")
    ask("Wann wird gestreut?")
    read()
    erika = browser("erika")
    erika.get(reverse("review_sources"))
    with django_assert_max_num_queries(45):
        assert "Hund" in erika.get(reverse("review_sources"), {"show": "all", "days": "7"}).content.decode()


def test_citations_go_with_their_answer(lindental: None) -> None:
    row = ask()
    read()
    assistant.forget(row.conversation_id)
    assert not Citation.objects.exists()
