# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's jobs."""

from allmende.kernel.jobs.service import Progress
from allmende.modules.applications import delivering, tidying


def tidy(progress: Progress) -> None:
    """Delete what nobody needs any more."""
    progress.message(str(tidying.tidy()))


def deliver(_progress: Progress, *, submission: str, link: str) -> None:
    """Send receipt and packages of an application."""
    delivering.deliver(submission, link)
