# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from typing import Any

import pytest
from django.http import Http404

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.town import queries, service
from allmende.kernel.town.errors import TownDataError
from allmende.kernel.town.models import Service, Statute, Unit
from allmende.kernel.town.tests.conftest import DOG, GOODBYE, OFFICE, OLD_STATUTE, STATUTE, Told

pytestmark = pytest.mark.django_db


def refused(put: Any, *args: Any, **kwargs: Any) -> list[str]:
    with pytest.raises(TownDataError) as error:
        put(*args, **kwargs)
    return [str(problem) for problem in error.value.problems]


def test_a_service_is_stored_with_all_its_lines(lindental: None):
    row = Service.objects.get(pk="hundesteuer-anmelden")
    assert row.texts.get(module="02", language="en").text == "Register a dog"
    assert row.fees.get().amount == 96
    assert row.keys.get().code == "99102013060000"
    assert [synonym.term for synonym in row.synonyms.filter(language="de")] == ["Hundemarke", "Welpe anmelden"]


def test_what_has_not_changed_costs_one_comparison_and_leaves_no_trace(
    lindental: None, told: Told, django_assert_num_queries: Any
):
    told.documents.clear()
    entries = Entry.objects.count()
    with django_assert_num_queries(3):  # savepoint, hashes, release
        assert service.put_service(DOG) is False
    assert Entry.objects.count() == entries
    assert not told.documents


def test_a_change_is_written_audited_and_told_to_the_search(lindental: None, told: Told, dog: dict[str, Any]):
    erika = make_user("erika", "editor")
    dog["name"]["de"] = "Hund anmelden (Hundesteuer)"
    assert service.put_service(dog, actor=erika) is True
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.action, entry.subject, entry.actor_name) == (
        "town.service.published",
        "service:hundesteuer-anmelden",
        "erika",
    )
    assert told.documents["services/hundesteuer-anmelden"].title == "Hund anmelden (Hundesteuer)"


def test_alice_the_clerk_may_not_edit_and_learns_nothing(lindental: None, dog: dict[str, Any]):
    alice = make_user("alice", "clerk")
    with pytest.raises(Http404):
        service.put_service(dog, actor=alice)
    with pytest.raises(Http404):
        service.withdraw_service("hundesteuer-anmelden", actor=alice)


def test_all_problems_of_a_file_are_named_at_once(lindental: None, dog: dict[str, Any]):
    dog |= {"leika": ["123"], "approved_on": "gestern", "farbe": "rot"}
    dog["fees"][0]["amount"] = "viel"
    dog["text"]["zauberei"] = {"de": "…"}
    del dog["name"]
    problems = refused(service.put_service, dog, source="services/hund.yaml")
    assert "services/hund.yaml, Feld „name“: Diese Angabe fehlt." in problems
    assert "services/hund.yaml, Feld „farbe“: Dieses Feld ist nicht bekannt." in problems
    assert "services/hund.yaml, Feld „fees.1.amount“: Erwartet wird ein Betrag wie 96.00." in problems
    assert "services/hund.yaml, Feld „approved_on“: Erwartet wird ein Datum wie 2026-03-12." in problems
    assert any(problem.startswith("services/hund.yaml, Feld „leika.1“") for problem in problems)
    assert any("„zauberei“ ist nicht bekannt" in problem for problem in problems)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"unit": "mars"}, "hund.yaml, Feld „unit“: Das Amt „mars“ gibt es nicht."),
        ({"statutes": ["mondsatzung"]}, "hund.yaml, Feld „statutes.1“: Die Satzung „mondsatzung“ gibt es nicht."),
        ({"related": ["katze"]}, "hund.yaml, Feld „related.1“: Die Leistung „katze“ gibt es nicht."),
        (
            {"deadlines": [{"de": "bald", "statute": "hundesteuersatzung", "section": "§ 99"}]},
            "hund.yaml, Feld „deadlines.1.section“: § 99 gibt es in der Satzung „hundesteuersatzung“ nicht.",
        ),
        (
            {"fees": []},
            "hund.yaml, Feld „free“: Ohne Gebühren braucht die Leistung einen Hinweis, zum Beispiel „gebührenfrei“.",
        ),
    ],
)
def test_references_that_lead_nowhere_are_refused(
    lindental: None, dog: dict[str, Any], change: dict[str, Any], problem: str
):
    assert problem in refused(service.put_service, dog | change, source="hund.yaml")


def test_one_bad_record_keeps_the_whole_delivery_out(lindental: None, dog: dict[str, Any]):
    good = {**GOODBYE, "approved_on": "2026-05-05"}
    refused(service.put_services, [("a.yaml", good), ("b.yaml", dog | {"unit": "mars"})])
    assert str(Service.objects.get(pk=GOODBYE["id"]).approved_on) == "2026-03-12"


