# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende evaluate anonymiser`: how many of the faces and plates that people have marked are found and covered."""

import csv
import time
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

from allmende.kernel.evaluation.service import DataError, evaluation_command, metrics, progress_bar
from allmende.modules.anonymiser.engine import PictureRefused, Region, Settings, anonymise
from allmende.modules.anonymiser.engine.detectors import installed
from allmende.modules.anonymiser.engine.scoring import Score, Tally, in_order

COLUMNS = ("file", "label", "x", "y", "w", "h")


@evaluation_command("anonymiser")
def anonymiser(data: Path) -> dict[str, Any]:
    """Measure the anonymiser on a folder with images/ and annotations.csv (file,label,x,y,w,h in pixels).

    A picture without rows in the file is not looked at; one without a face or plate has a row with an empty label.
    """
    boxes = read_annotations(data / "annotations.csv")
    labels = frozenset(box.label for found in boxes.values() for box in found)
    if not labels:
        raise DataError(data / "annotations.csv", 0, "label", "no picture has a label.")
    installed()  # loaded before the clock runs
    score, shares, near, passed, seconds, work, megapixels = Score(), [], [], 0, 0.0, 0.0, 0.0
    for file, expected in progress_bar(sorted(boxes.items()), "anonymiser"):
        content = _bytes(data, file)
        began, worked = time.perf_counter(), time.process_time()
        try:
            outcome = anonymise(content, Settings(labels=labels))
        except PictureRefused as refused:
            raise DataError(data / file, 0, "", f"is no picture that can be read ({refused.reason}).") from None
        seconds += time.perf_counter() - began
        work += time.process_time() - worked
        megapixels += outcome.width * outcome.height / 1e6
        score.add(outcome.regions, expected, outcome.width, outcome.height)
        shares.append(outcome.masked_share)
        near.append(outcome.verification.psnr_outside or 0.0)
        passed += outcome.verification.passed
    return {
        "labels": {label: _figures(score, label) for label in sorted(labels)},
        "masked_share": round(sum(shares) / len(shares), 4),
        "verified": round(passed / len(shares), 4),
        "psnr_outside_db": min(near),
        "ms_per_megapixel": round(seconds * 1000 / megapixels),
        "processor_ms_per_megapixel": round(work * 1000 / megapixels),
        "pictures": len(shares),
        "megapixels": round(megapixels, 1),
    }


def read_annotations(path: Path) -> dict[str, list[Region]]:
    """The boxes by picture. Raises DataError that names line and field."""
    found: dict[str, list[Region]] = {}
    for line, row in _rows(path):
        boxes = found.setdefault(row["file"], [])
        if row["label"]:
            boxes.append(Region.box(row["label"], *(_number(path, line, name, row[name]) for name in COLUMNS[2:])))
    if not found:
        raise DataError(path, 0, "", "the file holds no pictures.")
    return found


def _figures(score: Score, label: str) -> dict[str, Any]:
    tally, regions, right = score.labels[label], score.regions[label], score.right[label]
    shares = {**_shares(tally), "precision": metrics.share(right, regions)}
    return {
        **{name: round(share["value"], 4) for name, share in shares.items()},
        "boxes": tally.boxes,
        "regions": regions,
        "with_intervals": shares,
        "sizes": {size: _shares(score.sizes[label][size]) for size in in_order(score.sizes[label])},
    }


def _shares(tally: Tally) -> dict[str, metrics.Share]:
    return {"recall": metrics.share(tally.found, tally.boxes), "cov95": metrics.share(tally.covered, tally.boxes)}


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := set(COLUMNS) - set(reader.fieldnames or ()):
                raise DataError(path, 1, "", f"the columns {', '.join(sorted(missing))} are missing.")
            for row in reader:
                yield reader.line_num, {name: (row[name] or "").strip() for name in COLUMNS}
    except UnicodeDecodeError:
        raise DataError(path, 0, "", "the file is not UTF-8.") from None
    except OSError as error:
        raise DataError(path, 0, "", f"cannot be read: {error.strerror or error}.") from None


def _number(path: Path, line: int, name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise DataError(path, line, name, f"must be a number, not {text!r}.")
    return value


def _bytes(data: Path, file: str) -> bytes:
    """The picture, named from the folder itself or from its images/."""
    path = next((path for path in (data / file, data / "images" / file) if path.is_file()), data / file)
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(path, 0, "", f"cannot be read: {error.strerror or error}.") from None
