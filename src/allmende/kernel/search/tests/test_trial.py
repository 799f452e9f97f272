# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What would Charlie find if the dog were also called Wauwau? Nobody else's search changes while that is tried."""

from datetime import date

import pytest

from allmende.kernel.search import queries, service, trial
from allmende.kernel.search.live import live
from allmende.kernel.search.queries import PUBLIC, Asker

pytestmark = pytest.mark.django_db
WORDS = {"asker": PUBLIC, "k": 3}


def first(results: queries.Results) -> str:
    return results.hits[0].document_key if results.hits else ""


@pytest.fixture
def embedded(town, papers, embed_all) -> None:
    service.put(papers)
    embed_all()


@pytest.mark.parametrize("with_vectors", [True, False])
def test_a_trial_finds_by_the_new_word_and_says_so(town, papers, embed_all, with_vectors: bool) -> None:
    service.put(papers)
    if with_vectors:
        embed_all()
    tried = trial.now().with_synonyms("dog", ["Wauwau"])
    results = tried.search("Wauwau", **WORDS)
    assert first(results) == "dog"
    assert results.hits[0].synonyms == ("Wauwau",)
    assert (results.hits[0].dense_rank is None) is not with_vectors


def test_the_towns_search_does_not_change(embedded) -> None:
    before = queries.search("Wauwau Pass", **WORDS)
    trial.now().with_synonyms("dog", ["Wauwau"])
    after = queries.search("Wauwau Pass", **WORDS)
    assert [(hit.document_key, hit.score) for hit in after.hits] == [
        (hit.document_key, hit.score) for hit in before.hits
    ]
    assert after.confidence == before.confidence
    assert not queries.waiting()


def test_a_trial_is_what_the_real_change_brings(embedded, paper, papers, embed_all) -> None:
    tried = trial.now().with_synonyms("dog", ["Wauwau"]).search("Wo melde ich meinen Wauwau an?", **WORDS)
    service.put([paper("dog", papers[0].title, papers[0].parts[0].text, synonyms=("Wauwau",))])
    embed_all()
    real = queries.search("Wo melde ich meinen Wauwau an?", **WORDS)
    assert [(hit.document_key, hit.score) for hit in tried.hits] == [(hit.document_key, hit.score) for hit in real.hits]
    assert tried.confidence == pytest.approx(real.confidence)


def test_trials_add_up(embedded) -> None:
    tried = trial.now().with_synonyms("dog", ["Wauwau"]).with_synonyms("pass", ["Heftchen"])
    assert first(tried.search("Heftchen", **WORDS)) == "pass"
    assert first(tried.search("Wauwau", **WORDS)) == "dog"


def test_a_document_that_does_not_exist_cannot_be_tried(embedded) -> None:
    with pytest.raises(KeyError):
        trial.now().with_synonyms("cat", ["Miez"])


def test_a_change_after_the_fork_does_not_reach_the_trial(embedded, paper) -> None:
    tried = trial.now()
    service.put([paper("cat", "Katze", "Katzen sind steuerfrei.")])
    assert first(queries.search("Katze", **WORDS)) == "cat"
    assert "cat" in live().fresh().index
    assert "cat" not in tried.retriever.index


def test_sources_and_texts_show_only_what_the_asker_may_see(town, paper, papers, django_assert_num_queries) -> None:
    inner = paper("memo", "Vermerk", "Nur für das Haus.", audience="files.read", updated_on=date(2026, 1, 2))
    service.put([*papers, inner])
    with django_assert_num_queries(1):
        assert [source.key for source in queries.sources(asker=PUBLIC)] == ["dog", "pass", "tree", "waste"]
    with django_assert_num_queries(1):
        assert list(queries.texts(["memo", "dog"], asker=PUBLIC)) == ["dog"]
    holder = Asker(frozenset({"files.read"}))
    assert {source.key: source.updated_on for source in queries.sources(asker=holder)}["memo"] == date(2026, 1, 2)
    assert queries.texts(["memo"], asker=holder) == {"memo": ["Nur für das Haus."]}
    assert queries.sources(asker=PUBLIC, authority="elsewhere") == []
