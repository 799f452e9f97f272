# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files that appear as a whole or not at all, whoever else writes the same one."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

PART = ".part"
"""Ending of what is being written; it is renamed when it is whole."""


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A path to write to, which becomes `target` unless the block raises, or takes the file away again."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{uuid4().hex}{PART}")
    try:
        yield beside
        if beside.exists():
            with beside.open("rb+") as file:
                os.fsync(file.fileno())
            beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def forget_parts(targets: Iterable[Path]) -> None:
    """Remove what processes that were killed have left of these files. Only for whoever knows that nobody writes them now."""
    names: dict[Path, set[str]] = defaultdict(set)
    for target in targets:
        names[target.parent].add(target.name)
    for folder, wanted in names.items():
        for left in folder.glob(f".*{PART}"):
            if left.name.removesuffix(PART).rpartition(".")[0][1:] in wanted:
                left.unlink(missing_ok=True)
