# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erika imports a set, runs it, reads the report and accepts it; Bob reads along; nobody changes what was measured."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from allmende.kernel.audit.models import Entry
from allmende.kernel.jobs.models import Job
from allmende.kernel.printing.tests.reading import is_accessible, read
from allmende.modules.assistant.models import Answer
from allmende.modules.assistant.pilot import queries, report, service, tasks
from allmende.modules.assistant.pilot.cli import pilot
from allmende.modules.assistant.pilot.models import PilotRun, PilotSet
from allmende.modules.assistant.pilot.questions import QuestionSetError
from allmende.modules.assistant.tests.pilot.conftest import HEAD, QUESTIONS, a_question, jsonl

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]
Run = Callable[[], PilotRun]


def text(response: Any) -> str:
    return response.content.decode()


def test_a_run_asks_everything_and_keeps_no_conversation(imported: PilotSet, silent: Any) -> None:
    tasks.run(silent, set_id=imported.pk, origin=service.PAGE, by=None)
    found = queries.runs().get()
    assert found.figures["questions"] == len(QUESTIONS)
    assert found.figures["right"]["value"] == 1.0
    assert found.figures["emergencies"]["n"] == 1
    assert found.versions["documents"] > found.versions["embedded"] == 0
    assert [one.id for one in queries.outcomes(found)][:2] == ["baum", "baum-typos"]
    assert not Answer.objects.exists()


def test_the_database_refuses_to_change_what_was_measured(run_now: Run) -> None:
    run = run_now()
    for change in (PilotRun.objects.filter(pk=run.pk), PilotSet.objects.filter(pk=run.set_id)):
        values = {"figures": {}} if change.model is PilotRun else {"questions": []}
        with pytest.raises(DatabaseError), transaction.atomic():
            change.update(**values)


def test_a_version_stays_what_it_is(imported: PilotSet, small_set: bytes) -> None:
    assert service.import_set(small_set, "klein.jsonl") == imported
    changed = jsonl(HEAD, a_question(**QUESTIONS[1]))
    with pytest.raises(QuestionSetError, match="Fassung 1 gibt es schon"):
        service.import_set(changed, "klein.jsonl")
    newer = service.import_set(jsonl({**HEAD, "version": 2}, a_question(**QUESTIONS[1])), "klein.jsonl")
    assert queries.sets() == [newer]


def test_erika_goes_all_the_way_in_the_browser(a_town, browser: Browser, small_set: bytes, silent: Any) -> None:
    erika = browser("erika")
    refused = erika.post(reverse("pilot_import"), {"file": SimpleUploadedFile("x.jsonl", b"nichts\n")})
    assert refused.status_code == 422
    assert "x.jsonl, Zeile 1: Das ist kein JSON." in text(refused)
    erika.post(reverse("pilot_import"), {"file": SimpleUploadedFile("klein.jsonl", small_set)})
    known = PilotSet.objects.get()
    started = erika.post(reverse("pilot_start", args=[known.pk]))
    assert "?job=" in started.url
    job = Job.objects.get(target__endswith="pilot.tasks:run")
    tasks.run(silent, **job.args)
    run = PilotRun.objects.get()
    page = text(erika.get(reverse("pilot_run", args=[run.pk])))
    assert "Falsch und sicher: 0,0 % von 5 Fragen" in page
    assert "Zu wenige Fragen" in page
    assert run.versions["texts"].partition(", ")[2] not in page, "a person reads a day and an hour"
    assert date_format(localtime(run.at), "SHORT_DATE_FORMAT") in page.partition("letzte Änderung")[2]
    erika.post(reverse("pilot_accept", args=[run.pk]), {"note": "Maßstab"})
    assert queries.accepted("klein") == run
    assert "abgenommen" in text(erika.get(reverse("pilot")))
    actions = set(Entry.objects.values_list("action", flat=True))
    assert {f"assistant.pilot.{name}" for name in ("set_imported", "run", "accepted")} <= actions


def test_bob_reads_and_alice_does_not_even_know(browser: Browser, run_now: Run) -> None:
    run = run_now()
    reading = [reverse("pilot"), reverse("pilot_run", args=[run.pk]), reverse("pilot_assumptions")]
    writing = [
        reverse("pilot_import"),
        reverse("pilot_start", args=[run.set_id]),
        reverse("pilot_accept", args=[run.pk]),
        reverse("pilot_assume"),
    ]
    bob, alice = browser("bob"), browser("alice")
    assert {bob.get(address).status_code for address in reading} == {200}
    assert {alice.get(address).status_code for address in reading} == {404}
    assert {who.post(address).status_code for who in (bob, alice) for address in writing} == {404}


def test_two_runs_are_compared_question_by_question(browser: Browser, run_now: Run) -> None:
    first, second = run_now(), run_now()
    bob = browser("bob")
    same = reverse("pilot_compare", args=[second.pk, first.pk])
    assert "Jede Frage ging in beiden Läufen gleich aus." in text(bob.get(same))
    outcomes = queries.outcomes(first)
    worse = [one.__class__(**{**one.plain(), "verdict": "wrong"}) for one in outcomes[:1]] + outcomes[1:]
    third = service.keep_run(first.set, worse, queries.versions(), origin=service.NIGHTLY)
    page = text(bob.get(reverse("pilot_compare", args=[third.pk, first.pk])))
    assert "1 Frage ging anders aus." in page
    assert QUESTIONS[0]["question"] in page


