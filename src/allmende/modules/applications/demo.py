# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The flows of a town from a folder of files: flows/*.yaml, each published in the version it names."""

import logging
from pathlib import Path

from allmende.modules.applications import rules, service
from allmende.modules.applications.service import OPEN, FlowRefusedError

log = logging.getLogger(__name__)


def load(folder: Path) -> int:
    """Store and publish what is new; how many. A file that is refused is named in the log, and the others go on.

    A version that is there stays as it is, so what editors published or withdrew meanwhile is not undone.
    """
    count = 0
    for path in sorted(folder.glob("flows/*.yaml")):
        try:
            count += _load(path)
        except FlowRefusedError as refused:
            log.warning("%s: %s", path.name, refused)
    return count


def _load(path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    row = service.store(text, actor=None)
    if row.status not in OPEN or rules.parsed(text).get("status") != "published":
        return 0
    service.publish(row, actor=None)
    return 1
