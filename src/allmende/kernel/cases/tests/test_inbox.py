# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alice works through the inbox on pages."""

import re
import uuid
from datetime import date

import pytest
from django.urls import reverse

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.cases import service
from allmende.kernel.cases.models import Case, Letter, Note, SavedFilter
from allmende.kernel.cases.tests import garden

INBOX = "/vorgaenge/"


@pytest.fixture
def desk(client, alice):
    client.force_login(alice)
    return client


def page(case: Case) -> str:
    return reverse("cases_detail", args=[case.pk])


def listed(client, **filters) -> set[str]:
    return {row.case.title for row in client.get(INBOX, filters).context["rows"]}


def act(client, case: Case, step: str, **given):
    case.refresh_from_db()
    return client.post(page(case), {"do": step, "revision": case.revision, **given}, follow=True)


def test_it_works(desk, opened):
    case = opened()
    html = desk.get(INBOX).content.decode()
    assert case.number in html
    assert "Baumfällung" in html
    assert "Baumart: Linde" in desk.get(page(case)).content.decode(), "shown by the room that opened it"


def test_a_foreign_case_is_not_there(desk, opened, anton):
    case = opened(unit="bauen")
    assert desk.get(page(case)).status_code == 404
    assert desk.post(page(case), {"do": "take", "revision": 1}).status_code == 404
    assert desk.get(reverse("cases_download", args=[case.pk])).status_code == 404
    assert desk.get(f"{INBOX}{uuid.uuid4()}/").status_code == 404
    assert case.number not in desk.get(INBOX).content.decode()


def test_filters(desk, opened, alice):
    opened("Meine", key="a")
    service.take(Case.objects.get(), actor=alice)
    opened("Freie")
    opened("Alte", due_on=date(2020, 1, 2))
    opened("Anderswo", unit="freibad")
    opened("Post", kind=garden.LETTERBOX)
    service.move(opened("Erledigt"), "done", actor=alice)
    assert listed(desk) == {"Meine", "Freie", "Alte", "Anderswo", "Post"}
    assert listed(desk, whose="mine") == {"Meine"}
    assert listed(desk, whose="unit") == {"Meine", "Freie", "Alte", "Post"}
    assert listed(desk, whose="nobody") == {"Freie", "Alte", "Anderswo", "Post"}
    assert listed(desk, overdue="on") == {"Alte"}
    assert listed(desk, kind=garden.LETTERBOX) == {"Post"}
    assert listed(desk, state="finished") == {"Erledigt"}
    assert listed(desk, state="in_progress") == {"Meine"}
    assert listed(desk, text="czerny frei") == {"Freie"}
    assert listed(desk, text="charlie@lindental") == {"Meine", "Freie", "Alte", "Anderswo", "Post"}


def test_the_urgent_and_the_late_come_first(desk, opened):
    opened("normal", due_on=date(2030, 1, 1))
    opened("dringend", priority=1, due_on=date(2031, 1, 1))
    opened("früher", due_on=date(2029, 1, 1))
    opened("irgendwann", kind=garden.LETTERBOX)
    rows = desk.get(INBOX).context["rows"]
    assert [row.case.title for row in rows] == ["dringend", "früher", "normal", "irgendwann"]


def test_a_long_list_has_pages_and_costs_no_more_queries(desk, opened, django_assert_max_num_queries):
    for number in range(40):
        opened(f"Baum {number}", key=f"t{number}")
    with django_assert_max_num_queries(11):
        first = desk.get(INBOX)
    assert len(first.context["rows"]) == 30
    assert len(desk.get(INBOX, {"page": 2}).context["rows"]) == 10


def test_a_detail_costs_a_fixed_number_of_queries(desk, opened, alice, django_assert_max_num_queries):
    case = opened()
    for number in range(12):
        service.note(case, f"Notiz {number}", actor=alice)
        service.answer(case, f"Brief {number}", ticket=uuid.uuid4(), actor=alice)
    with django_assert_max_num_queries(19):
        desk.get(page(case))


