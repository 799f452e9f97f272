# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Draft, review by a second person, published, withdrawn: who may take which step, and what it leaves behind."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404

from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.registry import Role
from allmende.kernel.town import access as town_access
from allmende.kernel.town import queries as town_queries
from allmende.kernel.town import rules
from allmende.kernel.town import service as town
from allmende.kernel.town.editing import access, drafting, history, queries, service
from allmende.kernel.town.editing.errors import ConflictError, NotPossibleError, OutdatedError
from allmende.kernel.town.editing.kinds import KINDS
from allmende.kernel.town.editing.models import Draft, Version
from allmende.kernel.town.errors import TownDataError
from allmende.kernel.town.tests.conftest import DOG, GOODBYE, Told
from allmende.kernel.town.tests.editing.conftest import DOG_ID, Write, published

pytestmark = pytest.mark.django_db

SERVICE = KINDS["service"]
FREE = {"de": "kostenlos"}


def last_entry() -> Entry:
    return Entry.objects.order_by("-seq")[0]


def test_the_whole_way_from_draft_to_published(write: Write, erika: User, fritz: User, told: Told):
    told.documents.clear()
    draft = write(free=FREE, comment="Beschluss vom 3. November")
    assert (draft.status, draft.revision, draft.base, draft.title) == ("draft", 1, 1, "Hund anmelden")
    assert last_entry().action == "town.service.drafted"
    draft = service.submit(SERVICE, DOG_ID, actor=erika, revision=1)
    assert (draft.status, draft.revision) == ("review", 2)
    assert not told.documents, "the search hears of nothing before it is published"
    service.publish(SERVICE, DOG_ID, actor=fritz, revision=2)
    assert not Draft.objects.exists()
    version = Version.objects.get(kind="service", record_id=DOG_ID, number=2)
    assert (version.author, version.reviewer, version.comment) == (erika, fritz, "Beschluss vom 3. November")
    card = town_queries.service_card(DOG_ID)
    assert card is not None
    assert card.free == "kostenlos"
    assert "kostenlos" in str(told.documents[f"services/{DOG_ID}"].parts)


def test_every_step_is_in_the_audit_with_subject_and_hash(write: Write, erika: User, fritz: User):
    before = last_entry().seq
    draft = write(free=FREE)
    service.submit(SERVICE, DOG_ID, actor=erika, revision=1)
    service.give_back(SERVICE, DOG_ID, actor=fritz, revision=2, reason="Bitte mit Paragraf")
    service.submit(SERVICE, DOG_ID, actor=erika, revision=3)
    service.recall(SERVICE, DOG_ID, actor=erika, revision=4)
    service.submit(SERVICE, DOG_ID, actor=erika, revision=5)
    service.publish(SERVICE, DOG_ID, actor=fritz, revision=6)
    service.withdraw(SERVICE, DOG_ID, actor=fritz, reason="Die Satzung ist aufgehoben")
    drafting.restore(SERVICE, DOG_ID, 1, actor=erika)
    service.discard(SERVICE, DOG_ID, actor=erika, revision=1)
    entries = [entry for entry in Entry.objects.filter(seq__gt=before).order_by("seq") if entry.subject]
    assert [(entry.action.rpartition(".")[2], entry.actor_name) for entry in entries] == [
        ("drafted", "erika"),
        ("submitted", "erika"),
        ("returned", "fritz"),
        ("submitted", "erika"),
        ("recalled", "erika"),
        ("submitted", "erika"),
        ("published", "fritz"),
        ("withdrawn", "fritz"),
        ("restored", "erika"),
        ("discarded", "erika"),
    ]
    assert {entry.subject for entry in entries} == {f"service:{DOG_ID}"}
    assert all(len(str(entry.detail["hash"])) == 64 for entry in entries)
    assert entries[0].detail["hash"] == draft.content_hash == entries[6].detail["hash"]
    texts = str([entry.detail for entry in entries])
    assert "Paragraf" not in texts, "what people write stays out of the audit"
    assert "aufgehoben" not in texts


def test_nobody_publishes_what_they_wrote(write: Write, erika: User, fritz: User):
    draft = write(free=FREE)
    draft = service.submit(SERVICE, DOG_ID, actor=erika, revision=draft.revision)
    with pytest.raises(NotPossibleError, match="nichts daran geändert"):
        service.publish(SERVICE, DOG_ID, actor=erika, revision=draft.revision)
    with pytest.raises(NotPossibleError, match="nichts daran geändert"):
        service.give_back(SERVICE, DOG_ID, actor=erika, revision=draft.revision, reason="hm")
    assert published()["fees"] == Version.objects.get(kind="service", record_id=DOG_ID, number=1).data["fees"]
    assert not access.may(erika, "publish", draft)
    assert access.may(fritz, "publish", draft)


