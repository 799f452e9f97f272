# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erika changes a flow, Vera looks at it and publishes; both are editors."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from allmende.kernel.audit.models import Entry
from allmende.kernel.evaluation import gates
from allmende.kernel.web.testing import FormOnPage
from allmende.modules.applications import queries, service
from allmende.modules.applications.models import Draft, FlowVersion, Submission
from allmende.modules.applications.tests.engine.test_fim import VERSION_2

pytestmark = pytest.mark.one_database

FLOW = "/ablaeufe/meldebescheinigung/2/"
STEP = f"{FLOW}formular/steps.zweck/"


def browser_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def erikas(erika) -> Client:
    return browser_of(erika)


@pytest.fixture
def veras(vera) -> Client:
    return browser_of(vera)


@pytest.fixture
def opened(lindental, erika) -> FlowVersion:
    """Version 2 of a flow, which Erika has just begun."""
    return service.begin("meldebescheinigung", actor=erika)


@pytest.fixture
def write(opened) -> Callable[..., object]:
    """Open a part in its form and send it with changes."""

    def do(client: Client, address: str = STEP, **changes: str):
        values = FormOnPage(client.get(address).content.decode()).values
        values.pop("do", None)
        return client.post(address, values | {name: [value] for name, value in changes.items()})

    return do


def now() -> FlowVersion:
    return FlowVersion.objects.get(flow="meldebescheinigung", version=2)


def test_a_form_that_is_opened_and_saved_changes_nothing(opened, erikas, write):
    before = now().text
    for place in ("basics", "slots.art", "steps.fuer", "steps.kind", "tests.minderjährig"):
        assert write(erikas, f"{FLOW}formular/{place}/").status_code == 302
    assert now().text == before


def test_what_is_wrong_is_kept_and_said_beside_the_step(opened, erikas, write):
    answer = write(erikas, **{"next-1-then": "nirgends", "ask-en": ""})
    assert answer.url == STEP
    page = erikas.get(STEP).content.decode()
    assert "Den Schritt „nirgends“ gibt es nicht." in page
    assert 'href="#id_next-1-then"' in page
    overview = erikas.get(f"{FLOW}formular/").content.decode()
    at = overview.index('id="steps.zweck"')
    assert "Der Text auf Englisch fehlt." in overview[at : overview.index("</section>", at)]
    assert "then: nirgends" in now().text


def test_the_yaml_is_the_same_file_and_takes_what_is_no_yaml(opened, erikas):
    address = f"{FLOW}yaml/"
    broken = now().text.replace("steps:\n", "steps: [\n")
    assert erikas.post(address, {"text": broken, "seen": now().hash}).status_code == 302
    assert now().text == broken
    page = erikas.get(f"{FLOW}formular/").content.decode()
    assert "Das ist kein gültiges YAML" in page
    assert erikas.get(STEP).url == address
    mended = broken.replace("steps: [\n", "steps:\n").replace("Wofür brauchen Sie die", "Wozu brauchen Sie die")
    erikas.post(address, {"text": mended, "seen": now().hash})
    assert "Wozu brauchen Sie die" in erikas.get(STEP).content.decode()


def test_two_editors_of_the_same_step_see_each_other_and_of_different_steps_do_not_disturb(opened, erikas, veras):
    mine = FormOnPage(erikas.get(STEP).content.decode()).values
    theirs = FormOnPage(veras.get(STEP).content.decode()).values
    veras.post(STEP, theirs | {"ask-de": ["Frage von Vera"]})
    answer = erikas.post(STEP, mine | {"ask-de": ["Frage von Erika"]})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<ins>" in page
    assert "Vera" in page
    assert FormOnPage(page).values["ask-de"] == ["Frage von Erika"]
    assert "Frage von Vera" in now().text
    erikas.post(STEP, FormOnPage(page).values)
    assert "Frage von Erika" in now().text
    other = FormOnPage(erikas.get(f"{FLOW}formular/steps.art/").content.decode()).values
    veras.post(STEP, FormOnPage(veras.get(STEP).content.decode()).values | {"ask-de": ["Noch einmal Vera"]})
    assert erikas.post(f"{FLOW}formular/steps.art/", other | {"ask-de": ["Welche?"]}).status_code == 302
    assert "Noch einmal Vera" in now().text
    assert "Welche?" in now().text
    stale = erikas.post(f"{FLOW}yaml/", {"text": "x", "seen": "older"})
    assert stale.status_code == 409
    assert "Noch einmal Vera" in now().text


