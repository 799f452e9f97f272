# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Background work of the room."""

from allmende.kernel.jobs.service import Progress
from allmende.modules.assistant import callbacks, service


def delete_expired(progress: Progress) -> None:
    """Delete conversations whose retention time is over."""
    progress.message(str(service.delete_expired()))


def delete_expired_callbacks(progress: Progress) -> None:
    """Delete callbacks whose retention time is over."""
    progress.message(str(callbacks.delete_expired()))
