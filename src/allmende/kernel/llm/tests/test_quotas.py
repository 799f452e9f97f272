# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a role and a provider may use in a day, and what is written down of a call."""

import asyncio
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.jobs.service import Progress
from allmende.kernel.llm import access, meter, queries, rules, service, tasks, writing
from allmende.kernel.llm.models import Call, DailyUse, RoleQuota
from allmende.kernel.llm.testing import failure
from allmende.kernel.llm.tests.conftest import OPTIONS, QUESTION, run

pytestmark = pytest.mark.django_db


def limit(role: str, *, calls: int = 1000, tokens: int = 1_000_000) -> None:
    writing.set_quotas({role: rules.Quota(calls=calls, tokens=tokens)}, actor=None)


def used(scope: str) -> tuple[int, int]:
    row = DailyUse.objects.get(scope=scope)
    return row.calls, row.tokens


def test_every_role_of_the_house_has_a_quota():
    from allmende.kernel.registry import Role

    assert set(rules.QUOTAS) == {*(role.value for role in Role), rules.HOUSE}


def test_a_role_s_calls_are_counted_together(fake, add, alice):
    add(fake)
    limit("clerk", calls=2)
    anna = make_user("anna", "clerk")
    service.chat(QUESTION, **OPTIONS, actor=alice)
    service.chat(QUESTION, **OPTIONS, actor=anna)
    with pytest.raises(service.QuotaExceeded, match="für heute erschöpft"):
        service.chat(QUESTION, **OPTIONS, actor=alice)
    assert len(fake.received) == 2
    service.chat(QUESTION, **OPTIONS, actor=AnonymousUser())
    assert Call.objects.filter(outcome="quota").get().role == "clerk"


def test_the_day_after_it_begins_anew(fake, add):
    add(fake)
    limit("house", calls=1)
    service.chat(QUESTION, **OPTIONS)
    DailyUse.objects.update(day=timezone.localdate() - timedelta(days=1))
    service.chat(QUESTION, **OPTIONS)


def test_what_was_reserved_and_not_used_is_given_back(fake, add):
    add(fake)
    answer = service.chat(QUESTION, **OPTIONS, max_tokens=5000)
    assert used("role:house") == (1, answer.tokens_in + answer.tokens_out)
    assert used("provider:rechenzentrum") == (1, answer.tokens_in + answer.tokens_out)


def test_a_call_that_could_pass_the_ceiling_is_not_begun(fake, add):
    add(fake)
    limit("house", tokens=1000)
    with pytest.raises(service.QuotaExceeded):
        service.chat(QUESTION, **OPTIONS, max_tokens=1000)
    assert not fake.received
    service.chat(QUESTION, **OPTIONS, max_tokens=100)


def test_a_call_nobody_answered_costs_no_tokens(fake, add):
    add(fake)
    fake.behave(failure(500))
    with pytest.raises(service.Unavailable):
        service.chat(QUESTION, **OPTIONS)
    assert used("role:house") == (1, 0)
    assert used("provider:rechenzentrum") == (1, 0)


def test_a_provider_whose_day_is_used_up_is_passed_over(fake, other, add):
    add(fake, "Teuer", position=1, daily_tokens=1500)
    add(other, "Eigen", position=2)
    DailyUse.objects.create(day=timezone.localdate(), scope="provider:teuer", tokens=1000)
    assert service.chat(QUESTION, **OPTIONS).provider == "eigen"
    assert not fake.received


def test_when_every_provider_s_day_is_used_up_the_room_hears_it(fake, add):
    add(fake, daily_tokens=10)
    with pytest.raises(service.QuotaExceeded):
        service.chat(QUESTION, **OPTIONS)


def test_who_has_several_roles_uses_the_largest_quota_first(fake, add):
    add(fake)
    carla = make_user("carla", "clerk", "planner")
    limit("clerk", calls=1, tokens=9_000_000)
    assert access.roles_of(carla) == ["clerk", "planner"]
    for _number in range(2):
        service.chat(QUESTION, **OPTIONS, actor=carla)
    assert list(Call.objects.order_by("pk").values_list("role", flat=True)) == ["clerk", "planner"]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_pass_the_ceiling_together(fake, add):
    add(fake)
    limit("house", calls=5)

    async def twelve() -> list[object]:
        calls = (service.achat(QUESTION, **OPTIONS) for _number in range(12))
        return await asyncio.gather(*calls, return_exceptions=True)

    found = run(twelve)
    assert sum(isinstance(item, service.Answer) for item in found) == 5
    assert sum(isinstance(item, service.QuotaExceeded) for item in found) == 7
    assert len(fake.received) == 5


def test_the_meter_knows_who_by_role_what_for_and_how_much(fake, add, alice):
    add(fake)
    service.chat(QUESTION, **OPTIONS, actor=alice)
    call = Call.objects.get()
    assert (call.role, call.room, call.purpose, call.kind, call.data_class) == (
        "clerk", "assistant", "rephrase", "chat", "internal",
    )  # fmt: skip
    assert (call.provider, call.model, call.location, call.outcome) == ("rechenzentrum", "echo", "house", "answered")
    assert (call.tokens_out, call.estimated, call.attempts) == (6, False, 1)
    assert call.total_ms >= call.first_ms >= 0


def test_at_night_old_figures_go_and_lost_calls_are_marked(settings):
    settings.LLM_METER_DAYS = 30
    now = timezone.now()
    facts = {"role": "house", "room": "assistant", "purpose": "rephrase", "kind": "chat", "data_class": "public"}
    for days, outcome in ((31, "answered"), (29, "answered"), (1, "running"), (0, "running")):
        Call.objects.create(at=now - timedelta(days=days), outcome=outcome, **facts)
    DailyUse.objects.create(day=timezone.localdate() - timedelta(days=500), scope="role:house")
    said: list[str] = []

    class Listening(Progress):
        def __init__(self) -> None:
            pass

        def message(self, text: str) -> None:
            said.append(text)

    tasks.tidy(Listening())
    assert said == ["1"]
    assert list(Call.objects.values_list("outcome", flat=True)) == ["running", "lost", "answered"]
    assert not DailyUse.objects.exists()


def test_the_night_s_job_is_on_the_clock():
    from django_q.models import Schedule

    assert Schedule.objects.filter(name="llm.tidy").exists()


def test_a_reservation_beyond_the_limit_changes_nothing():
    assert meter.reserve("role:x", 10, most_calls=None, most_tokens=9) is None
    assert meter.reserve("role:x", 10, most_calls=0, most_tokens=None) is None
    assert meter.reserve("role:x", 10, most_calls=1, most_tokens=10) is not None
    assert meter.reserve("role:x", 0, most_calls=1, most_tokens=10) is None
    assert used("role:x") == (1, 10)


def test_quotas_are_the_administration_s_or_those_of_the_house():
    RoleQuota.objects.create(role="clerk", calls=7, tokens=8)
    assert queries.quota("clerk") == rules.Quota(calls=7, tokens=8)
    assert queries.quota("citizen") == rules.QUOTAS["citizen"]
    assert queries.quota("stranger") == rules.Quota(calls=0, tokens=0)
