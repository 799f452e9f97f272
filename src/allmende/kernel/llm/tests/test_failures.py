# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Providers that are slow, broken, busy or malicious: who is asked again, who is left alone, what a room hears."""

import asyncio
import gzip
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.kernel.llm import circuit, queries, rules, service
from allmende.kernel.llm.models import Call, Circuit
from allmende.kernel.llm.testing import answer, chunk, event, failure, hangs_up, head, piece, silence, streamed
from allmende.kernel.llm.tests.conftest import OPTIONS, QUESTION

pytestmark = pytest.mark.django_db


def ask(**more):
    return service.chat(QUESTION, **OPTIONS, **more)


def outcome() -> str:
    return Call.objects.first().outcome


# --- another try, another provider


@pytest.mark.parametrize("first", [failure(500), failure(502), failure(503), failure(429), failure(408), hangs_up])
def test_a_passing_trouble_is_tried_again(fake, add, quick_tries, first):
    add(fake)
    fake.behave(first, streamed("Ja"))
    assert ask().text == "Ja"
    assert len(fake.received) == 2
    assert len(quick_tries) == 1
    assert 0.25 <= quick_tries[0] <= 0.5
    assert Call.objects.get().attempts == 2


def test_a_busy_provider_is_given_the_time_it_asks_for(fake, add, quick_tries):
    add(fake)
    fake.behave(failure(429, Retry_After="3"), streamed("Ja"))
    ask()
    assert quick_tries == [3]


def test_a_provider_that_asks_for_too_much_time_is_left_for_the_next(fake, other, add, quick_tries):
    add(fake, "Erster", position=1)
    add(other, "Zweiter", position=2)
    fake.behave(failure(429, Retry_After="120"))
    assert ask().provider == "zweiter"
    assert quick_tries == []


@pytest.mark.parametrize("status", [401, 403, 404, 301, 307])
def test_what_another_try_cannot_mend_goes_to_the_next_provider_at_once(fake, other, add, status):
    add(fake, "Erster", position=1)
    add(other, "Zweiter", position=2)
    fake.behave(failure(status, Location=f"{other.url}/chat/completions"))
    assert ask().provider == "zweiter"
    assert len(fake.received) == 1
    assert len(other.received) == 1, "asked by us, not by following the first one's redirect"


def test_after_all_tries_the_next_provider_answers(fake, other, add):
    add(fake, "Erster", position=1)
    add(other, "Zweiter", position=2)
    fake.behave(failure(500))
    assert ask().provider == "zweiter"
    assert len(fake.received) == rules.RETRY.attempts


def test_when_nobody_can_answer_the_room_hears_a_sentence(fake, add):
    add(fake)
    fake.behave(failure(500))
    with pytest.raises(service.Unavailable, match="zurzeit nicht erreichbar"):
        ask()
    assert outcome() == "failing"


def test_a_port_nobody_listens_on(fake, add):
    add(fake, url="http://127.0.0.1:9/v1")
    with pytest.raises(service.Unavailable):
        ask()
    assert outcome() == "unreachable"


def test_a_request_the_provider_does_not_take_is_not_sent_elsewhere(fake, other, add):
    add(fake, "Erster", position=1)
    add(other, "Zweiter", position=2)
    fake.behave(failure(400, "unknown field"))
    with pytest.raises(service.Unavailable):
        ask()
    assert not other.received
    assert queries.states() == {}


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_text_too_long_for_one_model_may_fit_another(fake, other, add, status):
    add(fake, "Klein", position=1)
    add(other, "Groß", position=2)
    fake.behave(failure(status, "request (4024 tokens) exceeds the available context size (512 tokens)"))
    assert ask().provider == "gross"
    Circuit.objects.all().delete()
    other.behave(failure(status, "maximum context length is 512 tokens"))
    with pytest.raises(service.TooLong, match="zu lang"):
        ask()
    assert queries.states() == {}, "no fault of the provider's"


def test_embeddings_are_tried_again_too(fake, add, quick_tries):
    add(fake)
    fake.behave(
        failure(503), failure(429, Retry_After="2"), answer({"data": [{"index": 0, "embedding": [1, 2]}], "usage": {}})
    )
    assert service.embed(["Hund"], **OPTIONS).vectors.shape == (1, 2)
    assert len(quick_tries) == 2


# --- time


