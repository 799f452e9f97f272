# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's job."""

from allmende.kernel.jobs.service import Progress
from allmende.modules.applications import tidying


def tidy(progress: Progress) -> None:
    """Delete what nobody needs any more."""
    progress.message(str(tidying.tidy()))