def test_alice_takes_a_case_and_takes_it_back(desk, opened):
    case = opened()
    html = act(desk, case, "take").content.decode()
    assert "Sie haben den Vorgang übernommen." in html
    batch = re.search(r'name="batch" value="([^"]+)"', html)[1]
    done = desk.post(reverse("cases_undo"), {"batch": batch}, follow=True).content.decode()
    assert "Rückgängig gemacht." in done
    assert Case.objects.get().assignee is None
    assert "Sie haben den Vorgang übernommen." not in desk.get(page(case)).content.decode(), "it is told once"


def test_undo_of_nothing_is_not_there(desk):
    for batch in ("", "x", str(uuid.uuid4())):
        assert desk.post(reverse("cases_undo"), {"batch": batch}).status_code == 404


def test_alice_writes_a_note_and_an_answer(desk, opened):
    case = opened()
    act(desk, case, "note", text="<b>Ruft an</b>")
    act(desk, case, "answer", text="Bald.", ticket=str(uuid.uuid4()), then="as_it_is")
    html = act(desk, case, "answer", text="Ja.", ticket=str(uuid.uuid4()), then="done").content.decode()
    assert "&lt;b&gt;Ruft an" in html
    assert [letter.text for letter in Letter.objects.all()] == ["Bald.", "Ja."]
    assert Case.objects.get().state == "done"


@pytest.mark.parametrize(
    ("step", "given"),
    [("note", {"text": " "}), ("answer", {"text": "", "ticket": uuid.UUID(int=1), "then": "as_it_is"})],
)
def test_an_empty_text_is_pointed_out_and_nothing_is_kept(desk, opened, step, given):
    answer = act(desk, opened(), step, **given)
    assert answer.status_code == 422
    assert "Bitte schreiben Sie etwas." in answer.content.decode()
    assert not Note.objects.exists()
    assert not Letter.objects.exists()


def test_a_step_from_an_old_page_changes_nothing(desk, opened, alice):
    case = opened()
    service.take(case, actor=make_user("vera", "clerk"))
    answer = desk.post(page(case), {"do": "move", "to": "done", "revision": 1}, follow=True)
    assert "Ihr Schritt wurde nicht ausgeführt." in answer.content.decode()
    assert Case.objects.get().state == "in_progress"


def test_an_answer_from_an_old_page_stays_in_its_field_and_leaves_at_the_second_click(desk, opened):
    case = opened()
    service.reply(case, "Noch etwas", ticket=uuid.uuid4())
    sent = {"do": "answer", "text": "Ja, gern.", "ticket": uuid.UUID(int=1), "then": "done", "revision": 1}
    answer = desk.post(page(case), sent)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Ihr Schritt wurde nicht ausgeführt." in html
    assert "Noch etwas" in html, "what has changed is there to be read"
    assert not Letter.objects.filter(incoming=False).exists()
    assert re.search(r"<textarea[^>]*>\s*Ja, gern.</textarea>", html)
    assert '<option value="done" selected>' in html
    now = re.search(r'value="(\d+)" id="answer_revision"', html)[1]
    desk.post(page(case), sent | {"revision": now})
    assert Letter.objects.get(incoming=False).text == "Ja, gern."


def test_a_note_is_kept_whoever_was_faster(desk, opened):
    case = opened()
    service.reply(case, "Noch etwas", ticket=uuid.uuid4())
    desk.post(page(case), {"do": "note", "text": "Ruft an", "revision": 1})
    assert Note.objects.get().text == "Ruft an"


@pytest.mark.parametrize("step", ["", "undo", "withdraw", "__class__", "open_case"])
def test_only_the_steps_of_the_page_are_taken(desk, opened, step):
    assert act(desk, opened(), step, to="done").status_code == 422
    assert Case.objects.get().revision == 1


def test_alice_hands_a_case_over_and_it_leaves_her_list(desk, opened, anton):
    case = opened()
    answer = act(desk, case, "hand_over", unit="bauen")
    assert answer.redirect_chain[-1][0].startswith(f"{INBOX}?")
    assert "Der Vorgang ist abgegeben." in answer.content.decode()
    batch = answer.context["undo"]["batch"]
    assert desk.post(reverse("cases_undo"), {"batch": batch}, follow=True).redirect_chain[-1][0].startswith(page(case))