def test_an_id_stands_only_once_in_a_delivery(lindental: None):
    problems = refused(service.put_services, [("a.yaml", DOG), ("b.yaml", DOG)])
    assert problems == ["b.yaml, Feld „id“: Die Kennung „hundesteuer-anmelden“ steht schon in a.yaml."]


def test_a_withdrawn_service_is_gone_from_page_and_search_and_can_come_back(lindental: None, told: Told):
    service.withdraw_service("hundesteuer-anmelden")
    assert queries.service_card("hundesteuer-anmelden") is None
    assert {"services/hundesteuer-anmelden", "services/hundesteuer-anmelden/en"} <= set(told.revoked)
    assert Entry.objects.order_by("-seq")[0].action == "town.service.withdrawn"
    assert service.put_service(DOG) is True
    assert queries.service_card("hundesteuer-anmelden") is not None


def test_nothing_unknown_can_be_withdrawn(lindental: None):
    with pytest.raises(Http404):
        service.withdraw_page("niemals")


def test_an_office_with_services_cannot_be_withdrawn(lindental: None):
    assert "noch 2 veröffentlichte Leistungen" in refused(service.withdraw_unit, "finanzen")[0]


def test_when_a_translation_is_dropped_the_search_forgets_it(lindental: None, told: Told, dog: dict[str, Any]):
    del dog["name"]["en"]
    service.put_service(dog)
    assert "services/hundesteuer-anmelden" in told.documents
    assert "services/hundesteuer-anmelden/en" in told.revoked


def test_when_an_office_has_a_new_number_the_search_knows(lindental: None, told: Told):
    service.put_unit({**OFFICE, "phone": "069 90009-333"})
    assert "069 90009-333" in told.documents["units/finanzen"].parts[1].text


def test_a_new_version_ends_the_old_one_the_day_before(lindental: None):
    assert str(Statute.objects.get(pk="hundesteuersatzung-2015").valid_to) == "2024-12-31"


def test_a_later_version_ends_the_present_one_in_the_search_too(lindental: None, told: Told):
    service.put_statute({**STATUTE, "id": "h-2027", "valid_from": "2027-01-01", "replaces": "hundesteuersatzung"})
    assert str(told.documents["statutes/hundesteuersatzung"].valid_to) == "2026-12-31"


def test_correcting_an_old_version_does_not_bring_it_back(lindental: None, told: Told):
    service.put_statute({**OLD_STATUTE, "abbreviation": "HStS 2015"})
    assert str(told.documents["statutes/hundesteuersatzung-2015"].valid_to) == "2024-12-31"


def test_a_version_is_replaced_once_and_by_a_later_one(lindental: None):
    other = {**STATUTE, "id": "andere", "valid_from": "2026-01-01"}
    assert "schon von „hundesteuersatzung“ ersetzt" in refused(service.put_statute, other)[0]
    early = {**OLD_STATUTE, "id": "frueh", "valid_from": "2014-01-01", "replaces": "hundesteuersatzung"}
    assert "beginnt nicht früher" in refused(service.put_statute, early)[0]


def test_a_statute_without_sections_is_refused(lindental: None):
    assert "keinen Paragrafen" in refused(service.put_statute, {**STATUTE, "text": "Nur Worte."})[0]


def test_offices_do_not_stand_above_one_another_in_a_circle(lindental: None):
    service.put_unit({**OFFICE, "id": "kasse", "parent": "finanzen"})
    assert Unit.objects.get(pk="kasse").parent_id == "finanzen"
    assert "im Kreis" in refused(service.put_unit, {**OFFICE, "parent": "kasse"})[0]


def test_offices_may_come_before_their_parents(db: None):
    child = {**OFFICE, "id": "kasse", "parent": "finanzen"}
    assert service.put_units([("", child), ("", OFFICE)]) == ["kasse", "finanzen"]


@pytest.mark.parametrize(
    "hours",
    [
        {"days": ["mo"], "opens": "12:00", "closes": "08:00"},
        {"days": ["xx"], "opens": "08:00", "closes": "12:00"},
        {"days": ["mo"], "opens": "08:00", "closes": "12:00", "season_from": "05-10"},
    ],
)
def test_impossible_opening_hours_are_refused(db: None, hours: dict[str, Any]):
    assert refused(service.put_unit, {**OFFICE, "opening_hours": [hours]})


def test_yaml_s_minutes_are_read_as_a_time(db: None):
    service.put_unit({**OFFICE, "opening_hours": [{"days": ["mo"], "opens": 480, "closes": 1110}]})
    assert str(Unit.objects.get().opening_hours.get().closes) == "18:30:00"
