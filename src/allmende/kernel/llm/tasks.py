# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What happens at night."""

from allmende.kernel.jobs.service import Progress
from allmende.kernel.llm import writing


def tidy(progress: Progress) -> None:
    """Delete figures whose time is over; calls whose process died are marked as lost."""
    progress.message(str(writing.tidy()))