def test_two_who_wrote_a_draft_together_cannot_publish_it_for_each_other(write: Write, erika: User, fritz: User):
    """Fritz adds a word, and Erika would else publish her own fee as checked by herself."""
    write(free=FREE)
    service.submit(SERVICE, DOG_ID, actor=erika, revision=1)
    draft = write(actor=fritz, free={"de": "Das ist kostenlos."})
    assert draft.status == "draft"
    draft = service.submit(SERVICE, DOG_ID, actor=erika, revision=draft.revision)
    for person in (erika, fritz):
        assert not queries.waiting_for(person)
        with pytest.raises(NotPossibleError):
            service.publish(SERVICE, DOG_ID, actor=person, revision=draft.revision)
    emil = make_user("emil", Role.EDITOR)
    assert list(queries.waiting_for(emil)) == [draft]
    service.publish(SERVICE, DOG_ID, actor=emil, revision=draft.revision)
    assert published()["free"] == {"de": "Das ist kostenlos."}


def test_alice_the_clerk_can_do_nothing_and_learns_nothing(write: Write, alice: User):
    draft = write(free=FREE)
    for act in (
        lambda: write(actor=alice, free=FREE),
        lambda: drafting.create(SERVICE, DOG | {"id": "neu"}, actor=alice),
        lambda: service.submit(SERVICE, DOG_ID, actor=alice, revision=draft.revision),
        lambda: service.recall(SERVICE, DOG_ID, actor=alice, revision=draft.revision),
        lambda: service.discard(SERVICE, DOG_ID, actor=alice, revision=draft.revision),
        lambda: service.publish(SERVICE, DOG_ID, actor=alice, revision=draft.revision),
        lambda: service.give_back(SERVICE, DOG_ID, actor=alice, revision=draft.revision, reason="nein"),
        lambda: service.withdraw(SERVICE, DOG_ID, actor=alice, reason="nein"),
        lambda: drafting.restore(SERVICE, DOG_ID, 1, actor=alice),
        lambda: drafting.adopt(SERVICE, DOG_ID, actor=alice, revision=draft.revision),
        lambda: drafting.amend(KINDS["statute"], "hundesteuersatzung", actor=alice, valid_from=DOG["approved_on"]),
    ):
        with pytest.raises(Http404):
            act()
    assert Draft.objects.get().revision == draft.revision


def test_who_may_edit_but_not_publish_needs_others_for_that(
    write: Write, erika: User, fritz: User, monkeypatch: pytest.MonkeyPatch
):
    draft = write(free=FREE)
    draft = service.submit(SERVICE, DOG_ID, actor=erika, revision=draft.revision)
    monkeypatch.setattr(type(fritz), "rights", frozenset({town_access.EDIT}))
    with pytest.raises(Http404):
        service.publish(SERVICE, DOG_ID, actor=fritz, revision=draft.revision)
    assert list(queries.waiting_for(fritz)) == []


def test_every_right_and_state_of_the_steps_exists():
    from allmende.kernel.registry import Right, registry

    rights = {right.name for right in registry().all(Right)}
    states = {*rules.states(), ""}
    for transition in rules.transitions().values():
        assert transition.right in rights
        assert {*transition.origins, transition.target} <= states


@pytest.mark.parametrize(
    ("status", "step", "args"),
    [
        ("draft", service.publish, {}),
        ("draft", service.give_back, {"reason": "nein"}),
        ("draft", service.recall, {}),
        ("review", service.submit, {}),
        ("review", service.discard, {}),
    ],
)
def test_a_step_is_open_only_from_its_states(
    write: Write, fritz: User, status: str, step: Callable[..., Any], args: dict[str, str]
):
    draft = write(free=FREE)
    Draft.objects.update(status=status)
    with pytest.raises(NotPossibleError, match="Zustand"):
        step(SERVICE, DOG_ID, actor=fritz, revision=draft.revision, **args)


def test_returning_and_withdrawing_need_a_reason(write: Write, erika: User, fritz: User):
    draft = service.submit(SERVICE, DOG_ID, actor=erika, revision=write(free=FREE).revision)
    with pytest.raises(NotPossibleError, match="Grund"):
        service.give_back(SERVICE, DOG_ID, actor=fritz, revision=draft.revision, reason="  ")
    with pytest.raises(NotPossibleError, match="Grund"):
        service.withdraw(SERVICE, DOG_ID, actor=fritz, reason="")