def test_a_colleague_who_may_not_see_it_does_not_get_it(desk, opened, anton):
    case = opened()
    answer = act(desk, case, "assign", to=str(anton.pk))
    assert answer.status_code == 422
    assert "Diese Person darf den Vorgang nicht sehen." in answer.content.decode()
    citizen = make_user("charly", "citizen")
    assert act(desk, case, "assign", to=str(citizen.pk)).status_code == 422
    assert Case.objects.get().assignee is None


def test_several_cases_are_assigned_in_one_go(desk, opened, alice):
    cases = [opened() for _number in range(3)]
    form = {"cases": [str(case.pk) for case in cases[:2]], "to": str(alice.pk)}
    answer = desk.post(reverse("cases_assign"), form, follow=True)
    assert "2 Vorgänge sind zugewiesen." in answer.content.decode()
    assert Case.objects.filter(assignee=alice).count() == 2
    desk.post(reverse("cases_undo"), {"batch": answer.context["undo"]["batch"]})
    assert not Case.objects.filter(assignee=alice).exists()
    act(desk, cases[2], "assign", to=str(alice.pk))
    act(desk, cases[2], "assign", to="nobody")
    assert not Case.objects.filter(assignee=alice).exists()


def test_nobody_assigns_what_he_does_not_see(desk, opened, alice, anton):
    foreign = opened(unit="bauen")
    for chosen in ([], [str(foreign.pk)], ["x"]):
        answer = desk.post(reverse("cases_assign"), {"cases": chosen, "to": str(alice.pk)})
        assert answer.status_code == 422
    assert Case.objects.get().assignee is None


def test_alice_keeps_a_view_and_forgets_it(desk, alice):
    desk.post(reverse("cases_save_filter"), {"name": "Späte Bäume", "query": "overdue=on&kind=garden.tree"})
    html = desk.get(INBOX).content.decode()
    assert "?overdue=on&amp;kind=garden.tree" in html
    saved = SavedFilter.objects.get()
    other = make_user("vera", "clerk")
    stranger = type(desk)()
    stranger.force_login(other)
    assert stranger.post(reverse("cases_forget_filter", args=[saved.pk])).status_code == 404
    desk.post(reverse("cases_forget_filter", args=[saved.pk]))
    assert not SavedFilter.objects.exists()


def test_a_view_without_a_name_is_not_kept(desk):
    assert desk.post(reverse("cases_save_filter"), {"query": "overdue=on"}).status_code == 422


def test_the_whole_case_can_be_downloaded(desk, opened, alice):
    case = opened()
    service.note(case, "Ruft an", actor=alice)
    answer = desk.get(reverse("cases_download", args=[case.pk]))
    assert "attachment" in answer["Content-Disposition"]
    told = answer.json()
    assert told["content"] == {"tree": "Linde"}, "as its room exports it"
    assert told["notes"][0]["text"] == "Ruft an"
    assert [event["what"] for event in told["history"]] == ["opened", "noted"]
    assert Entry.objects.filter(action="cases.case.exported").count() == 1


def test_a_case_of_a_room_that_was_taken_out_stays_workable(desk, opened, monkeypatch):
    from allmende.kernel import registry as house

    case = opened()
    rooms = [room for room in house.registry().rooms if room.name != "garden"]
    monkeypatch.setitem(house.reading._current, "registry", house.Registry(rooms))
    html = desk.get(page(case)).content.decode()
    assert "garden.tree" in html
    assert "Linde" in html
    assert act(desk, case, "move", to="done").status_code == 200
    assert Case.objects.get().state == "done"


def test_nothing_a_citizen_wrote_becomes_markup(desk, opened):
    case = opened("<script>alert(1)</script>", kind=garden.LETTERBOX, payload={"<i>": ["<img src=x>"]})
    html = desk.get(page(case)).content.decode().split("<main")[1]
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;img src=x&gt;" in html
