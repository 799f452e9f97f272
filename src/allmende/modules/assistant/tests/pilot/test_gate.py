# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erika changes a time, Emil wants to publish it: what the accepted run answered rightly must not be lost unnoticed."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.evaluation import gates
from allmende.kernel.llm import writing
from allmende.kernel.llm.models import Provider
from allmende.kernel.search import queries as search
from allmende.kernel.town import queries as town
from allmende.kernel.town import service as town_service
from allmende.kernel.town.editing import drafting, history, service
from allmende.kernel.town.editing.kinds import KINDS
from allmende.kernel.town.editing.models import Draft
from allmende.kernel.town.imports import running
from allmende.kernel.town.imports import service as imports
from allmende.kernel.town.imports.cli import Bar
from allmende.kernel.town.imports.models import Import, ImportedRecord
from allmende.modules.assistant.composing import compose
from allmende.modules.assistant.pilot import asking, freshness, gate, queries, tasks
from allmende.modules.assistant.pilot import service as pilot
from allmende.modules.assistant.pilot.models import PilotRun
from allmende.modules.assistant.staff import service as words
from allmende.modules.assistant.staff import tasks as staff_tasks
from allmende.modules.assistant.staff.models import Proposal
from allmende.modules.assistant.tests.pilot.conftest import QUESTION, TREE
from allmende.modules.assistant.tests.pilot.conftest import SERVICE as TREE_SERVICE

pytestmark = pytest.mark.django_db
SERVICE = KINDS["service"]
PUBLISH = reverse("town_edit_publish", args=["leistungen", TREE])


@pytest.fixture
def accepted(run_now: Callable[[], PilotRun], people: dict[str, Any]) -> PilotRun:
    run = run_now()
    pilot.accept(run.pk, actor=people["erika"])
    return run


@pytest.fixture
def draft(accepted: PilotRun, people: dict[str, Any]) -> Callable[..., Draft]:
    """Erika's change of the tree's service, waiting for a second person."""

    def write(**changes: Any) -> Draft:
        last = history.latest("service", TREE)
        data = {**last.data, **changes}
        made = drafting.save(SERVICE, TREE, data, actor=people["erika"], revision=0, base=last.number)
        return service.submit(SERVICE, TREE, actor=people["erika"], revision=made.revision)

    return write


SLOWER = {"processing_time": {"de": "etwa 3 Monate", "en": "about 3 months"}}


def test_a_publication_that_loses_an_answer_is_stopped_and_names_the_question(
    draft: Callable[..., Draft], browser: Callable[[str], Client]
) -> None:
    waiting, before = draft(**SLOWER), search.revision()
    refused = browser("emil").post(PUBLISH, {"revision": waiting.revision, "approve": "on"})
    assert refused.status_code == 409
    page = refused.content.decode()
    assert f"„{QUESTION}“ war im abgenommenen Lauf" in page
    assert "falsch und sicher" in page
    again = re.findall(
        r'<input type="hidden" name="(?!csrf)(\w+)" value="(\w+)">', page.split("Trotzdem veröffentlichen")[1]
    )
    assert again[:2] == [("revision", str(waiting.revision)), ("approve", "on")], "the same step, with a reason"
    assert Draft.objects.get().revision == waiting.revision
    assert history.latest("service", TREE).number == 1
    assert search.revision() == before
    assert "5 Werktage" in compose(QUESTION, language="de").content.card.processing_time


def test_a_second_person_may_publish_all_the_same_with_a_written_reason(
    draft: Callable[..., Draft], browser: Callable[[str], Client], people: dict[str, Any]
) -> None:
    waiting = draft(**SLOWER)
    form = {"revision": waiting.revision, "comment": "Im Bauamt fehlt eine Person."}
    assert browser("erika").post(PUBLISH, form).status_code == 409
    assert browser("emil").post(PUBLISH, form).status_code == 302
    assert town.service_card(TREE).processing_time == "etwa 3 Monate"
    kept = gates.overrides()[0]
    assert (kept.subject, kept.by, kept.reason) == (TREE, people["emil"], form["comment"])
    assert QUESTION in kept.objections["pilot"][0]
    entry = Entry.objects.get(action="evaluation.gate.overridden")
    assert entry.detail["objections"] == {"pilot": 2}


