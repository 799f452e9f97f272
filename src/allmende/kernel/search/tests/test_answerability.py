# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The evidence for a first hit, and the chance that is made of it."""

import math
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.kernel.search.engine import answerability
from allmende.kernel.search.engine.answerability import Evidence, Logistic
from allmende.kernel.search.engine.chunking import Part, passages_of, texts_of
from allmende.kernel.search.engine.ranking import EMPTY, Ranking
from allmende.kernel.search.engine.retriever import Retriever, embed
from allmende.kernel.search.engine.segment import Document, Scope
from allmende.kernel.search.tests.conftest import WordModel

MODEL = WordModel()
TEXT = st.lists(st.sampled_from(["Hund", "Hundesteuer", "Müll", "Pass", "Rathaus"]), min_size=1, max_size=6).map(
    " ".join
)
COSINE = st.integers(-100_000, 100_000).map(lambda whole: whole / 100_000)


def retriever(papers: list[tuple[str, str]], *, bare: bool = False) -> Retriever:
    """Of (text, authority), in this order."""
    documents = []
    for number, (text, authority) in enumerate(papers):
        passages = passages_of([Part(text=text)])
        cut = texts_of("Blatt", passages)
        vectors = None if bare else embed(MODEL, cut)
        scope = Scope("pages", authority, "public")
        documents.append(Document(f"{number:02d}", scope, "Blatt", passages, cut.window_counts, vectors))
    found = Retriever(MODEL)
    found.index.put(documents)
    return found


def ranked(question: str, *texts: str, bare: bool = False) -> Ranking:
    found = retriever([(text, "a") for text in texts], bare=bare)
    return found.search(question, lambda _scope: True, day=1, k=3)


def test_a_page_that_stands_out_is_more_certain_than_one_of_many() -> None:
    alone = ranked("Hundesteuer im Jahr", "Hundesteuer im Jahr", "Reisepass", "Baum", "Freibad")
    many = ranked("Hundesteuer im Jahr", *["Hundesteuer im Jahr"] * 4)
    assert alone.confidence > many.confidence
    assert many.evidence is not None
    assert (
        many.evidence.lead == many.evidence.lead_words == many.evidence.lead_sentences == many.evidence.outstanding == 0
    )
    assert alone.evidence is not None
    assert alone.evidence.words == pytest.approx(1.0)
    assert min(alone.evidence.lead, alone.evidence.lead_words, alone.evidence.lead_pages) > 0.1


def test_words_that_are_nowhere_are_missed() -> None:
    evidence = ranked("Hundesteuer Oper", "Hundesteuer", "Reisepass").evidence
    assert evidence is not None
    assert 0 < evidence.words < 0.6


def test_words_and_meaning_in_one_place_are_more_than_in_two() -> None:
    def evidence(*passages: str) -> Evidence:
        cut = passages_of([Part(heading=str(number), text=text) for number, text in enumerate(passages)])
        texts = texts_of("Blatt", cut)
        found = Retriever(MODEL)
        found.index.put(
            [Document("1", Scope("pages", "a", "public"), "Blatt", cut, texts.window_counts, embed(MODEL, texts))]
        )
        seen = found.search("Hundesteuer Ermäßigung", lambda _scope: True, day=1, k=1).evidence
        assert seen is not None
        return seen

    together = evidence("Hundesteuer Ermäßigung", "Reisepass Freibad")
    apart = evidence("Hundesteuer Reisepass", "Ermäßigung Freibad")
    assert together.words == apart.words
    assert together.words_there > apart.words_there
    assert together.nearest_there > apart.nearest_there


def test_the_best_place_of_equals_is_the_one_that_helps() -> None:
    assert answerability.best_where(np.array([0.2, 0.7, 0.9]), np.array([0.5, 0.5, 0.1])) == 0.7


def test_a_first_hit_without_vectors_is_judged_by_its_words() -> None:
    evidence = ranked("Hundesteuer", "Hundesteuer", "Reisepass", bare=True).evidence
    assert evidence is not None
    assert not evidence.by_meaning
    assert (evidence.nearest, evidence.lead_sentences, evidence.outstanding) == (0, 0, 0)
    assert evidence.words > 0
    assert evidence.lead_words > 0


def test_a_single_page_leads_nobody() -> None:
    evidence = ranked("Hundesteuer", "Hundesteuer").evidence
    assert evidence is not None
    assert all(math.isfinite(value) for value in asdict(evidence).values())
    assert (evidence.lead_sentences, evidence.lead_pages, evidence.lead_tenth, evidence.outstanding) == (0, 0, 0, 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXT, st.sampled_from("ab")), min_size=1, max_size=10), TEXT)
def test_what_nobody_may_see_changes_no_confidence(papers, question: str) -> None:
    alone = [(text, authority) for text, authority in papers if authority == "a"]
    whole = retriever(papers).search(question, lambda scope: scope.authority == "a", day=1, k=1)
    assert whole.confidence == pytest.approx(
        retriever(alone).search(question, lambda _scope: True, day=1, k=1).confidence
    )


def test_nothing_found_is_nothing_known() -> None:
    assert EMPTY.evidence is None
    assert EMPTY.confidence == 0.0


def test_the_tenth_nearest_sentence() -> None:
    near = np.linspace(0.1, 2.0, 20).astype(np.float32)
    windows = [near[:5], np.append(near[5:], -np.inf).astype(np.float32)]
    assert answerability.ahead_of_tenth(2.0, windows) == pytest.approx(0.9)
    assert answerability.ahead_of_tenth(0.5, [near[:3]]) == pytest.approx(0.4)


@settings(deadline=None)
@given(st.lists(COSINE, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_pages_changes_no_digit(cosines: list[float], random) -> None:
    value = max(cosines)
    mixed = list(cosines)
    random.shuffle(mixed)
    pages = [np.array(part, np.float32) for part in (cosines, mixed)]
    found = answerability.deviations(value, [pages[0]])
    half = len(mixed) // 2
    assert found == answerability.deviations(value, [pages[1][:half], pages[1][half:]])
    spread = np.std(cosines)
    assert found == pytest.approx((value - np.mean(cosines)) / spread if spread > 1e-6 else 0.0, abs=1e-2)


def test_nearness_beyond_enough_counts_no_more() -> None:
    logistic = Logistic(0.0, 0.6, {"nearest": 2.0})
    assert logistic.chance(Evidence(nearest=0.6)) == logistic.chance(Evidence(nearest=0.9))
    assert logistic.chance(Evidence(nearest=0.5)) == pytest.approx(1 / (1 + math.exp(-1.0)))


def test_numbers_that_nobody_knows_are_refused() -> None:
    table = 'engine = ""\nanswer = 0.5\n[by_meaning]\nintercept = 0\n[by_meaning.weights]\nmood = 1\n[by_words]\n'
    with pytest.raises(ValueError, match="mood"):
        answerability.parse(table)
    with pytest.raises(KeyError):
        answerability.parse('engine = ""')


def test_words_alone_use_only_what_words_know() -> None:
    assert answerability.shipped().by_words.weights.keys() == set(answerability.NAMES_BY_WORDS)
    assert answerability.shipped().by_meaning.weights.keys() == set(answerability.NAMES)
