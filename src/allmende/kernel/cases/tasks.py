# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's job."""

from allmende.kernel.cases import retention
from allmende.kernel.jobs.service import Progress


def dispose(progress: Progress) -> None:
    """Delete or anonymise what is due; each case is one item, so that a crash in between repeats and forgets nothing."""
    for number in progress.each(retention.due(), key=str):
        retention.dispose(number)
