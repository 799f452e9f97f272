# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.kernel.evaluation.engine import metrics


def test_wilson_gives_the_figures_of_the_textbook():
    """Newcombe 1998, table I, method 3: 81 of 263 and 15 of 148."""
    assert metrics.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert metrics.wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert metrics.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_without_trials_everything_is_possible():
    assert metrics.wilson(0, 0) == (0.0, 1.0)
    assert metrics.share(0, 0) == {"value": 0.0, "low": 0.0, "high": 1.0, "n": 0}


@given(st.integers(0, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_between_nothing_and_everything(counts):
    successes, n = counts
    low, high = metrics.wilson(successes, n)
    assert 0 <= low <= (successes / n if n else 0) + 1e-12
    assert (successes / n if n else 1) - 1e-12 <= high <= 1


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5)])
def test_impossible_counts_are_refused(successes, n):
    with pytest.raises(ValueError, match="not possible"):
        metrics.wilson(successes, n)


def test_ranks_of_answers():
    found = ["personalausweis", "reisepass", "wohnsitz-anmelden"]
    ranks = [metrics.rank(found, {wanted}) for wanted in ("personalausweis", "wohnsitz-anmelden", "hundesteuer")]
    assert ranks == [1, 3, None]
    assert metrics.hit_at(1, ranks) == pytest.approx(1 / 3)
    assert metrics.hit_at(3, ranks) == pytest.approx(2 / 3)
    assert metrics.mrr(ranks) == pytest.approx((1 + 1 / 3) / 3)
    assert metrics.mrr_at(2, ranks) == pytest.approx(1 / 3)
    assert metrics.hit_at(1, []) == metrics.mrr([]) == 0.0
    with pytest.raises(ValueError, match="from 1"):
        metrics.hit_at(0, ranks)


def test_ndcg_is_one_for_the_best_order_and_less_for_a_worse_one():
    assert metrics.ndcg_at(3, ["a", "b", "x"], {"a", "b"}) == pytest.approx(1.0)
    assert metrics.ndcg_at(3, ["x", "a", "b"], {"a", "b"}) == pytest.approx((1 / 1.584963 + 0.5) / (1 + 1 / 1.584963))
    assert metrics.ndcg_at(3, ["x"], set()) == 0.0


def test_found_wrong_and_missed_names_are_counted():
    counts = metrics.compare({"Alice", "Bob"}, {"Bob", "Charlie"}) + metrics.compare({"Dora"}, {"Dora"})
    assert counts == metrics.Counts(right=2, wrong=1, missed=1)
    assert counts.precision == counts.recall == counts.f1 == pytest.approx(2 / 3)
    assert metrics.Counts().f1 == metrics.Counts().precision == metrics.Counts().recall == 1.0
    assert counts.figures()["precision"]["n"] == 3


def test_percentiles_by_nearest_rank():
    assert metrics.percentile([15, 20, 35, 40, 50], 30) == 20
    assert metrics.percentile([15, 20, 35, 40, 50], 100) == 50
    assert metrics.percentile([], 50) == 0.0
    with pytest.raises(ValueError, match="between"):
        metrics.percentile([1], 101)


def test_certainty_that_is_right_has_no_calibration_error():
    assert metrics.calibration_error([1.0, 1.0], [True, True]) == 0.0
    assert metrics.calibration_error([0.9, 0.9], [True, False]) == pytest.approx(0.4)
    with pytest.raises(ValueError, match="shorter"):
        metrics.calibration_error([0.9], [])
