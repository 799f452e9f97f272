# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What editors see: the list, one text, the comparison, the preview, the history, the conflict; and who sees nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from allmende.kernel.accounts.models import User
from allmende.kernel.town import service as town
from allmende.kernel.town.editing import drafting, service
from allmende.kernel.town.editing.kinds import KINDS, WORDS_ID
from allmende.kernel.town.editing.models import Draft
from allmende.kernel.town.models import WordList
from allmende.kernel.town.queries import today
from allmende.kernel.town.tests.conftest import DOG, GOODBYE
from allmende.kernel.town.tests.editing.conftest import (
    DOG_ID,
    DOG_PAGE,
    FORM,
    Write,
    browser_of,
    opened,
    published,
)
from allmende.kernel.web.testing import FormOnPage

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LIST = "/redaktion/"
FREE = {"de": "kostenlos"}
LIST_QUERIES = 12
"""Session, person, roles; the offices, the drafts, four kinds of texts; two for what waits; the town in the frame."""


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def listed(html: str) -> list[str]:
    """The names in the list, in their order."""
    rows = html.partition("<tbody")[2].partition("</tbody>")[0].split('scope="row"')[1:]
    return [row.partition('lang="de">')[2].partition("<")[0] for row in rows]


# --- the list


def test_it_works(lindental: None, erikas: Client):
    assert listed(page_of(erikas, LIST)) == [
        "Äußerst traurig: Hund abmelden",
        "Energieberatung",
        "Hund anmelden",
        "Satzung über die Erhebung der Hundesteuer (Hundesteuersatzung)",
        "Satzung über die Hundesteuer (Hundesteuersatzung), Fassung 2015",
        "Steueramt",
    ]


def test_the_rail_leads_editors_here(lindental: None, erikas: Client):
    assert 'href="/redaktion/"' in page_of(erikas, "/arbeitsplatz/")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("q=hund+an", ["Hund anmelden"]),
        ("q=HUND&kind=leistungen", ["Äußerst traurig: Hund abmelden", "Hund anmelden"]),
        ("q=hundesteuer-abmelden", ["Äußerst traurig: Hund abmelden"]),
        ("kind=aemter", ["Steueramt"]),
        ("kind=teapots&q=steueramt", ["Steueramt"]),
        ("status=draft", ["Hund anmelden", "Neue Leistung"]),
        ("status=published&q=anmelden", ["Hund anmelden"]),
        ("status=withdrawn", ["Energieberatung"]),
        ("unit=finanzen&kind=leistungen&q=neu", ["Neue Leistung"]),
        ("old=on", ["Äußerst traurig: Hund abmelden"]),
        ("status=sleeping&kind=aemter", ["Steueramt"]),
        ("q=gibtesnicht", []),
    ],
)
def test_the_list_is_narrowed(write: Write, erika: User, erikas: Client, asked: str, names: list[str]):
    write(approved_on=today().isoformat())
    new = {**GOODBYE, "id": "neue-leistung", "name": {"de": "Neue Leistung"}}
    drafting.create(KINDS["service"], new, actor=erika)
    service.withdraw(KINDS["page"], "energie", actor=erika, reason="vorbei")
    long_ago = (today() - timedelta(days=366)).isoformat()
    town.put_services([("", DOG | {"approved_on": today()}), ("", GOODBYE | {"approved_on": long_ago})])
    assert listed(page_of(erikas, f"{LIST}?{asked}")) == names


def test_what_waits_for_fritz_stands_at_the_top(write: Write, erika: User, erikas: Client, fritzs: Client):
    draft = write(free=FREE)
    assert "1 eigener Entwurf" in page_of(erikas, LIST)
    draft = service.submit(KINDS["service"], DOG_ID, actor=erika, revision=draft.revision)
    assert "1 Entwurf wartet auf Ihre Prüfung" in page_of(fritzs, LIST)
    assert "wartet auf Ihre Prüfung" not in page_of(erikas, LIST)
    assert f'href="{DOG_PAGE}"' in page_of(fritzs, LIST).partition('id="waiting"')[2].partition("</section>")[0]


