# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions about the same stand together, whatever their order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import AgglomerativeClustering

from allmende.modules.assistant.engine import clustering
from allmende.modules.assistant.engine.clustering import Rows


def rows(count: int, dimensions: int, seed: int) -> Rows:
    made = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


def members(found: list[clustering.Group]) -> set[frozenset[int]]:
    return {frozenset(group.members) for group in found}


@pytest.mark.parametrize("least", [0.2, 0.5, 0.8])
@pytest.mark.parametrize(("count", "dimensions", "seed"), [(5, 3, 0), (60, 8, 1), (400, 12, 2), (500, 6, 3)])
def test_the_groups_are_those_of_average_linkage(count: int, dimensions: int, seed: int, least: float) -> None:
    table = rows(count, dimensions, seed)
    distances = 1.0 - table @ table.T
    np.fill_diagonal(distances, 0.0)
    peer = AgglomerativeClustering(None, metric="precomputed", linkage="average", distance_threshold=1 - least)
    labels = peer.fit(distances).labels_
    expected = {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels)}
    assert members(clustering.groups(table, least)) == {group for group in expected if len(group) > 1}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 2, 3]), max_size=30), st.floats(0.1, 0.99))
def test_equal_rows_end_in_one_group_and_none_is_lost_or_doubled(kinds: list[int], least: float) -> None:
    table = np.eye(4, 6, dtype=np.float32)[kinds] if kinds else np.zeros((0, 6), np.float32)
    found = clustering.groups(table, least)
    places = [place for group in found for place in group.members]
    assert len(places) == len(set(places))
    several = {kind for kind in kinds if kinds.count(kind) > 1}
    assert members(found) == {frozenset(i for i, other in enumerate(kinds) if other == kind) for kind in several}


def test_the_most_typical_question_comes_first_and_the_largest_group_before_the_others() -> None:
    middle, edge, other = np.array([1, 0, 0]), np.array([0.8, 0.6, 0]), np.array([0, 0, 1])
    table = np.array([edge, middle, middle, middle, other, other], np.float32)
    first, second = clustering.groups(table, 0.7)
    assert first.members == (1, 2, 3, 0)
    assert list(first.distances) == sorted(first.distances)
    assert second.members == (4, 5)


def test_letters_alone_bring_together_what_shares_words() -> None:
    texts = ["glasfaser ausbau", "ausbau der glasfaser", "wespennest balkon", "wespennest entfernen balkon", "yoga"]
    table = clustering.features(texts, None, None, 0.6)
    assert np.allclose(np.linalg.norm(table, axis=1), 1.0, atol=1e-5)
    assert members(clustering.groups(table, 0.3)) == {frozenset({0, 1}), frozenset({2, 3})}


def test_the_likeness_is_the_weighted_mean_of_meaning_and_letters() -> None:
    meanings = rows(3, 8, 4)
    texts = ["eins", "zwei", "eins"]
    letters = clustering.features(texts, None, None, 0.5)
    both = clustering.features(texts, meanings, None, 0.25)
    assert np.allclose(both @ both.T, 0.25 * (meanings @ meanings.T) + 0.75 * (letters @ letters.T), atol=1e-5)


def test_what_all_texts_share_counts_nothing() -> None:
    shared = np.array([0, 0, 0, 5], np.float32)
    one, other = np.array([1, 0, 0, 5], np.float32), np.array([0, 1, 0, 5], np.float32)
    assert clustering.likeness(one / np.linalg.norm(one), other / np.linalg.norm(other), None) > 0.9
    assert abs(clustering.likeness(one, other, shared)) < 1e-6


@pytest.mark.parametrize("texts", [[], ["eine Frage"], ["", ""], ["…", "?!"]])
def test_next_to_nothing_makes_no_group_and_no_error(texts: list[str]) -> None:
    table = clustering.features(texts, None, None, 0.6)
    assert table.shape[0] == len(texts)
    assert clustering.groups(table, 0.3) == []


def test_words_that_tell_a_group_from_the_others() -> None:
    bus = [["bus", "fahrplan", "sonntag"], ["bus", "fahrplan"], ["bus", "oberbach"]]
    pool = [["schwimmen", "kurs", "sonntag"], ["schwimmen", "kurs"]]
    first, second = clustering.distinctive([bus, pool], 2)
    assert first == ["bus", "fahrplan"]
    assert second == ["kurs", "schwimmen"]


def test_a_number_is_never_a_word_of_a_label() -> None:
    assert clustering.distinctive([[["12345678", "haus3", "haus"]]], 5) == [["haus"]]


def test_progress_is_told_until_all_are_done() -> None:
    told: list[int] = []
    clustering.groups(rows(50, 5, 6), 0.3, told.append)
    assert told == sorted(told)
    assert told[-1] <= 50
