# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nobody who has pictures of the whole town finds out who was below the mask."""

from statistics import mean

import pytest

from allmende.modules.anonymiser.tests import relinking


@pytest.mark.parametrize("kind", ["face", "plate"])
@pytest.mark.parametrize("fill", ["solid", "mosaic"])
def test_our_fills_withstand_the_attack(kind, fill):
    pictures = relinking.gallery(kind, 80)
    assert mean(relinking.rank_1(pictures, relinking.ours(fill), seed) for seed in (2, 3)) <= relinking.MOST


@pytest.mark.parametrize("kind", ["face", "plate"])
@pytest.mark.parametrize("weak", [relinking.blur, relinking.mosaic_of_five])
def test_a_weak_fill_does_not(kind, weak):
    assert relinking.rank_1(relinking.gallery(kind, 80), weak) > 4 * relinking.MOST