def test_only_what_rests_on_the_text_is_asked_again(
    draft: Callable[..., Draft], people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = asking.ask
    monkeypatch.setattr(gate.asking, "ask", lambda question, find: asked.append(question.id) or ask(question, find))
    waiting = draft(online="https://service.lindental.example/baum")
    service.publish(SERVICE, TREE, actor=people["emil"], revision=waiting.revision)
    assert asked[:2] == ["baum", "baum-typos"]
    assert not {"brand", "mensch"} & set(asked)
    assert history.latest("service", TREE).number == 2


def test_another_model_is_measured_by_the_last_run_and_waits_for_a_second_person(
    accepted: PilotRun, people: dict[str, Any]
) -> None:
    chief, other = make_user("dora", "administrator"), make_user("egon", "administrator")
    values = {"name": "Neu", "url": "http://127.0.0.1:9/v1", "location": "house", "chat_model": "m"}
    row = writing.create_provider({**values, "classes": ["public"]}, key="", actor=chief)
    assert not row.is_active
    outcomes = queries.outcomes(accepted)
    worse = [one.__class__(**{**one.plain(), "verdict": "wrong"}) for one in outcomes[:1]] + outcomes[1:]
    pilot.keep_run(accepted.set, worse, queries.versions(), origin=pilot.NIGHTLY)
    with pytest.raises(writing.SecondPersonError):
        writing.activate(row, seen=0, actor=chief, reason="Ich will.")
    browser = Client()
    browser.force_login(other)
    address = reverse("llm:set_active", args=[row.slug])
    refused = browser.post(address, {"active": "1", "seen": "0"})
    assert refused.status_code == 409
    assert f"„{outcomes[0].question}“ war im abgenommenen Lauf" in refused.content.decode()
    assert not Provider.objects.get().is_active
    browser.post(address, {"active": "1", "seen": "0", "reason": "Der Lauf ist veraltet."})
    assert Provider.objects.get().is_active
    assert gates.overrides()[0].kind == "model"


def test_a_search_word_passes_the_gate_or_takes_a_written_reason(
    accepted: PilotRun, people: dict[str, Any], browser: Callable[[str], Client], silent: Any
) -> None:
    town_service.put_service({**history.latest("service", TREE).data, **SLOWER})
    word = words.propose(TREE, "Gießkanne", actor=people["erika"])
    staff_tasks.measure(silent, proposal=word.pk)
    address = reverse("review_word_step", args=[word.pk])
    refused = browser("emil").post(address, {"step": "approve"})
    assert refused.status_code == 409
    assert f"„{QUESTION}“ war im abgenommenen Lauf" in refused.content.decode()
    assert Proposal.objects.get().state == "open"
    assert "Gießkanne" not in str(history.latest("service", TREE).data)
    browser("emil").post(address, {"step": "approve", "reason": "Der Text stimmt, der Lauf ist alt."})
    assert Proposal.objects.get().state == "approved"
    assert gates.overrides()[0].kind == "synonym"


def test_an_import_keeps_back_what_would_lose_an_answer_and_the_rest_goes_in(
    accepted: PilotRun, people: dict[str, Any], browser: Callable[[str], Client], tmp_path: Path
) -> None:
    def bring(*records: dict[str, Any]) -> Import:
        file = tmp_path / "leistungen.json"
        file.write_text(json.dumps(records))
        return imports.import_path(file, Bar(), form="json", source="land")

    bench = {**TREE_SERVICE, "id": "bankpate", "name": {"de": "Patenschaft für eine Bank"}}
    assert bring(TREE_SERVICE).unchanged == 1
    run = bring({**TREE_SERVICE, **SLOWER}, bench)
    assert (run.written, run.quarantined) == (1, 1)
    assert town.service_card("bankpate") is not None
    assert town.service_card(TREE).processing_time == "etwa 5 Werktage"
    row = ImportedRecord.objects.get(state="objected")
    assert f"„{QUESTION}“ war im abgenommenen Lauf" in row.sentences[0][1]
    with translation.override("en"):
        assert f"“{QUESTION}” was right in the accepted run" in row.sentences[0][1]
    assert bring({**TREE_SERVICE, **SLOWER}, bench).quarantined == 1, "it is tried again, and goes on waiting"

    Import.objects.update(actor=people["erika"])
    accept, reason = reverse("quarantine_accept", args=[row.pk]), {"comment": "Im Bauamt fehlt eine Person."}
    assert "Sie haben diesen Import selbst begonnen" in browser("erika").get(reverse("quarantined", args=[row.pk])).text
    browser("erika").post(accept, reason)
    browser("emil").post(accept)
    assert town.service_card(TREE).processing_time == "etwa 5 Werktage"
    browser("emil").post(accept, reason)
    assert town.service_card(TREE).processing_time == "etwa 3 Monate"
    assert (gates.overrides()[0].subject, gates.overrides()[0].by) == (TREE, people["emil"])
    row.refresh_from_db()
    assert row.state == "taken"
    assert bring({**TREE_SERVICE, **SLOWER}, bench).unchanged == 2


def test_what_a_question_rests_on_is_imported_alone(accepted: PilotRun) -> None:
    keys = {f"services/{TREE}", f"services/{TREE}/en", "services/niemand-fragt-danach"}
    assert gates.watched(keys) == keys - {"services/niemand-fragt-danach"}
    rows = [ImportedRecord(local_id=name) for name in ("eins", "zwei", TREE, "drei", "vier", "fünf")]
    cut = [[row.local_id for row in batch] for batch in running._cut(rows, running._watched("service", rows), 2)]
    assert cut == [["eins", "zwei"], [TREE], ["drei", "vier"], ["fünf"]]


def test_without_an_accepted_run_nothing_is_stopped(run_now: Callable[[], PilotRun], people: dict[str, Any]) -> None:
    run_now()
    assert list(gate.check(gates.Publication("service", TREE, (f"services/{TREE}",)))) == []


def test_what_rests_on_a_changed_text_is_listed_asked_again_and_set_aside_when_lost(
    draft: Callable[..., Draft], browser: Callable[[str], Client], people: dict[str, Any], silent: Any
) -> None:
    fresh = reverse("pilot_fresh")
    town_service.put_service({**history.latest("service", TREE).data, "online": "https://service.lindental.example/a"})
    (row,) = freshness.changed(7)
    assert (row.key, {one.state for one in row.questions}) == (f"services/{TREE}", {"waiting"})
    assert "Wartende Fragen jetzt stellen" in browser("erika").get(fresh).content.decode()
    tasks.recheck(silent, days=7, by=None)
    assert {one.state for one in freshness.changed(7)[0].questions} == {"kept"}
    waiting = draft(**SLOWER)
    publish = {"actor": people["emil"], "reason": "Im Bauamt fehlt eine Person."}
    service.publish(SERVICE, TREE, revision=waiting.revision, **publish)
    assert {one.state for one in freshness.changed(7)[0].questions} == {"lost"}
    page = browser("bob").get(fresh).content.decode()
    assert QUESTION in page
    assert "verloren und beiseitegelegt" in page
    again = draft(online="https://service.lindental.example/b")
    service.publish(SERVICE, TREE, actor=people["emil"], revision=again.revision)


def test_charlie_reads_that_an_answer_of_before_is_no_longer_current(
    run_now: Callable[[], PilotRun], client: Client
) -> None:
    with mock.patch.object(timezone, "now", return_value=timezone.now() - timedelta(hours=1)):
        client.post("/fragen/", {"q": QUESTION})
    assert "Nicht mehr aktuell" not in client.get("/fragen/").content.decode()
    town_service.put_service({**history.latest("service", TREE).data, **SLOWER})
    page = client.get("/fragen/").content.decode()
    assert "Nicht mehr aktuell" in page
    client.post("/fragen/", {"q": QUESTION})
    assert client.get("/fragen/").content.decode().count("Nicht mehr aktuell") == 1
