# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from allmende.kernel.llm.engine import sizes, waiting
from allmende.kernel.llm.engine.restoring import Restorer
from allmende.kernel.privacy import service as privacy

MAPPING = {
    "[Name 1]": "Anna Weber",
    "[Name 12]": "Bernd [Name 1] Krause",
    "[IBAN 1]": "DE89",
    "[E-Mail 1]": "a@b.example",
}
PARTS = st.one_of(
    st.sampled_from([*MAPPING, "[", "]", "[Name", " 1]", "[[Name 1]", "[Name 2]", "ä"]), st.text(max_size=5)
)


def restored(pieces: list[str]) -> str:
    restorer = Restorer(MAPPING)
    return "".join([*(restorer.feed(piece) for piece in pieces), restorer.end()])


@given(st.lists(PARTS, max_size=12), st.lists(st.integers(0, 60), max_size=8))
def test_a_text_in_pieces_is_restored_as_the_whole_text_is(parts, cuts):
    text = "".join(parts)
    places = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    pieces = [text[begin:end] for begin, end in pairwise(places)]
    assert restored(pieces) == privacy.restore(text, MAPPING)
    assert restored(list(text)) == privacy.restore(text, MAPPING)


def test_nothing_is_held_back_that_can_be_no_pseudonym():
    restorer = Restorer(MAPPING)
    assert restorer.feed("Siehe [1] und [Anlage") == "Siehe [1] und [Anlage"
    assert restorer.feed(" Frau [Name") == " Frau "
    assert restorer.feed(" 1") == ""
    assert restorer.feed("] kommt") == "Anna Weber kommt"


def test_a_flood_of_brackets_costs_no_more_than_its_length():
    assert len(restored(["[" * 4_000_000])) == 4_000_000


def test_waits_double_are_shortened_by_chance_and_respect_what_was_asked():
    rule = {"base": 0.5, "cap": 8.0, "jitter": 0.5}
    assert [waiting.before_retry(n, **rule, chance=0, asked=None) for n in (1, 2, 3, 9)] == [0.5, 1.0, 2.0, 8.0]
    assert waiting.before_retry(1, **rule, chance=1, asked=None) == 0.25
    assert waiting.before_retry(1, **rule, chance=1, asked=3) == 3
    assert waiting.before_retry(1, **rule, chance=0, asked=60) is None


def test_retry_after_is_read_as_seconds_or_as_a_date():
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert waiting.asked_for("7", now) == 7
    assert waiting.asked_for("Sun, 22 Nov 2026 12:00:30 GMT", now) == 30
    assert waiting.asked_for("Sun, 22 Nov 2026 11:00:00 GMT", now) == 0
    assert [waiting.asked_for(text, now) for text in (None, "", "soon", "-5", "١٢")] == [None] * 5


def test_a_failing_provider_is_left_alone_for_longer_and_longer():
    rule = {"threshold": 5, "first": 30.0, "most": 600.0}
    assert [waiting.left_alone(n, **rule) for n in (0, 4, 5, 6, 7, 11, 500)] == [0, 0, 30, 60, 120, 600, 600]


def test_tokens_are_guessed_rather_too_high():
    assert sizes.tokens(["Was kostet ein Hund?", ""]) == 8
