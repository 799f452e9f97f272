# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Background work of the room."""

from allmende.kernel.jobs.service import Progress
from allmende.modules.assistant import callbacks, service
from allmende.modules.assistant.live import service as live


def delete_expired(progress: Progress) -> None:
    """Delete conversations whose retention time is over."""
    progress.message(str(service.delete_expired()))


def delete_expired_callbacks(progress: Progress) -> None:
    """Delete callbacks whose retention time is over."""
    progress.message(str(callbacks.delete_expired()))


def end_and_delete_chats(progress: Progress) -> None:
    """End chats that were left open, and delete those whose retention time is over."""
    live.end_forgotten()
    progress.message(str(live.delete_expired()))
