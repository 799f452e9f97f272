# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's jobs."""

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from allmende.kernel.jobs.service import Progress
from allmende.modules.anonymiser import queries, records, rules, service
from allmende.modules.anonymiser.models import Picture

if TYPE_CHECKING:
    from allmende.modules.anonymiser.engine.video import Step

READINGS = {
    "look": gettext_noop("Einzelbilder des Films werden angesehen"),
    "write": gettext_noop("Einzelbilder des Films werden geschrieben"),
    "verify": gettext_noop("Einzelbilder des Films werden nachgeprüft"),
}


def work(progress: Progress, *, batch: str, picture: str = "") -> None:
    """Work through what of a batch waits, or one picture of it; after an interruption it goes on with the first unfinished one.

    A picture that has ended several workers, for instance because it needs more memory than there is, is left to people.
    """
    from allmende.modules.anonymiser import working  # detectors and their libraries: only where something is worked on

    todo = queries.to_work(batch, picture)
    fatal = todo[:1] if progress.attempts > rules.number("tries") else []

    def prepare(row: Picture) -> working.Worked:
        return working.given_up(row) if row in fatal else working.work(row, told=partial(_tell, progress))

    for worked in progress.each(todo, key=_position, prepare=prepare):
        service.keep(worked)
        progress.message("")


def tidy(progress: Progress) -> None:
    """Delete what may not be kept any longer."""
    progress.message(str(service.tidy()))


def sweep(progress: Progress) -> None:
    """Delete the files of pictures that are gone, and what is known of pictures that are gone for long."""
    progress.message(str(service.sweep() + records.forget()))


def _tell(progress: Progress, step: "Step") -> None:
    """How far a film is. Stops the work when the job was cancelled."""
    if step.frames == 1:
        progress.message(READINGS[step.reading])
    progress.part(step.share, step.frames, step.of)


def _position(picture: Picture) -> int:
    return picture.position