def test_the_answer_of_the_review_reaches_the_author_and_goes_with_the_next_submission(
    write: Write, erika: User, fritz: User
):
    service.submit(SERVICE, DOG_ID, actor=erika, revision=write(free=FREE).revision)
    draft = service.give_back(SERVICE, DOG_ID, actor=fritz, revision=2, reason="Bitte mit Paragraf")
    assert (draft.status, draft.answer, draft.answered_by) == ("draft", "Bitte mit Paragraf", fritz)
    assert list(queries.drafts_of(erika)) == [draft]
    draft = service.submit(SERVICE, DOG_ID, actor=erika, revision=3)
    assert draft.answer == ""


def test_what_waits_for_whom(write: Write, erika: User, fritz: User, alice: User):
    draft = service.submit(SERVICE, DOG_ID, actor=erika, revision=write(free=FREE).revision)
    assert list(queries.waiting_for(fritz)) == [draft]
    assert list(queries.waiting_for(erika)) == []
    assert list(queries.waiting_for(alice)) == []


# --- two at once


def test_two_editors_at_once_lose_nothing(write: Write, erika: User, fritz: User):
    seen = queries.text(SERVICE, DOG_ID)
    write(free=FREE)
    with pytest.raises(ConflictError) as conflict:
        drafting.save(SERVICE, DOG_ID, seen.data, actor=fritz, revision=seen.revision, base=seen.base)
    assert conflict.value.draft is not None
    assert conflict.value.draft.changed_by == erika
    assert Draft.objects.get().data["free"] == FREE


def test_an_old_form_does_not_undo_what_was_published_meanwhile(publish: Callable[..., None], erika: User):
    seen = queries.text(SERVICE, DOG_ID)
    publish(free=FREE)
    with pytest.raises(ConflictError):
        drafting.save(SERVICE, DOG_ID, seen.data, actor=erika, revision=seen.revision, base=seen.base)


def test_a_reviewer_publishes_only_what_she_saw(write: Write, erika: User, fritz: User):
    seen = service.submit(SERVICE, DOG_ID, actor=erika, revision=write(free=FREE).revision)
    draft = write(free={"de": "doch nicht kostenlos"})
    service.submit(SERVICE, DOG_ID, actor=erika, revision=draft.revision)
    with pytest.raises(ConflictError):
        service.publish(SERVICE, DOG_ID, actor=fritz, revision=seen.revision)


def test_the_second_publisher_finds_nothing_left(write: Write, erika: User, fritz: User):
    seen = service.submit(SERVICE, DOG_ID, actor=erika, revision=write(free=FREE).revision)
    service.publish(SERVICE, DOG_ID, actor=fritz, revision=seen.revision)
    with pytest.raises(ConflictError):
        service.publish(SERVICE, DOG_ID, actor=fritz, revision=seen.revision)
    assert Version.objects.filter(record_id=DOG_ID).count() == 2


def test_a_draft_that_an_import_overtook_is_not_published_over_it(write: Write, erika: User, fritz: User):
    draft = service.submit(SERVICE, DOG_ID, actor=erika, revision=write(free=FREE).revision)
    town.put_service(DOG | {"online": "https://neu.lindental.example", "free": {"de": "frei"}})
    with pytest.raises(OutdatedError):
        service.publish(SERVICE, DOG_ID, actor=fritz, revision=draft.revision)
    draft, merged = drafting.adopt(SERVICE, DOG_ID, actor=erika, revision=draft.revision)
    assert draft.data["online"] == "https://neu.lindental.example"
    assert draft.data["free"] == FREE, "where both changed the same field, the draft's stays"
    assert [str(clash.part.title) for clash in merged.clashes] == ["Hinweis zu den Kosten"]
    draft = service.submit(SERVICE, DOG_ID, actor=erika, revision=draft.revision)
    service.publish(SERVICE, DOG_ID, actor=fritz, revision=draft.revision)
    assert published()["free"] == FREE


def test_nothing_is_adopted_when_nothing_was_published(write: Write, erika: User):
    draft = write(free=FREE)
    with pytest.raises(NotPossibleError):
        drafting.adopt(SERVICE, DOG_ID, actor=erika, revision=draft.revision)


# --- publishing, withdrawing, restoring


def test_publishing_may_renew_the_day_of_approval(write: Write, erika: User, fritz: User):
    draft = service.submit(SERVICE, DOG_ID, actor=erika, revision=write(free=FREE).revision)
    service.publish(SERVICE, DOG_ID, actor=fritz, revision=draft.revision, approve=True)
    assert published()["approved_on"] == town_queries.today().isoformat()