def test_a_provider_that_says_nothing_is_given_up_and_the_next_one_asked(fake, other, add, impatient):
    impatient(first_piece=0.2)
    add(fake, "Erster", position=1)
    add(other, "Zweiter", position=2)
    fake.behave(silence)
    assert ask().provider == "zweiter"
    assert fake.received[0].ended.wait(5), "the first one still works for nobody"


def test_comments_are_no_words(fake, add, impatient):
    impatient(first_piece=0.3)
    add(fake)

    async def keeps_the_line_warm(_request):
        yield head(kind="text/event-stream")
        while True:
            yield chunk(b": ping\n\n")
            await asyncio.sleep(0.02)

    fake.behave(keeps_the_line_warm)
    with pytest.raises(service.TimedOut, match="zu lange"):
        ask()
    assert outcome() == "timeout"


def test_the_whole_call_has_an_end(fake, add, impatient):
    impatient(total=0.5)
    add(fake)

    async def never_ends(_request):
        yield head(kind="text/event-stream")
        while True:
            yield event(piece("immer weiter "))
            await asyncio.sleep(0.02)

    fake.behave(never_ends)
    with pytest.raises(service.TimedOut):
        ask()
    assert fake.received[0].ended.wait(5)
    assert Call.objects.get().tokens_out > 0, "what was written counts"


def test_each_provider_has_its_own_patience(fake, add):
    add(fake, timeout=1)
    fake.behave(silence)
    with pytest.raises(service.TimedOut):
        ask()


# --- answers nobody should believe

MALICIOUS = {
    "no JSON": answer(b"data: {nonsense\n\n", kind="text/event-stream"),
    "no event stream": answer(b"<html>Anmeldung</html>", kind="text/html"),
    "no kind at all": answer(b"x", kind=""),
    "JSON instead of a stream": answer({"choices": [{"message": {"content": "Ja"}}]}),
    "nothing": answer(b"", kind="text/event-stream"),
    "a list": answer(b"data: [1]\n\n", kind="text/event-stream"),
    "a number for a text": answer(b"data: " + json.dumps(piece(7)).encode() + b"\n\n", kind="text/event-stream"),
    "choices of another kind": answer(b'data: {"choices": {"a": 1}}\n\n', kind="text/event-stream"),
    "deeply nested": answer(b"data: " + b"[" * 200_000 + b"\n\n", kind="text/event-stream"),
    "no text encoding": answer(b"data: \xff\xfe\n\n", kind="text/event-stream"),
    "stops in the middle": streamed("Ja, ", "aber", finish=None, usage=False),
}


@pytest.mark.parametrize("trick", MALICIOUS)
def test_nonsense_is_no_answer(fake, add, trick):
    add(fake)
    fake.behave(MALICIOUS[trick])
    with pytest.raises(service.Unavailable):
        ask()
    assert outcome() in ("malformed", "failing")


def test_a_provider_that_breaks_off_after_its_first_words_says_so(fake, other, add):
    add(fake, "Erster", position=1)
    add(other, "Zweiter", position=2)
    fake.behave(streamed("Ja, ", "aber", finish=None, usage=False))
    with pytest.raises(service.BrokenOff, match="unvollständig"):
        ask()
    assert not other.received, "two answers are not glued together"


def test_an_endless_line_is_cut(fake, add, impatient, monkeypatch):
    from allmende.kernel.llm import client

    monkeypatch.setattr(client, "LIMITS", rules.Limits(**{**vars(rules.LIMITS), "answer_bytes": 100_000}))
    add(fake)

    async def one_line(_request):
        yield head(kind="text/event-stream")
        while True:
            yield chunk(b"x" * 50_000)

    fake.behave(one_line)
    with pytest.raises(service.Unavailable):
        ask()
    assert outcome() == "too_large"
    assert fake.received[0].ended.wait(5)


def test_an_answer_of_millions_of_characters_is_cut(fake, add, impatient):
    impatient(answer_characters=1000)
    add(fake)
    fake.behave(streamed("a" * 900, "b" * 900))
    with pytest.raises(service.BrokenOff):
        ask()
    assert outcome() == "too_large"


def test_a_compressed_answer_is_not_unpacked(fake, add):
    add(fake)
    bomb = gzip.compress(b"\0" * 50_000_000)
    fake.behave(answer(bomb, kind="text/event-stream", Content_Encoding="gzip"))
    with pytest.raises(service.Unavailable):
        ask()
    assert outcome() == "malformed"