def test_the_list_asks_the_database_as_often_for_many_texts_as_for_few(
    write: Write, fritz: User, erikas: Client, django_assert_num_queries: Any
):
    erikas.get(LIST)
    with django_assert_num_queries(LIST_QUERIES):
        erikas.get(LIST)
    town.put_services(("", GOODBYE | {"id": f"leistung-{n}", "name": {"de": f"Leistung {n}"}}) for n in range(40))
    for number in range(4):
        draft = write(record_id=f"leistung-{number}", actor=fritz, free={"de": "umsonst"})
        service.submit(KINDS["service"], draft.record_id, actor=fritz, revision=1)
    with django_assert_num_queries(LIST_QUERIES):
        html = page_of(erikas, LIST)
    assert html.count('scope="row"') == 46


def test_a_long_list_has_pages_that_keep_the_filter(lindental: None, erikas: Client):
    town.put_services(("", GOODBYE | {"id": f"leistung-{n}", "name": {"de": f"Leistung {n}"}}) for n in range(60))
    html = page_of(erikas, f"{LIST}?q=leistung&kind=leistungen")
    assert "60 Texte" in html
    assert html.count('scope="row"') == 50
    assert "q=leistung&amp;kind=leistungen&amp;page=2" in html


def test_an_empty_town_says_what_to_do_first(db: None, erikas: Client):
    html = page_of(erikas, LIST)
    assert "Noch ist nichts eingetragen" in html
    assert 'href="/redaktion/aemter/neu/"' in html


# --- who may


