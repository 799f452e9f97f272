# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Flows are stored, published by a second person, withdrawn, and never changed once they are public."""

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from allmende.kernel.audit.models import Entry
from allmende.modules.applications import demo, dependents, queries, service
from allmende.modules.applications.models import FlowVersion
from allmende.modules.applications.service import FlowRefusedError


def newer(text: str) -> str:
    return text.replace("version: 1", "version: 2", 1).replace("status: published", "status: draft", 1)


def test_the_flows_of_the_town_are_offered_once_it_is_loaded(lindental, flow_folder):
    assert len(queries.offered()) == 13
    flow = queries.flow_of(queries.current("hundesteuer-anmelden"))
    assert (flow.id, flow.unit, len(flow.tests)) == ("hundesteuer-anmelden", "finanzen", 5)
    entries = Entry.objects.count()
    assert demo.load(flow_folder) == 0
    assert Entry.objects.count() == entries


def test_a_changed_file_under_the_same_version_is_left_out_and_named(lindental, flow_folder, caplog):
    path = flow_folder / "flows" / "meldebescheinigung.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("3 Minuten", "4 Minuten"), encoding="utf-8")
    assert demo.load(flow_folder) == 0
    assert "meldebescheinigung.yaml" in caplog.text
    path.write_text(
        newer(path.read_text(encoding="utf-8")).replace("status: draft", "status: published"), encoding="utf-8"
    )
    assert demo.load(flow_folder) == 1
    assert queries.current("meldebescheinigung").version == 2


def test_erika_stores_and_vera_publishes(lindental, erika, vera, flow_text):
    row = service.store(newer(flow_text), actor=erika)
    assert queries.current("meldebescheinigung").version == 1
    with pytest.raises(FlowRefusedError, match="nichts daran geändert"):
        service.publish(row, actor=erika)
    service.publish(row, actor=vera)
    assert queries.current("meldebescheinigung").version == 2
    entry = Entry.objects.order_by("-seq").first()
    assert (entry.action, entry.subject) == ("applications.flow.published", "flow:meldebescheinigung")
    assert entry.detail == {"version": 2, "hash": row.hash}


@pytest.mark.parametrize(
    ("wrong", "right", "key"),
    [
        ("next: anschrift\n", "next: nirgends\n", "step.unknown"),  # the compiler
        ("path: [start, fuer, art", "path: [start, art, fuer", "test.path"),  # the flow's own tests
        ("{service: meldebescheinigung,", "{service: raumfahrt,", "source.service"),  # the town
    ],
)
def test_nothing_is_published_that_is_not_green(lindental, erika, vera, flow_text, wrong, right, key):
    assert wrong in flow_text
    row = service.store(newer(flow_text).replace(wrong, right, 1), actor=erika)
    with pytest.raises(FlowRefusedError) as refused:
        service.publish(row, actor=vera)
    assert key in {problem.key for problem in refused.value.problems}
    assert queries.current("meldebescheinigung").version == 1


@pytest.mark.parametrize("text", ["a: [", "- 1", "id: x", "{id: x, version: 0}", "{id: 3, version: 1}"])
def test_a_file_without_a_name_is_not_kept(lindental, text):
    with pytest.raises(FlowRefusedError):
        service.store(text, actor=None)
    assert FlowVersion.objects.count() == 13


def test_what_was_published_is_changed_by_nobody(lindental, erika, flow_text):
    with pytest.raises(FlowRefusedError, match="höhere Nummer"):
        service.store(flow_text + "\n", actor=erika)
    rows = FlowVersion.objects.filter(flow="meldebescheinigung")
    for change in ({"text": "x"}, {"hash": "x"}, {"version": 9}, {"status": "draft"}):
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            rows.update(**change)
    draft = service.store(newer(flow_text), actor=erika)
    FlowVersion.objects.filter(pk=draft.pk).update(text="x", hash="y")


def test_a_flow_that_was_withdrawn_is_not_offered_and_does_not_come_back(lindental, erika, flow_folder):
    assert service.withdraw("meldebescheinigung", reason="Gebühr falsch", actor=erika) == 1
    assert queries.current("meldebescheinigung") is None
    demo.load(flow_folder)
    assert queries.current("meldebescheinigung") is None
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        FlowVersion.objects.filter(flow="meldebescheinigung").update(status="published")


def test_who_may_not_know_of_flows_changes_none(lindental, bob, flow_text):
    row = service.store(newer(flow_text), actor=None)
    for change in (
        lambda: service.store(flow_text, actor=bob),
        lambda: service.publish(row, actor=bob),
        lambda: service.withdraw("meldebescheinigung", reason="", actor=bob),
    ):
        with pytest.raises(Http404):
            change()


def test_whoever_changes_a_text_learns_which_flows_rest_on_it(lindental):
    keys = ["services/hundesteuer-anmelden", "statutes/hundesteuersatzung", "services/raumfahrt"]
    found = {(row["key"], row["title"]) for row in dependents.resting(keys)}
    assert ("services/hundesteuer-anmelden", "Hund zur Hundesteuer anmelden") in found
    assert len({title for key, title in found if key == "statutes/hundesteuersatzung"}) >= 2
    assert "services/raumfahrt" not in {key for key, _title in found}