def test_steps_slots_and_tests_are_added_moved_and_removed(opened, erikas, write):
    address = f"{FLOW}formular/steps/?after=steps.zweck"
    write(erikas, address, id="dank", **{"say-de": "Danke.", "say-en": "Thank you."})
    write(erikas, f"{FLOW}formular/slots/", key="zahl", type="number", **{"label-de": "Zahl", "label-en": "Number"})
    ids = [step["id"] for step in service.rules.data(now().text)["steps"]]
    assert ids[ids.index("zweck") + 1] == "dank"
    assert write(erikas, f"{FLOW}formular/slots/", key="zahl", type="text").status_code == 400
    for what, place in (("up", "steps.dank"), ("remove", "slots.zahl"), ("remove", "tests.minderjährig")):
        erikas.post(f"{FLOW}ordnen/", {"do": what, "place": place, "seen": now().hash})
    data = service.rules.data(now().text)
    ids = [step["id"] for step in data["steps"]]
    assert ids[ids.index("zweck") - 1] == "dank"
    assert "zahl" not in data["slots"]
    assert len(data["tests"]) == 3
    assert erikas.post(f"{FLOW}ordnen/", {"do": "remove", "place": "steps.dank", "seen": "older"}).status_code == 302
    assert "dank" in now().text


def test_a_step_and_a_slot_that_are_renamed_are_renamed_wherever_the_file_names_them(opened, erikas, write):
    assert write(erikas, id="wofuer").url.endswith("#steps.wofuer")
    assert write(erikas, f"{FLOW}formular/slots.art/", key="sorte").url.endswith("#slots.sorte")
    text, compiled = now().text, service.compiled(now().text, "")
    assert (compiled.problems, compiled.flow.steps["wofuer"].slots) == ((), ("zweck",))
    assert "sorte == 'erweitert'" in text
    assert opened.text.count("\n") == text.count("\n")


def test_rows_are_added_without_a_script(opened, erikas):
    values = FormOnPage(erikas.get(STEP).content.decode()).values
    page = erikas.post(STEP, values | {"rows": ["add:next"]}).content.decode()
    assert "next-3-then" in page
    assert now().author.username == "erika"


def test_publishing_needs_a_second_person_and_says_what_is_red(opened, erikas, veras, write):
    def take(client, step, **sent):
        return client.post(f"{FLOW}{step}/", {"seen": now().hash, **sent})

    write(erikas, **{"next-1-then": "nirgends"})
    take(erikas, "einreichen")
    assert "der nichts daran geändert hat" in take(erikas, "veroeffentlichen").content.decode()
    refused = take(veras, "veroeffentlichen")
    assert refused.status_code == 409
    assert "nirgends" in refused.content.decode()
    assert "Grund" in take(veras, "zurueckgeben").content.decode()
    take(veras, "zurueckgeben", reason="Der Weg fehlt.")
    assert "Der Weg fehlt." in erikas.get("/ablaeufe/").content.decode()
    write(erikas, **{"next-1-then": "gebuehr", "ask-de": "Wozu?"})
    take(erikas, "einreichen")
    assert "erika" in veras.get("/ablaeufe/").content.decode()
    assert veras.post(f"{FLOW}veroeffentlichen/", {"seen": "older"}).status_code == 409
    assert take(veras, "veroeffentlichen").status_code == 302
    assert queries.current("meldebescheinigung").version == 2
    page = erikas.get("/ablaeufe/meldebescheinigung/vergleich/").content.decode()
    assert "Wozu" in page
    assert page.count('class="flow-change"') == 1
    assert erikas.get(STEP).status_code == 404
    assert veras.post(f"{FLOW}zurueckziehen/", {}).status_code == 409
    veras.post(f"{FLOW}zurueckziehen/", {"reason": "Gebühr falsch"})
    assert queries.current("meldebescheinigung") is None
    done = set(Entry.objects.filter(subject="flow:meldebescheinigung").values_list("action", flat=True))
    assert {f"applications.flow.{step}" for step in ("submitted", "returned", "published", "withdrawn")} <= done


