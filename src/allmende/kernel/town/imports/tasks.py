# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Background work: an import."""

from allmende.kernel.jobs.service import JobFailedError, Progress
from allmende.kernel.town.imports import queries, service


def perform(progress: Progress, *, run: str) -> None:
    """Carry out the import with that uuid; goes on after an interruption with the first unfinished batch."""
    found = queries.run(run)
    if found is None:
        return
    try:
        service.perform(found, progress)
    except service.ImportRefused as error:
        raise JobFailedError(str(error)) from error