def test_hours_follow_from_named_assumptions_that_erika_sets(browser: Browser, run_now: Run) -> None:
    run, erika = run_now(), browser("erika")
    values = {one.name: str(one.value) for one in queries.assumptions()}
    sources = {f"{name}_source": "gezählt im Mai" for name in values}
    assert erika.post(reverse("pilot_assume"), {**values, **sources, "minutes": "12"}).status_code == 302
    assert {one.name: one.value for one in queries.assumptions()}["minutes"] == 12
    page = text(erika.get(reverse("pilot_run", args=[run.pk])))
    assert "gezählt im Mai" in page
    figures = {"deflection": {"from": 0.5, "to": 1.0}}
    known = {"contacts": 100.0, "information": 0.5, "minutes": 6.0, "uptake_low": 0.2, "uptake_high": 0.4}
    assert report.hours(figures, known) == (0.5, 2.0)
    refused = erika.post(reverse("pilot_assume"), {**values, **sources, "uptake_low": "0.9"})
    assert "Der höchste Anteil liegt unter dem niedrigsten." in text(refused)


def share(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": high, "n": 150}


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({}, "Starten"),
        ({"questions": 99}, "Zu wenige Fragen"),
        ({"emergencies": share(0.9, 0.6, 0.98)}, "Noch nicht starten"),
        ({"wrong_and_confident": share(0.1, 0.06, 0.16)}, "Noch nicht starten"),
        ({"wrong_and_confident": share(0.06, 0.03, 0.1)}, "Begrenzt starten"),
        ({"right": share(0.78, 0.7, 0.84)}, "Begrenzt starten"),
    ],
)
def test_the_recommendation_follows_the_written_rules(changed: dict[str, Any], level: str) -> None:
    good = {
        "questions": 150,
        "emergencies": share(1.0, 0.8, 1.0),
        "wrong_and_confident": share(0.02, 0.01, 0.06),
        "right": share(0.9, 0.85, 0.94),
    }
    assert report.recommendation({**good, **changed}).level == level


def test_the_command_line_imports_runs_and_writes_figures(a_town, small_set: bytes, tmp_path: Path) -> None:
    file, figures = tmp_path / "klein.jsonl", tmp_path / "figures.json"
    file.write_bytes(small_set)
    done = CliRunner().invoke(pilot, ["run", str(file), "--json", str(figures)])
    assert done.exit_code == 0, done.output
    assert "wrong_and_confident  0.000" in done.output
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert (told["set"], told["figures"]["questions"]) == ({"name": "klein", "version": 1}, 5)
    file.write_bytes(b"nichts\n")
    refused = CliRunner().invoke(pilot, ["import", str(file)])
    assert refused.exit_code == 2
    assert "klein.jsonl, Zeile 1" in refused.output
    assert CliRunner().invoke(pilot, ["run", "fremd"]).exit_code == 2


def test_at_night_accepted_sets_are_asked_again_only_when_something_changed(run_now: Run, people: Any) -> None:
    run = run_now()
    tasks.nightly(None)  # type: ignore[arg-type]  # it reports no progress
    assert not Job.objects.filter(target=service.RUN).exists()
    service.accept(run.pk, actor=people["erika"])
    tasks.nightly(None)  # type: ignore[arg-type]
    assert not Job.objects.filter(target=service.RUN).exists()
    old = {**run.versions, "texts": "0"}
    service.keep_run(run.set, queries.outcomes(run), old, origin=service.NIGHTLY)
    tasks.nightly(None)  # type: ignore[arg-type]
    assert Job.objects.get(target=service.RUN).args["origin"] == service.NIGHTLY


def test_the_report_is_printed_so_that_a_screen_reader_reads_it(browser: Browser, run_now: Run, tmp_path: Path) -> None:
    run = run_now()
    response = browser("bob").get(reverse("pilot_printed", args=[run.pk]))
    assert response["Content-Disposition"] == f'attachment; filename="klein-{run.pk}.pdf"'
    printed = read(response.content)
    assert is_accessible(printed)
    assert (printed.title, printed.language) == ("Kleiner Satz", "de")
    assert {"Zahlen", "Entlastung als Anteil", "Was die Zahlen nicht sagen"} <= set(printed.headings)
    assert "Falsch und sicher: 0,0 %" in " ".join(printed.alternatives)
    file, paper = tmp_path / "klein.jsonl", tmp_path / "report.pdf"
    file.write_bytes(jsonl(HEAD, *(a_question(**row) for row in QUESTIONS)))
    done = CliRunner().invoke(pilot, ["run", str(file), "--report", str(paper), "--language", "en"])
    assert done.exit_code == 0, done.output
    assert read(paper.read_bytes()).title == "Small set"