def test_two_who_wrote_a_flow_together_cannot_publish_it_for_each_other(opened, erikas, veras, write):
    write(erikas, **{"ask-de": "Wozu brauchen Sie sie?"})
    write(veras, **{"ask-de": "Wozu brauchen Sie sie bitte?"})
    erikas.post(f"{FLOW}einreichen/", {"seen": now().hash})
    for client in (erikas, veras):
        refused = client.post(f"{FLOW}veroeffentlichen/", {"seen": now().hash}, follow=True).content.decode()
        assert "der nichts daran geändert hat" in refused
        assert "veroeffentlichen" not in client.get(FLOW).content.decode(), "no button"
    assert now().status == "review"


def test_what_a_gate_objects_to_is_published_only_with_a_reason(opened, erikas, veras, write, monkeypatch):
    def objects(gate, publication):
        assert {"services/meldebescheinigung", "statutes/verwaltungsgebuehrensatzung"} <= set(publication.keys)
        return gates.Objection(gate.name, gate.title, (f"{publication.kind} {publication.subject} verliert etwas.",))

    monkeypatch.setattr(gates, "_asked", objects)
    write(erikas, **{"ask-de": "Wozu?"})
    erikas.post(f"{FLOW}einreichen/", {"seen": now().hash})
    answer = veras.post(f"{FLOW}veroeffentlichen/", {"seen": now().hash})
    assert answer.status_code == 409
    assert "flow meldebescheinigung verliert etwas." in answer.content.decode()
    assert now().status == "review"
    veras.post(f"{FLOW}veroeffentlichen/", {"seen": now().hash, "reason": "Der Maßstab ist alt."})
    assert now().status == "published"
    assert gates.overrides().get().by.username == "vera"


def test_a_draft_is_tried_out_and_nothing_is_kept_of_it(opened, erikas):
    address = f"{FLOW}probe/"
    drafts = Draft.objects.count()
    values = {"language": "en", "answers": "{}"}
    for said in ("for myself", "extended"):
        page = erikas.post(address, values | {"do": "answer", "text": said}).content.decode()
        values["answers"] = FormOnPage(page.replace('<form method="post" novalidate>', '<form id="text-form">')).values[
            "answers"
        ][0]
    assert "Which further details should it show?" in page
    page = erikas.post(address, values | {"do": "answer", "text": "Unsinn"}).content.decode()
    assert 'role="alert"' in page
    page = erikas.post(address, {"test": "minderjährig"}).content.decode()
    assert "Hier übernimmt ein Mensch" in page
    assert (Draft.objects.count(), Submission.objects.count()) == (drafts, 0)


def test_the_page_of_a_flow_shows_ways_coverage_tests_and_a_picture_with_its_text(lindental, erikas):
    page = erikas.get("/ablaeufe/meldebescheinigung/1/").content.decode()
    for shown in (
        "Compiler und Tests sind grün",
        "100\u00a0%",
        "<svg",
        "Dasselbe als Text",
        "start → fuer",
        "einfach für mich",
    ):
        assert shown in page
    assert "sonst weiter mit" in page


def test_a_new_flow_begins_empty_or_with_a_schema_of_fim(lindental, erikas):
    answer = erikas.post("/ablaeufe/neu/", {"name": "Fundsache melden", "unit": "buergerbuero"})
    assert answer.url == "/ablaeufe/fundsache-melden/1/"
    assert erikas.post("/ablaeufe/neu/", {"name": "Fundsache melden", "unit": "buergerbuero"}).status_code == 400
    file = SimpleUploadedFile("schema.xml", VERSION_2.encode())
    answer = erikas.post("/ablaeufe/neu/", {"name": "Aus FIM", "unit": "buergerbuero", "schema": file})
    assert answer.url == "/ablaeufe/aus-fim/1/"
    assert FlowVersion.objects.get(flow="aus-fim").author.username == "erika"
    bad = SimpleUploadedFile("schema.xml", b"<kein XML")
    assert erikas.post("/ablaeufe/neu/", {"unit": "buergerbuero", "schema": bad}).status_code == 400


def test_those_without_the_right_learn_nothing_and_the_english_page_is_english(opened, bob, erikas):
    stranger = browser_of(bob)
    for address in ("", "neu/", "meldebescheinigung/1/", "meldebescheinigung/2/yaml/", "meldebescheinigung/vergleich/"):
        assert stranger.get(f"/ablaeufe/{address}").status_code == 404
    page = erikas.get(f"{FLOW}formular/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Add step" in page