VECTORS = {
    "too few": {"data": [{"index": 0, "embedding": [1, 2]}]},
    "twice the same": {"data": [{"index": 0, "embedding": [1, 2]}, {"index": 0, "embedding": [1, 2]}]},
    "of two lengths": {"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": [1]}]},
    "no numbers": {"data": [{"index": 0, "embedding": ["a"]}, {"index": 1, "embedding": ["b"]}]},
    "empty": {"data": [{"index": 0, "embedding": []}, {"index": 1, "embedding": []}]},
    "endless": {"data": [{"index": number, "embedding": [0.0] * 9000} for number in range(2)]},
    "not finite": {"data": [{"index": 0, "embedding": [1e400]}, {"index": 1, "embedding": [1]}]},
    "nothing": {},
}


@pytest.mark.parametrize("trick", VECTORS)
def test_vectors_that_are_none_are_refused(fake, add, trick):
    add(fake)
    fake.behave(answer(VECTORS[trick]))
    with pytest.raises(service.Unavailable):
        service.embed(["Hund", "Katze"], **OPTIONS)
    assert outcome() == "malformed"


def test_batches_of_different_lengths_are_refused(fake, add, impatient):
    impatient(embed_batch=1)
    add(fake)
    fake.behave(*(answer({"data": [{"index": 0, "embedding": [1.0] * size}]}) for size in (2, 3)))
    with pytest.raises(service.Unavailable):
        service.embed(["Hund", "Katze"], **OPTIONS)


def test_a_provider_that_reports_impossible_figures_is_not_believed(fake, add):
    add(fake)

    async def lies(_request):
        yield head(kind="text/event-stream") + event(piece("Ja", "stop"))
        yield event({"choices": [], "usage": {"prompt_tokens": -5, "completion_tokens": "viele"}}) + chunk(b"")

    fake.behave(lies)
    assert ask().tokens_in > 0
    assert Call.objects.get().estimated


# --- the breaker


def test_a_failing_provider_is_left_alone_then_tried_by_one_and_forgiven(fake, add, state, quick_tries):
    add(fake)
    fake.behave(failure(500))
    for _number in range(2):
        with pytest.raises(service.Unavailable):
            ask()
    asked = len(fake.received)
    assert asked == 6
    assert state("rechenzentrum") == "open"
    assert queries.available(data_class="internal") == ()
    with pytest.raises(service.Unavailable):
        ask()
    assert len(fake.received) == asked, "nobody waits for it now"
    Circuit.objects.update(open_until=timezone.now() - timedelta(seconds=1))
    assert state("rechenzentrum") == "half_open"
    fake.behave(streamed("Ja"))
    assert ask().text == "Ja"
    assert state("rechenzentrum") == "closed"
    assert Circuit.objects.get().failures == 0


def test_on_probation_one_call_is_let_through():
    now = timezone.now()
    Circuit.objects.create(provider="x", failures=5, open_until=now - timedelta(seconds=1))
    assert [circuit.may_pass("x", now) for _number in range(3)] == [True, False, False]
    later = now + timedelta(seconds=rules.BREAKER.probe_for + 1)
    assert circuit.may_pass("x", later), "the one that tried has died"


def test_a_failed_probation_closes_for_twice_as_long():
    now = timezone.now()
    for _number in range(rules.BREAKER.failures):
        circuit.note("x", "failing", now)
    assert Circuit.objects.get().open_until == now + timedelta(seconds=30)
    circuit.note("x", "failing", now)
    row = Circuit.objects.get()
    assert row.open_until == now + timedelta(seconds=60)
    assert row.last_outcome == "failing"


def test_single_failures_between_good_answers_never_add_up():
    for _number in range(20):
        circuit.note("x", "failing")
        circuit.note("x", "answered")
    assert queries.states() == {"x": "closed"}


def test_being_busy_is_no_fault(fake, add, state):
    add(fake)
    fake.behave(failure(429))
    for _number in range(4):
        with pytest.raises(service.Unavailable):
            ask()
    assert state("rechenzentrum") == "closed"


def test_a_changed_provider_gets_a_new_chance(fake, add, state):
    from allmende.kernel.llm import writing

    row = add(fake)
    for _number in range(5):
        circuit.note(row.slug, "denied")
    assert state(row.slug) == "open"
    writing.change_provider(row, {"name": "Neu"}, key="", forget_key=False, actor=None)
    assert state(row.slug) == "closed"
