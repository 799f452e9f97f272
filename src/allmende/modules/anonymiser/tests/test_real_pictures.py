# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Real people and real plates, where the data is there."""

from pathlib import Path

import pytest

from allmende.modules.anonymiser.engine import Settings, anonymise
from allmende.modules.anonymiser.engine.scoring import Score
from allmende.modules.anonymiser.evaluation import read_annotations


@pytest.mark.parametrize(
    ("label", "folder", "name"),
    [("face", "faces_easy", "2008_002470"), ("plate", "plates_dashcam", "dayride_type1_001.mp4#t=413")],
)
def test_everybody_in_the_picture_is_covered(shared_data: Path, label, folder, name):
    data = shared_data / "imaging" / folder
    file = f"images/{name}.jpg"
    found = anonymise((data / file).read_bytes(), Settings(labels=frozenset({label}), verify=False))
    score = Score()
    score.add(found.regions, read_annotations(data / "annotations.csv")[file], found.width, found.height)
    tally = score.labels[label]
    assert tally.boxes >= 2
    assert (tally.found, tally.covered) == (tally.boxes, tally.boxes)
    assert found.masked_share < 0.3