def test_what_was_deleted_meanwhile_is_refused_at_publishing(write: Write, erika: User, fritz: User):
    draft = write(free=FREE)
    Draft.objects.update(data={**draft.data, "related": ["verschwunden"]})
    draft = service.submit(SERVICE, DOG_ID, actor=erika, revision=draft.revision)
    with pytest.raises(TownDataError, match="verschwunden"):
        service.publish(SERVICE, DOG_ID, actor=fritz, revision=draft.revision)
    assert Draft.objects.get().status == "review"


def test_withdrawing_takes_one_person_and_coming_back_takes_two(
    publish: Callable[..., None], erika: User, fritz: User, told: Told
):
    publish(free=FREE)
    service.withdraw(SERVICE, DOG_ID, actor=erika, reason="Betrag falsch")
    assert town_queries.service_card(DOG_ID) is None
    assert f"services/{DOG_ID}" in told.revoked
    version = history.latest("service", DOG_ID)
    assert version is not None
    assert (version.number, version.status, version.author, version.comment) == (3, "withdrawn", erika, "Betrag falsch")
    with pytest.raises(NotPossibleError):
        service.withdraw(SERVICE, DOG_ID, actor=erika, reason="noch einmal")
    draft = drafting.restore(SERVICE, DOG_ID, 3, actor=erika)
    draft = service.submit(SERVICE, DOG_ID, actor=erika, revision=draft.revision)
    with pytest.raises(NotPossibleError):
        service.publish(SERVICE, DOG_ID, actor=erika, revision=draft.revision)
    service.publish(SERVICE, DOG_ID, actor=fritz, revision=draft.revision)
    assert town_queries.service_card(DOG_ID) is not None


def test_an_office_with_services_is_not_withdrawn(lindental: None, erika: User):
    with pytest.raises(TownDataError, match="noch 2 veröffentlichte Leistungen"):
        service.withdraw(KINDS["unit"], "finanzen", actor=erika, reason="aufgelöst")


def test_an_older_version_becomes_a_draft(publish: Callable[..., None], erika: User):
    publish(free=FREE)
    publish(free={"de": "umsonst"})
    assert [version.number for version in history.versions("service", DOG_ID)] == [3, 2, 1]
    draft = drafting.restore(SERVICE, DOG_ID, 2, actor=erika)
    assert draft.data["free"] == FREE
    assert draft.base == 3
    assert published()["free"] == {"de": "umsonst"}, "published it is only after a review"
    with pytest.raises(NotPossibleError, match="schon einen Entwurf"):
        drafting.restore(SERVICE, DOG_ID, 1, actor=erika)


def test_no_unknown_version_is_restored(lindental: None, erika: User):
    with pytest.raises(Http404):
        drafting.restore(SERVICE, DOG_ID, 99, actor=erika)


def test_every_version_says_what_was_delivered(lindental: None, publish: Callable[..., None]):
    publish(free=FREE)
    town.put_service(GOODBYE | {"approved_on": "2026-06-01"}, source="services/h.yaml")
    for version in Version.objects.all():
        kind = KINDS[version.kind]
        shape = kind.shape.model_validate(version.data)
        assert shape.fingerprint() == version.content_hash
        assert shape.plain() == version.data
    goodbye = history.latest("service", GOODBYE["id"])
    assert goodbye is not None
    assert (goodbye.source, goodbye.by_a_person) == ("services/h.yaml", False)


def test_what_holds_is_what_the_latest_version_says(lindental: None, publish: Callable[..., None]):
    publish(free=FREE)
    latest = history.latest_of("service", [DOG_ID, GOODBYE["id"], "unbekannt"])
    assert {key: version.number for key, version in latest.items()} == {DOG_ID: 2, GOODBYE["id"]: 1}
    for record_id, version in latest.items():
        assert town.put_service(version.data) is False, f"{record_id}: putting it again changes nothing"


def test_a_discarded_draft_leaves_what_is_published(write: Write, erika: User):
    draft = write(free=FREE)
    service.discard(SERVICE, DOG_ID, actor=erika, revision=draft.revision)
    assert not Draft.objects.exists()
    assert "free" not in published()


def test_a_page_and_an_office_go_the_same_way(publish: Callable[..., None]):
    publish("page", "energie", text={"de": "Neue Worte."})
    page = town_queries.page("energie")
    assert page is not None
    assert page.body == "Neue Worte."
    publish("unit", "finanzen", phone="069 90009-333")
    unit = town_queries.unit("finanzen")
    assert unit is not None
    assert unit.phone == "069 90009-333"
    assert len(unit.hours) == 7
