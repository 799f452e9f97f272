# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's jobs."""

from allmende.kernel.jobs.service import Progress
from allmende.modules.anonymiser import queries, service
from allmende.modules.anonymiser.models import Picture


def work(progress: Progress, *, batch: str, picture: str = "") -> None:
    """Work through what of a batch waits, or one picture of it; after an interruption it goes on with the first unfinished one."""
    from allmende.modules.anonymiser import working  # detectors and their libraries: only where something is worked on

    for worked in progress.each(queries.to_work(batch, picture), key=_position, prepare=working.work):
        service.keep(worked)


def tidy(progress: Progress) -> None:
    """Delete what may not be kept any longer."""
    progress.message(str(service.tidy()))


def _position(picture: Picture) -> int:
    return picture.position
