# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

import pytest
from django.test import Client
from django.urls import reverse

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.evaluation import queries, service
from allmende.kernel.evaluation.engine import metrics
from allmende.kernel.registry import AISystem, Area, Evaluation, Registry, RiskClass, Room

pytestmark = pytest.mark.django_db

TEXTS = dict.fromkeys(
    ("purpose", "method", "data_used", "risk_reasons", "human_oversight", "disclosure"), "Beschreibung"
)
ROOM = Room(
    name="answers",
    package="answers",
    area=Area.FRONT_OFFICE,
    title="Antworten",
    description="",
    evaluations=(
        Evaluation(
            name="questions",
            help="Measure answers.",
            target="x:y",
            measures="Ob die Auskunft stimmt.",
            figures={"hit_at_1": "Richtige Auskunft zuerst", "hit": "Richtige Auskunft"},
        ),
        Evaluation(name="terms", help="Measure terms.", target="x:y", arguments="--data DIR"),
    ),
    ai_systems=(
        AISystem(
            name="chat", title="Auskunft der Stadt", risk_class=RiskClass.LIMITED, evaluation="questions", **TEXTS
        ),
    ),
)


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    monkeypatch.setattr("allmende.kernel.evaluation.queries.registry", lambda: Registry([ROOM]))


def text_for(user) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("evaluation:overview")).content.decode()


def test_bob_sees_every_evaluation_with_its_last_figures_and_the_command():
    service.store_run("questions", {"hit_at_1": metrics.share(1, 2), "answer_ms": 41.5}, "0.1", data="demo/questions")
    service.store_run(
        "questions", {"hit_at_1": metrics.share(130, 150), "answer_ms": 12.0}, "0.2", data="demo/questions"
    )
    text = text_for(make_user("bob", "data_protection_officer"))
    assert "Auskunft der Stadt" in text
    assert "86,7" in text
    assert "80,3 – 91,2" in text
    assert "12,0 ms" in text
    assert "allmende evaluate questions --data demo/questions" in text
    assert "Ob die Auskunft stimmt." in text
    assert "Richtige Auskunft zuerst" in text
    assert "<code>hit_at_1" not in text, "a name in words comes first"
    assert text.count("hier noch nicht gemessen") == 1
    assert "allmende evaluate terms --data DIR" in text
    assert "50,0" in text.rsplit("<details", 1)[1]


def test_a_figure_is_named_in_words_and_stands_where_its_room_names_it():
    service.store_run("questions", {"hit": {"plain": 1}, "hit_at_1": 2, "other": {"plain": 3}})
    found = queries.measured()[0]
    assert [str(label) for label, _figure in found.rows] == [
        "Richtige Auskunft zuerst",
        "Richtige Auskunft: plain",
        "other.plain",
    ]


def test_charlie_does_not_learn_that_the_page_exists():
    client = Client()
    client.force_login(make_user("charlie", "citizen"))
    assert client.get(reverse("evaluation:overview")).status_code == 404
    assert Client().get(reverse("evaluation:overview")).status_code == 302


def test_the_page_keeps_the_last_ten_runs_and_asks_once(django_assert_num_queries):
    for number in range(12):
        service.store_run("questions", {"hit": number}, f"0.{number}")
    with django_assert_num_queries(1):
        found = queries.measured()
    assert len(found[0].runs) == queries.KEPT
    assert found[0].latest.version == "0.11"
    assert found[1].latest is None
    assert queries.latest("questions").version == "0.11"