ADDRESSES = [
    LIST,
    "/redaktion/leistungen/neu/",
    DOG_PAGE,
    FORM,
    f"{DOG_PAGE}vorschau/",
    f"{DOG_PAGE}verlauf/",
    "/redaktion/ortsrecht/hundesteuersatzung/neue-fassung/",
]
STEPS = ["einreichen", "zurueckholen", "verwerfen", "uebernehmen", "zurueckgeben", "veroeffentlichen", "zurueckziehen"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_alice_and_strangers_learn_nothing(write: Write, alice: User, client: Client, address: str):
    write(free=FREE)
    assert browser_of(alice).get(address).status_code == 404
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("step", [*STEPS, "verlauf/1/wiederherstellen"])
def test_alice_and_strangers_take_no_step(write: Write, alice: User, client: Client, step: str):
    draft = write(free=FREE)
    data = {"revision": draft.revision, "comment": "nein"}
    assert browser_of(alice).post(f"{DOG_PAGE}{step}/", data).status_code == 404
    assert client.post(f"{DOG_PAGE}{step}/", data).status_code == 302
    assert Draft.objects.get().revision == draft.revision


def test_a_draft_is_nowhere_to_be_seen_in_public(write: Write, erika: User, client: Client):
    write(free={"de": "ganz umsonst"})
    new = {**GOODBYE, "id": "neue-leistung", "name": {"de": "Neue Leistung"}}
    drafting.create(KINDS["service"], new, actor=erika)
    assert "ganz umsonst" not in page_of(client, f"/leistungen/{DOG_ID}/")
    assert "Neue Leistung" not in page_of(client, "/leistungen/")
    assert client.get("/leistungen/neue-leistung/").status_code == 404
    assert "ganz umsonst" not in page_of(client, f"/api/v1/town/services/{DOG_ID}")


def test_unknown_kinds_and_texts_are_not_there(lindental: None, erikas: Client):
    assert erikas.get("/redaktion/teapots/").status_code == 404
    assert erikas.get("/redaktion/teapots/neu/").status_code == 404
    assert erikas.get("/redaktion/leistungen/niemals/").status_code == 404
    assert erikas.get("/redaktion/woerter/neu/").status_code == 404
    assert erikas.get(f"/redaktion/woerter/{WORDS_ID}/vorschau/").status_code == 404


def test_steps_are_taken_by_post_only(write: Write, erikas: Client):
    write(free=FREE)
    assert {erikas.get(f"{DOG_PAGE}{step}/").status_code for step in STEPS} == {405}


# --- four eyes


@pytest.fixture
def submitted(write: Write, erika: User) -> Draft:
    draft = write(free=FREE, comment="Beschluss vom 3. November")
    return service.submit(KINDS["service"], DOG_ID, actor=erika, revision=draft.revision)


def test_erika_cannot_publish_her_own_text_even_by_a_forged_form(submitted: Draft, erikas: Client):
    assert "veroeffentlichen" not in page_of(erikas, DOG_PAGE), "there is no button"
    answer = erikas.post(f"{DOG_PAGE}veroeffentlichen/", {"revision": submitted.revision})
    assert answer.status_code == 409
    assert "Prüfen muss ihn jemand, der nichts daran geändert hat." in answer.content.decode()
    assert "free" not in published()
    assert Draft.objects.get().status == "review"


def test_fritz_sees_what_changes_and_publishes_it(submitted: Draft, fritzs: Client, client: Client):
    html = page_of(fritzs, DOG_PAGE)
    assert "Bitte prüfen" in html
    assert "Beschluss vom 3. November" in html
    assert "<ins>" in html
    answer = fritzs.post(f"{DOG_PAGE}veroeffentlichen/", {"revision": submitted.revision, "approve": "on"}, follow=True)
    assert "Veröffentlicht." in answer.content.decode()
    assert "kostenlos" in page_of(client, f"/leistungen/{DOG_ID}/")
    assert published()["approved_on"] == today().isoformat()


def test_without_the_tick_the_day_of_approval_stays(submitted: Draft, fritzs: Client):
    fritzs.post(f"{DOG_PAGE}veroeffentlichen/", {"revision": submitted.revision})
    assert published()["approved_on"] == "2026-03-12"


def test_fritz_gives_it_back_with_a_reason_that_erika_reads(submitted: Draft, fritzs: Client, erikas: Client):
    data = {"revision": submitted.revision, "comment": "Bitte mit <Paragraf>"}
    fritzs.post(f"{DOG_PAGE}zurueckgeben/", data)
    html = page_of(erikas, DOG_PAGE)
    assert "Zurückgegeben von fritz" in html
    assert "Bitte mit &lt;Paragraf&gt;" in html
    assert "zurückgegeben" in page_of(erikas, LIST)


def test_a_reviewer_who_saw_an_older_draft_is_told(submitted: Draft, write: Write, erika: User, fritzs: Client):
    draft = write(free={"de": "doch nicht"})
    service.submit(KINDS["service"], DOG_ID, actor=erika, revision=draft.revision)
    answer = fritzs.post(f"{DOG_PAGE}veroeffentlichen/", {"revision": submitted.revision})
    assert answer.status_code == 409
    assert "Der Entwurf ist inzwischen ein anderer." in answer.content.decode()


def test_a_draft_in_review_warns_whoever_opens_its_form(submitted: Draft, erikas: Client):
    assert "Dieser Entwurf ist in Prüfung" in page_of(erikas, FORM)


def test_a_new_text_that_is_discarded_leads_back_to_the_list(lindental: None, erika: User, erikas: Client):
    new = {**GOODBYE, "id": "neue-leistung", "name": {"de": "Neue Leistung"}}
    drafting.create(KINDS["service"], new, actor=erika)
    answer = erikas.post("/redaktion/leistungen/neue-leistung/verwerfen/", {"revision": 1})
    assert answer["Location"] == LIST
    assert erikas.get("/redaktion/leistungen/neue-leistung/").status_code == 404


# --- two at once


def test_the_second_of_two_editors_sees_both_texts_and_loses_nothing(
    lindental: None, erika: User, erikas: Client, fritzs: Client
):
    early = opened(fritzs)
    erikas.post(FORM, {**opened(erikas), "free-de": ["kostenlos"], "processing_time-de": ["3 Tage"]})
    late = {**early, "free-de": ["ohne <Gebühr>"], "name-de": ["Hund melden"], "comment": ["Sprache"]}
    answer = fritzs.post(FORM, late)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "erika hat diesen Text am" in html
    assert html.count("ohne &lt;Gebühr&gt;") == 2, "to be seen, and kept in the form"
    assert "kostenlos" in html
    assert "übernommen:</p>" not in html
    assert "übernommen: Bearbeitungsdauer." in " ".join(html.split())
    assert Draft.objects.get().data["free"] == FREE, "nothing is overwritten"

    kept = FormOnPage(html.replace('<form class="web-wide web-edit-merge"', '<form id="text-form"')).values
    kept = {name: [value.removeprefix("\n") for value in values] for name, values in kept.items()}
    merged = fritzs.post(FORM, {**kept, "choose-free-de": "theirs", "do": "merge"}).content.decode()
    fields = FormOnPage(merged).values
    assert (fields["free-de"], fields["name-de"]) == (["kostenlos"], ["Hund melden"])
    assert (fields["processing_time-de"], fields["comment"]) == (["3 Tage"], ["Sprache"])
    assert fritzs.post(FORM, fields).status_code == 302
    draft = Draft.objects.get()
    assert draft.data["name"]["de"] == "Hund melden"
    assert draft.data["processing_time"]["de"] == "3 Tage"
    assert draft.revision == 2


def test_one_s_own_text_wins_where_one_says_so(lindental: None, erikas: Client, fritzs: Client):
    early = opened(fritzs)
    erikas.post(FORM, {**opened(erikas), "free-de": ["kostenlos"]})
    html = fritzs.post(FORM, {**early, "free-de": ["ohne Gebühr"]}).content.decode()
    kept = FormOnPage(html.replace('<form class="web-wide web-edit-merge"', '<form id="text-form"')).values
    merged = fritzs.post(FORM, {**kept, "choose-free-de": "mine", "do": "merge"}).content.decode()
    assert FormOnPage(merged).values["free-de"] == ["ohne Gebühr"]


def test_a_text_that_was_published_meanwhile_is_a_conflict_as_well(publish: Callable[..., None], erikas: Client):
    early = opened(erikas)
    publish(free=FREE)
    answer = erikas.post(FORM, {**early, "free-de": ["umsonst"]})
    assert answer.status_code == 409
    assert "fritz hat diesen Text am" in answer.content.decode()


def test_forged_numbers_and_marks_are_only_a_conflict(lindental: None, erikas: Client):
    fields = opened(erikas)
    for forged in (
        {"revision": "x"},
        {"base": "-1"},
        {"base": "9" * 30},
        {"opened": "[1", "base": "7"},
        {"opened": "[]", "base": "7"},
    ):
        assert erikas.post(FORM, fields | {name: [value] for name, value in forged.items()}).status_code in (302, 409)
    assert not Draft.objects.exists()


def test_an_import_that_overtook_the_draft_is_shown_and_adopted(write: Write, erikas: Client):
    draft = write(free=FREE)
    town.put_service(DOG | {"online": "https://neu.lindental.example"})
    html = page_of(erikas, DOG_PAGE)
    assert "Der veröffentlichte Text ist neuer als dieser Entwurf" in html
    answer = erikas.post(f"{DOG_PAGE}einreichen/", {"revision": draft.revision})
    assert answer.status_code == 409
    assert "Übernehmen Sie ihn zuerst." in answer.content.decode()
    erikas.post(f"{DOG_PAGE}uebernehmen/", {"revision": draft.revision})
    assert Draft.objects.get().data["online"] == "https://neu.lindental.example"
    assert "ist neuer als" not in page_of(erikas, DOG_PAGE)


# --- preview, history


def test_the_preview_is_the_public_page_with_a_mark(write: Write, erikas: Client, client: Client):
    write(free={"de": "ganz umsonst"}, valid_from="2099-01-01")
    html = page_of(erikas, f"{DOG_PAGE}vorschau/")
    assert "Vorschau: So sehen es die Bürgerinnen und Bürger" in html
    assert "Heute gilt die Leistung nicht" in html
    public = page_of(client, f"/leistungen/{DOG_ID}/")
    for heading in ("Das brauchen Sie", "Fristen und Dauer", "Rechtsgrundlage", "Zuständig"):
        assert heading in html
        assert heading in public
    assert "ganz umsonst" in html
    assert "town-preview" not in public


@pytest.mark.parametrize("address", ["seiten/energie", "ortsrecht/hundesteuersatzung", "aemter/finanzen"])
def test_every_public_kind_has_a_preview(lindental: None, erikas: Client, address: str):
    assert "Vorschau: So sehen es" in page_of(erikas, f"/redaktion/{address}/vorschau/")


def test_a_preview_in_english(write: Write, erikas: Client):
    write(free={"de": "kostenlos", "en": "no charge at all"})
    erikas.cookies["django_language"] = "en"
    html = page_of(erikas, f"{DOG_PAGE}vorschau/")
    assert "no charge at all" in html
    assert "Preview: this is what citizens will see" in html


def test_a_draft_that_cannot_be_published_says_so_instead_of_a_preview(write: Write, erikas: Client):
    draft = write(free=FREE)
    Draft.objects.update(data=draft.data | {"unit": "mars"})
    answer = erikas.get(f"{DOG_PAGE}vorschau/")
    assert answer.status_code == 409
    assert "Das Amt „mars“ gibt es nicht." in answer.content.decode()


def test_the_history_compares_any_two_versions(publish: Callable[..., None], erikas: Client):
    publish(free=FREE)
    publish(free={"de": "ganz umsonst"})
    html = page_of(erikas, f"{DOG_PAGE}verlauf/")
    assert "Von Fassung 2 zu Fassung 3" in html
    assert "Entfällt:" in html, "a screen reader hears it, too"
    assert html.count("Neu:") == 1
    html = page_of(erikas, f"{DOG_PAGE}verlauf/?from=3&to=1")
    assert "Von Fassung 1 zu Fassung 3" in html
    assert "erika" in html
    assert "fritz" in html
    assert "Fassung 1" in page_of(erikas, f"{DOG_PAGE}verlauf/?from=x&to=99")


def test_an_older_version_is_restored_from_the_history(publish: Callable[..., None], erikas: Client):
    publish(free=FREE)
    answer = erikas.post(f"{DOG_PAGE}verlauf/1/wiederherstellen/")
    assert answer["Location"] == DOG_PAGE
    draft = Draft.objects.get()
    assert "free" not in draft.data
    assert draft.comment == "Fassung 1 wiederhergestellt"
    assert erikas.post(f"{DOG_PAGE}verlauf/1/wiederherstellen/").status_code == 409


def test_a_text_is_withdrawn_with_a_reason(lindental: None, erikas: Client, client: Client):
    assert erikas.post(f"{DOG_PAGE}zurueckziehen/", {"comment": " "}).status_code == 409
    erikas.post(f"{DOG_PAGE}zurueckziehen/", {"comment": "Betrag falsch"})
    assert client.get(f"/leistungen/{DOG_ID}/").status_code == 404
    html = page_of(erikas, DOG_PAGE)
    assert "zurückgezogen" in html
    assert "Betrag falsch" in html
    assert "Jetzt zurückziehen" not in html
    assert "Fassung 2 als Entwurf" in page_of(erikas, f"{DOG_PAGE}verlauf/")


# --- words


def test_the_town_s_words_go_the_same_way(lindental: None, erikas: Client, fritzs: Client):
    address = f"/redaktion/woerter/{WORDS_ID}/"
    assert "Noch gibt es keine Gruppe" in page_of(erikas, address)
    form = f"{address}bearbeiten/"
    html = erikas.post(form, {**opened(erikas, form), "rows": "add:groups"}).content.decode()
    fields = FormOnPage(html).values | {"groups-1-terms": ["Perso"]}
    refused = erikas.post(form, fields)
    assert refused.status_code == 400
    assert "mindestens zwei verschiedene Ausdrücke" in refused.content.decode()
    erikas.post(form, fields | {"groups-1-terms": ["Personalausweis, Perso , Perso"], "do": ["submit"]})
    fritzs.post(f"{address}veroeffentlichen/", {"revision": Draft.objects.get().revision})
    assert WordList.objects.get().groups == [["Personalausweis", "Perso"]]
    assert "Personalausweis, Perso" in page_of(erikas, address)


# --- English


def test_the_editors_pages_in_english(submitted: Draft, erikas: Client, fritzs: Client):
    erikas.cookies["django_language"] = fritzs.cookies["django_language"] = "en"
    for address, words in (
        (LIST, "The town’s texts"),
        (DOG_PAGE, "In review"),
        (FORM, "Mandatory fields are marked"),
        (f"{DOG_PAGE}verlauf/", "Compare"),
        ("/redaktion/ortsrecht/hundesteuersatzung/neue-fassung/", "From when does the new version hold?"),
    ):
        html = page_of(erikas, address)
        assert 'lang="en"' in html
        assert words in html, address
    refused = erikas.post(f"{DOG_PAGE}veroeffentlichen/", {"revision": submitted.revision}).content.decode()
    assert "Somebody who changed nothing in it has to check it." in refused
