# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where a film lies while it is worked on, because its libraries want files: in the home, and not a moment longer.

The original in clear has no name: with the process it is gone, however that ends. The result has one until it is verified; what
a process that died has left of it is removed with the next film, and by the room's job.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from allmende.kernel.jobs.engine import processes
from allmende.modules.anonymiser import rules

RESULT = "film.mp4"


@contextmanager
def laid_out(content: bytes) -> Iterator[tuple[Path, Path]]:
    """The film as a file to read, and where its result is to be written."""
    clear()
    own = folder() / processes.new_token()
    own.mkdir(mode=0o700, parents=True)
    try:
        with tempfile.TemporaryFile(dir=own) as file:
            file.write(content)
            file.flush()
            yield Path(f"/proc/self/fd/{file.fileno()}"), own / RESULT
    finally:
        shutil.rmtree(own)


def clear() -> None:
    """Remove what processes have left behind that are gone, or that cannot be at work any more."""
    oldest = time.time() - 2 * 60 * rules.part("film")["minutes"]
    for left in folder().glob("*"):
        if processes.is_dead(left.name) or left.stat().st_mtime < oldest:
            shutil.rmtree(left, ignore_errors=True)


def folder() -> Path:
    """Where all of it lies."""
    found: Path = settings.HOME / "films"
    return found
